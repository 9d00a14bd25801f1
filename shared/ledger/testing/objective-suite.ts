import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { Moment } from '../../kernel/clock.ts';
import { OfficeBook } from '../../office/office-book.ts';
import { at, type LedgerFactory, post, RULES, type Unplaced, unplaced } from './contract-events.ts';

const [FIRST, SECOND, THIRD, FOURTH] = [1, 2, 3, 4].map((day) => at(`2026-02-0${day} 08:00`)) as [
  Moment,
  Moment,
  Moment,
  Moment,
];

const stated = (
  version: number,
  target: string,
  recordedAt: Moment,
  { fromFile, id = 'on-time' }: { readonly fromFile?: true; readonly id?: string } = {},
): Unplaced => {
  const definition = { id, version, target, field: 'of tomorrow' };
  const data = { id, version, definition, reason: 'why', ...(fromFile && { fromFile }) };
  const type = version === 1 && fromFile ? 'objective.defined.v1' : 'objective.changed.v1';
  return own(type, recordedAt, data);
};
const closed = (lastDay: string | null, recordedAt: Moment): Unplaced =>
  own('objective.closed.v1', recordedAt, { id: 'on-time', lastDay, reason: 'why', instrument: null });

const own = (type: string, time: Moment, data: object): Unplaced =>
  unplaced({ type, time, data }, JSON.stringify([type, time, data]), time, 1, 'nhip');

/** The definitions of objectives as dated statements: each question has those that were known then. */
export function objectiveContract(create: LedgerFactory): void {
  describe('the objectives of a ledger', () => {
    /** Version and target of each, and the last day, as known at a moment after all of the events. */
    const after = async (events: readonly Unplaced[], ...moments: readonly (Moment | undefined)[]) => {
      const ledger = await create();
      try {
        const writer = await ledger.openWriter(RULES);
        await post(writer, events);
        const reader = await ledger.openReader();
        const seen = moments.map((knownAt) =>
          reader.snapshot(async (snapshot) => {
            assert.deepEqual(await snapshot.sources(), [], 'it comes from no feed');
            assert.deepEqual(await snapshot.setAside(), []);
            const book = new OfficeBook(await snapshot.declared(knownAt === undefined ? {} : { knownAt }));
            const { versions = [], lastDay } = book.objectives.get('on-time') ?? {};
            return [...versions.map((one) => `${one.version}: ${one.definition.target}`), lastDay ?? 'open'];
          }),
        );
        return await Promise.all(seen);
      } finally {
        await ledger.remove();
      }
    };

    it('are known from the beginning where a file states them, and else from the moment of the statement', async () => {
      const history = [
        stated(1, '0.96', SECOND, { fromFile: true }),
        stated(1, '0.9', THIRD),
        stated(2, '0.97', FOURTH),
      ];
      assert.deepEqual(await after(history, FIRST - 1, FIRST, SECOND, THIRD, FOURTH, undefined), [
        ['1: 0.96', 'open'],
        ['1: 0.96', 'open'],
        ['1: 0.96', 'open'],
        ['1: 0.9', 'open'],
        ['1: 0.9', '2: 0.97', 'open'],
        ['1: 0.9', '2: 0.97', 'open'],
      ]);
    });

    it('have their last day from the moment it was stated, until it is taken back', async () => {
      const history = [
        stated(1, '0.96', FIRST, { fromFile: true }),
        closed('1970-01-03', SECOND),
        closed(null, THIRD),
      ];
      const seen = await after(history, FIRST, SECOND, undefined);
      assert.deepEqual(seen, [
        ['1: 0.96', 'open'],
        ['1: 0.96', 2],
        ['1: 0.96', 'open'],
      ]);
    });

    it('come to the same whatever the order and however often statements arrive', async () => {
      const history = [
        stated(1, '0.96', FIRST, { fromFile: true }),
        stated(1, '0.9', SECOND),
        stated(2, '0.97', SECOND + 1),
        closed('1970-01-03', THIRD),
        stated(1, '0.96', FOURTH),
      ];
      const [expected] = await after(history, undefined);
      assert.deepEqual(expected, ['1: 0.96', '2: 0.97', 2]);
      const shuffled = fc.shuffledSubarray([...history, ...history], { minLength: 10, maxLength: 10 });
      await fc.assert(
        fc.asyncProperty(shuffled, async (events) => {
          assert.deepEqual(await after(events, undefined), [expected]);
        }),
        { numRuns: 5 },
      );
    });
  });
}
