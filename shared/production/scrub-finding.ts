import { z } from 'zod';
import type { TypeCount } from '../ledger/port.ts';
import { wait } from '../platform/wait.ts';
import type { Pool } from '../sql/postgres/database.ts';
import { storeErrorOf } from '../sql/postgres/errors.ts';

/** The findings about the stored past of the projector that leads, which scrubs. */
export interface ScrubFinding {
  readonly fault: string | undefined;
  /** Events that were chained, and that the store no longer has by its retention. */
  readonly lost: readonly TypeCount[];
}

/** For all processes. @throws StoreError */
export async function saveFinding(pool: Pool, { fault, lost }: ScrubFinding): Promise<void> {
  const counts = Object.fromEntries(lost.map(({ type, events }) => [type, events]));
  await pool
    .query(
      `INSERT INTO nhip.scrub (fault, lost) VALUES ($1, $2)
       ON CONFLICT (one) DO UPDATE SET fault = excluded.fault, lost = excluded.lost`,
      [fault ?? null, JSON.stringify(counts)],
    )
    .catch((error) => {
      throw storeErrorOf(error);
    });
}

/** @throws StoreError */
export async function readFinding(pool: Pool): Promise<ScrubFinding> {
  const { rows } = await pool.query('SELECT fault, lost FROM nhip.scrub').catch((error) => {
    throw storeErrorOf(error);
  });
  const [row] = rows;
  const counts = countsIn.parse(JSON.parse(row?.lost ?? '{}'));
  return {
    fault: row?.fault ?? undefined,
    lost: Object.entries(counts).map(([type, events]) => ({ type, events })),
  };
}

const countsIn = z.record(z.string(), z.number());

const EVERY_MS = 2_000;

/** Follows the finding, for a process that answers by it. While the database is away the last one holds. */
export function followFinding(pool: Pool): {
  readonly latest: () => ScrubFinding;
  readonly stop: () => Promise<void>;
} {
  const stopping = new AbortController();
  let latest: ScrubFinding = { fault: undefined, lost: [] };
  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      latest = await readFinding(pool).catch(() => latest);
      await wait(EVERY_MS, stopping.signal);
    }
  }
  const following = follow();
  return {
    latest: () => latest,
    async stop() {
      stopping.abort();
      await following;
    },
  };
}
