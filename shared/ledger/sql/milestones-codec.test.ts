import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Milestones } from '../../bookkeeping/ruling.ts';
import { milestonesText, readStandings } from './milestones-codec.ts';

const WIDTH = 12;
const milestones = fc.array(fc.option(fc.integer({ min: -(2 ** 40), max: 2 ** 40 })), {
  minLength: WIDTH,
  maxLength: WIDTH,
});

test('milestones come back as they were, whichever are missing, one standing behind another', () =>
  fc.assert(
    fc.property(fc.array(milestones, { maxLength: 5 }), (all) => {
      const text = all
        .map((values, index) => `${index + 1},${7 * index},${milestonesText(values)}`)
        .join(';');
      const read: [number, number, Milestones][] = [];
      readStandings(text, (...[subject, combination, values]) =>
        read.push([subject, combination, Array.from({ length: WIDTH }, (_, at) => values[at] ?? null)]),
      );
      assert.deepEqual(
        read,
        all.map((values, index) => [index + 1, 7 * index, values]),
      );
    }),
  ));

test('a milestone is the difference from the one before it', () => {
  assert.equal(milestonesText([1, 1000, null, 1500, 1400, null, null]), '1,999,,500,-100');
  assert.throws(() => readStandings('1,2,x', () => undefined), /do not hold a character 120/);
});
