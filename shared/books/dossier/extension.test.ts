import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  at,
  codes,
  eventNamed,
  type Line,
  life,
  OFFICE,
  RECEIVED,
  timelineOf,
  uses,
  when,
} from '../../../tests/support/facts.ts';
import { dossierTimeline } from './timeline.ts';

const DUE = at('2024-05-10 17:00');
const EXTENDED = when('2024-05-20');

const letter = (date: string, due?: string, more: object = {}): Line => [
  'apology',
  date,
  { letter: '45/TXL', ...(due !== undefined && { due, dueBasis: 'extension' }), ...more },
];
const extended = (time: string, due: string | null = '2024-05-20'): Line => [
  'in-progress',
  time,
  { due, dueBasis: 'extension' },
];
/** The due date in force after these facts, and what is listed; the receipt is due on Friday the 10th at 17:00. */
const dueAfter = (...lines: readonly Line[]) => {
  const timeline = timelineOf(RECEIVED, ...lines);
  return [timeline.dueAt, codes(timeline)];
};

describe('an extension', () => {
  test('counts until the day before the due date, by letter and by status event, whatever the hour', () => {
    assert.deepEqual(dueAfter(letter('2024-05-09', '2024-05-20')), [EXTENDED, []]);
    assert.deepEqual(dueAfter(letter('2024-05-09 23:59', '2024-05-20')), [EXTENDED, []]);
    assert.deepEqual(dueAfter(extended('2024-05-09 23:59')), [EXTENDED, []]);
    for (const late of ['2024-05-10', '2024-05-10 00:00', '2024-05-10 16:59', '2024-05-11']) {
      assert.deepEqual(dueAfter(letter(late, '2024-05-20')), [DUE, ['extension-too-late']], late);
      assert.deepEqual(dueAfter(extended(late)), [DUE, ['extension-too-late']], late);
    }
  });

  test('is in time by calendar days, with a limit in hours too', () => {
    const hours: Line = ['received', '2024-05-02 09:00', { due: '2024-05-03 08:00', limitUnit: 'hours' }];
    const by = (...lines: readonly Line[]) => codes(timelineOf(hours, ...lines));
    assert.deepEqual(by(extended('2024-05-02 23:59')), []);
    assert.deepEqual(by(extended('2024-05-03 00:00')), ['extension-too-late']);
  });

  test('counts once in all: the second is listed, by whichever kind of event', () => {
    const first = letter('2024-05-06', '2024-05-20');
    for (const second of [letter('2024-05-08', '2024-05-30'), extended('2024-05-08 09:00', '2024-05-30')])
      assert.deepEqual(dueAfter(first, second), [EXTENDED, ['extension-repeated']]);
    assert.deepEqual(dueAfter(extended('2024-05-06 09:00'), letter('2024-05-08', '2024-05-30')), [
      EXTENDED,
      ['extension-repeated'],
    ]);
  });

  test('that a letter and a status event state is one, in either order', () => {
    assert.deepEqual(dueAfter(letter('2024-05-06', '2024-05-20'), extended('2024-05-11 09:00')), [
      EXTENDED,
      [],
    ]);
    assert.deepEqual(dueAfter(extended('2024-05-06 09:00'), letter('2024-05-10', '2024-05-20')), [
      EXTENDED,
      [],
    ]);
  });

  test('that came too late leaves room for none in time, since days only pass', () => {
    assert.deepEqual(dueAfter(letter('2024-05-10', '2024-05-20'), letter('2024-05-14', '2024-05-30')), [
      DUE,
      ['extension-too-late', 'extension-too-late'],
    ]);
  });

  test('is held to the due date in force: one that a supplement has moved', () => {
    const supplemented: Line = [
      'supplement-requested',
      '2024-05-06 09:00',
      { due: '2024-05-15', dueBasis: 'supplement' },
    ];
    assert.deepEqual(dueAfter(supplemented, letter('2024-05-14', '2024-05-20')), [EXTENDED, []]);
    const moved = letter('2024-05-08', '2024-05-20');
    const again: Line = ['in-progress', '2024-05-12 09:00', { due: '2024-05-31', dueBasis: 'supplement' }];
    assert.deepEqual(dueAfter(moved, again), [when('2024-05-31'), []], 'no extension, so it moves again');
    assert.deepEqual(dueAfter(moved, again, extended('2024-05-13 09:00')), [
      when('2024-05-31'),
      ['extension-repeated'],
    ]);
  });

  test('counts as often as stated under the rule `any`, and the law is listed all the same', () => {
    const any = { anyExtension: true };
    const timeline = timelineOf(
      RECEIVED,
      letter('2024-05-10', '2024-05-20', any),
      letter('2024-05-21', '2024-05-30', any),
    );
    assert.equal(timeline.dueAt, when('2024-05-30'));
    assert.deepEqual(codes(timeline), ['extension-too-late', 'extension-repeated']);
  });

  test('needs a due date that it moves: a letter is no receipt slip, under either rule', () => {
    for (const rule of [{}, { anyExtension: true }] as const) {
      const timeline = timelineOf(['received', '2024-05-02 09:00'], letter('2024-05-06', '2024-05-20', rule));
      assert.deepEqual([timeline.dueAt, timeline.originalDueAt], [null, null]);
      assert.deepEqual(codes(timeline), ['extension-without-due-date', 'no-due-date']);
    }
    const lifted: Line = ['in-progress', '2024-05-04 09:00', { due: null, dueBasis: 'supplement' }];
    assert.deepEqual(dueAfter(lifted, extended('2024-05-06 09:00')), [
      null,
      ['extension-without-due-date', 'no-due-date'],
    ]);
  });

  test('decides what is late: settled at 17:00 of the due day is on time, and a late letter saves nothing', () => {
    const at17: Line = ['completed', '2024-05-10 17:00'];
    assert.equal(timelineOf(RECEIVED, at17).standing.account, 'settled/on-time');
    const settled = (...lines: readonly Line[]) => {
      const { standing } = timelineOf(RECEIVED, ...lines, ['completed', '2024-05-13 09:00']);
      return [standing.account, standing.original];
    };
    assert.deepEqual(settled(letter('2024-05-10', '2024-05-20')), ['settled/late', 'late']);
    assert.deepEqual(settled(letter('2024-05-09', '2024-05-20')), ['settled/early', 'late']);
    assert.deepEqual(settled(letter('2024-05-09', '2024-05-13')), ['settled/on-time', 'late']);
  });
});

