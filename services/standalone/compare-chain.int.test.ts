import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { chainHeadIn } from '../../shared/event-store/sqlite/stored-chain.ts';
import { damageTable, descriptorsOf } from '../../tests/support/damaged-table.ts';
import { compareChain } from './compare-chain.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-compare-'));
after(() => rmSync(folder, { recursive: true }));

test('a file whose chain cannot be read is closed again', async () => {
  const path = join(folder, 'events.db');
  await (await openEventStore(path)).close();
  damageTable(path, 'links');
  const corrupt = { code: 'corrupt' };
  await assert.rejects(chainHeadIn(path), corrupt);
  await assert.rejects(
    compareChain(path, 0, AbortSignal.timeout(10_000), () => {}),
    corrupt,
  );
  assert.equal(descriptorsOf(path), 0);
});

test('a file that is no store is closed again', async () => {
  const path = join(folder, 'text.db');
  writeFileSync(path, 'no store'.repeat(1_000));
  await assert.rejects(chainHeadIn(path), { code: 'corrupt' });
  assert.equal(descriptorsOf(path), 0);
});
