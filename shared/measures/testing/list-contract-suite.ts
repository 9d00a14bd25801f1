import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { ListPlace, ListQuery } from '../../bookkeeping/balance.ts';
import { books } from '../../books/registry.ts';
import { NAMED_WINDOWS } from '../../calendar/windows.ts';
import { DEFAULT_OFFICE_HOURS } from '../../calendar/working-calendar.ts';
import { HOUR } from '../../calendar/zone.ts';
import { unitId } from '../../contracts/ids.ts';
import type { Moment } from '../../kernel/clock.ts';
import { anyEvents, START } from '../../ledger/contract-properties.test.ts';
import type { LedgerReader, LedgerSnapshot } from '../../ledger/port.ts';
import {
  ALL_DAYS,
  type LedgerFactory,
  postPages,
  RULES,
  type Unplaced,
  ZONE,
} from '../../ledger/testing/contract-events.ts';
import { builtinObjectives } from '../builtin.ts';
import type { ObjectiveDefinition } from '../definition.ts';
import type { Figure } from '../evaluate.ts';
import type { FigureRequest } from '../figure-frame.ts';
import { unequalLists } from '../list-law.ts';
import { BASES } from '../measure.ts';
import type { Behind } from '../observatory.ts';
import { Observatory } from '../observatory.ts';
import { MEASURES } from '../registry.ts';
import { balanceQueries } from '../tally.ts';
import { anyDays, anyKnown, maybe, stated } from './any-question.ts';
import { subjectsIn } from './subjects-in.ts';

const UNIT = unitId('H19.12');

/** Each measure as built in, the dossiers of one unit, and what goes inside by the axis alone. */
const DEFINITIONS: readonly ObjectiveDefinition[] = builtinObjectives().flatMap((definition) => {
  const { id, formula } = definition;
  if (formula.name === 'dossiers-on-time')
    return [definition, { ...definition, id: `${id}-there`, unit: UNIT }];
  return formula.scope === 'internal'
    ? [definition, { ...definition, id: `${id}-literal`, formula: { ...formula, policy: 'axis-only' } }]
    : [definition];
});

export function observatoryOf(
  ledger: LedgerReader,
  now: Moment,
  definitions: readonly ObjectiveDefinition[] = DEFINITIONS,
): Observatory {
  return new Observatory({
    ledger,
    measures: MEASURES,
    kinds: books.kinds,
    file: { definitions, from: 'file' },
    clock: () => now,
    zone: ZONE,
    holidays: [],
    hours: DEFAULT_OFFICE_HOURS,
    deadLetters: async () => [],
    doubts: () => [],
  });
}

const rarely = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
/** A question to one objective. */
interface Asked {
  readonly id: string;
  readonly request: FigureRequest;
}

const asked: fc.Arbitrary<Asked> = fc.record({
  id: fc.constantFrom(...DEFINITIONS.map(({ id }) => id)),
  request: fc
    .record({
      window: fc.oneof(fc.constantFrom(undefined, ...NAMED_WINDOWS), anyDays),
      basis: fc.constantFrom(...BASES),
      unit: maybe(fc.constantFrom(UNIT, unitId('H19.13'))),
      where: fc
        .record({
          field: rarely(fc.constant('land')),
          procedure: rarely(fc.constantFrom('1.000001', '1.000002')),
          channel: rarely(fc.constantFrom('online', 'axis', 'internal-system')),
        })
        .map(stated),
      asOf: maybe(anyKnown),
    })
    .map(stated),
});

/** On each basis everything that ever was, so that chance does not miss what parts them. */
const EVERYTHING: readonly Asked[] = DEFINITIONS.flatMap(({ id }) =>
  BASES.map((basis) => ({ id, request: { basis, window: ALL_DAYS } })),
);

interface Case {
  readonly events: readonly Unplaced[];
  readonly pageSize: number;
  readonly now: Moment;
  readonly asked: readonly Asked[];
  readonly limit: number;
}

