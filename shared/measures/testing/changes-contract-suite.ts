import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { ListPlace } from '../../bookkeeping/balance.ts';
import type { LocalDay } from '../../calendar/zone.ts';
import { HOUR } from '../../calendar/zone.ts';
import { unitId } from '../../contracts/ids.ts';
import { anyEvents, RECORDED, START } from '../../ledger/contract-properties.test.ts';
import type { LedgerReader } from '../../ledger/port.ts';
import {
  ALL_DAYS,
  type LedgerFactory,
  postPages,
  RULES,
  ZONE,
} from '../../ledger/testing/contract-events.ts';
import { CHANGE_CLASSES, type ChangeClass, shareOfChange, totalOf } from '../changes.ts';
import { changedItems } from '../explanation.ts';
import type { FigureRequest } from '../figure-frame.ts';
import { BASES } from '../measure.ts';
import type { Between, Observatory, ReadMore } from '../observatory.ts';
import { anyPresent, maybe, stated } from './any-question.ts';
import { observatoryOf } from './list-contract-suite.ts';
import { subjectsIn } from './subjects-in.ts';

const OBJECTIVES = ['dossier-on-time', 'internal-e-exchange', 'inter-agency-e-exchange'];

interface Asked {
  readonly id: string;
  readonly request: FigureRequest;
  readonly between: Between;
}

/** Two moments among those of the recording, or two days. */
const between: fc.Arbitrary<Between> = fc
  .tuple(fc.boolean(), fc.integer({ min: -1, max: 7 }), fc.integer({ min: -1, max: 7 }))
  .map(([isByDay, one, other]): Between => {
    const [from, to] = [Math.min(one, other), Math.max(one, other) + 1];
    const day = (number: number) => (ZONE.dayOf(START) + 5 * number) as LocalDay;
    return isByDay
      ? { kind: 'days', from: day(from), to: day(to) }
      : { kind: 'knowledge', from: RECORDED + from * HOUR, ...(to < 7 && { to: RECORDED + to * HOUR }) };
  });

/** What must hold between a change and the two figures that it explains, whatever has happened, on any engine. */
export function changesContract(create: LedgerFactory): void {
  describe('why a figure moved, for any events', () => {
    const cases = fc.record({
      events: anyEvents(),
      now: anyPresent,
      asked: fc.array(
        fc.record({
          id: fc.constantFrom(...OBJECTIVES),
          between,
          request: fc
            .record({
              window: fc.constant(ALL_DAYS),
              basis: fc.constantFrom(...BASES),
              unit: maybe(fc.constant(unitId('H19.12'))),
            })
            .map(stated),
        }),
        { minLength: 8, maxLength: 8 },
      ),
    });

    it('its classes add up to the difference exactly, and are the subjects that the lists of both figures part', () =>
      fc.assert(
        fc.asyncProperty(cases, async ({ events, now, asked }) => {
          const ledger = await create();
          try {
            const writer = await ledger.openWriter(RULES);
            await postPages(writer, events, 4);
            const reader = await ledger.openReader();
            const isRead = events.some(({ type }) => /^(agency|feed)/.test(type));
            for (const one of asked) await assertExplained(observatoryOf(reader, now), reader, one, isRead);
          } finally {
            await ledger.remove();
          }
        }),
        { numRuns: 8, endOnFailure: true },
      ));
  });
}

