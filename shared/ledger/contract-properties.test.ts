import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { Balance, BalanceQuery, Knowledge } from '../bookkeeping/balance.ts';
import { rulingsText } from '../bookkeeping/ruling.ts';
import { documentBook } from '../books/document/book.ts';
import { EXCHANGE_STEPS } from '../books/document/exchange.v1.ts';
import { EXCHANGE_CHANNELS } from '../books/document/registered.v1.ts';
import { dossierBook } from '../books/dossier/book.ts';
import { CHANNELS, DOSSIER_STATUSES, DUE_BASES } from '../books/dossier/status.v1.ts';
import { books } from '../books/registry.ts';
import { localDate, type When } from '../calendar/when.ts';
import { DEFAULT_OFFICE_HOURS } from '../calendar/working-calendar.ts';
import type { DomainEvent } from '../contracts/event-kind.ts';
import { documentId, dossierId, feedName, fieldId, procedureId, unitId } from '../contracts/ids.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import type { LedgerReader, LedgerSnapshot, LedgerWriter } from './port.ts';
import {
  ALL_DAYS,
  at,
  documentIn,
  dossierIn,
  EVERYWHERE,
  type LedgerFactory,
  type LedgerUnderTest,
  placed,
  post,
  RULES,
  SOURCE,
  type Unplaced,
  unplaced,
  ZONE,
} from './testing/contract-events.ts';
import { countsOf, recomputed, textsOf } from './testing/recomputed.ts';
import { placeOf } from './verify-recompute.ts';

const HOUR = 3_600_000;
/** Events happen from here on. */
export const START = at('2026-01-05 00:00');
/** They are recorded in the six hours from here on. */
export const RECORDED = START + 30 * 24 * HOUR;
/** One agency under several identifiers, if the table states it. */
const AGENCIES = ['H19.12', '00.12.H19', '01.12.H19'].map(unitId);
const DOSSIERS = [1, 2, 3, 4].map((number) => dossierId(`H19.12-260105-000${number}`));
DOSSIERS.push(dossierId('00.12.H19-260105-0001'), dossierId('01.12.H19-260105-0001'));
const DOCUMENTS = [...AGENCIES, 'H19'].map((agency) => documentId(`${agency},2026-01-05,1/VP`));
DOCUMENTS.push(documentId('H19,2026-01-05,2/VP'));
/** Of the events, the first one mostly: those of one source correct each other. */
const SOURCES = [SOURCE, SOURCE, 'portal', 'files'];
const UNITS = ['H19.12', 'H19.13', '00.12.H19'].map(unitId);

const moment = fc.integer({ min: 0, max: 20 * 24 }).map((hour) => START + hour * HOUR);
/** The hours, and the days they are in. */
const when: fc.Arbitrary<When> = fc.oneof(
  { weight: 2, arbitrary: moment },
  { weight: 1, arbitrary: moment.map((hour) => localDate(ZONE.dayOf(hour))) },
);
const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
const rarely = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const otherEvent = fc.nat({ max: 30 }).map((number) => `e${number}`);
/** Leaves out undefined fields, as events do. */
const stated = <Data extends object>(data: Data): Data =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as Data;

const statusEvent = fc
  .record({
    time: when,
    data: fc
      .record({
        dossierId: fc.constantFrom(...DOSSIERS),
        aliases: fc.oneof(
          { weight: 9, arbitrary: fc.constant(undefined) },
          fc.constantFrom(...DOSSIERS).map((id) => [id]),
        ),
        status: fc.constantFrom(...DOSSIER_STATUSES),
        unitId: optional(fc.constantFrom(...UNITS)),
        fieldId: rarely(fc.constantFrom('land', 'null').map(fieldId)),
        procedureId: rarely(fc.constantFrom('1.000001', '1.000002').map(procedureId)),
        channel: rarely(fc.constantFrom(...CHANNELS)),
        receivedAt: rarely(when),
        dueAt: rarely(fc.option(when)),
        dueBasis: rarely(fc.constantFrom(...DUE_BASES)),
        finishedAt: rarely(when),
        returnedAt: rarely(when),
        outcome: rarely(fc.constantFrom('granted' as const, 'refused' as const)),
        corrects: rarely(otherEvent),
        sequence: rarely(fc.nat({ max: 3 })),
      })
      .map(stated),
  })
  .map((event): DomainEvent => ({ type: 'dossier.status.v1', ...event }));

