import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Side } from './leg.ts';
import { allIn, type Selection, selects } from './selection.ts';

const side = (changes: Partial<Side> = {}): Side => ({
  account: 'open',
  due: 100,
  dueOriginal: 50,
  original: null,
  ...changes,
});
const selected = (selection: Omit<Selection, 'account'>, amount = side(), value?: unknown) =>
  selects({ account: 'open', ...selection }, amount, value);

test('an account selects its own amounts only', () => {
  assert.ok(selected({}));
  assert.ok(!selected({}, side({ account: 'ended' })));
  assert.deepEqual(allIn('open', 'ended'), [{ account: 'open' }, { account: 'ended' }]);
});

test('a range of due dates begins after its first moment and ends with its last', () => {
  const within = (after: number | undefined, until: number | undefined) =>
    selected({
      due: { on: 'adjusted', ...(after !== undefined && { after }), ...(until !== undefined && { until }) },
    });
  assert.deepEqual(
    [within(99, 100), within(100, 200), within(0, 99), within(0, 100)],
    [true, false, false, true],
  );
  assert.deepEqual(
    [within(undefined, undefined), within(99, undefined), within(undefined, 99)],
    [true, true, false],
  );
});

test('a range is of the adjusted or of the original due date', () => {
  assert.ok(selected({ due: { on: 'original', until: 50 } }));
  assert.ok(!selected({ due: { on: 'adjusted', until: 50 } }));
});

test('an amount without a due date is in no range, and only such amounts match none', () => {
  const none = side({ due: null });
  assert.ok(!selected({ due: { on: 'adjusted' } }, none));
  assert.ok(selected({ due: { on: 'adjusted', none: true } }, none));
  assert.ok(!selected({ due: { on: 'adjusted', none: true } }));
  assert.ok(!selected({ due: { on: 'original', none: true } }, none));
});

test('a timing against the original due date is one of those asked for; none is one of them', () => {
  const timed = (...original: NonNullable<Selection['original']>) =>
    [null, 'early', 'late'].map((timing) =>
      selected({ original }, side({ original: timing as Side['original'] })),
    );
  assert.deepEqual(timed('early', null), [true, true, false]);
  assert.deepEqual(timed('late'), [false, false, true]);
});

test('a value of a dimension is one of those asked for; not stated is one of them', () => {
  const among = (...values: (string | null)[]) =>
    ['axis', 'paper', null].map((value) =>
      selected({ among: { dimension: 'channel', values } }, side(), value),
    );
  assert.deepEqual(among('axis'), [true, false, false]);
  assert.deepEqual(among('paper', null), [false, true, true]);
  assert.deepEqual(among(), [false, false, false]);
});

test('every condition narrows', () => {
  const all: Omit<Selection, 'account'> = {
    due: { on: 'adjusted', until: 100 },
    original: [null],
    among: { dimension: 'channel', values: ['axis'] },
  };
  assert.ok(selected(all, side(), 'axis'));
  assert.ok(!selected(all, side({ due: 101 }), 'axis'));
  assert.ok(!selected(all, side({ original: 'late' }), 'axis'));
  assert.ok(!selected(all, side(), 'paper'));
});