async function assertExplained(
  observatory: Observatory,
  reader: LedgerReader,
  { id, request, between }: Asked,
  isReadAnew: boolean,
): Promise<void> {
  const outcome = await observatory.changes(id, request, between, everyList);
  if (outcome.kind !== 'figure') return assert.fail(outcome.kind);
  const { before, after, change, more } = outcome.figure;
  assert.ok(change);
  const { position: upTo, knownAt } = await reader.checkpoint();
  const seenFrom = (now: number, isPresent: boolean) => {
    if (between.kind === 'days') return { pinned: { now, knownAt, upTo } };
    return isPresent ? {} : { asOf: now };
  };
  const was = await standings(observatory, id, { ...request, ...seenFrom(before.asOf, false) });
  const is = await standings(observatory, id, {
    ...request,
    ...seenFrom(after.asOf, between.kind === 'knowledge' && between.to === undefined),
  });
  const counted = (all: ReadonlyMap<string, string>) => {
    const of = (counts: string) => [...all.values()].filter((one) => one === counts).length;
    return { numerator: of('for'), denominator: of('for') + of('against') };
  };
  assert.deepEqual([change.before, change.after], [counted(was), counted(is)], id);
  const whole = totalOf(change.cells);
  assert.equal(whole.numerator, change.after.numerator - change.before.numerator);
  assert.equal(whole.denominator, change.after.denominator - change.before.denominator);
  assertPoints(change);

  const expected = new Map<ChangeClass, number>();
  for (const subject of new Set([...was.keys(), ...is.keys()])) {
    const kind = expectedClass(was.get(subject) ?? 'none', is.get(subject) ?? 'none');
    if (kind) expected.set(kind, (expected.get(kind) ?? 0) + 1);
  }
  const got = (kind: ChangeClass) => totalOf(change.cells.filter((cell) => cell.kind === kind)).subjects;
  // The list is the figure.
  for (const [index, kind] of CHANGE_CLASSES.entries()) {
    const listed = more?.[index] ?? [];
    assert.equal(listed.length, got(kind), `${kind} of ${id}`);
    assert.equal(new Set(listed).size, listed.length);
    const stands = (of: ReadonlyMap<string, string>, name: string) => of.get(name) ?? 'none';
    if (kind === 'reclassified' || kind === 'corrected') continue;
    for (const name of listed) assert.equal(expectedClass(stands(was, name), stands(is, name)), kind, name);
  }
  let reclassified = 0;
  for (const kind of ['left', 'settled-late', 'settled-on-time', 'became-overdue', 'entered'] as const) {
    const missing = (expected.get(kind) ?? 0) - got(kind);
    assert.ok(missing >= 0, `${kind} of ${id}: ${missing}`);
    reclassified += missing;
  }
  assert.ok(reclassified <= got('reclassified'), id);
  if (!isReadAnew) assert.equal(got('reclassified'), 0, id);
  // A subject that is decided alike in another unit is corrected too, which no list shows.
  assert.ok(got('corrected') + got('reclassified') >= (expected.get('corrected') ?? 0), id);
}

/** The names of the subjects of each class, page by page. */
const everyList: ReadMore<readonly (readonly string[])[]> = async (ledger, before, after) => {
  const lists: string[][] = [];
  for (const kind of CHANGE_CLASSES) {
    const names: string[] = [];
    for (let place: ListPlace | undefined; ; ) {
      const page = { limit: 2, ...(place && { after: place }) };
      const { items, next } = await changedItems(ledger, before, after, kind, page);
      assert.ok(items.length <= 2);
      names.push(...items.map(nameOf));
      place = next;
      if (!place) break;
    }
    lists.push(names);
  }
  return lists;
};

/** By classes, and by units, the shares add up to the difference of the two: in integers, however large. */
function assertPoints(
  change: Parameters<typeof shareOfChange>[1] & { cells: Parameters<typeof totalOf>[0] },
) {
  const { before, after, cells } = change;
  if (before.denominator === 0 || after.denominator === 0) return;
  const shares = cells.map((cell) => shareOfChange(cell, change) ?? assert.fail());
  const sum = shares.reduce((total, { numerator }) => total + BigInt(numerator), 0n);
  const [n0, d0, n1, d1] = [before.numerator, before.denominator, after.numerator, after.denominator];
  assert.equal(sum, BigInt(n1) * BigInt(d0) - BigInt(n0) * BigInt(d1));
  for (const { denominator } of shares) assert.equal(denominator, d0 * d1);
}

const nameOf = (item: object): string => {
  const { id, documentId, recipient } = item as Readonly<Record<string, unknown>>;
  return JSON.stringify([id ?? documentId ?? assert.fail(), recipient]);
};

/** How each listed item counts: for, against, open, pending, outside. */
async function standings(observatory: Observatory, id: string, request: FigureRequest) {
  const all = new Map<string, string>();
  const outcome = await observatory.behind(id, request, async (ledger, { parts, frame: { measure } }) => {
    for (const { name, of, counts, book, query } of subjectsIn(parts)) {
      if (of || counts === null) continue;
      const { items } = await ledger.list(book, { ...query, limit: 1_000 });
      for (const item of items) {
        all.set(nameOf(item), name === measure.pending ? 'pending' : counts);
      }
    }
  });
  assert.equal(outcome.kind, 'figure');
  return all;
}

function expectedClass(was: string, is: string): ChangeClass | null {
  const [wasDecided, isDecided] = [was, is].map((one) => one === 'for' || one === 'against');
  if (was === is) return null;
  if (wasDecided) return isDecided ? 'corrected' : 'left';
  if (isDecided) return is === 'for' ? 'settled-on-time' : 'settled-late';
  if (is === 'pending') return 'became-overdue';
  if (was === 'open' || was === 'pending') return 'left';
  return is === 'open' ? 'entered' : null;
}
