import { setTimeout as pause } from 'node:timers/promises';
import { StoreError } from '../../../shared/event-store/port.ts';

/** What becomes known of the store while something is given to it. */
export interface StoreWatch {
  away(error: StoreError): void;
  back(): void;
}

interface Waiting {
  readonly givenUp: AbortSignal;
  /** Asked before each further try. */
  readonly stillWanted: () => Promise<boolean>;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * Gives the store something, again and again as long as it is away: nothing is dropped, nothing more is fetched meanwhile.
 * @returns undefined when it was given up
 * @throws what will not pass by itself
 */
export async function whenStoreTakes<Result>(
  give: () => Promise<Result>,
  store: StoreWatch,
  { givenUp, stillWanted }: Waiting,
): Promise<Result | undefined> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      const result = await give();
      store.back();
      return result;
    } catch (error) {
      const willPass = error instanceof StoreError && (error.code === 'unavailable' || error.code === 'full');
      if (!willPass) throw error;
      store.away(error);
    }
    await pause(waitMs, undefined, { signal: givenUp }).catch(() => {});
    if (givenUp.aborted || !(await stillWanted())) return undefined;
  }
}
