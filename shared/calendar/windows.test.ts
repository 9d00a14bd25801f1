import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explicitWindow, NAMED_WINDOWS, type NamedWindow, namedWindow } from './windows.ts';
import { DAY, formatDay, HOUR, parseDay, zoneOf } from './zone.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const at = (text: string) => Date.parse(`${text}+07:00`);
const day = (text: string) => parseDay(text) ?? assert.fail(text);
const range = (name: NamedWindow, asOf: string) => {
  const { from, to } = namedWindow(name, at(asOf), zone);
  return `${formatDay(from)} ${formatDay(to)}`;
};

test('calendar windows that contain 23 November 2026', () => {
  assert.equal(range('year', '2026-11-23T10:00:00'), '2026-01-01 2026-12-31');
  assert.equal(range('quarter', '2026-11-23T10:00:00'), '2026-10-01 2026-12-31');
  assert.equal(range('month', '2026-11-23T10:00:00'), '2026-11-01 2026-11-30');
});

test('the reporting year turns at midnight between 14 and 15 December', () => {
  assert.equal(range('reporting-year', '2026-12-14T23:59:59.999'), '2025-12-15 2026-12-14');
  assert.equal(range('reporting-year', '2026-12-15T00:00:00'), '2026-12-15 2027-12-14');
});

test('the reporting quarters run from the 15th to the 14th', () => {
  assert.equal(range('reporting-quarter', '2025-12-15T00:00:00'), '2025-12-15 2026-03-14');
  assert.equal(range('reporting-quarter', '2026-03-14T23:59:59'), '2025-12-15 2026-03-14');
  assert.equal(range('reporting-quarter', '2026-03-15T00:00:00'), '2026-03-15 2026-06-14');
  assert.equal(range('reporting-quarter', '2026-08-01T00:00:00'), '2026-06-15 2026-09-14');
  assert.equal(range('reporting-quarter', '2026-12-14T00:00:00'), '2026-09-15 2026-12-14');
});

test('the reporting halves and months', () => {
  assert.equal(range('reporting-half', '2026-06-14T12:00:00'), '2025-12-15 2026-06-14');
  assert.equal(range('reporting-half', '2026-06-15T12:00:00'), '2026-06-15 2026-12-14');
  assert.equal(range('reporting-month', '2026-01-01T12:00:00'), '2025-12-15 2026-01-14');
  assert.equal(range('reporting-month', '2024-02-29T12:00:00'), '2024-02-15 2024-03-14');
});

test('February ends on the 29th in a leap year', () => {
  assert.equal(range('month', '2024-02-29T23:59:59'), '2024-02-01 2024-02-29');
  assert.equal(range('month', '2023-02-28T23:59:59'), '2023-02-01 2023-02-28');
  assert.equal(range('month', '2024-03-01T00:00:00'), '2024-03-01 2024-03-31');
});

test('the first and the last instant of a year belong to it, by the office clock', () => {
  assert.equal(range('year', '2026-01-01T00:00:00'), '2026-01-01 2026-12-31');
  assert.equal(range('year', '2026-12-31T23:59:59.999'), '2026-01-01 2026-12-31');
  assert.equal(range('year', '2025-12-31T23:59:59.999'), '2025-01-01 2025-12-31');
});

test('every named window contains its moment, is cut there, and its neighbour begins the day after it ends', () => {
  const moment = fc.integer({ min: at('2020-01-01T00:00:00'), max: at('2030-01-01T00:00:00') });
  fc.assert(
    fc.property(fc.constantFrom(...NAMED_WINDOWS), moment, (name, asOf) => {
      const window = namedWindow(name, asOf, zone);
      assert.ok(window.from <= window.cutTo && window.cutTo <= window.to);
      assert.equal(window.cutTo, Math.floor((asOf + 7 * HOUR) / DAY));
      assert.equal(window.current, true);
      assert.equal(window.stockAt, asOf);
      const next = namedWindow(name, (window.to + 1) * DAY, zone);
      assert.equal(next.from, window.to + 1);
    }),
  );
});

test('two dates make a window of both days; a single day is one', () => {
  const asOf = at('2026-11-23T10:00:00');
  assert.deepEqual(explicitWindow(day('2026-03-05'), day('2026-03-05'), asOf, zone), {
    kind: 'window',
    window: {
      name: 'from-to',
      from: day('2026-03-05'),
      to: day('2026-03-05'),
      cutTo: day('2026-03-05'),
      current: false,
      stockAt: at('2026-03-05T23:59:59.999'),
    },
  });
});

test('two dates around the moment are cut there', () => {
  const outcome = explicitWindow(day('2026-11-01'), day('2026-11-30'), at('2026-11-23T10:00:00'), zone);
  assert.ok(outcome.kind === 'window');
  assert.equal(formatDay(outcome.window.cutTo), '2026-11-23');
  assert.equal(outcome.window.current, true);
  assert.equal(outcome.window.stockAt, at('2026-11-23T10:00:00'));
});

test('a window that has yet to begin is not the present one, and is not cut', () => {
  const asOf = at('2026-11-23T10:00:00');
  const outcome = explicitWindow(day('2026-12-01'), day('2026-12-31'), asOf, zone);
  assert.ok(outcome.kind === 'window');
  const { current, cutTo, stockAt } = outcome.window;
  assert.deepEqual([current, formatDay(cutTo), stockAt], [false, '2026-12-31', asOf]);
});

test('a window is the present one from its first day to its last', () => {
  const isCurrent = (asOf: string) => {
    const outcome = explicitWindow(day('2026-11-02'), day('2026-11-20'), at(asOf), zone);
    return outcome.kind === 'window' && outcome.window.current;
  };
  const moments = [
    '2026-11-01T23:59:59.999',
    '2026-11-02T00:00:00',
    '2026-11-20T23:59:59.999',
    '2026-11-21T00:00:00',
  ];
  assert.deepEqual(moments.map(isCurrent), [false, true, true, false]);
});

test('dates in the wrong order are refused', () => {
  const outcome = explicitWindow(day('2026-03-06'), day('2026-03-05'), at('2026-11-23T10:00:00'), zone);
  assert.deepEqual(outcome, { kind: 'ends-before-it-begins' });
});
