import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  at,
  codes,
  entries,
  eventNamed,
  type Line,
  RECEIVED,
  type Stated,
  timelineOf,
  uses,
  when,
} from '../../../tests/support/facts.ts';

describe('receipt', () => {
  test('without facts, nothing is posted', () => {
    const { legs, standing, receivedAt } = timelineOf();
    assert.deepEqual([legs, standing.account, receivedAt], [[], 'outside', null]);
  });

  test('a registered dossier stays outside', () => {
    assert.deepEqual(entries(timelineOf(['registered', '2024-05-01 08:00']).legs), []);
  });

  test('a received dossier is in progress on the day of its receivedAt, not of the event', () => {
    const line: Line = ['received', '2024-05-03 08:00', { received: '2024-05-02 16:59', due: '2024-05-10' }];
    const timeline = timelineOf(line);
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed']);
    assert.equal(timeline.receivedAt, at('2024-05-02 16:59'));
    assert.deepEqual(codes(timeline), []);
  });

  test('the receivedAt stated first in order holds', () => {
    const again: Line = ['in-progress', '2024-05-04 08:00', { received: '2024-05-04 08:00' }];
    assert.deepEqual(entries(timelineOf(RECEIVED, again).legs), ['2024-05-02 in-progress/timed']);
  });

  test('a `received` without a receivedAt proves its own day', () => {
    const timeline = timelineOf(['received', '2024-05-02 09:00', { due: '2024-05-10' }]);
    assert.deepEqual([entries(timeline.legs), codes(timeline)], [['2024-05-02 in-progress/timed'], []]);
  });

  test('first seen past its receipt, it is received on the receivedAt that any event states', () => {
    const timeline = timelineOf(
      ['in-progress', '2024-05-06 09:00', { due: '2024-05-10' }],
      ['in-progress', '2024-05-07 09:00', { received: '2024-05-02 09:00' }],
    );
    assert.deepEqual([entries(timeline.legs), codes(timeline)], [['2024-05-02 in-progress/timed'], []]);
  });

  test('… else on the day of its first event, flagged', () => {
    const timeline = timelineOf(['supplement-requested', '2024-05-06 09:00', { due: '2024-05-10' }]);
    assert.deepEqual(entries(timeline.legs), ['2024-05-06 in-progress/timed', '2024-05-06 paused']);
    assert.deepEqual(codes(timeline), ['receipt-inferred']);
  });

  test('one full record of a completed dossier gives its receipt, its due date and its end', () => {
    const timeline = timelineOf([
      'completed',
      '2024-05-09 15:00',
      { received: '2024-05-02 09:00', due: '2024-05-10', finished: '2024-05-09 14:00' },
    ]);
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed', '2024-05-09 settled/early']);
    assert.equal(timeline.endedAt, at('2024-05-09 14:00'));
  });

  test('an inferred receipt is no later than the end', () => {
    const timeline = timelineOf(
      ['in-progress', '2024-05-08 09:00', { due: '2024-05-10' }],
      ['completed', '2024-05-09 15:00', { finished: '2024-05-07 14:00' }],
    );
    assert.deepEqual(entries(timeline.legs), ['2024-05-07 in-progress/timed', '2024-05-07 settled/early']);
    assert.deepEqual(codes(timeline), ['receipt-inferred']);
  });

  test('refused at intake, it was never received', () => {
    const timeline = timelineOf(['registered', '2024-05-01 08:00'], ['intake-refused', '2024-05-02 08:00']);
    assert.deepEqual([entries(timeline.legs), timeline.receivedAt], [['2024-05-02 refused-at-intake'], null]);
  });

  test('… unless it is received later; a return, a withdrawal or a stop does not receive it', () => {
    const refused: Line = ['intake-refused', '2024-05-01 08:00'];
    const received = timelineOf(refused, RECEIVED);
    assert.deepEqual(entries(received.legs), ['2024-05-02 in-progress/timed']);
    assert.deepEqual(uses(received), ['e0 no-change', 'e1 applied']);
    for (const status of ['returned', 'withdrawn', 'stopped'] as const) {
      const { standing } = timelineOf(refused, [status, '2024-05-03 08:00', { due: '2024-05-10' }]);
      assert.equal(standing.account, 'refused-at-intake', status);
    }
  });

  test('… or completed, if a receipt or a due date is known: that overrules the refusal, flagged', () => {
    const refused: Line = ['intake-refused', '2024-05-02 08:00'];
    const byReceipt = timelineOf(refused, [
      'completed',
      '2024-05-09 08:00',
      { received: '2024-05-01 08:00' },
    ]);
    assert.deepEqual(entries(byReceipt.legs), [
      '2024-05-01 in-progress/no-due-date',
      '2024-05-09 settled/no-due-date',
    ]);
    assert.deepEqual(codes(byReceipt), ['refusal-taken-back', 'no-due-date']);
    assert.deepEqual(uses(byReceipt), ['e0 no-change', 'e1 applied']);
    const registered: Line = ['registered', '2024-05-01 08:00', { due: '2024-05-14' }];
    const byDue = timelineOf(registered, refused, ['completed', '2024-05-13 08:00']);
    assert.deepEqual(entries(byDue.legs), ['2024-05-13 in-progress/timed', '2024-05-13 settled/early']);
    assert.deepEqual(codes(byDue), ['refusal-taken-back', 'receipt-inferred']);
  });

  test('… but not by a completion that is defaulted, inferred, or knows neither: it stays refused, flagged', () => {
    const refused: Line = ['intake-refused', '2024-05-02 08:00'];
    const known = { received: '2024-05-01 08:00', due: '2024-05-10' } as const;
    for (const [stated, code] of [
      [{}, 'ignored-after-end'],
      [{ due: null, dueBasis: 'extension' }, 'ignored-after-end'],
      [{ ...known, defaulted: true }, 'defaulted-status'],
      [{ ...known, timeInferred: true, finished: '2024-05-09 08:00' }, 'ignored-after-end'],
    ] as const) {
      const timeline = timelineOf(refused, ['completed', '2024-05-09 08:00', stated]);
      assert.equal(timeline.standing.account, 'refused-at-intake');
      assert.ok(codes(timeline).includes(code), code);
    }
  });

  test('withdrawn before any receipt, it stays outside', () => {
    const timeline = timelineOf(['registered', '2024-05-01 08:00'], ['withdrawn', '2024-05-02 08:00']);
    assert.deepEqual(timeline.legs, []);
  });

  test('known by a withdrawal only, it was received', () => {
    const timeline = timelineOf(['withdrawn', '2024-05-02 08:00']);
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/no-due-date', '2024-05-02 withdrawn']);
  });
});

