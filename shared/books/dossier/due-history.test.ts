import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { at, codes, entries, type Line, RECEIVED, timelineOf, when } from '../../../tests/support/facts.ts';

describe('due date', () => {
  test('the first in order is the original, whatever its basis, from the receipt on', () => {
    const timeline = timelineOf(
      ['received', '2024-05-02 09:00'],
      ['in-progress', '2024-05-03 09:00', { due: '2024-05-10' }],
    );
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed']);
    assert.equal(timeline.originalDueAt, when('2024-05-10'));
  });

  test('a lawful change in progress is a leg on its day, so that overdue on a day is a sum', () => {
    const timeline = timelineOf(RECEIVED, [
      'in-progress',
      '2024-05-08 09:00',
      { due: '2024-05-20', dueBasis: 'extension' },
    ]);
    assert.deepEqual(entries(timeline.legs), [
      '2024-05-02 in-progress/timed',
      '2024-05-08 in-progress/timed',
    ]);
    const [receipt, change] = timeline.legs;
    assert.equal(receipt?.to.due, at('2024-05-11 00:00'));
    assert.deepEqual(change?.from, receipt?.to);
    assert.deepEqual(
      [change?.to.due, change?.to.dueOriginal],
      [at('2024-05-21 00:00'), at('2024-05-11 00:00')],
    );
    assert.deepEqual([timeline.dueAt, timeline.originalDueAt], [when('2024-05-20'), at('2024-05-10 17:00')]);
    assert.equal(timeline.overdueFrom, at('2024-05-21 00:00'));
  });

  test('both readings of on time are given', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['in-progress', '2024-05-08 09:00', { due: '2024-05-20', dueBasis: 'extension' }],
      ['completed', '2024-05-13 09:00'],
    );
    assert.deepEqual([timeline.standing.account, timeline.standing.original], ['settled/early', 'late']);
  });

  test('set while paused it has effect from the resumption', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['supplement-requested', '2024-05-03 09:00'],
      ['supplement-requested', '2024-05-06 09:00', { due: '2024-05-20', dueBasis: 'supplement' }],
      ['in-progress', '2024-05-08 09:00'],
    );
    assert.deepEqual(entries(timeline.legs).slice(1), ['2024-05-03 paused', '2024-05-08 in-progress/timed']);
    assert.deepEqual(timeline.legs[1]?.to, {
      account: 'paused',
      due: null,
      dueOriginal: null,
      original: null,
    });
    assert.equal(timeline.legs[2]?.to.due, at('2024-05-21 00:00'));
  });

  test('moved without a basis it is ignored and listed', () => {
    const timeline = timelineOf(RECEIVED, ['in-progress', '2024-05-08 09:00', { due: '2024-05-20' }]);
    assert.deepEqual(
      [timeline.dueAt, codes(timeline)],
      [at('2024-05-10 17:00'), ['due-moved-without-basis']],
    );
  });

  test('omitted or restated it is unchanged; with a limit in days any time of the same date restates it', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['in-progress', '2024-05-03 09:00'],
      ['in-progress', '2024-05-04 09:00', { due: '2024-05-10 17:00' }],
      ['in-progress', '2024-05-05 09:00', { due: '2024-05-10' }],
    );
    assert.deepEqual(
      [timeline.legs.length, timeline.dueAt, codes(timeline)],
      [1, at('2024-05-10 17:00'), []],
    );
  });

  test('null lifts it with a basis, and is ignored and listed without', () => {
    const lifted = timelineOf(RECEIVED, [
      'in-progress',
      '2024-05-03 09:00',
      { due: null, dueBasis: 'extension' },
    ]);
    assert.deepEqual([lifted.standing.account, lifted.dueAt], ['in-progress/no-due-date', null]);
    assert.equal(lifted.standing.dueOriginal, at('2024-05-11 00:00'));
    const kept = timelineOf(RECEIVED, ['in-progress', '2024-05-03 09:00', { due: null }]);
    assert.deepEqual([kept.dueAt, codes(kept)], [at('2024-05-10 17:00'), ['due-moved-without-basis']]);
  });

  test('set after the end it is ignored and listed', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['completed', '2024-05-13 09:00'],
      ['returned', '2024-05-14 09:00', { due: '2024-05-20', dueBasis: 'extension' }],
    );
    assert.deepEqual([timeline.standing.account, codes(timeline)], ['settled/late', ['due-after-end']]);
  });

  test('… also when the end arrived later', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['in-progress', '2024-05-14 09:00', { due: '2024-05-20', dueBasis: 'extension' }],
      ['completed', '2024-05-15 09:00', { finished: '2024-05-13 09:00' }],
    );
    assert.deepEqual([timeline.standing.account, codes(timeline)], ['settled/late', ['due-after-end']]);
  });

  test('set before the receipt it is used and flagged', () => {
    const timeline = timelineOf([
      'received',
      '2024-05-02 09:00',
      { received: '2024-05-02 09:00', due: '2024-05-01' },
    ]);
    assert.equal(timeline.standing.due, at('2024-05-02 00:00'));
    assert.deepEqual(codes(timeline), ['due-before-received']);
    const dated = (due: string) => timelineOf(['received', '2024-05-02', { received: '2024-05-02', due }]);
    assert.deepEqual(codes(dated('2024-05-01')), ['due-before-received']);
    assert.deepEqual(codes(dated('2024-05-02')), []);
  });

  test('without one the dossier stands apart, open and settled, and is flagged', () => {
    const open = timelineOf(['received', '2024-05-02 09:00', { due: null }]);
    assert.deepEqual([open.standing.account, codes(open)], ['in-progress/no-due-date', ['no-due-date']]);
    const settled = timelineOf(['received', '2024-05-02 09:00'], ['completed', '2024-05-03 09:00']);
    assert.deepEqual(
      [settled.standing.account, settled.standing.original],
      ['settled/no-due-date', 'no-due-date'],
    );
  });

  test('with a limit in hours the minute decides, open and settled alike', () => {
    const line: Line = ['received', '2024-05-02 09:00', { due: '2024-05-02 17:00', limitUnit: 'hours' }];
    assert.equal(timelineOf(line).standing.due, at('2024-05-02 17:01'));
    const settledAt = (end: string) => timelineOf(line, ['completed', end]).standing.account;
    assert.equal(settledAt('2024-05-02 17:00:59'), 'settled/on-time');
    assert.equal(settledAt('2024-05-02 17:01:00'), 'settled/late');
  });
});
