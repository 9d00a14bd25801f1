import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type OracleLife, oracle } from '../../../tests/support/dossier-oracle.ts';
import { at, eventNamed, OFFICE } from '../../../tests/support/facts.ts';
import type { Side } from '../../bookkeeping/leg.ts';
import { firstMomentOf, localDate, type When } from '../../calendar/when.ts';
import { formatDay, HOUR, type LocalDay, MINUTE } from '../../calendar/zone.ts';
import { OPEN_ACCOUNTS } from './accounts.ts';
import type { DossierFact } from './fact.ts';
import { CHANNELS, DOSSIER_STATUSES, DUE_BASES } from './status.v1.ts';
import { type DossierTimeline, dossierTimeline } from './timeline.ts';

const START = at('2024-02-26');
const DAYS = 8;

/** Few days and hours, so that moments often collide, and some are days without an hour. */
const moment = fc
  .tuple(
    fc.nat(DAYS - 1),
    fc.constantFrom(0, 8 * HOUR, 17 * HOUR, 17 * HOUR + 59_999, 23 * HOUR + 59 * MINUTE),
  )
  .map(([day, msOfDay]) => START + day * 24 * HOUR + msOfDay);

/** The same times, and the days they are on. */
const when: fc.Arbitrary<When> = fc.oneof(
  { weight: 2, arbitrary: moment },
  { weight: 1, arbitrary: moment.map((at) => localDate(OFFICE.dayOf(at))) },
);

const seldom = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const ids = Array.from({ length: 9 }, (_, index) => eventNamed(`e${index}`));

const fact = fc
  .record({
    time: when,
    status: fc.constantFrom(...DOSSIER_STATUSES, 'apology' as const),
    rank: fc.constantFrom(1, 1, 1, 1, 1, 2),
    lag: fc.constantFrom(MINUTE, MINUTE, 48 * HOUR, -5 * MINUTE, -30 * HOUR),
    assertedAt: seldom(when),
    sequence: seldom(fc.nat(3)),
    corrects: seldom(fc.constantFrom(...ids)),
    defaulted: seldom(fc.constant(true as const)),
    timeInferred: seldom(fc.constant(true as const)),
    receivedAt: seldom(when),
    dueAt: fc.option(fc.option(when, { freq: 4 }), { nil: undefined, freq: 2 }),
    dueBasis: fc.option(fc.constantFrom(...DUE_BASES), { nil: undefined, freq: 2 }),
    limitUnit: seldom(fc.constantFrom('days' as const, 'hours' as const)),
    finishedAt: seldom(when),
    channel: seldom(fc.constantFrom(...CHANNELS)),
  })
  .map(({ lag, ...fields }) => ({
    ...withoutUndefined(fields),
    recordedAt: firstMomentOf(fields.time, OFFICE) + lag,
  }));

function withoutUndefined<Given extends object>(
  fields: Given,
): { [Name in keyof Given]: Exclude<Given[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Given]: Exclude<Given[Name], undefined>;
  };
}

/** A letter states its date, and perhaps a new due date; a ledger has one rule for all extensions. */
function underRule({ status, ...stated }: Omit<DossierFact, 'id'>, any: boolean): Omit<DossierFact, 'id'> {
  const { time, recordedAt, rank, assertedAt, corrects, dueAt } = stated;
  const letter = { time, recordedAt, rank, assertedAt, corrects, letter: '1/XL' };
  const one =
    status === 'apology' ? { ...letter, ...(dueAt && { dueAt, dueBasis: 'extension' as const }) } : stated;
  return { ...one, status, ...(any && one.dueBasis === 'extension' && { anyExtension: true as const }) };
}

const dossier: fc.Arbitrary<DossierFact[]> = fc
  .tuple(fc.array(fact, { maxLength: ids.length - 1 }), fc.constantFrom(false, false, true))
  .map(([facts, any]) =>
    facts.map((fact, index) => ({ ...underRule(fact, any), id: eventNamed(`e${index}`) })),
  );

const firstDay = OFFICE.dayOf(START) - 3;
const days = Array.from({ length: DAYS + 6 }, (_, index) => (firstDay + index) as LocalDay);

/** Drawn once for all laws: drawing a life costs more than checking it. */
const DRAWN = {
  seed: fc.readConfigureGlobal()?.seed ?? Math.trunc(Math.random() * 0x7fffffff),
  numRuns: 15_000,
};
const lives = fc.sample(dossier, DRAWN).map((facts) => ({ facts, timeline: dossierTimeline(facts, OFFICE) }));