describe('end of processing', () => {
  test('is the finishedAt of the completion, on its local day', () => {
    const timeline = timelineOf(RECEIVED, [
      'completed',
      '2024-05-13 08:00',
      { finished: '2024-05-10 17:00' },
    ]);
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed', '2024-05-10 settled/on-time']);
  });

  test('… else its time', () => {
    const timeline = timelineOf(RECEIVED, ['completed', '2024-05-13 08:00']);
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-13 settled/late');
    assert.equal(timeline.endedAt, at('2024-05-13 08:00'));
  });

  test('a late pick-up of the result does not make the office late', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['completed', '2024-05-09 08:00'],
      ['returned', '2024-06-20 08:00'],
    );
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-09 settled/early');
    assert.deepEqual(uses(timeline), ['e0 applied', 'e1 applied', 'e2 no-change']);
  });

  test('handed over without any completion there is no finish date', () => {
    for (const stated of [{}, { finished: '2024-05-09 08:00' }]) {
      const timeline = timelineOf(RECEIVED, ['returned', '2024-05-20 08:00', stated]);
      assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-20 settled/no-finish-date');
      assert.equal(timeline.endedAt, null);
    }
  });

  test('is the finishedAt of the hand-over, if the completion states none', () => {
    const returned: Line = ['returned', '2024-05-20 08:00', { finished: '2024-05-10 16:00' }];
    for (const status of ['completed', 'intake-refused'] as const)
      for (const time of ['2024-05-13 08:00', '2024-05-21 08:00'])
        for (const stated of [{}, { timeInferred: true }] as const) {
          const { legs, endedAt } = timelineOf(RECEIVED, [status, time, stated], returned);
          assert.deepEqual(entries(legs).at(-1), '2024-05-10 settled/on-time');
          assert.equal(endedAt, at('2024-05-10 16:00'));
        }
    const stated = timelineOf(
      RECEIVED,
      ['completed', '2024-05-13 08:00', { finished: '2024-05-09' }],
      returned,
    );
    assert.equal(stated.endedAt, when('2024-05-09'), 'its own comes first');
    const again: Line = ['returned', '2024-05-22 08:00', { finished: '2024-05-08' }];
    const { endedAt } = timelineOf(RECEIVED, ['completed', '2024-05-13 08:00'], returned, again);
    assert.equal(endedAt, at('2024-05-10 16:00'), 'of two the first holds');
  });

  test('a completion that arrives after the hand-over decides', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['returned', '2024-05-20 08:00'],
      ['completed', '2024-05-21 08:00', { finished: '2024-05-09 08:00' }],
    );
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed', '2024-05-09 settled/early']);
  });

  const undated = { timeInferred: true } as const;

  test('an end that nothing dates is never timed by a guess', () => {
    for (const status of ['completed', 'intake-refused'] as const) {
      const timeline = timelineOf(RECEIVED, [status, '2024-05-02 09:00', undated]);
      assert.equal(timeline.standing.account, 'settled/no-finish-date', status);
      assert.deepEqual([timeline.endedAt, codes(timeline)], [null, ['time-inferred']]);
    }
  });

  test('… unless the event states the finishing date itself', () => {
    const timeline = timelineOf(RECEIVED, [
      'completed',
      '2024-05-13 09:00',
      { ...undated, finished: '2024-05-10' },
    ]);
    assert.equal(timeline.standing.account, 'settled/on-time');
  });

  test('… and a proven end decides, in whichever order the two come', () => {
    const proven: Line = ['completed', '2024-05-13 09:00'];
    for (const time of ['2024-05-02 09:00', '2024-05-14 09:00'])
      assert.deepEqual(entries(timelineOf(RECEIVED, ['completed', time, undated], proven).legs), [
        '2024-05-02 in-progress/timed',
        '2024-05-13 settled/late',
      ]);
    const refused = timelineOf(
      RECEIVED,
      ['intake-refused', '2024-05-02 09:00', undated],
      ['intake-refused', '2024-05-09 09:00'],
    );
    assert.equal(refused.standing.account, 'settled/early');
  });

  test('… but not one from before a reopening, and a receipt that arrives later does not reopen', () => {
    const again = timelineOf(
      RECEIVED,
      ['completed', '2024-05-06 09:00'],
      ['in-progress', '2024-05-07 09:00'],
      ['completed', '2024-05-08 09:00', undated],
    );
    assert.equal(again.standing.account, 'settled/no-finish-date');
    const late = timelineOf(['completed', '2024-05-01 09:00', undated], RECEIVED);
    assert.deepEqual([late.standing.account, late.reversions], ['settled/no-finish-date', 0]);
  });

  test('… and after a reopening the end of then holds against a second completion', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['completed', '2024-05-06 09:00', undated],
      ['in-progress', '2024-05-07 09:00'],
      ['completed', '2024-05-08 09:00'],
      ['completed', '2024-05-13 09:00'],
    );
    assert.deepEqual(
      [timeline.standing.account, timeline.endedAt],
      ['settled/early', at('2024-05-08 09:00')],
    );
  });

  test('a receipt entered after the end reopens nothing, and its slip is still the slip', () => {
    const entered: Line = [
      'received',
      '2024-05-20 09:00',
      { received: '2024-05-02 09:00', due: '2024-05-10' },
    ];
    const timeline = timelineOf(['completed', '2024-05-13 09:00'], entered);
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed', '2024-05-13 settled/late']);
    assert.deepEqual([timeline.reversions, codes(timeline)], [0, []]);
    const again = timelineOf(RECEIVED, ['completed', '2024-05-13 09:00'], entered);
    assert.deepEqual(
      [again.standing.account, again.reversions],
      ['in-progress/timed', 1],
      'but the second does',
    );
  });

  test('a receipt entered late brings the original due date, whatever arrived before it', () => {
    const entered: Line = [
      'received',
      '2024-05-20 09:00',
      { received: '2024-05-02 09:00', due: '2024-05-06' },
    ];
    const extended: Line = ['in-progress', '2024-05-03 09:00', { due: '2024-05-13', dueBasis: 'extension' }];
    const completed: Line = ['completed', '2024-05-09 09:00', { received: '2024-05-02 09:00' }];
    const settled = timelineOf(extended, completed, entered);
    assert.deepEqual(entries(settled.legs), [
      '2024-05-02 in-progress/timed',
      '2024-05-03 in-progress/timed',
      '2024-05-09 settled/early',
    ]);
    assert.deepEqual([settled.standing.original, settled.originalDueAt], ['late', when('2024-05-06')]);
    assert.deepEqual([settled.dueAt, codes(settled)], [when('2024-05-13'), []]);
    const open = timelineOf(extended, entered);
    assert.deepEqual([open.originalDueAt, open.dueAt], [when('2024-05-06'), when('2024-05-13')]);
    const withdrawn = timelineOf(extended, ['withdrawn', '2024-05-09 09:00'], entered);
    assert.deepEqual(
      [withdrawn.standing.account, withdrawn.originalDueAt],
      ['withdrawn', when('2024-05-06')],
    );
    const silent = timelineOf(['in-progress', '2024-05-03 09:00', { due: '2024-05-13' }], completed, entered);
    assert.deepEqual([silent.dueAt, codes(silent)], [when('2024-05-06'), ['due-moved-without-basis']]);
  });

  test('of repeated completions the first holds', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['completed', '2024-05-09 08:00', { finished: '2024-05-09 08:00' }],
      ['completed', '2024-05-14 08:00', { finished: '2024-05-09 08:00' }],
      ['completed', '2024-05-15 08:00', { finished: '2024-05-15 08:00' }],
    );
    assert.equal(timeline.endedAt, at('2024-05-09 08:00'));
    assert.deepEqual(uses(timeline), ['e0 applied', 'e1 applied', 'e2 ignored', 'e3 ignored']);
    assert.deepEqual(codes(timeline), ['ignored-after-end']);
  });

  test('completed with outcome refused is settled like any other', () => {
    const timeline = timelineOf(RECEIVED, ['completed', '2024-05-09 08:00', { outcome: 'refused' }]);
    assert.equal(timeline.standing.account, 'settled/early');
  });

  test('intake-refused after the receipt is a refusal on merit', () => {
    const timeline = timelineOf(RECEIVED, ['intake-refused', '2024-05-11 08:00']);
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-11 settled/late');
  });

  test('a pause that arrived earlier but lies after the end is removed', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['supplement-requested', '2024-05-08 08:00'],
      ['in-progress', '2024-05-09 08:00'],
      ['completed', '2024-05-10 08:00', { finished: '2024-05-07 16:00' }],
    );
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed', '2024-05-07 settled/early']);
    assert.deepEqual(uses(timeline), ['e0 applied', 'e1 ignored', 'e2 ignored', 'e3 applied']);
  });

  test('a bare finishing date does not cut off what happened that day', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['supplement-requested', '2024-05-07 08:00'],
      ['in-progress', '2024-05-07 10:00', { due: '2024-05-15', dueBasis: 'supplement' }],
      ['completed', '2024-05-07 15:00', { finished: '2024-05-07' }],
    );
    assert.deepEqual(entries(timeline.legs).slice(1), [
      '2024-05-07 paused',
      '2024-05-07 in-progress/timed',
      '2024-05-07 settled/early',
    ]);
    assert.equal(timeline.dueAt, when('2024-05-15'));
  });

  test('finished before it was received is a data fault: no finish date, listed', () => {
    const timeline = timelineOf(RECEIVED, [
      'completed',
      '2024-05-09 08:00',
      { finished: '2024-05-01 08:00' },
    ]);
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-09 settled/no-finish-date');
    assert.deepEqual([codes(timeline), timeline.endedAt], [['finished-before-received'], null]);
  });

  test('… even when the end sorts before the receipt, which then is no reopening', () => {
    const timeline = timelineOf(['completed', '2024-05-01 08:00'], RECEIVED);
    assert.deepEqual(entries(timeline.legs), [
      '2024-05-02 in-progress/timed',
      '2024-05-02 settled/no-finish-date',
    ]);
    assert.deepEqual([codes(timeline), timeline.reversions], [['finished-before-received'], 0]);
  });

  test('a bare finishing date on the day of the receipt is no fault', () => {
    const timeline = timelineOf(RECEIVED, ['completed', '2024-05-02 16:00', { finished: '2024-05-02' }]);
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-02 settled/early');
    assert.deepEqual(codes(timeline), []);
  });
});

