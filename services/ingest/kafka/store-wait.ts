import { Backoff } from '../../../shared/kernel/backoff.ts';
import { StoreError, type StoreErrorCode } from '../../../shared/kernel/store-error.ts';
import { wait } from '../../../shared/platform/wait.ts';

/** The state of the store, observed by writes to it. */
export interface StoreWatch {
  away(error: StoreError): void;
  back(): void;
}

interface Waiting {
  readonly givenUp: AbortSignal;
  /** Asked before each further try. */
  readonly stillWanted: () => Promise<boolean>;
}

/** The failures of a store that pass, by themselves or by a person's act. */
const PASSES: ReadonlySet<StoreErrorCode> = new Set(['unavailable', 'full', 'clock', 'staff-key']);
const DELAYS = { firstMs: 100, longestMs: 5_000 };

/**
 * Repeats a write while the store is full or unreachable, the time not sure, or the key for people another one: nothing is dropped, nothing more is fetched meanwhile.
 * @returns undefined when it was given up
 * @throws what will not pass by itself
 */
export async function retryWhileUnreachable<Result>(
  give: () => Promise<Result>,
  store: StoreWatch,
  { givenUp, stillWanted }: Waiting,
): Promise<Result | undefined> {
  const backoff = new Backoff(DELAYS);
  for (;;) {
    try {
      const result = await give();
      store.back();
      return result;
    } catch (error) {
      const willPass = error instanceof StoreError && PASSES.has(error.code);
      if (!willPass) throw error;
      store.away(error);
    }
    await wait(backoff.next(), givenUp);
    if (givenUp.aborted || !(await stillWanted())) return undefined;
  }
}
