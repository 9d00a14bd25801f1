import type { Book, BookFact } from '../bookkeeping/book.ts';
import type { KnownFact } from '../bookkeeping/subject.ts';
import { wait } from '../platform/wait.ts';
import type { LedgerReader, ReadOptions } from './port.ts';
import type { Recomputation } from './verify-recompute.ts';

/** Few: a subject of many facts has some MB. */
const PAGE = 10;
/** After so many pages others have their turn. */
const PAGES_BETWEEN = 50;

/** How a comparison in the background goes on. Without one it neither rests nor ends early. */
export interface Pace extends Required<ReadOptions> {
  /** Milliseconds of rest after {@link PAGES_BETWEEN} pages. */
  readonly pageMs: number;
}

/**
 * Where subjects of a book are stored otherwise than follows from their facts, as texts, up to `shown`. Each page is a snapshot of its own, so
 * that no state of the ledger is held for long. @throws StoreError @throws the reason of the signal
 */
export async function subjectFaults(
  ledger: Pick<LedgerReader, 'snapshot'>,
  book: Book,
  shown: number,
  pace?: Pace,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (let [after, pages] = [0, 1]; faults.length < shown; pages += 1) {
    const page = await ledger.snapshot((snapshot) => snapshot.wrongSubjects(book, after, PAGE), pace);
    faults.push(...page.faults);
    if (page.last === undefined) break;
    after = page.last;
    if (pace && pages % PAGES_BETWEEN === 0) await wait(pace.pageMs, pace.signal);
    pace?.signal.throwIfAborted();
  }
  return faults.slice(0, shown);
}

/**
 * Where the stored facts of a book are not those that a partition of the events states, up to `shown`. Facts that the ledger has learnt since
 * are left out. A fact may be known later than its event was recorded: it was set aside first. @throws StoreError
 */
export async function factFaults(
  ledger: Pick<LedgerReader, 'snapshot' | 'checkpoint'>,
  book: Book,
  recomputation: Pick<Recomputation, 'fact' | 'facts'>,
  isAllFolded: boolean,
  shown: number,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const { knownAt: latest } = await ledger.checkpoint();
  let found = 0;
  for (let after = 0; faults.length < shown; ) {
    const { facts, last } = await ledger.snapshot((snapshot) => snapshot.storedFacts(book, after, PAGE));
    for (const stored of facts) {
      const { id } = stored.fact;
      const stated = recomputation.fact(book, stored.name, id);
      if (!stated) continue;
      found += 1;
      const isKnownThen = stored.knownAt >= stated.knownAt && stored.knownAt <= latest;
      if (!isKnownThen || textOf(book, stored) !== textOf(book, stated))
        faults.push(`the fact of event ${id} in ${stored.name} is not what the event states`);
    }
    if (last === undefined) break;
    after = last;
  }
  const missing = recomputation.facts(book) - found;
  if (faults.length < shown && missing > 0 && isAllFolded)
    faults.push(`${missing} events have no fact in the subject that they name`);
  return faults.slice(0, Math.max(0, shown));
}

const textOf = (book: Book, { fact, name, aliases, source, rank }: KnownFact<BookFact>): string =>
  JSON.stringify([book.codec.encode(fact), name, aliases, source, rank]);
