import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, codes, entries, timelineOf, uses, when } from '../../../tests/support/facts.ts';

describe('a status by day', () => {
  it('ends on the day of a receipt with an hour, whichever arrives first', () => {
    const ended = timelineOf(
      ['completed', '2026-11-20'],
      ['received', '2026-11-20 08:00', { due: '2026-11-24' }],
    );
    assert.deepEqual(entries(ended.legs), ['2026-11-20 in-progress/timed', '2026-11-20 settled/early']);
    assert.deepEqual(uses(ended), ['e1 applied', 'e0 applied']);
    assert.deepEqual([ended.endedAt, ended.receivedAt], [when('2026-11-20'), at('2026-11-20 08:00')]);
    assert.deepEqual([ended.reversions, codes(ended)], [0, []]);
  });

  it('stands before the first moment of its day that belongs later in the life', () => {
    const settled = timelineOf(
      ['received', '2026-11-20 08:00', { due: '2026-11-24' }],
      ['in-progress', '2026-11-20'],
      ['completed', '2026-11-20 09:30'],
    );
    assert.deepEqual(uses(settled), ['e0 applied', 'e1 no-change', 'e2 applied']);
    assert.equal(settled.standing.account, 'settled/early');
    const paused = timelineOf(
      ['received', '2026-11-20 08:00', { due: '2026-11-24' }],
      ['supplement-requested', '2026-11-20'],
      ['in-progress', '2026-11-20 14:00'],
      ['completed', '2026-11-20 16:00'],
    );
    // Between the work and the end: the pause is the later of the two statuses of the day.
    assert.deepEqual(
      paused.classified.map(({ fact }) => fact.id),
      ['e0', 'e2', 'e1', 'e3'],
    );
  });

  it('stands at the end of its day without a later status in the life on that day', () => {
    const paused = timelineOf(
      ['received', '2026-11-20 08:00', { due: '2026-11-24' }],
      ['payment-requested', '2026-11-20'],
      ['in-progress', '2026-11-20 17:00'],
      ['in-progress', '2026-11-21 08:00'],
    );
    assert.deepEqual(entries(paused.legs), [
      '2026-11-20 in-progress/timed',
      '2026-11-20 paused',
      '2026-11-21 in-progress/timed',
    ]);
  });

  it('of work or a pause follows its sequence among those of its day, with an hour or without', () => {
    const [request, answer] = ['2026-11-20', '2026-11-20 10:00'];
    for (const [paused, resumed] of [
      [request, request],
      [request, answer],
      [answer, request],
      [answer, answer],
    ] as const) {
      const life = timelineOf(
        ['received', '2026-11-18', { due: '2026-11-24' }],
        ['in-progress', resumed, { sequence: 8 }],
        ['supplement-requested', paused, { sequence: 7 }],
      );
      assert.equal(life.standing.account, 'in-progress/timed', `${paused} ${resumed}`);
      const again = timelineOf(
        ['received', '2026-11-18', { due: '2026-11-24' }],
        ['supplement-requested', paused, { sequence: 9 }],
        ['in-progress', resumed, { sequence: 8 }],
      );
      assert.equal(again.standing.account, 'paused', `${resumed} ${paused}`);
    }
  });

  it('comes in lifecycle order among those of its day', () => {
    const life = timelineOf(
      ['returned', '2026-11-20'],
      ['completed', '2026-11-20'],
      ['in-progress', '2026-11-20'],
      ['received', '2026-11-20', { due: '2026-11-20' }],
    );
    assert.deepEqual(
      life.classified.map(({ fact }) => fact.id),
      ['e3', 'e2', 'e1', 'e0'],
    );
    assert.deepEqual([life.standing.account, codes(life)], ['settled/on-time', []]);
  });

  it('never reopens what ended on that day, and does on a later one', () => {
    const refused = (day: string) =>
      timelineOf(
        ['received', '2026-11-20 08:00', { due: '2026-11-24' }],
        ['intake-refused', '2026-11-20 10:00'],
        ['in-progress', day],
      );
    assert.deepEqual(codes(refused('2026-11-20')), ['ignored-after-end']);
    assert.equal(refused('2026-11-20').standing.account, 'settled/early');
    assert.equal(refused('2026-11-21').standing.account, 'in-progress/timed');
  });

  it('is not moved by facts without effect', () => {
    const outranked = timelineOf(
      ['supplement-requested', '2026-11-20 08:30', { rank: 2 }],
      ['received', '2026-11-20 08:00', { due: '2026-11-24' }],
      ['payment-requested', '2026-11-20 10:00'],
      ['in-progress', '2026-11-20'],
    );
    assert.equal(outranked.standing.account, 'paused');
  });
});

