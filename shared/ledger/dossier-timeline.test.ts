import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { at, entries, eventNamed, life, OFFICE, type Told } from '../../tests/support/facts.ts';
import { zoneOf } from '../calendar/zone.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { DossierFact } from './dossier-fact.ts';
import { type DossierTimeline, dossierTimeline } from './dossier-timeline.ts';

type Line = readonly [DossierFact['status'], string, Told?];
const told = (...lines: Line[]): DossierTimeline => dossierTimeline(life(lines), OFFICE);
const codes = ({ findings }: DossierTimeline): string[] => findings.map(({ code }) => code);
const uses = ({ classified }: DossierTimeline): string[] =>
  classified.map(({ fact, use }) => `${fact.id} ${use}`);

/** Received on 2 May 2024 at 09:00, due on the 10th. */
const RECEIVED: Line = [
  'received',
  '2024-05-02 09:00',
  { received: '2024-05-02 09:00', due: '2024-05-10 17:00' },
];

describe('receipt', () => {
  test('nothing said, nothing posted', () => {
    const { legs, standing, receivedAt } = told();
    assert.deepEqual([legs, standing.account, receivedAt], [[], 'outside', null]);
  });

  test('a registered dossier stays outside', () => {
    assert.deepEqual(entries(told(['registered', '2024-05-01 08:00']).legs), []);
  });

  test('a received dossier is in progress on the day of its receivedAt, not of the event', () => {
    const line: Line = ['received', '2024-05-03 08:00', { received: '2024-05-02 16:59', due: '2024-05-10' }];
    const timeline = told(line);
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed']);
    assert.equal(timeline.receivedAt, at('2024-05-02 16:59'));
    assert.deepEqual(codes(timeline), []);
  });

  test('the receivedAt stated first in order holds', () => {
    const again: Line = ['in-progress', '2024-05-04 08:00', { received: '2024-05-04 08:00' }];
    assert.deepEqual(entries(told(RECEIVED, again).legs), ['2024-05-02 in-progress/timed']);
  });

  test('a `received` that states no receivedAt proves its own day', () => {
    const timeline = told(['received', '2024-05-02 09:00', { due: '2024-05-10' }]);
    assert.deepEqual([entries(timeline.legs), codes(timeline)], [['2024-05-02 in-progress/timed'], []]);
  });

  test('first seen past its receipt, it is received on the receivedAt that any event states', () => {
    const timeline = told(
      ['in-progress', '2024-05-06 09:00', { due: '2024-05-10' }],
      ['in-progress', '2024-05-07 09:00', { received: '2024-05-02 09:00' }],
    );
    assert.deepEqual([entries(timeline.legs), codes(timeline)], [['2024-05-02 in-progress/timed'], []]);
  });

  test('… else on the day of its first event, flagged', () => {
    const timeline = told(['supplement-requested', '2024-05-06 09:00', { due: '2024-05-10' }]);
    assert.deepEqual(entries(timeline.legs), ['2024-05-06 in-progress/timed', '2024-05-06 paused']);
    assert.deepEqual(codes(timeline), ['receipt-inferred']);
  });

  test('one full record of a completed dossier gives its receipt, its due date and its end', () => {
    const timeline = told([
      'completed',
      '2024-05-09 15:00',
      { received: '2024-05-02 09:00', due: '2024-05-10', finished: '2024-05-09 14:00' },
    ]);
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed', '2024-05-09 settled/early']);
    assert.equal(timeline.endedAt, at('2024-05-09 14:00'));
  });

  test('refused at intake, it was never received', () => {
    const timeline = told(['registered', '2024-05-01 08:00'], ['intake-refused', '2024-05-02 08:00']);
    assert.deepEqual([entries(timeline.legs), timeline.receivedAt], [['2024-05-02 refused-at-intake'], null]);
  });

  test('… until it is received after all; being completed, returned or withdrawn does not take it in', () => {
    const refused: Line = ['intake-refused', '2024-05-01 08:00'];
    assert.deepEqual(entries(told(refused, RECEIVED).legs), [
      '2024-05-01 refused-at-intake',
      '2024-05-02 in-progress/timed',
    ]);
    for (const status of ['completed', 'returned', 'withdrawn', 'stopped'] as const) {
      const { standing } = told(refused, [status, '2024-05-03 08:00']);
      assert.equal(standing.account, 'refused-at-intake', status);
    }
  });

  test('withdrawn before any receipt, it stays outside', () => {
    const timeline = told(['registered', '2024-05-01 08:00'], ['withdrawn', '2024-05-02 08:00']);
    assert.deepEqual(timeline.legs, []);
  });
});