/** Asserts a law for each life; a failing life is drawn again, to report it with its seed, as small as possible. */
function always(law: (timeline: DossierTimeline, facts: readonly DossierFact[]) => void): void {
  try {
    for (const { facts, timeline } of lives) law(timeline, facts);
  } catch (error) {
    fc.assert(
      fc.property(dossier, (facts) => law(dossierTimeline(facts, OFFICE), facts)),
      DRAWN,
    );
    throw error;
  }
}

test('neither the order of arrival nor repetition matters', () => {
  const shuffled = dossier.chain((facts) =>
    fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 })),
  );
  fc.assert(
    fc.property(shuffled, ([facts, again]) => {
      assert.deepEqual(dossierTimeline(again, OFFICE), dossierTimeline(facts, OFFICE));
    }),
    { numRuns: 5_000 },
  );
});

test('at the end of every day each account holds the dossier once or not at all, and exactly one holds it', () => {
  always(({ legs }) => {
    for (const day of days) {
      const balances = new Map<string, number>([['outside', 1]]);
      for (const leg of legs) {
        if (leg.day > day) continue;
        balances.set(leg.from.account, (balances.get(leg.from.account) ?? 0) - 1);
        balances.set(leg.to.account, (balances.get(leg.to.account) ?? 0) + 1);
      }
      assert.equal([...balances.values()].filter((amount) => amount !== 0).join(), '1');
    }
  });
});

test('each leg leaves the side the one before entered, on no earlier day, and none is void', () => {
  always(({ legs, standing }) => {
    let side: Side = { account: 'outside', due: null, dueOriginal: null, original: null };
    let day = Number.NEGATIVE_INFINITY;
    for (const leg of legs) {
      assert.deepEqual(leg.from, side);
      assert.notDeepEqual(leg.from, leg.to);
      assert.ok(leg.day >= day);
      side = leg.to;
      day = leg.day;
    }
    assert.deepEqual(standing, side);
  });
});

test('amounts never leave an end: on no day is its count below zero', () => {
  always(({ legs }) => {
    for (const { from } of legs)
      assert.ok(
        from.account === 'outside' || OPEN_ACCOUNTS.some((open) => open === from.account),
        from.account,
      );
  });
});

test('no leg lies in the future of what is known', () => {
  always(({ legs }, facts) => {
    const knownAt = Math.max(...facts.map(({ recordedAt }) => recordedAt));
    for (const { day } of legs) assert.ok(day <= OFFICE.dayOf(knownAt + 5 * MINUTE));
  });
});

const standingOn = ({ legs }: DossierTimeline, day: LocalDay): Side | undefined =>
  legs.findLast((leg) => leg.day <= day)?.to;

/** The last date, or minute with a limit in hours, that is not overdue yet. */
const lastNotOverdue = (due: number | null, unit: 'days' | 'hours'): string | null =>
  due === null ? null : new Date(due - 1 + 7 * HOUR).toISOString().slice(0, unit === 'days' ? 10 : 16);

const namedDays = days.map((day) => ({ day, name: formatDay(day) }));

function compare(timeline: DossierTimeline, life: OracleLife): void {
  const { receivedAt, endedAt, dueAt, originalDueAt, reversions } = timeline;
  const expected = {
    receivedAt: life.receivedAt,
    endedAt: life.endedAt,
    dueAt: life.dueAt,
    originalDueAt: life.originalDueAt,
    reversions: life.reversions,
    endsByDay: life.endsByDay,
  };
  const endsByDay = timeline.findings.some(({ code }) => code === 'end-by-day');
  assert.deepEqual({ receivedAt, endedAt, dueAt, originalDueAt, reversions, endsByDay }, expected);
  for (const { fact, use } of timeline.classified) {
    assert.equal(use === 'applied' || use === 'no-change' ? 'moves' : use, life.uses[fact.id], fact.id);
  }
  for (const { day, name } of namedDays) {
    const side = standingOn(timeline, day);
    const shown = {
      account: side?.account ?? 'outside',
      due: lastNotOverdue(side?.due ?? null, timeline.limitUnit),
      original: side?.original ?? lastNotOverdue(side?.dueOriginal ?? null, timeline.limitUnit),
    };
    assert.deepEqual(shown, life.standingOn(name), name);
  }
}

test('on every day its account is that of a second, independent implementation of the rules', () => {
  always((timeline, facts) => compare(timeline, oracle(facts)));
});
