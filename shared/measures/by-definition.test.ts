import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreOf } from './by-definition.ts';

/** Figures of 2026 that the National Public Service Portal has published: counts and the score that it made of them. */
const PUBLISHED = [
  { of: 'Đồng Nai, 1/1–10/10', received: 670_009, onTime: 540_748, score: 16.14 },
  { of: 'Đồng Tháp, 1/1–10/10', received: 405_424, onTime: 358_660, score: 17.69 },
  { of: 'Hải Phòng, 1/1–10/10', received: 726_177, onTime: 645_282, score: 17.77 },
  { of: 'Phú Thọ, quarter 3', received: 464_494, onTime: 403_016, score: 17.35 },
  { of: 'H44.01, quarter 3', received: 161, onTime: 156, score: 19.38 },
];

test('the score of the national portal is that of its published figures, and none without a denominator', () => {
  for (const { of, received: denominator, onTime: numerator, score } of PUBLISHED)
    assert.equal(scoreOf({ numerator, denominator }, 20), score, of);
  assert.equal(scoreOf({ numerator: 0, denominator: 0 }, 20), null);
  // 0.125 is half way, and rounds up.
  assert.equal(scoreOf({ numerator: 1, denominator: 160 }, 20), 0.13);
});
