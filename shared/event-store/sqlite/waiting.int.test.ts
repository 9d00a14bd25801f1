import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { StoreError } from '../../kernel/store-error.ts';
import { freshStream, newEvent, RECORDED_AT } from '../testing/contract-support.ts';
import { openEventStore } from './store.ts';

test('more than 64 MiB do not wait to be written: what is beyond is refused at once, the rest is stored', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-waiting-'));
  const store = await openEventStore(join(folder, 'events.db'));
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const data = JSON.stringify('x'.repeat(4 * 1_024 * 1_024 - 2));
  const event = () => newEvent(freshStream(), { data });
  const calls = await Promise.allSettled(
    Array.from({ length: 20 }, () => store.record([event()], RECORDED_AT)),
  );
  const refused = calls.flatMap((call) => (call.status === 'rejected' ? [call.reason] : []));
  assert.equal(calls.length - refused.length, 16, 'sixteen times four MiB');
  for (const error of refused) assert.ok(error instanceof StoreError && error.code === 'unavailable');
  assert.equal(await store.head(), 16, 'nothing of the refused is stored');
  const { outcomes } = await store.record([event()], RECORDED_AT);
  assert.equal(outcomes[0]?.kind, 'recorded', 'then there is room again');
});
