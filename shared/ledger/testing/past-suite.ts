import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { BalanceQuery, ListPlace } from '../../bookkeeping/balance.ts';
import { dossierBook } from '../../books/dossier/book.ts';
import { DOSSIER_STATUSES } from '../../books/dossier/status.v1.ts';
import type { LocalDay } from '../../calendar/zone.ts';
import type { DomainEvent } from '../../contracts/event-kind.ts';
import { dossierId, fieldId, unitId } from '../../contracts/ids.ts';
import type { LedgerSnapshot } from '../port.ts';
import { type Counts, placeOf } from '../verify-recompute.ts';
import {
  at,
  counts,
  day,
  EVERYWHERE,
  type LedgerFactory,
  placed,
  post,
  postPages,
  RULES,
  type Unplaced,
  unplaced,
  ZONE,
} from './contract-events.ts';
import { countsOf, recomputed, textsOf } from './recomputed.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEGIN = at('2025-03-01 08:00');
/** Two large blocks of days, and some of a third. */
const DAYS = 300;
/** Lists cost more than figures: so many questions of a history. */
const LISTED = 8;
const UNITS = ['H19.01', 'H19.02'].map(unitId);
const FIELDS = ['land', 'trade'].map(fieldId);

/** How long after its time an event is recorded: mostly within hours, some late, a few as after an import, a few ahead of their time. */
const lag = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 5 * HOUR }) },
  { weight: 2, arbitrary: fc.integer({ min: DAY, max: 4 * DAY }) },
  { weight: 1, arbitrary: fc.integer({ min: 20 * DAY, max: DAYS * DAY }) },
  { weight: 1, arbitrary: fc.integer({ min: -6 * DAY, max: 0 }) },
);

/** Dossiers that are received and go on for some days, some of it corrected. */
const histories = fc
  .array(
    fc.record({
      dossier: fc.nat({ max: 30 }),
      status: fc.constantFrom('received', 'completed', 'completed', ...DOSSIER_STATUSES),
      after: fc.integer({ min: 0, max: 30 * DAY }),
      lag,
      unitId: fc.option(fc.constantFrom(...UNITS), { nil: undefined }),
      fieldId: fc.constantFrom(...FIELDS),
      dueIn: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
      corrects: fc.option(fc.nat({ max: 60 }), { nil: undefined, freq: 4 }),
    }),
    { minLength: 10, maxLength: 80 },
  )
  .map((all) =>
    all
      .map((each, index): Unplaced => {
        const { dossier, status, after, unitId, fieldId, dueIn, corrects } = each;
        const received = BEGIN + ((dossier * 53) % DAYS) * DAY;
        const time = received + (status === 'received' ? 0 : after);
        const data = {
          dossierId: dossierId(`H19.12-250301-${String(dossier).padStart(4, '0')}`),
          status,
          fieldId,
          ...(unitId !== undefined && { unitId }),
          ...(dueIn !== undefined && { dueAt: received + dueIn * DAY }),
          ...(corrects !== undefined && { corrects: `e${corrects}` }),
        };
        const event: DomainEvent = { type: 'dossier.status.v1', time, data };
        return unplaced(event, `e${index}`, time + each.lag);
      })
      .sort((left, right) => left.recordedAt - right.recordedAt),
  );

/** A question before the history is known: its moment and its days are near those of one of the events, or anywhere. */
const questions = fc.array(
  fc.record({
    event: fc.nat(),
    /** Undefined: the present. */
    knownAfter: fc.option(fc.integer({ min: 0, max: 5 * HOUR }), { nil: undefined, freq: 4 }),
    end: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -DAYS, max: DAYS })),
    length: fc.integer({ min: 0, max: DAYS }),
    unit: fc.option(fc.constantFrom(...UNITS), { nil: undefined }),
    field: fc.option(fc.constantFrom(...FIELDS), { nil: undefined, freq: 2 }),
    by: fc.constantFrom<string[]>([], ['unit'], ['day'], ['unit', 'field', 'day']),
  }),
  { minLength: 30, maxLength: 30 },
);
type Asked = (typeof questions extends fc.Arbitrary<infer All> ? All : never) extends (infer One)[]
  ? One
  : never;

function queryOf(
  history: readonly Unplaced[],
  { event, knownAfter, end, length, unit, field, by }: Asked,
): BalanceQuery {
  const { recordedAt = BEGIN } = history[event % history.length] ?? {};
  const to = ZONE.dayOf(recordedAt) + end;
  return {
    book: dossierBook,
    from: (to - length) as LocalDay,
    to: to as LocalDay,
    filter: {
      ...(unit !== undefined && { units: [unit] }),
      ...(field !== undefined && { where: { field } }),
    },
    by,
    ...(knownAfter !== undefined && { knownAt: recordedAt + knownAfter }),
  };
}

