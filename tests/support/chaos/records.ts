import { join } from 'node:path';
import pg from 'pg';
import { openSqliteDeadLetters } from '../../../services/ingest/dead-letters/dead-letters-sqlite.ts';
import { START } from '../../../shared/contracts/stored-event.ts';
import { openEventReader } from '../../../shared/event-store/sqlite/store.ts';
import { Journal } from '../eventstore/journal.ts';
import type { StoredEvent } from '../eventstore/stored-event.ts';
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

const PAGE = 5_000;

/** Those of an embedded server. */
export const recordsIn = (dataDir: string): Records => ({
  env: { DATA_DIR: dataDir },
  async events() {
    const reader = openEventReader(join(dataDir, 'events.db'));
    const kept: KeptEvent[] = [];
    for (let after = START; ; ) {
      const { events, position } = await reader.readAll(after, PAGE);
      kept.push(
        ...events.map(({ stream, type, data, metadata }) => ({
          stream,
          type,
          data,
          sourceId: metadata.sourceId,
        })),
      );
      if (position === after) break;
      after = position;
    }
    await reader.close();
    return kept;
  },
  async deadLetters() {
    const letters = openSqliteDeadLetters(join(dataDir, 'dead-letters.db'));
    const texts: string[] = [];
    const { items } = await letters.list({ limit: 10_000 });
    for (const { id } of items) texts.push(textOf((await letters.get(id))?.raw ?? Buffer.alloc(0)));
    await letters.close();
    return texts;
  },
});
