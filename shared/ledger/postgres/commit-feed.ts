import type pg from 'pg';
import { Backoff } from '../../kernel/backoff.ts';
import { errorText } from '../../kernel/error-text.ts';
import { wait } from '../../platform/wait.ts';
import type { Checkpoint } from '../port.ts';
import { storedCheckpoint } from '../sql/rows.ts';
import { inForceOf, SELECT_IN_FORCE } from './in-force.ts';
import { CHANNEL } from './ledger-tables.ts';

export interface CommitFeedOptions {
  /** The feed keeps one connection of the pool for LISTEN. */
  readonly pool: pg.Pool;
  /** Called with each checkpoint that is newer than the last, including the first; intermediate ones may be skipped. */
  readonly onCheckpoint: (checkpoint: Checkpoint) => void;
  /** Interval of the fallback check without a notification, in milliseconds; 5,000 by default. */
  readonly lookEveryMs?: number;
}

/** Notifications of commits to the ledger by any process. */
export interface CommitFeed {
  /** Why the feed receives nothing at present; undefined while it works. */
  problem(): string | undefined;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 5_000;
const DELAYS = { firstMs: 100, longestMs: 2_000 };

/** Listens for commits until closed. After a lost connection it reconnects and reads the commits that it missed. */
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
        this.#problem = errorText(error);
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
      // A checkpoint of another generation than the last: the database decides which ledger is in force.
      if (checkpoint?.generation === this.#latest?.generation && checkpoint) this.#publish(checkpoint);
      else look.abort();
    };
    client.on('notification', onNotification);
    try {
      await client.query(`LISTEN ${CHANNEL}`);
      while (!stop.aborted) {
        look = new AbortController();
        this.#publish(await readCheckpoint(client));
        this.#problem = undefined;
        onHeard();
        const wake = AbortSignal.any([stop, look.signal]);
        await wait(this.#options.lookEveryMs ?? LOOK_EVERY_MS, wake);
      }
      if (broken) throw broken;
    } finally {
      client.off('notification', onNotification);
      client.off('error', onError);
      // The session still listens, so the connection must not return to the pool.
      client.release(true);
    }
  }

  #publish(checkpoint: Checkpoint): void {
    const known = this.#latest;
    // A notification that arrives after a newer read is dropped.
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

/** Parses a notification of {@link announce}; any client may send any text on the channel. */
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