const registerEvent = fc
  .record({
    time: when,
    data: fc
      .record({
        documentId: fc.constantFrom(...DOCUMENTS),
        aliases: rarely(fc.constantFrom(...DOCUMENTS).map((id) => [id])),
        scope: fc.constantFrom('internal' as const, 'inter-agency' as const),
        fromUnitId: fc.constantFrom(...UNITS),
        issuedAt: when,
        recipients: fc.array(
          fc.record({ unitId: fc.constantFrom(...UNITS), channel: fc.constantFrom(...EXCHANGE_CHANNELS) }),
          { maxLength: 3 },
        ),
        corrects: rarely(otherEvent),
      })
      .map(stated),
  })
  .map((event): DomainEvent => ({ type: 'document.registered.v1', ...event }));

const exchangeEvent = fc
  .record({
    time: moment,
    data: fc.record({
      documentId: fc.constantFrom(...DOCUMENTS),
      recipientUnitId: fc.constantFrom(...UNITS),
      step: fc.constantFrom(...EXCHANGE_STEPS),
      at: when,
    }),
  })
  .map((event): DomainEvent => ({ type: 'document.exchange.v1', ...event }));

const calendarEvent = fc.record({ time: moment }).map(
  ({ time }): DomainEvent => ({
    type: 'calendar.day-declared.v1',
    time,
    data: { day: '2026-01-06', kind: 'off', instrument: 'CV 1' },
  }),
);

const tableEvent = fc
  .record({ time: moment, agencyId: fc.constantFrom(...AGENCIES), unitId: fc.constantFrom(...AGENCIES) })
  .map(({ time, ...data }): DomainEvent => ({ type: 'agency-id.mapped.v1', time, data }));

/** Two feeds that take sources from each other, and retire. */
const feedEvent = fc
  .record({
    time: moment,
    data: fc.record({
      name: fc.constantFrom('office', 'national').map(feedName),
      sources: fc.subarray([...SOURCES]),
      rank: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 5 }),
      coverageFrom: fc.constant(null),
      types: fc.constant([]),
    }),
  })
  .map((event): DomainEvent => ({ type: 'feed.declared.v1', ...event }));

const events = (...kinds: fc.Arbitrary<DomainEvent>[]) =>
  fc
    .array(
      fc.record({
        event: fc.oneof(...kinds),
        rank: fc.constantFrom(1, 1, 2),
        source: fc.constantFrom(...SOURCES),
        recordedAt: fc.integer({ min: 0, max: 6 }).map((hour) => RECORDED + hour * HOUR),
      }),
      { minLength: 1, maxLength: 25 },
    )
    .map((all) =>
      all.map(({ event, rank, source, recordedAt }, index) =>
        unplaced(event, `e${index}`, recordedAt, rank, source),
      ),
    );

/** Any events of every kind that the ledger folds. */
export const anyEvents = () =>
  events(statusEvent, statusEvent, registerEvent, exchangeEvent, calendarEvent, tableEvent, feedEvent);

/** How events reach the ledger: their order, the repeated ones, the page breaks and the failing pages. */
interface Delivery {
  readonly arrivals: readonly Unplaced[];
  readonly pages: readonly number[];
  readonly failures: readonly (number | undefined)[];
}

const deliveryOf = (all: readonly Unplaced[]): fc.Arbitrary<Delivery> =>
  fc.record({
    arrivals: fc
      .tuple(
        fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length }),
        fc.subarray([...all]),
      )
      .map(([once, again]) => [...once, ...again]),
    pages: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 60, maxLength: 60 }),
    failures: fc.array(rarely(fc.nat({ max: 17 })), {
      minLength: 60,
      maxLength: 60,
    }),
  });

