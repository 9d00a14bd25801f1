import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { KnownFact } from '../../bookkeeping/subject.ts';
import { dossierBook } from '../../books/dossier/book.ts';
import { ON_TIME } from '../../books/dossier/definitions/registry.ts';
import type { DossierFact } from '../../books/dossier/fact.ts';
import { type DossierTimeline, dossierTimeline } from '../../books/dossier/timeline.ts';
import { dayOf } from '../../calendar/when.ts';
import type { Window } from '../../calendar/windows.ts';
import { unitId } from '../../contracts/ids.ts';
import { anyEvents } from '../../ledger/contract-properties.test.ts';
import type { LedgerSnapshot } from '../../ledger/port.ts';
import {
  ALL_DAYS,
  EVERYWHERE,
  type LedgerFactory,
  postPages,
  RULES,
  ZONE,
} from '../../ledger/testing/contract-events.ts';
import {
  countedBy,
  type DefinitionQuestion,
  definitionQuestion,
  figureBy,
  listedBy,
  partedBy,
} from '../by-definition.ts';
import { shareOfChange } from '../changes.ts';
import type { FigureRequest } from '../figure-frame.ts';
import type { Behind } from '../observatory.ts';
import { anyDays, anyKnown, anyPresent, maybe, stated } from './any-question.ts';
import { observatoryOf } from './list-contract-suite.ts';

const NAMES = ON_TIME.map(({ name }) => name);
const [OURS = ''] = NAMES;

const asked: fc.Arbitrary<FigureRequest> = fc
  .record({
    window: fc.oneof(fc.constant(ALL_DAYS), anyDays),
    unit: maybe(fc.constant(unitId('H19.12'))),
    asOf: maybe(anyKnown),
  })
  .map(stated);

/** What must hold of definitions side by side, for any events, on any engine. */
export function definitionsContract(create: LedgerFactory): void {
  describe('definitions of on time, for any events', () => {
    const cases = fc.record({
      events: anyEvents(),
      now: anyPresent,
      requests: fc.array(asked, { minLength: 4, maxLength: 4 }),
      pair: fc.shuffledSubarray([...NAMES], { minLength: 2, maxLength: 2 }),
    });

    it('ours is the measure, the lists are the figures, and rules add up to the difference of any two', () =>
      fc.assert(
        fc.asyncProperty(cases, async ({ events, now, requests, pair }) => {
          const ledger = await create();
          try {
            await postPages(await ledger.openWriter(RULES), events, 4);
            const observatory = observatoryOf(await ledger.openReader(), now);
            for (const request of requests) {
              const outcome = await observatory.behind(
                'dossier-on-time',
                request,
                async (snapshot, behind) => {
                  const question = (names: readonly string[]) =>
                    definitionQuestion(dossierBook, behind, names, 'cut', ZONE);
                  await assertFigures(snapshot, behind, question);
                  await assertParted(snapshot, question(pair));
                },
              );
              assert.equal(outcome.kind, 'figure');
            }
          } finally {
            await ledger.remove();
          }
        }),
        { numRuns: 20 },
      ));
  });
}

async function assertFigures(
  ledger: LedgerSnapshot,
  behind: Behind,
  question: (names: readonly string[]) => DefinitionQuestion,
): Promise<void> {
  const counts = await countedBy(ledger, question(NAMES));
  const figures = new Map(NAMES.map((name, index) => [name, figureBy(counts, index)]));
  const of = (name: string) => {
    const { numerator, denominator } = figures.get(name) ?? assert.fail(name);
    return [numerator, denominator];
  };
  const part = (name: string) => behind.parts.find((one) => one.name === name)?.count ?? assert.fail(name);
  assert.deepEqual(of(OURS), [part('on-time'), part('on-time') + part('late')]);

  const expected = await recounted(ledger, behind);
  for (const [name, fraction] of expected) assert.deepEqual(of(name), fraction, name);

  for (const name of NAMES) {
    const alone = await countedBy(ledger, question([name]));
    for (const wanted of ['for', 'against'] as const) {
      const rulings = alone.filter(({ rulings: [one] }) => one?.counts === wanted).map((one) => one.rulings);
      const listed = await listOf(ledger, question([name]), rulings);
      const counted = figureBy(alone, 0).rules.filter(({ counts: one }) => one === wanted);
      assert.equal(
        listed.length,
        counted.reduce((sum, { count }) => sum + count, 0),
        `${name}, ${wanted}`,
      );
    }
  }
}