describe('a letter of apology', () => {
  test('without a new date moves nothing', () => {
    const timeline = timelineOf(RECEIVED, letter('2024-05-09'));
    assert.deepEqual([timeline.dueAt, codes(timeline), timeline.legs.length], [DUE, [], 1]);
    assert.equal(timeline.dimensions.letter, 'issued');
    assert.deepEqual(uses(timeline), ['e0 applied', 'e1 applied']);
    assert.deepEqual(dueAfter(letter('2024-05-06'), letter('2024-05-08', '2024-05-20')), [EXTENDED, []]);
  });

  test('alone receives no dossier', () => {
    const timeline = timelineOf(letter('2024-05-09', '2024-05-20'));
    assert.deepEqual([timeline.legs, timeline.receivedAt, timeline.dueAt], [[], null, null]);
  });

  test('can be corrected: the one that replaces it counts by its own date', () => {
    const corrects = { corrects: eventNamed('e1') };
    const wrong = letter('2024-05-10', '2024-05-20');
    assert.deepEqual(dueAfter(wrong, letter('2024-05-09', '2024-05-20', corrects)), [EXTENDED, ['replaced']]);
    const withdrawn = letter('2024-05-09', undefined, corrects);
    assert.deepEqual(dueAfter(letter('2024-05-08', '2024-05-20'), withdrawn), [DUE, ['replaced']]);
  });

  test('of a day stands before the end of that day', () => {
    const timeline = timelineOf(
      ['received', '2024-05-02 09:00', { due: '2024-05-20' }],
      ['completed', '2024-05-10 09:00'],
      letter('2024-05-10', '2024-05-30'),
    );
    assert.deepEqual([timeline.dueAt, codes(timeline)], [when('2024-05-30'), []]);
  });

  test('dated after the end moves nothing', () => {
    assert.deepEqual(dueAfter(['completed', '2024-05-08 09:00'], letter('2024-05-09', '2024-05-20')), [
      DUE,
      ['due-after-end'],
    ]);
  });

  test('neither outranks the statuses nor is outranked by them, whichever feed sends it', () => {
    for (const rank of [0, 2])
      assert.deepEqual(dueAfter(letter('2024-05-09', '2024-05-20', { rank })), [EXTENDED, []]);
    const [worse, better] = [
      letter('2024-05-08', '2024-05-30', { rank: 2 }),
      letter('2024-05-09', '2024-05-20'),
    ];
    assert.deepEqual(dueAfter(worse, better), [EXTENDED, ['outranked']]);
  });

  test('gives the same in any order of arrival', () => {
    const facts = life([
      RECEIVED,
      letter('2024-05-08', '2024-05-20'),
      extended('2024-05-09 09:00', '2024-05-25'),
      ['completed', '2024-05-22 09:00'],
    ]);
    const whole = dossierTimeline(facts, OFFICE);
    assert.deepEqual([whole.standing.account, codes(whole)], ['settled/late', ['extension-repeated']]);
    const orders = facts.flatMap((_, turn) => {
      const turned = [...facts.slice(turn), ...facts.slice(0, turn)];
      return [turned, turned.toReversed()];
    });
    for (const order of orders) assert.deepEqual(dossierTimeline(order, OFFICE), whole);
  });
});
