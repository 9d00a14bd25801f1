import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  at,
  codes,
  entries,
  eventNamed,
  type Line,
  life,
  RECEIVED,
  timelineOf,
  uses,
} from '../../../tests/support/facts.ts';
import { zoneOf } from '../../calendar/zone.ts';
import type { UnitId } from '../../contracts/ids.ts';
import { dossierTimeline } from './timeline.ts';

describe('order, corrections and ranks', () => {
  test('of one moment: asserted first, then the smaller sequence, then the earlier status of the lifecycle', () => {
    const now = '2024-05-03 09:00';
    const order = (...lines: Line[]) => timelineOf(...lines).classified.map(({ fact }) => fact.id);
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

  test('a replaced event is ignored whichever arrived first; the corrector has its own time', () => {
    const timeline = timelineOf(
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
      timelineOf(
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
    const timeline = timelineOf(
      RECEIVED,
      ['completed', '2024-05-13 10:00'],
      ['completed', '2024-05-09 10:00', { corrects: eventNamed('e1') }],
      ['in-progress', '2024-05-09 10:00', { corrects: eventNamed('e2') }],
    );
    assert.equal(timeline.standing.account, 'in-progress/timed');
  });

  test('a correction of an unknown event counts for itself and is listed', () => {
    const timeline = timelineOf(RECEIVED, [
      'completed',
      '2024-05-09 10:00',
      { corrects: eventNamed('nowhere') },
    ]);
    assert.deepEqual([timeline.standing.account, codes(timeline)], ['settled/early', ['corrects-not-seen']]);
  });

  test('an event cannot replace itself', () => {
    const timeline = timelineOf([
      'received',
      '2024-05-02',
      { due: '2024-05-10', corrects: eventNamed('e0') },
    ]);
    assert.deepEqual([timeline.standing.account, codes(timeline)], ['in-progress/timed', []]);
  });

  test('only the best-ranked feed of a dossier moves it, the others are evidence', () => {
    const timeline = timelineOf(
      RECEIVED,
      ['completed', '2024-05-06 10:00', { rank: 2, due: '2024-06-01', dueBasis: 'extension' }],
      ['supplement-requested', '2024-05-06 10:00'],
    );
    assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-06 paused');
    assert.deepEqual(uses(timeline), ['e0 applied', 'e2 applied', 'e1 evidence']);
    assert.deepEqual([codes(timeline), timeline.dueAt], [['outranked'], at('2024-05-10 17:00')]);
    const alone = timelineOf(['received', '2024-05-02 09:00', { rank: 2, due: '2024-05-10' }]);
    assert.equal(alone.standing.account, 'in-progress/timed');
  });
});

describe('properties of the whole life', () => {
  const unit = (name: string) => name as UnitId;

  test('dimensions are those last stated, on every leg', () => {
    const timeline = timelineOf(
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
    assert.deepEqual(codes(timelineOf(RECEIVED, done)), []);
  });

  test('a completion in the future stays outside the rate, on the day it became known', () => {
    for (const done of [
      ['completed', '2024-06-06 09:00', { recorded: '2024-05-06 09:00' }],
      ['completed', '2024-05-06 09:00', { finished: '2024-06-06 09:00' }],
    ] satisfies Line[]) {
      const timeline = timelineOf(RECEIVED, done);
      assert.deepEqual(entries(timeline.legs).at(-1), '2024-05-06 settled/no-finish-date');
      assert.deepEqual([codes(timeline), timeline.endedAt], [['future'], null]);
    }
  });

  test('a receipt in the future is posted on the day it became known', () => {
    const timeline = timelineOf([
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
    const timeline = timelineOf(RECEIVED, ['in-progress', '2024-05-03 09:00', { timeInferred: true }]);
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
