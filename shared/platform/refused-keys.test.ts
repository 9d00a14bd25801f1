import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RefusedKeys } from './refused-keys.ts';

/** Refusals whose waits end at once or never. */
function refusals(waitMs: number) {
  const lines: unknown[][] = [];
  const refused = new RefusedKeys(
    { warn: (...line: unknown[]) => void lines.push(line) },
    async () => {},
    waitMs,
  );
  return { refused, lines };
}

it('logs a wrong key with its address, once, and names the key that was revoked but never its secret', async () => {
  const { refused, lines } = refusals(0);
  for (let time = 0; time < 3; time += 1) await refused.refuse('203.0.113.7', 'nhip_0a1b2c3d_secret');
  assert.deepEqual(lines, [[{ address: '203.0.113.7', key: '0a1b2c3d' }, 'keys: a wrong key was refused']]);
  await refused.close();
  assert.deepEqual(lines.at(-1), [
    { refused: 3, addresses: [{ address: '203.0.113.7', refused: 3 }] },
    'keys: wrong keys refused in a minute',
  ]);
  assert.ok(!JSON.stringify(lines).includes('secret'));
});

it('answers ten at once, lets a hundred more wait, and refuses the rest', async () => {
  const { refused } = refusals(2 ** 30);
  const outcomes: string[] = [];
  for (let time = 0; time < 115; time += 1)
    void refused.refuse('203.0.113.7', 'x').then((outcome) => outcomes.push(outcome));
  await new Promise(setImmediate);
  assert.deepEqual(outcomes, [...Array(10).fill('answer'), ...Array(5).fill('at-limit')]);
  // Another address is answered all the same.
  assert.equal(await refused.refuse('203.0.113.8', 'x'), 'answer');
  await refused.close();
});

it('is bounded in lines and in memory, however many addresses try', async () => {
  const { refused, lines } = refusals(0);
  for (let n = 0; n < 1_100; n += 1) await refused.refuse(`10.0.${n >> 8}.${n & 255}`, 'x');
  assert.equal(lines.length, 20);
  await refused.close();
  const [summary] = lines.at(-1) as [{ refused: number; addresses: { address: string; refused: number }[] }];
  assert.equal(summary.refused, 1_100);
  assert.deepEqual(summary.addresses[0], { address: 'others', refused: 100 });
  assert.equal(summary.addresses.length, 10);
});
