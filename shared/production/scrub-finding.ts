import { z } from 'zod';
import type { StreamName } from '../contracts/ids.ts';
import { type LostEvents, REMOVALS } from '../contracts/lost-events.ts';
import type { Position } from '../contracts/stored-event.ts';
import { wait } from '../platform/wait.ts';
import type { Pool } from '../sql/postgres/database.ts';
import { storeErrorOf } from '../sql/postgres/errors.ts';

/** The findings about the stored past of the projector that leads, which scrubs. */
export interface ScrubFinding {
  readonly fault: string | undefined;
  /** Events that were chained, and that the store no longer has by order. */
  readonly lost: readonly LostEvents[];
}

/** For all processes. @throws StoreError */
export async function saveFinding(pool: Pool, { fault, lost }: ScrubFinding): Promise<void> {
  await pool
    .query(
      `INSERT INTO nhip.scrub (fault, lost) VALUES ($1, $2)
       ON CONFLICT (one) DO UPDATE SET fault = excluded.fault, lost = excluded.lost`,
      [fault ?? null, JSON.stringify(lost)],
    )
    .catch((error) => {
      throw storeErrorOf(error);
    });
}

/** @throws StoreError */
export const readFinding = async (pool: Pool): Promise<ScrubFinding> => findingIn(await storedFinding(pool));

interface StoredFinding {
  readonly fault: string | undefined;
  readonly lost: string;
}

/** @throws StoreError */
async function storedFinding(pool: Pool): Promise<StoredFinding> {
  const { rows } = await pool.query('SELECT fault, lost FROM nhip.scrub').catch((error) => {
    throw storeErrorOf(error);
  });
  const [row] = rows;
  return { fault: row?.fault ?? undefined, lost: String(row?.lost ?? '[]') };
}

const findingIn = ({ fault, lost }: StoredFinding): ScrubFinding => ({
  fault,
  lost: lostIn.parse(JSON.parse(lost)),
});

const lostEvents = z.object({
  stream: z.custom<StreamName>().nullable(),
  type: z.string(),
  before: z.int(),
  events: z.int(),
  chained: z.object({
    first: z.custom<Position>(),
    last: z.custom<Position>(),
    removal: z.enum(REMOVALS),
  }),
});
/** An earlier version knew the number alone, by type. It holds until the next comparison of all. */
const counts = z
  .record(z.string(), z.int())
  .transform((byType) =>
    Object.entries(byType).map(([type, events]): LostEvents => ({ stream: null, type, before: 0, events })),
  );
const lostIn = z.union([z.array(lostEvents), counts]);

const EVERY_MS = 2_000;

/** Follows the finding, for a process that answers by it. The last one holds while none can be read: the database is away, or of a later version. */
export function followFinding(pool: Pool): {
  readonly latest: () => ScrubFinding;
  readonly stop: () => Promise<void>;
} {
  const stopping = new AbortController();
  let stored: StoredFinding = { fault: undefined, lost: '[]' };
  let latest = findingIn(stored);
  async function read(): Promise<void> {
    const now = await storedFinding(pool);
    if (now.fault === stored.fault && now.lost === stored.lost) return;
    latest = findingIn(now);
    stored = now;
  }
  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      await read().catch(() => {});
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