async function deliver(ledger: LedgerUnderTest, { arrivals, pages, failures }: Delivery): Promise<void> {
  let writer: LedgerWriter = await ledger.openWriter(RULES);
  let start = 0;
  for (const [page, size] of pages.entries()) {
    const part = arrivals.slice(start, start + size);
    if (part.length === 0) return;
    const failure = failures[page];
    if (failure !== undefined) {
      const mend = await ledger.breakWrites(failure);
      const before = writer.checkpoint;
      // The page reaches the failing table by chance; if it does, the ledger must keep nothing of the page.
      const posted = await post(writer, part).then(
        () => true,
        () => false,
      );
      await mend();
      if (failure % 2 === 0) writer = await ledger.openWriter(RULES);
      if (!posted) assert.deepEqual(writer.checkpoint, before);
      if (posted) {
        start += size;
        continue;
      }
    }
    await post(writer, part);
    start += size;
  }
}

const BREAKDOWNS: readonly BalanceQuery['by'][] = [
  [],
  ['unit'],
  ['day', 'unit', 'field'],
  ['procedure', 'channel'],
  ['unit', 'field', 'procedure', 'channel', 'day'],
];
const queries = (knownAt?: Moment): BalanceQuery[] =>
  books.all.flatMap((book) =>
    BREAKDOWNS.flatMap((by) =>
      [
        { ...ALL_DAYS, filter: {} },
        {
          from: ALL_DAYS.from,
          to: (ALL_DAYS.from + 13_160) as typeof ALL_DAYS.to,
          filter: { units: UNITS.slice(0, 1) },
        },
      ].map((range) => ({ book, by, ...range, ...(knownAt === undefined ? {} : { knownAt }) })),
    ),
  );

/** Answers of the ledger to many queries, as comparable text. */
export async function answers(reader: LedgerReader, knownAt?: Moment): Promise<unknown> {
  const asOf = knownAt === undefined ? {} : { knownAt };
  return reader.snapshot(async (ledger) => {
    const balances: string[][] = [];
    for (const query of queries(knownAt)) {
      balances.push((await ledger.balances(query)).map((each) => `${placeOf(each)} ${each.count}`).sort());
    }
    const all = { filter: {}, limit: 1_000, ...asOf };
    const dossiers = await ledger.list(dossierBook, { anyOf: EVERYWHERE.dossier, ...all });
    const exchanges = await ledger.list(documentBook, { anyOf: EVERYWHERE.document, ...all });
    const sorted = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).sort();
    const named: unknown[] = [];
    for (const id of DOSSIERS) named.push(await dossierIn(ledger, id, asOf));
    for (const id of DOCUMENTS) named.push(await documentIn(ledger, id, asOf));
    const rulings = await rulingsIn(ledger, asOf);
    return { balances, dossiers: sorted(dossiers.items), exchanges: sorted(exchanges.items), named, rulings };
  });
}

/** How many dossiers every definition rules on alike, over all days and over some. */
async function rulingsIn(ledger: LedgerSnapshot, known: Knowledge): Promise<readonly (readonly string[])[]> {
  const windows = [ALL_DAYS, { from: ZONE.dayOf(START), to: ZONE.dayOf(START + 6 * 24 * HOUR) }];
  const all: string[][] = [];
  for (const { from, to } of windows) {
    const stockAt = ZONE.momentAt(to, 24 * HOUR) - 1;
    const window = { name: 'from-to', from, to, cutTo: to, current: false, stockAt } as const;
    const { counts } = await ledger.rulings({
      ...{ book: dossierBook, definitions: dossierBook.definitions?.names ?? [], filter: {}, ...known },
      basis: {
        window,
        openEnd: stockAt,
        limits: LIMITS,
        calendar: { holidays: [], hours: DEFAULT_OFFICE_HOURS },
      },
      ...{ after: 0, span: 1_000 },
    });
    all.push(counts.map(({ rulings, count }) => `${rulingsText(rulings)}: ${count}`).sort());
  }
  return all;
}

const LIMITS = [
  { procedure: '1.000001', from: ALL_DAYS.from, to: null, amount: 2, unit: 'working-days' },
] as const;

/** The same balances in plain arrays. */
function expectedBalances(recorded: readonly RecordedEvent[], knownUntil?: Moment): string[][] {
  const recomputation = recomputed(recorded, knownUntil);
  return queries().map((query) => textsOf(countsOf(recomputation, query)));
}

const RUNS = 30;