describe('an end or a due date by day', () => {
  const timing = (finished: string, due: string, limitUnit: 'days' | 'hours' = 'hours') =>
    timelineOf(
      ['received', '2026-11-18 08:00', { due, limitUnit }],
      ['completed', '2026-11-27 08:00', { finished }],
    ).standing.account;

  it('lasts to the end of the day', () => {
    assert.equal(timing('2026-11-20 23:59', '2026-11-20'), 'settled/on-time');
    assert.equal(timing('2026-11-21 00:00', '2026-11-20'), 'settled/late');
    assert.equal(timing('2026-11-20', '2026-11-20'), 'settled/on-time');
    assert.equal(timing('2026-11-19', '2026-11-20'), 'settled/early');
    assert.equal(timing('2026-11-21', '2026-11-20', 'days'), 'settled/late');
    const open = timelineOf(['received', '2026-11-18 08:00', { due: '2026-11-20', limitUnit: 'hours' }]);
    assert.equal(open.overdueFrom, at('2026-11-21 00:00'));
  });

  it('is on time on the day of a due moment, under a limit in hours too, and marked', () => {
    assert.equal(timing('2026-11-20', '2026-11-20 10:00'), 'settled/on-time');
    assert.equal(timing('2026-11-21', '2026-11-20 10:00'), 'settled/late');
    assert.equal(timing('2026-11-20 10:01', '2026-11-20 10:00'), 'settled/late');
    const marked = (due: string, limitUnit: 'days' | 'hours') =>
      codes(timelineOf(['received', '2026-11-18 08:00', { due, limitUnit }], ['completed', '2026-11-20']));
    assert.deepEqual(marked('2026-11-20 10:00', 'hours'), ['end-by-day']);
    assert.deepEqual(marked('2026-11-20 10:00', 'days'), []);
    assert.deepEqual(marked('2026-11-20', 'hours'), []);
  });

  it('was no end before a receipt of that day', () => {
    const sameDay = timelineOf(
      ['received', '2026-11-20 08:00', { received: '2026-11-20 08:00', due: '2026-11-20' }],
      ['completed', '2026-11-21 09:00', { finished: '2026-11-20' }],
    );
    assert.deepEqual([sameDay.standing.account, codes(sameDay)], ['settled/on-time', []]);
    const before = timelineOf(
      ['received', '2026-11-20 08:00', { received: '2026-11-20', due: '2026-11-24' }],
      ['completed', '2026-11-21 09:00', { finished: '2026-11-19' }],
    );
    assert.deepEqual(codes(before), ['finished-before-received']);
  });

  it('is in the future only if its day is later than that of the recording, five minutes allowed', () => {
    const recorded = (day: string, moment: string) =>
      codes(
        timelineOf(
          ['received', '2026-11-18 08:00', { due: '2026-11-24' }],
          ['completed', day, { recorded: moment }],
        ),
      );
    assert.deepEqual(recorded('2026-11-20', '2026-11-20 00:01'), []);
    assert.deepEqual(recorded('2026-11-20', '2026-11-19 23:55'), []);
    assert.deepEqual(recorded('2026-11-20', '2026-11-19 23:54'), ['future']);
  });
});