/** The same answer in plain arrays, from the events alone. */
const expectedCounts = (history: readonly Unplaced[], { knownAt, ...query }: BalanceQuery): Counts =>
  countsOf(recomputed(placed(history), knownAt), query);

const expected = (history: readonly Unplaced[], query: BalanceQuery): string[] =>
  textsOf(expectedCounts(history, query));

/** How many stand in each account, by the events alone and by lists that are read to their end, each subject once. */
async function assertListed(snapshot: LedgerSnapshot, history: readonly Unplaced[], query: BalanceQuery) {
  const { from, to, filter, knownAt } = query;
  const counted = new Map<string, number>();
  for (const [place, count] of expectedCounts(history, { ...query, by: [] })) {
    const [account] = JSON.parse(place);
    counted.set(account, (counted.get(account) ?? 0) + count);
  }
  for (const selection of EVERYWHERE.dossier) {
    const ids: string[] = [];
    const list = {
      anyOf: [selection],
      from,
      to,
      filter,
      limit: 3,
      ...(knownAt !== undefined && { knownAt }),
    };
    for (let after: ListPlace | undefined; ; ) {
      const { items, next } = await snapshot.list(dossierBook, { ...list, ...(after && { after }) });
      ids.push(...items.map(({ id }) => id));
      if (!next) break;
      after = next;
    }
    const { account } = selection;
    assert.equal(ids.length, counted.get(account) ?? 0, JSON.stringify({ ...query, book: account }));
    assert.equal(new Set(ids).size, ids.length);
  }
}

/** Figures of past days and past knowledge, whatever the two have to do with each other. */
export function pastContract(create: LedgerFactory): void {
  describe('figures of the past', () => {
    it('are the sums of the legs known by then, for any history, window, moment and filter', async () => {
      await fc.assert(
        fc.asyncProperty(
          histories,
          questions,
          fc.integer({ min: 1, max: 20 }),
          async (history, asked, page) => {
            const ledger = await create();
            try {
              const writer = await ledger.openWriter(RULES);
              await postPages(writer, history, page);
              const reader = await ledger.openReader();
              await reader.snapshot(async (snapshot) => {
                for (const query of asked.map((each) => queryOf(history, each))) {
                  const balances = await snapshot.balances(query);
                  const answer = balances.map((each) => `${placeOf(each)} ${each.count}`).sort();
                  assert.deepEqual(
                    answer,
                    expected(history, query),
                    JSON.stringify({ ...query, book: undefined }),
                  );
                }
              });
            } finally {
              await ledger.remove();
            }
          },
        ),
        { numRuns: 25 },
      );
    });

    it('have as many in the list of each account, for any history, window, moment and filter', async () => {
      await fc.assert(
        fc.asyncProperty(histories, questions, async (history, asked) => {
          const ledger = await create();
          try {
            const writer = await ledger.openWriter(RULES);
            await postPages(writer, history, 10);
            const reader = await ledger.openReader();
            await reader.snapshot(async (snapshot) => {
              for (const each of asked.slice(0, LISTED)) {
                await assertListed(snapshot, history, queryOf(history, each));
              }
            });
          } finally {
            await ledger.remove();
          }
        }),
        { numRuns: 15 },
      );
    });

    it('end with the day of the office, on both sides of its midnight', async () => {
      const ledger = await create();
      try {
        const writer = await ledger.openWriter(RULES);
        const [lateInTheEvening, earlyInTheMorning] = [at('2026-01-05 23:30'), at('2026-01-06 00:30')];
        for (const [index, time] of [
          lateInTheEvening,
          earlyInTheMorning,
          earlyInTheMorning + DAY,
        ].entries()) {
          const data = { dossierId: dossierId(`H19.12-260105-000${index}`), status: 'received' } as const;
          await post(writer, [unplaced({ type: 'dossier.status.v1', time, data }, `e${index}`, time)]);
        }
        const reader = await ledger.openReader();
        const open = (query: Pick<BalanceQuery, 'to' | 'knownAt'>) => counts(reader, query);
        const [fifth, sixth] = [day('2026-01-05'), day('2026-01-06')];
        const one = { 'in-progress/no-due-date': 1 };
        assert.deepEqual(await open({ to: fifth, knownAt: lateInTheEvening }), one);
        assert.deepEqual(await open({ to: sixth, knownAt: lateInTheEvening }), one);
        assert.deepEqual(await open({ to: fifth, knownAt: earlyInTheMorning }), one);
        assert.deepEqual(await open({ to: sixth, knownAt: earlyInTheMorning }), {
          'in-progress/no-due-date': 2,
        });
        assert.deepEqual(await open({ to: sixth }), { 'in-progress/no-due-date': 2 });
      } finally {
        await ledger.remove();
      }
    });
  });
}
