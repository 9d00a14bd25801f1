import pg from 'pg';
import { Journal } from '../eventstore/journal.ts';
import type { StoredEvent } from '../eventstore/stored-event.ts';
import { deadLettersIn, eventsIn } from '../kept-in.ts';
import type { Production } from '../production.ts';

/** An event as the store holds it. */
export interface KeptEvent {
  readonly stream: string;
  readonly type: string;
  /** CloudEvents `id`; undefined for events of the store's server itself. */
  readonly sourceId: string | undefined;
  readonly data: string;
}

/** What a topology keeps, read from its servers or files without asking the product. */
export interface Records {
  events(): Promise<readonly KeptEvent[]>;
  /** The content of each dead letter. */
  deadLetters(): Promise<readonly string[]>;
  /** With which `nhip` finds them. */
  readonly env: NodeJS.ProcessEnv;
}

/** The durable events of the store's server. */
export const storedEvents = ({ store }: Pick<Production, 'store'>): readonly StoredEvent[] => [
  ...Journal.read(store.file),
];

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();

export const recordsOf = ({ store, env }: Pick<Production, 'store' | 'env'>): Records => ({
  env,
  events: async () =>
    storedEvents({ store }).map(({ stream, type, data, metadata }) => ({
      stream,
      type,
      sourceId: metadata.length === 0 ? undefined : JSON.parse(textOf(metadata)).sourceId,
      data: textOf(data),
    })),
  async deadLetters() {
    const client = new pg.Client(env.DATABASE_URL);
    await client.connect();
    const { rows } = await client.query<{ readonly text: string }>(
      "SELECT convert_from(raw, 'UTF8') AS text FROM nhip.dead_letter",
    );
    await client.end();
    return rows.map(({ text }) => text);
  },
});

/** Those of an embedded server. */
export const recordsIn = (dataDir: string): Records => ({
  env: { DATA_DIR: dataDir },
  events: () =>
    Array.fromAsync(eventsIn(dataDir), ({ stream, type, data, metadata: { sourceId } }) => ({
      stream,
      type,
      sourceId,
      data,
    })),
  deadLetters: () => Array.fromAsync(deadLettersIn(dataDir), ({ raw }) => textOf(raw)),
});
