import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LocalDay } from '../calendar/zone.ts';
import type { EventId } from '../contracts/ids.ts';
import { unitId } from '../contracts/ids.ts';
import type { Declared, DeclaredOrder } from './declared.ts';
import { DeclaredMemory } from './declared-memory.ts';
import { OfficeBook } from './office-book.ts';

interface Statement {
  readonly declared: Declared;
  readonly order: DeclaredOrder;
}

const few = fc.nat(2);
/** Few things, moments and words, so that statements often collide. */
const statement = (event: number): fc.Arbitrary<Statement> =>
  fc
    .record({ isUnit: fc.boolean(), thing: fc.nat(1), says: few, time: few, assertedAt: few })
    .map(({ isUnit, thing, says, time, assertedAt }) => ({
      order: { time, assertedAt, event: `e${event}` as EventId },
      declared: isUnit
        ? {
            kind: 'unit',
            record: {
              id: unitId('H19.01'),
              name: 'One',
              parent: unitId(`H19.1${says}`),
              handlesProcedures: true,
              procedures: [],
              ending: null,
              instrument: null,
              from: thing as LocalDay,
              to: null,
              knownAt: 0,
            },
          }
        : {
            kind: 'calendar-day',
            record: {
              day: thing as LocalDay,
              kind: (['off', 'working', 'ordinary'] as const)[says] ?? 'off',
              name: null,
              instrument: 'CV 1/VP',
              knownAt: 0,
            },
          },
    }));
const statements = fc
  .integer({ min: 0, max: 8 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, event) => statement(event))));

const thingOf = ({ declared: { record } }: Statement): string =>
  'day' in record ? `day ${record.day}` : `unit from ${'from' in record && record.from}`;
const wordOf = ({ record }: Declared): unknown =>
  'day' in record ? record.kind : 'parent' in record && record.parent;

/** An independent computation of the state: for each thing, the word of the greatest statement. */
function standingOf(known: readonly Statement[]): string[] {
  const rank = ({ order: { time, assertedAt, event } }: Statement) => `${time} ${assertedAt} ${event}`;
  const greatest = known.filter((one) =>
    known.every((other) => thingOf(one) !== thingOf(other) || rank(one) >= rank(other)),
  );
  return [...new Set(greatest.map((one) => `${thingOf(one)} ${wordOf(one.declared)}`))].sort();
}

const shown = ({ units, calendarDays }: OfficeBook): string[] =>
  [
    ...units.map(({ from, parent }) => `unit from ${from} ${parent}`),
    ...calendarDays.map(({ day, kind }) => `day ${day} ${kind}`),
  ].sort();

test('after each statement, in any order, the greatest by time, assertedAt and id is in force; repeated ones change nothing', () => {
  const arrivals = statements.chain((all) =>
    fc.shuffledSubarray([...all, ...all], { minLength: all.length }),
  );
  fc.assert(
    fc.property(arrivals, (all) => {
      const memory = new DeclaredMemory();
      let book = new OfficeBook([]);
      for (const [index, { declared, order }] of all.entries()) {
        const before = shown(book);
        const outcome = memory.declare(declared, order);
        if (outcome.kind === 'changed') book = new OfficeBook([outcome.row], book);
        assert.deepEqual(shown(book), standingOf(all.slice(0, index + 1)));
        assert.equal(outcome.kind === 'changed', String(before) !== String(shown(book)));
      }
      assert.equal(
        memory.calendarDays.length,
        new Set(all.filter(({ declared }) => declared.kind === 'calendar-day').map(thingOf)).size,
      );
    }),
    { numRuns: 5_000 },
  );
});
