import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuledDossier } from '../milestones.ts';
import type { OnTimeBasis } from './definition.ts';
import { ON_TIME } from './registry.ts';

const DAY = 86_400;
/** A window of ten days, whose first second is 1,000 days after 1970, asked about when it was over. */
const START = 1_000 * DAY;
const OVER = START + 10 * DAY;
const BASIS: OnTimeBasis = {
  ...{ start: START, over: OVER, now: OVER - 1, openEnd: OVER - 1 },
  legalEnd: (procedure) => (procedure === 'limited' ? START + 3 * DAY - 1 : null),
};

/** Received on the first day at eight, due on the third at five; open. */
const DUE = START + 2 * DAY + 17 * 3_600;
const OPEN: RuledDossier = {
  ...{ end: 'open', received: START + 8 * 3_600, closed: null, finished: null },
  ...{ due: DUE, dueDayOver: START + 3 * DAY, overdueFrom: START + 3 * DAY },
  ...{ handedOver: null, asked: null, supplied: null, askedAgain: null, stopped: null, procedure: null },
};
const settledAt = (finished: number, more: Partial<RuledDossier> = {}): RuledDossier => ({
  ...{ ...OPEN, end: 'settled', closed: finished, finished },
  ...more,
});

const ruled = (name: string, dossier: RuledDossier, basis: Partial<OnTimeBasis> = {}) => {
  const definition = ON_TIME.find((one) => one.name === name) ?? assert.fail(name);
  const { counts, rule } = definition.rulingOn(dossier, { ...BASIS, ...basis });
  return `${counts}, ${rule}`;
};

test('each definition compares an end with the due date to its own unit, at the edge of it', () => {
  const [end, next] = [settledAt(DUE), settledAt(DUE + 1)];
  const minuteEnds = DUE + 59;
  const [lastOfDay, nextDay] = [settledAt(START + 3 * DAY - 1), settledAt(START + 3 * DAY)];
  assert.equal(ruled('portal-766', end), 'for, second');
  assert.equal(ruled('portal-766', next), 'against, second');
  assert.equal(ruled('opencps', settledAt(minuteEnds)), 'for, minute');
  assert.equal(ruled('opencps', settledAt(minuteEnds + 1)), 'against, minute');
  for (const [name, rule] of [
    ['settled-in-period', 'end-of-processing'],
    ['due-in-period', 'end-of-processing'],
    ['received', 'end-of-processing'],
    ['td-766-progress', 'calendar-date'],
    ['td-unit-report', 'calendar-date'],
  ] as const) {
    assert.equal(ruled(name, lastOfDay), `for, ${rule}`);
    assert.equal(ruled(name, nextDay), `against, ${rule}`);
  }
  const handedOver = (at: number) => settledAt(START + DAY, { handedOver: at });
  assert.equal(ruled('td-form-06', handedOver(DUE)), 'for, hand-over');
  assert.equal(ruled('td-form-06', handedOver(DUE + 1)), 'against, hand-over');
});

test('the window begins with its first second and ends with its last; what comes later has not happened', () => {
  const long = { due: OVER + DAY, dueDayOver: OVER + 2 * DAY, overdueFrom: OVER + 2 * DAY };
  const ended = (at: number) => settledAt(at, { received: START - DAY, ...long });
  for (const name of ['settled-in-period', 'opencps', 'td-766-progress', 'td-unit-report']) {
    assert.equal(ruled(name, ended(START - 1)), 'outside, not-settled-in-window', name);
    assert.match(ruled(name, ended(START)), /^for/, name);
    assert.match(ruled(name, ended(OVER - 1)), /^for/, name);
    assert.equal(ruled(name, ended(OVER)), 'outside, open', name);
  }
  assert.equal(ruled('portal-766', ended(START - 1)), 'outside, not-in-hand');
  assert.equal(ruled('portal-766', ended(START)), 'for, second');
  assert.equal(ruled('portal-766', ended(OVER)), 'for, open-end');
  assert.equal(ruled('received', settledAt(DUE, { received: START - 1 })), 'outside, not-received-in-window');
  assert.equal(ruled('received', settledAt(DUE, { received: START })), 'for, end-of-processing');
  assert.equal(ruled('received', { ...OPEN, received: OVER }), 'outside, not-received');
});

test('an open dossier is overdue from the second on at which the measure says so', () => {
  const { overdueFrom } = OPEN;
  assert.equal(ruled('due-in-period', OPEN, { now: (overdueFrom ?? 0) - 1 }), 'outside, not-yet-overdue');
  assert.equal(ruled('due-in-period', OPEN, { now: overdueFrom ?? 0 }), 'against, overdue');
  assert.equal(ruled('portal-766', OPEN, { openEnd: DUE }), 'for, open-end');
  assert.equal(ruled('portal-766', OPEN, { openEnd: DUE + 1 }), 'against, open-end');
  assert.equal(ruled('received', OPEN), 'against, open');
});

test('the portal takes off the time of one supplement, and no more than one', () => {
  const asked = START + DAY;
  const late = settledAt(DUE + DAY, { asked, supplied: asked + DAY });
  assert.equal(ruled('portal-766', late), 'for, supplement-time');
  assert.equal(ruled('portal-766', { ...late, finished: DUE + DAY + 1 }), 'against, second');
  assert.equal(ruled('portal-766', { ...late, askedAgain: asked + DAY + 1 }), 'against, supplement-twice');
  const waiting = { ...OPEN, asked: DUE };
  assert.equal(ruled('portal-766', waiting), 'for, supplement-waiting');
  assert.equal(ruled('portal-766', { ...waiting, asked: DUE + 1 }), 'against, supplement-waiting');
  assert.equal(ruled('portal-766', { ...OPEN, stopped: DUE }), 'for, stopped');
  const untimed = { due: null, dueDayOver: null, overdueFrom: null };
  assert.equal(ruled('portal-766', settledAt(START + 3 * DAY - 1, untimed)), 'outside, no-legal-limit');
  const limited = { ...untimed, procedure: 'limited' };
  assert.equal(ruled('portal-766', settledAt(START + 3 * DAY - 1, limited)), 'for, legal-limit');
  assert.equal(ruled('portal-766', settledAt(START + 3 * DAY, limited)), 'against, legal-limit');
});