describe('pauses and reopenings', () => {
  for (const status of ['supplement-requested', 'payment-requested', 'stopped'] as const) {
    test(`${status} pauses, work resumes`, () => {
      const timeline = timelineOf(
        RECEIVED,
        [status, '2024-05-03 09:00'],
        ['in-progress', '2024-05-06 09:00'],
      );
      assert.deepEqual(entries(timeline.legs).slice(1), [
        '2024-05-03 paused',
        '2024-05-06 in-progress/timed',
      ]);
    });
  }

  for (const status of ['received', 'in-progress', 'supplement-requested', 'payment-requested'] as const) {
    test(`${status} after completed reopens; the time between counts as paused`, () => {
      const timeline = timelineOf(RECEIVED, ['completed', '2024-05-07 09:00'], [status, '2024-05-09 09:00']);
      const work = status === 'received' || status === 'in-progress';
      assert.deepEqual(entries(timeline.legs).slice(1), [
        '2024-05-07 paused',
        ...(work ? ['2024-05-09 in-progress/timed'] : []),
      ]);
      assert.deepEqual([timeline.reversions, codes(timeline)], [1, ['reopened']]);
    });
  }

  test('a 9 that stood for a pause (a dossier sent back for papers as "done") reads as a pause', () => {
    // National code 9 on the 6th, back to 5 on the 7th and 4 on the 13th, really done on the 15th; due on the 10th, moved to the 17th.
    const timeline = timelineOf(
      RECEIVED,
      ['completed', '2024-05-06 10:00'],
      ['supplement-requested', '2024-05-07 10:00'],
      ['in-progress', '2024-05-13 10:00', { due: '2024-05-17 17:00', dueBasis: 'supplement' }],
      ['completed', '2024-05-15 10:00'],
    );
    assert.deepEqual(entries(timeline.legs), [
      '2024-05-02 in-progress/timed',
      '2024-05-06 paused',
      '2024-05-13 in-progress/timed',
      '2024-05-15 settled/early',
    ]);
    assert.equal(timeline.standing.original, 'late');
    assert.equal(timeline.reversions, 1);
  });

  test('the end is that of the completion after the last reopening', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['completed', '2024-05-06 10:00'],
      ['in-progress', '2024-05-07 10:00'],
      ['completed', '2024-05-08 10:00'],
      ['in-progress', '2024-05-09 10:00'],
      ['completed', '2024-05-13 10:00'],
    );
    assert.deepEqual([timeline.endedAt, timeline.reversions], [at('2024-05-13 10:00'), 2]);
    assert.equal(timeline.standing.account, 'settled/late');
  });

  test('nothing reopens after the hand-over', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['completed', '2024-05-06 10:00'],
      ['returned', '2024-05-07 10:00'],
      ['in-progress', '2024-05-08 10:00'],
    );
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-06 settled/early');
    assert.deepEqual(codes(timeline), ['ignored-after-end']);
  });

  test('… but a correction of the completion', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['completed', '2024-05-06 10:00'],
      ['returned', '2024-05-17 10:00'],
      ['completed', '2024-05-16 10:00', { corrects: eventNamed('e1') }],
    );
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-16 settled/late');
  });

  test('a defaulted status starts a dossier, but neither resumes a pause nor reopens', () => {
    const guess: Stated = { defaulted: true };
    const started = timelineOf(['in-progress', '2024-05-02 10:00', { ...guess, due: '2024-05-10' }]);
    assert.equal(started.standing.account, 'in-progress/timed');
    const paused = timelineOf(
      RECEIVED,
      ['stopped', '2024-05-03 10:00'],
      ['in-progress', '2024-05-04 10:00', guess],
    );
    assert.deepEqual([paused.standing.account, codes(paused)], ['paused', ['defaulted-status']]);
    const ended = timelineOf(
      RECEIVED,
      ['completed', '2024-05-03 10:00'],
      ['in-progress', '2024-05-04 10:00', guess],
    );
    assert.deepEqual([ended.standing.account, codes(ended)], ['settled/early', ['defaulted-status']]);
  });

  test('withdrawn counts from any open account and is final', () => {
    const paused: Line = ['stopped', '2024-05-03 10:00'];
    const withdrawn: Line = ['withdrawn', '2024-05-04 10:00'];
    const after: Line = ['in-progress', '2024-05-05 10:00'];
    for (const lines of [
      [RECEIVED, withdrawn],
      [RECEIVED, paused, withdrawn],
      [RECEIVED, withdrawn, after],
    ]) {
      assert.deepEqual(entries(timelineOf(...lines).legs).at(-1), '2024-05-04 withdrawn');
    }
  });

  test('withdrawn or stopped after the settlement is listed and changes nothing', () => {
    for (const status of ['withdrawn', 'stopped'] as const) {
      const timeline = timelineOf(RECEIVED, ['completed', '2024-05-13 10:00'], [status, '2024-05-14 10:00']);
      assert.deepEqual([timeline.standing.account, codes(timeline)], ['settled/late', ['ignored-after-end']]);
    }
  });

  test('a late dossier does not vanish by a withdrawal that arrived before its earlier end', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['withdrawn', '2024-05-14 10:00'],
      ['completed', '2024-05-15 10:00', { finished: '2024-05-13 10:00' }],
    );
    assert.equal(timeline.standing.account, 'settled/late');
  });
});