/** Laws that hold for any events in any order of arrival. @param runs of each law */
export function ledgerProperties(create: LedgerFactory, runs = RUNS): void {
  const within = async (check: (ledger: LedgerUnderTest) => Promise<void>) => {
    const ledger = await create();
    try {
      await check(ledger);
    } finally {
      await ledger.remove();
    }
  };
  const answersAfter = async (delivery: Delivery): Promise<unknown> => {
    let result: unknown;
    await within(async (ledger) => {
      await deliver(ledger, delivery);
      result = await answers(await ledger.openReader());
    });
    return result;
  };

  describe('a ledger, for any events', () => {
    it('gives the same figures in any order, with any repetition, page size and failure, and the figures of plain sums', async () => {
      const all = events(statusEvent, statusEvent, registerEvent, exchangeEvent, tableEvent, feedEvent);
      const cases = all.chain((each) => fc.tuple(fc.constant(each), deliveryOf(each), deliveryOf(each)));
      await fc.assert(
        fc.asyncProperty(cases, async ([each, one, other]) => {
          const first = await answersAfter(one);
          assert.deepEqual(await answersAfter(other), first);
          assert.deepEqual((first as { balances: unknown }).balances, expectedBalances(placed(each)));
        }),
        { numRuns: runs },
      );
    });

    it('answers as of a moment like a ledger built from the events known then', async () => {
      const cases = anyEvents().chain((each) => fc.tuple(deliveryOf(each), fc.integer({ min: -1, max: 7 })));
      await fc.assert(
        fc.asyncProperty(cases, async ([delivery, hours]) => {
          const knownAt = RECORDED + hours * HOUR;
          const arrived = placed(delivery.arrivals);
          let latest = 0;
          const known = arrived.filter(({ recordedAt }) => {
            latest = Math.max(latest, recordedAt);
            return latest <= knownAt;
          });
          await within(async (ledger) => {
            await deliver(ledger, delivery);
            const asOf = await answers(await ledger.openReader(), knownAt);
            assert.deepEqual(asOf, await answersAfter({ ...delivery, arrivals: known, failures: [] }));
            assert.deepEqual((asOf as { balances: unknown }).balances, expectedBalances(arrived, knownAt));
          });
        }),
        { numRuns: runs },
      );
    });

    it('adds up: an earlier answer and the changes since are the later answer, and all stand where the journal says', async () => {
      const cases = events(statusEvent, registerEvent, exchangeEvent, tableEvent, feedEvent).chain((each) =>
        deliveryOf(each),
      );
      await fc.assert(
        fc.asyncProperty(cases, fc.nat({ max: 40 }), async (delivery, cut) => {
          await within(async (ledger) => {
            const early = { ...delivery, arrivals: delivery.arrivals.slice(0, cut), failures: [] };
            await deliver(ledger, early);
            const reader = await ledger.openReader();
            const { entry } = await reader.checkpoint();
            const sums = await reader.snapshot(async (snapshot) => {
              const all: Map<string, number>[] = [];
              for (const query of queries()) all.push(new Map(counted(await snapshot.balances(query))));
              return all;
            });
            await deliver(ledger, { ...delivery, arrivals: delivery.arrivals.slice(cut), failures: [] });
            await reader.snapshot(async (snapshot) => {
              for (const [index, query] of queries().entries()) {
                const sum = sums[index] ?? new Map();
                for (const [place, change] of counted(await snapshot.changes(query, entry))) {
                  sum.set(place, (sum.get(place) ?? 0) + change);
                }
                const later = new Map(counted(await snapshot.balances(query)));
                assert.deepEqual(new Map([...sum].filter(([, count]) => count !== 0)), later);
              }
              await assertAllStand(snapshot);
            });
          });
        }),
        { numRuns: runs },
      );
    });
  });
}

async function assertAllStand(ledger: LedgerSnapshot): Promise<void> {
  assert.deepEqual(await ledger.wrongDimensions(1), []);
  for (const book of books.all) {
    assert.deepEqual(await ledger.misplaced(book, 1), []);
    assert.deepEqual(await ledger.wrongSums(book, 1), []);
  }
}

const counted = (balances: readonly Balance[]) =>
  balances.map((each) => [placeOf(each), each.count] as const);
