import type pg from 'pg';
import { Backoff } from '../../kernel/backoff.ts';
import { wait } from '../../platform/wait.ts';
import type { Checkpoint } from '../port.ts';
import { storedCheckpoint } from '../sql/rows.ts';
import { inForceOf, SELECT_IN_FORCE } from './in-force.ts';
import { CHANNEL } from './ledger-tables.ts';

export interface CommitFeedOptions {
  /** One connection of it is kept for listening. */
  readonly pool: pg.Pool;
  /** Called with each checkpoint that is newer than the last, the first one included; some may be left out on the way. */
  readonly onCheckpoint: (checkpoint: Checkpoint) => void;
  /** How often to look even if nothing is heard, in milliseconds; 5,000 unless told. */
  readonly lookEveryMs?: number;
}

/** News of the ledger's commits, whoever makes them. */
export interface CommitFeed {
  /** Why nothing is heard at present. */
  problem(): string | undefined;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 5_000;
const DELAYS = { firstMs: 100, longestMs: 2_000 };

/** Listens for commits, for as long as it takes: a connection that breaks is made anew, and what was missed is read. */
export function openPostgresCommitFeed(options: CommitFeedOptions): CommitFeed {
  return new ListeningFeed(options);
}

class ListeningFeed implements CommitFeed {
  readonly #options: CommitFeedOptions;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #latest: Checkpoint | undefined;
  #problem: string | undefined = 'not connected yet';

  constructor(options: CommitFeedOptions) {
    this.#options = options;
    this.#ended = this.#run();
  }

  problem(): string | undefined {
    return this.#problem;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const backoff = new Backoff(DELAYS);
    while (!signal.aborted) {
      try {
        await this.#listen(() => backoff.reset());
      } catch (error) {
        this.#problem = error instanceof Error ? error.message : String(error);
      }
      await wait(backoff.next(), signal);
    }
  }

  /** Listens on one connection until it breaks or the feed is closed. */
  async #listen(onHeard: () => void): Promise<void> {
    const client = await this.#options.pool.connect();
    const over = new AbortController();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
      over.abort();
    };
    client.on('error', onError);
    const stop = AbortSignal.any([this.#stop.signal, over.signal]);
    let look = new AbortController();
    const onNotification = ({ payload }: pg.Notification) => {
      const checkpoint = checkpointIn(payload);
      // Of another ledger than was seen last: which of the two is in force now, the database must say.
      if (checkpoint?.generation === this.#latest?.generation && checkpoint) this.#tell(checkpoint);
      else look.abort();
    };
    client.on('notification', onNotification);
    try {
      await client.query(`LISTEN ${CHANNEL}`);
      while (!stop.aborted) {
        look = new AbortController();
        this.#tell(await readCheckpoint(client));
        this.#problem = undefined;
        onHeard();
        const wake = AbortSignal.any([stop, look.signal]);
        await wait(this.#options.lookEveryMs ?? LOOK_EVERY_MS, wake);
      }
      if (broken) throw broken;
    } finally {
      client.off('notification', onNotification);
      client.off('error', onError);
      // Its session listens, which nobody else who borrows it would want.
      client.release(true);
    }
  }

  #tell(checkpoint: Checkpoint): void {
    const known = this.#latest;
    // What was on its way while a look overtook it.
    if (known?.generation === checkpoint.generation && known.position >= checkpoint.position) return;
    this.#latest = checkpoint;
    this.#options.onCheckpoint(checkpoint);
  }
}

async function readCheckpoint(client: pg.ClientBase): Promise<Checkpoint> {
  const inForce = await client.query(SELECT_IN_FORCE);
  const { rows } = await client.query(`SELECT * FROM ${inForceOf(inForce.rows[0])}.checkpoint`);
  return storedCheckpoint(rows[0]).checkpoint;
}

/** What {@link announce} sent; anybody may send anything on a channel. */
function checkpointIn(payload: string | undefined): Checkpoint | undefined {
  try {
    const { position, knownAt, entry, office, generation } = JSON.parse(payload ?? '');
    const isCheckpoint =
      [position, knownAt, entry, office].every(Number.isSafeInteger) && typeof generation === 'string';
    return isCheckpoint ? { position, knownAt, entry, office, generation } : undefined;
  } catch {
    return undefined;
  }
}