/** What must hold between figures and lists, whatever has happened, on any engine. */
export function listContract(create: LedgerFactory): void {
  describe('a list and its figure, for any events', () => {
    const cases: fc.Arbitrary<Case> = fc.record({
      events: anyEvents(),
      pageSize: fc.integer({ min: 1, max: 8 }),
      now: fc.integer({ min: 0, max: 40 * 24 }).map((hour) => START + hour * HOUR),
      asked: fc.array(asked, { minLength: 8, maxLength: 8 }),
      limit: fc.integer({ min: 1, max: 3 }),
    });
    const forAny = (check: (observatory: Observatory, one: Case) => Promise<void>) =>
      fc.assert(
        fc.asyncProperty(cases, async (one) => {
          const ledger = await create();
          try {
            const writer = await ledger.openWriter(RULES);
            await postPages(writer, one.events, one.pageSize);
            await check(observatoryOf(await ledger.openReader(), one.now), one);
          } finally {
            await ledger.remove();
          }
        }),
        { numRuns: 8 },
      );

    it('have the same count: each part, on each basis, in each window, by each filter, as of any moment', () =>
      forAny(async (observatory, { asked }) => {
        for (const { id, request } of [...asked, ...EVERYTHING]) {
          assert.deepEqual(await unequalLists(observatory, id, request), [], id);
        }
      }));

    it('have every item once and in one order, however it is cut into pages, in the present and as of it', () =>
      forAny(async (observatory, { asked, limit }) => {
        for (const { id, request } of asked) {
          await observatory.behind(id, request, async (ledger, behind) => {
            const whole = await itemsOf(ledger, behind, 1_000);
            assert.deepEqual(await itemsOf(ledger, behind, limit), whole);
            const known = { knownAt: request.asOf ?? ledger.checkpoint.knownAt };
            assert.deepEqual(await itemsOf(ledger, behind, limit, known), whole);
            for (const items of Object.values(whole)) assert.equal(new Set(items).size, items.length);
          });
        }
      }));

    it('part the whole: each amount stands in one leaf, and a union lists what its leaves list', () =>
      forAny(async (observatory, { asked }) => {
        for (const { id, request } of [...asked, ...EVERYTHING]) {
          await observatory.behind(id, request, async (ledger, behind) => {
            const leaves = behind.parts.filter(({ of }) => of === undefined);
            const counted = leaves.reduce((sum, { count }) => sum + count, 0);
            assert.equal(counted, await populationOf(ledger, behind), id);
            const lists = await itemsOf(ledger, behind, 1_000);
            for (const { name, count, of = [] } of subjectsIn(behind.parts)) {
              if (of.length === 0) continue;
              const listed = of.flatMap((leaf) => lists[leaf] ?? assert.fail(leaf));
              assert.deepEqual([...(lists[name] ?? [])].sort(), listed.sort(), `${id}, ${name}`);
              assert.equal(count, listed.length, `${id}, ${name}`);
            }
          });
        }
      }));

    it('are the same list from its end when it is descending', () =>
      forAny(async (observatory, { asked, limit }) => {
        for (const { id, request } of [...asked, ...EVERYTHING]) {
          await observatory.behind(id, request, async (ledger, behind) => {
            const ascending = await itemsOf(ledger, behind, 1_000);
            const descending = await itemsOf(ledger, behind, limit, { descending: true });
            for (const { name } of behind.parts)
              assert.deepEqual(descending[name]?.toReversed(), ascending[name], `${id}, ${name}`);
          });
        }
      }));

    it('add up: the parts of a breakdown are the figure, and each is that of its own filter', () =>
      forAny(async (observatory, { asked }) => {
        for (const one of asked) await assertAddsUp(observatory, one);
      }));
  });
}

/** How many subjects the ledger has for a figure, whatever its parts are. */
async function populationOf(ledger: LedgerSnapshot, { frame }: Behind): Promise<number> {
  let count = 0;
  for (const query of balanceQueries(frame.measure, frame.window, frame.filter)) {
    const balances = await ledger.balances({ ...query, ...frame.known });
    for (const { account, count: more } of balances)
      if (account !== 'outside' && account !== 'unregistered') count += more;
  }
  return count;
}

/** Each part's list, page after page. */
async function itemsOf(
  ledger: LedgerSnapshot,
  { parts }: Behind,
  limit: number,
  rest: Pick<ListQuery, 'knownAt' | 'descending'> = {},
): Promise<Readonly<Record<string, readonly string[]>>> {
  const lists: Record<string, readonly string[]> = {};
  for (const { name, book, query } of subjectsIn(parts)) {
    const items: string[] = [];
    for (let after: ListPlace | undefined; ; ) {
      const paged = { ...query, ...rest, limit, ...(after && { after }) };
      const page = await ledger.list(book, paged);
      assert.ok(page.items.length <= limit);
      items.push(...page.items.map((item) => JSON.stringify(item)));
      if (!page.next) break;
      after = page.next;
    }
    lists[name] = items;
  }
  return lists;
}

async function assertAddsUp(observatory: Observatory, { id, request }: Asked): Promise<void> {
  for (const by of ['unit', 'field', 'procedure', 'channel', 'day'] as const) {
    const outcome = await observatory.breakdown(id, by, request);
    if (outcome.kind !== 'figure') return;
    const { measurement, rows } = outcome.figure;
    const sums = rows.map(({ figure }) => countsOf(figure)).reduce(added, new Map());
    for (const [name, count] of countsOf(measurement)) {
      assert.equal(sums.get(name) ?? 0, count, `${id}, ${name} by ${by}`);
    }
    if (by === 'day' || asks(request, by)) continue;
    for (const { key, figure } of rows) {
      if (key === null) continue;
      const own = await observatory.measure(id, {
        ...request,
        ...(by === 'unit'
          ? { unit: unitId(String(key)), unitAlone: true }
          : { where: { ...request.where, [by]: String(key) } }),
      });
      assert.ok(own.kind === 'figure');
      assert.deepEqual(countsOf(own.figure.measurement), countsOf(figure), `${id}, ${by} ${key}`);
    }
  }
}

function countsOf({ numerator, denominator, excluded, open }: Figure): ReadonlyMap<string, number> {
  return new Map(Object.entries({ numerator, denominator, ...excluded, ...open }));
}

function added(
  sums: ReadonlyMap<string, number>,
  more: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  return new Map([...more].map(([name, count]) => [name, count + (sums.get(name) ?? 0)]));
}

const asks = ({ unit, where }: FigureRequest, dimension: string): boolean =>
  dimension === 'unit' ? unit !== undefined : where?.[dimension] !== undefined;