describe('end of processing', () => {
  test('is the finishedAt of the completion, on its local day', () => {
    const timeline = told(RECEIVED, ['completed', '2024-05-13 08:00', { finished: '2024-05-10 17:00' }]);
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed', '2024-05-10 settled/on-time']);
  });

  test('… else its time', () => {
    const timeline = told(RECEIVED, ['completed', '2024-05-13 08:00']);
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-13 settled/late');
    assert.equal(timeline.endedAt, at('2024-05-13 08:00'));
  });

  test('a citizen who fetches the result late does not make the office late', () => {
    const timeline = told(RECEIVED, ['completed', '2024-05-09 08:00'], ['returned', '2024-06-20 08:00']);
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-09 settled/early');
    assert.deepEqual(uses(timeline), ['e0 applied', 'e1 applied', 'e2 no-change']);
  });

  test('handed over without any completion there is no finish date', () => {
    const timeline = told(RECEIVED, ['returned', '2024-05-20 08:00']);
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-20 settled/no-finish-date');
    assert.equal(timeline.endedAt, null);
  });

  test('a completion told after the hand-over decides', () => {
    const timeline = told(
      RECEIVED,
      ['returned', '2024-05-20 08:00'],
      ['completed', '2024-05-21 08:00', { finished: '2024-05-09 08:00' }],
    );
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed', '2024-05-09 settled/early']);
  });

  test('of repeated completions the first holds', () => {
    const timeline = told(
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
    const timeline = told(RECEIVED, ['completed', '2024-05-09 08:00', { outcome: 'refused' }]);
    assert.equal(timeline.standing.account, 'settled/early');
  });

  test('intake-refused after the receipt is a refusal on merit', () => {
    const timeline = told(RECEIVED, ['intake-refused', '2024-05-11 08:00']);
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-11 settled/late');
  });

  test('a pause told earlier but after the end is cut off', () => {
    const timeline = told(
      RECEIVED,
      ['supplement-requested', '2024-05-08 08:00'],
      ['in-progress', '2024-05-09 08:00'],
      ['completed', '2024-05-10 08:00', { finished: '2024-05-07 16:00' }],
    );
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed', '2024-05-07 settled/early']);
    assert.deepEqual(uses(timeline), ['e0 applied', 'e1 ignored', 'e2 ignored', 'e3 applied']);
  });

  test('a bare finishing date does not cut off what happened that day', () => {
    const timeline = told(
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
    assert.equal(timeline.dueAt, at('2024-05-15'));
  });

  test('finished before it was received is a data fault: no finish date, listed', () => {
    const timeline = told(RECEIVED, ['completed', '2024-05-09 08:00', { finished: '2024-05-01 08:00' }]);
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-09 settled/no-finish-date');
    assert.deepEqual([codes(timeline), timeline.endedAt], [['finished-before-received'], null]);
  });

  test('… even when the end sorts before the receipt, which then is no reopening', () => {
    const timeline = told(['completed', '2024-05-01 08:00'], RECEIVED);
    assert.deepEqual(entries(timeline.legs), [
      '2024-05-02 in-progress/timed',
      '2024-05-02 settled/no-finish-date',
    ]);
    assert.deepEqual([codes(timeline), timeline.reversions], [['finished-before-received'], 0]);
  });

  test('a bare finishing date on the day of the receipt is no fault', () => {
    const timeline = told(RECEIVED, ['completed', '2024-05-02 16:00', { finished: '2024-05-02' }]);
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-02 settled/early');
    assert.deepEqual(codes(timeline), []);
  });
});

describe('pauses and reopenings', () => {
  for (const status of ['supplement-requested', 'payment-requested', 'stopped'] as const) {
    test(`${status} pauses, work resumes`, () => {
      const timeline = told(RECEIVED, [status, '2024-05-03 09:00'], ['in-progress', '2024-05-06 09:00']);
      assert.deepEqual(entries(timeline.legs).slice(1), [
        '2024-05-03 paused',
        '2024-05-06 in-progress/timed',
      ]);
    });
  }

  for (const status of ['received', 'in-progress', 'supplement-requested', 'payment-requested'] as const) {
    test(`${status} after completed reopens; the time between counts as paused`, () => {
      const timeline = told(RECEIVED, ['completed', '2024-05-07 09:00'], [status, '2024-05-09 09:00']);
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
    const timeline = told(
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
    const timeline = told(
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
    const timeline = told(
      RECEIVED,
      ['completed', '2024-05-06 10:00'],
      ['returned', '2024-05-07 10:00'],
      ['in-progress', '2024-05-08 10:00'],
    );
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-06 settled/early');
    assert.deepEqual(codes(timeline), ['ignored-after-end']);
  });

  test('… but a correction of the completion', () => {
    const timeline = told(
      RECEIVED,
      ['completed', '2024-05-06 10:00'],
      ['returned', '2024-05-17 10:00'],
      ['completed', '2024-05-16 10:00', { corrects: eventNamed('e1') }],
    );
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-16 settled/late');
  });

  test('a defaulted status starts a dossier, but neither resumes a pause nor reopens', () => {
    const guess: Told = { defaulted: true };
    const started = told(['in-progress', '2024-05-02 10:00', { ...guess, due: '2024-05-10' }]);
    assert.equal(started.standing.account, 'in-progress/timed');
    const paused = told(
      RECEIVED,
      ['stopped', '2024-05-03 10:00'],
      ['in-progress', '2024-05-04 10:00', guess],
    );
    assert.deepEqual([paused.standing.account, codes(paused)], ['paused', ['defaulted-status']]);
    const ended = told(
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
      assert.deepEqual(entries(told(...lines).legs).at(-1), '2024-05-04 withdrawn');
    }
  });

  test('withdrawn or stopped after the settlement is listed and changes nothing', () => {
    for (const status of ['withdrawn', 'stopped'] as const) {
      const timeline = told(RECEIVED, ['completed', '2024-05-13 10:00'], [status, '2024-05-14 10:00']);
      assert.deepEqual([timeline.standing.account, codes(timeline)], ['settled/late', ['ignored-after-end']]);
    }
  });

  test('a late dossier does not vanish by a withdrawal told before its earlier end', () => {
    const timeline = told(
      RECEIVED,
      ['withdrawn', '2024-05-14 10:00'],
      ['completed', '2024-05-15 10:00', { finished: '2024-05-13 10:00' }],
    );
    assert.equal(timeline.standing.account, 'settled/late');
  });
});

describe('due date', () => {
  test('the first in order is the original, whatever its basis, from the receipt on', () => {
    const timeline = told(
      ['received', '2024-05-02 09:00'],
      ['in-progress', '2024-05-03 09:00', { due: '2024-05-10' }],
    );
    assert.deepEqual(entries(timeline.legs), ['2024-05-02 in-progress/timed']);
    assert.equal(timeline.originalDueAt, at('2024-05-10'));
  });

  test('a lawful change in progress is a leg on its day, so that overdue on a day is a sum', () => {
    const timeline = told(RECEIVED, [
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
    assert.deepEqual([timeline.dueAt, timeline.originalDueAt], [at('2024-05-20'), at('2024-05-10 17:00')]);
    assert.equal(timeline.overdueFrom, at('2024-05-21 00:00'));
  });

  test('both readings of on time are given', () => {
    const timeline = told(
      RECEIVED,
      ['in-progress', '2024-05-08 09:00', { due: '2024-05-20', dueBasis: 'extension' }],
      ['completed', '2024-05-13 09:00'],
    );
    assert.deepEqual([timeline.standing.account, timeline.standing.original], ['settled/early', 'late']);
  });

  test('set while paused it takes effect at the resumption', () => {
    const timeline = told(
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
    const timeline = told(RECEIVED, ['in-progress', '2024-05-08 09:00', { due: '2024-05-20' }]);
    assert.deepEqual(
      [timeline.dueAt, codes(timeline)],
      [at('2024-05-10 17:00'), ['due-moved-without-basis']],
    );
  });

  test('omitted or restated it is unchanged; with a limit in days any time of the same date restates it', () => {
    const timeline = told(
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
    const lifted = told(RECEIVED, ['in-progress', '2024-05-03 09:00', { due: null, dueBasis: 'extension' }]);
    assert.deepEqual([lifted.standing.account, lifted.dueAt], ['in-progress/no-due-date', null]);
    assert.equal(lifted.standing.dueOriginal, at('2024-05-11 00:00'));
    const kept = told(RECEIVED, ['in-progress', '2024-05-03 09:00', { due: null }]);
    assert.deepEqual([kept.dueAt, codes(kept)], [at('2024-05-10 17:00'), ['due-moved-without-basis']]);
  });

  test('set after the end it is ignored and listed', () => {
    const timeline = told(
      RECEIVED,
      ['completed', '2024-05-13 09:00'],
      ['returned', '2024-05-14 09:00', { due: '2024-05-20', dueBasis: 'extension' }],
    );
    assert.deepEqual([timeline.standing.account, codes(timeline)], ['settled/late', ['due-after-end']]);
  });

  test('… also when the end was told only later', () => {
    const timeline = told(
      RECEIVED,
      ['in-progress', '2024-05-14 09:00', { due: '2024-05-20', dueBasis: 'extension' }],
      ['completed', '2024-05-15 09:00', { finished: '2024-05-13 09:00' }],
    );
    assert.deepEqual([timeline.standing.account, codes(timeline)], ['settled/late', ['due-after-end']]);
  });

  test('set before the receipt it is used and flagged', () => {
    const timeline = told([
      'received',
      '2024-05-02 09:00',
      { received: '2024-05-02 09:00', due: '2024-05-01' },
    ]);
    assert.equal(timeline.standing.due, at('2024-05-02 00:00'));
    assert.deepEqual(codes(timeline), ['due-before-received']);
    const dated = (due: string) => told(['received', '2024-05-02', { received: '2024-05-02', due }]);
    assert.deepEqual(codes(dated('2024-05-01')), ['due-before-received']);
    assert.deepEqual(codes(dated('2024-05-02')), []);
  });

  test('without one the dossier stands apart, open and settled, and is flagged', () => {
    const open = told(['received', '2024-05-02 09:00', { due: null }]);
    assert.deepEqual([open.standing.account, codes(open)], ['in-progress/no-due-date', ['no-due-date']]);
    const settled = told(['received', '2024-05-02 09:00'], ['completed', '2024-05-03 09:00']);
    assert.deepEqual(
      [settled.standing.account, settled.standing.original],
      ['settled/no-due-date', 'no-due-date'],
    );
  });

  test('with a limit in hours the minute decides, open and settled alike', () => {
    const line: Line = ['received', '2024-05-02 09:00', { due: '2024-05-02 17:00', limitUnit: 'hours' }];
    assert.equal(told(line).standing.due, at('2024-05-02 17:01'));
    const settledAt = (end: string) => told(line, ['completed', end]).standing.account;
    assert.equal(settledAt('2024-05-02 17:00:59'), 'settled/on-time');
    assert.equal(settledAt('2024-05-02 17:01:00'), 'settled/late');
  });
});

describe('order, corrections and ranks', () => {
  test('of one moment: asserted first, then the smaller sequence, then the earlier status of the lifecycle', () => {
    const now = '2024-05-03 09:00';
    const order = (...lines: Line[]) => told(...lines).classified.map(({ fact }) => fact.id);
    assert.deepEqual(
      order(['stopped', now, { asserted: '2024-05-05' }], ['in-progress', now, { asserted: '2024-05-04' }]),
      ['e1', 'e0'],
    );
    assert.deepEqual(order(['received', now, { sequence: 2 }], ['in-progress', now, { sequence: 1 }]), [
      'e1',
      'e0',
    ]);
    assert.deepEqual(order(['received', now, { sequence: 0 }], ['in-progress', now]), ['e1', 'e0']);
    assert.deepEqual(order(['completed', now], ['received', now]), ['e1', 'e0']);
    assert.deepEqual(order(['in-progress', now], ['in-progress', now]), ['e0', 'e1']);
  });

  test('a replaced event is ignored whichever arrived first; the corrector takes its own time', () => {
    const timeline = told(
      RECEIVED,
      ['completed', '2024-05-13 10:00'],
      ['completed', '2024-05-09 10:00', { corrects: eventNamed('e1') }],
    );
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-09 settled/early');
    assert.deepEqual(uses(timeline), ['e0 applied', 'e2 applied', 'e1 replaced']);
    assert.deepEqual(codes(timeline), ['replaced']);
  });

  test('of two that replace the same the last asserted wins, then the greater id', () => {
    const corrects = eventNamed('e1');
    const both = (first: string, second: string) =>
      told(
        RECEIVED,
        ['completed', '2024-05-13 10:00'],
        ['completed', '2024-05-09 10:00', { corrects, asserted: first }],
        ['completed', '2024-05-10 10:00', { corrects, asserted: second }],
      ).endedAt;
    assert.equal(both('2024-06-02', '2024-06-01'), at('2024-05-09 10:00'));
    assert.equal(both('2024-06-01', '2024-06-02'), at('2024-05-10 10:00'));
    assert.equal(both('2024-06-01', '2024-06-01'), at('2024-05-10 10:00'));
  });

  test('a corrector that is itself replaced still replaces', () => {
    const timeline = told(
      RECEIVED,
      ['completed', '2024-05-13 10:00'],
      ['completed', '2024-05-09 10:00', { corrects: eventNamed('e1') }],
      ['in-progress', '2024-05-09 10:00', { corrects: eventNamed('e2') }],
    );
    assert.equal(timeline.standing.account, 'in-progress/timed');
  });

  test('a correction of something never seen counts for itself and is listed', () => {
    const timeline = told(RECEIVED, ['completed', '2024-05-09 10:00', { corrects: eventNamed('nowhere') }]);
    assert.deepEqual([timeline.standing.account, codes(timeline)], ['settled/early', ['corrects-not-seen']]);
  });

  test('an event cannot replace itself', () => {
    const timeline = told(['received', '2024-05-02', { due: '2024-05-10', corrects: eventNamed('e0') }]);
    assert.deepEqual([timeline.standing.account, codes(timeline)], ['in-progress/timed', []]);
  });

  test('only the best-ranked feed that spoke moves the dossier, the others are evidence', () => {
    const timeline = told(
      RECEIVED,
      ['completed', '2024-05-06 10:00', { rank: 2, due: '2024-06-01', dueBasis: 'extension' }],
      ['supplement-requested', '2024-05-06 10:00'],
    );
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-06 paused');
    assert.deepEqual(uses(timeline), ['e0 applied', 'e2 applied', 'e1 evidence']);
    assert.deepEqual([codes(timeline), timeline.dueAt], [['outranked'], at('2024-05-10 17:00')]);
    const alone = told(['received', '2024-05-02 09:00', { rank: 2, due: '2024-05-10' }]);
    assert.equal(alone.standing.account, 'in-progress/timed');
  });
});

describe('what is said for the whole life', () => {
  const unit = (name: string) => name as UnitId;

  test('dimensions are those last stated, on every leg', () => {
    const timeline = told(
      ['received', '2024-05-02 09:00', { unit: unit('H19.12'), channel: 'online', due: '2024-05-10' }],
      ['in-progress', '2024-05-03 09:00', { unit: unit('H19.13') }],
      ['completed', '2024-05-06 09:00'],
    );
    assert.equal(timeline.legs.length, 2);
    for (const { dimensions } of timeline.legs) {
      assert.deepEqual(
        [dimensions.unit, dimensions.channel, dimensions.field],
        [unit('H19.13'), 'online', null],
      );
    }
    assert.deepEqual(uses(timeline), ['e0 applied', 'e1 applied', 'e2 applied']);
  });
});

describe('the future', () => {
  test('five minutes of clock difference are none', () => {
    const done: Line = ['completed', '2024-05-06 09:05', { recorded: '2024-05-06 09:00' }];
    assert.deepEqual(codes(told(RECEIVED, done)), []);
  });

  test('a completion in the future stays outside the rate, on the day it became known', () => {
    for (const done of [
      ['completed', '2024-06-06 09:00', { recorded: '2024-05-06 09:00' }],
      ['completed', '2024-05-06 09:00', { finished: '2024-06-06 09:00' }],
    ] satisfies Line[]) {
      const timeline = told(RECEIVED, done);
      assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-06 settled/no-finish-date');
      assert.deepEqual([codes(timeline), timeline.endedAt], [['future'], null]);
    }
  });

  test('a receipt in the future is posted on the day it became known', () => {
    const timeline = told([
      'received',
      '2025-05-02 09:00',
      { due: '2025-05-10', recorded: '2024-05-02 09:00' },
    ]);
    assert.deepEqual(
      [entries(timeline.legs), codes(timeline)],
      [['2024-05-02 in-progress/timed'], ['future']],
    );
  });

  test('a guessed time is flagged', () => {
    const timeline = told(RECEIVED, ['in-progress', '2024-05-03 09:00', { timeInferred: true }]);
    assert.deepEqual(codes(timeline), ['time-inferred']);
  });
});

test('days are those of the zone, over a change of clocks', () => {
  const zone = zoneOf('Europe/Amsterdam');
  const lines: Line[] = [
    ['received', '2011-03-26 23:30', { due: '2011-03-27 12:00' }],
    ['completed', '2011-03-27 23:59'],
  ];
  const { legs } = dossierTimeline(life(lines, zone), zone);
  assert.deepEqual(entries(legs), ['2011-03-26 in-progress/timed', '2011-03-27 settled/on-time']);
});
