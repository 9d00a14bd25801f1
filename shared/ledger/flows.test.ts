import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { OFFICE_THEN } from '../../tests/support/facts.ts';
import type { Book, BookFact } from '../bookkeeping/book.ts';
import type { Side } from '../bookkeeping/leg.ts';
import type { Evaluation, KnownFact } from '../bookkeeping/subject.ts';
import { books } from '../books/registry.ts';
import { fromStored } from '../contracts/event-kind.ts';
import { anyOfBook } from './testing/any-kind.ts';
import { placed, type Unplaced, ZONE } from './testing/contract-events.ts';

/** What the events come to, subject by subject. */
function evaluationsOf(book: Book, events: readonly Unplaced[]): readonly Evaluation[] {
  const facts = placed(events).flatMap((event): readonly KnownFact<BookFact>[] => {
    const entry = books.entries.get(event.type);
    if (entry?.of !== 'book') return [];
    const { time, data } = fromStored(entry.kind, event.data);
    const { source, rank } = event.metadata;
    const fact = entry.event.factOf(event, { time, data }, OFFICE_THEN);
    return [{ ...entry.event.subjectOf(data), fact, source, rank, knownAt: event.recordedAt }];
  });
  return [...Map.groupBy(facts, ({ name }) => name).values()].map((known) => book.evaluate(known, ZONE));
}

// An account that is not open is a flow: it has an amount on the day of its entry alone, so what leaves it on another day leaves nothing.
for (const book of books.all)
  test(`${book.name}: what has ended is left on no other day, for any events`, () => {
    const { accounts, dimensions } = book;
    const isFlow = ({ account }: Side) => account !== accounts.source && !accounts.open.includes(account);
    fc.assert(
      fc.property(anyOfBook(book), (events) => {
        for (const { legs, standings } of evaluationsOf(book, events)) {
          const amounts = new Map<string, number>();
          const amountOf = (day: number | null, side: Side, of: Readonly<Record<string, string | null>>) =>
            JSON.stringify([day, side, dimensions.apart === undefined ? null : of[dimensions.apart]]);
          const add = (amount: string, by: number) => amounts.set(amount, (amounts.get(amount) ?? 0) + by);
          for (const { day, from, to, dimensions: of } of legs) {
            if (isFlow(from)) add(amountOf(day, from, of), -1);
            if (isFlow(to)) add(amountOf(day, to, of), 1);
          }
          for (const { day, side, dimensions: of } of standings)
            if (isFlow(side)) add(amountOf(day, side, of), -1);
          assert.deepEqual(
            [...amounts].filter(([, count]) => count !== 0),
            [],
          );
        }
      }),
      { numRuns: 200 },
    );
  });