async function assertParted(ledger: LedgerSnapshot, question: DefinitionQuestion): Promise<void> {
  const counts = await countedBy(ledger, question);
  const [before, after] = [figureBy(counts, 0), figureBy(counts, 1)];
  const parted = partedBy(counts);
  const sumOf = (key: 'numerator' | 'denominator') => parted.reduce((sum, one) => sum + one[key], 0);
  assert.equal(sumOf('numerator'), after.numerator - before.numerator);
  assert.equal(sumOf('denominator'), after.denominator - before.denominator);
  if (before.denominator > 0 && after.denominator > 0) {
    const points = parted.reduce(
      (sum, one) => sum + BigInt(shareOfChange(one, { before, after })?.numerator ?? 0),
      0n,
    );
    const [n0, d0, n1, d1] = [before.numerator, before.denominator, after.numerator, after.denominator];
    assert.equal(points, BigInt(n1) * BigInt(d0) - BigInt(n0) * BigInt(d1));
  }
  const lists = await Promise.all(parted.map(({ rulings }) => listOf(ledger, question, rulings)));
  assert.deepEqual(
    lists.map(({ length }) => length),
    parted.map(({ subjects }) => subjects),
  );
  const all = lists.flat();
  assert.equal(new Set(all).size, all.length, 'each dossier is under one rule');
}

/** Page by page. */
async function listOf(
  ledger: LedgerSnapshot,
  question: DefinitionQuestion,
  rulings: Parameters<typeof listedBy>[2],
): Promise<readonly number[]> {
  const subjects: number[] = [];
  for (let after: number | undefined; ; ) {
    const { items, next } = await listedBy(ledger, question, rulings, { limit: 2, after });
    assert.ok(items.length <= 2);
    subjects.push(...items.map(({ place }) => place.subject));
    if (next === undefined) return subjects;
    after = next;
  }
}

/** The same in plain arrays, from the legs of every dossier: where it stood at the end of the window. */
async function recounted(
  ledger: LedgerSnapshot,
  { frame: { window, filter, known } }: Behind,
): Promise<ReadonlyMap<string, readonly [numerator: number, denominator: number]>> {
  const { items } = await ledger.list(dossierBook, {
    ...{ anyOf: EVERYWHERE.dossier, filter, limit: 1_000 },
    ...known,
  });
  const timelines: DossierTimeline[] = [];
  for (const { id } of items) {
    const subject = await ledger.subject(dossierBook, id, known);
    const facts = (subject?.known ?? []).map(({ fact }: KnownFact<DossierFact>) => fact);
    timelines.push(dossierTimeline(facts, ZONE));
  }
  const count = (standing: (one: DossierTimeline) => 'for' | 'against' | 'outside') => {
    const all = timelines.map(standing);
    const of = (wanted: string) => all.filter((one) => one === wanted).length;
    return [of('for'), of('for') + of('against')] as const;
  };
  return new Map([
    ['due-in-period', count((one) => dueStanding(one, window))],
    ['received', count((one) => receivedStanding(one, window))],
  ]);
}

const accountThen = ({ legs }: DossierTimeline, { cutTo }: Window): string =>
  legs.findLast(({ day }) => day <= cutTo)?.to.account ?? 'outside';

function dueStanding(timeline: DossierTimeline, window: Window) {
  const { dueAt, overdueFrom } = timeline;
  if (dueAt === null || overdueFrom === null) return 'outside';
  const due = dayOf(dueAt, ZONE);
  if (due < window.from || due > window.cutTo) return 'outside';
  switch (accountThen(timeline, window)) {
    case 'settled/early':
    case 'settled/on-time':
      return 'for';
    case 'settled/late':
      return 'against';
    case 'in-progress/timed':
    case 'in-progress/no-due-date':
    case 'paused':
      return overdueFrom <= window.stockAt ? 'against' : 'outside';
    default:
      return 'outside';
  }
}

function receivedStanding(timeline: DossierTimeline, window: Window) {
  const [receipt] = timeline.legs;
  if (!receipt || receipt.day < window.from || receipt.day > window.cutTo) return 'outside';
  switch (accountThen(timeline, window)) {
    case 'settled/early':
    case 'settled/on-time':
      return 'for';
    case 'settled/late':
    case 'in-progress/timed':
    case 'in-progress/no-due-date':
    case 'paused':
      return 'against';
    default:
      return 'outside';
  }
}
