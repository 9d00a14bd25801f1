import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openSqliteOutbox } from './outbox-sqlite.ts';
import { describeOutbox } from './testing/contract-suite.ts';

describeOutbox('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-outbox-'));
  return {
    writers: 'one',
    open: () => openSqliteOutbox(join(folder, 'webhooks.db')),
    close: async () => rmSync(folder, { recursive: true }),
  };
});

test('a file of an earlier version keeps its messages and accepts new ones', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-outbox-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'webhooks.db');
  await openSqliteOutbox(path).close();
  const file = new DatabaseSync(path);
  file.exec('ALTER TABLE delivery DROP COLUMN traceparent');
  file.exec(`INSERT INTO webhook VALUES ('w', 'https://w.example.vn/', '', '{}', 1, NULL, 1)`);
  file.exec(
    `INSERT INTO delivery VALUES (1, 'old', 'w', 'webhook.test', '{}', 1, 'pending', 0, 2, 1, NULL, 0)`,
  );
  file.close();

  for (const opening of [1, 2]) {
    const outbox = openSqliteOutbox(path);
    const old = await outbox.delivery('old');
    assert.deepEqual([old?.tries, old?.traceparent], [2, null], `opening ${opening}`);
    const message = { type: 'webhook.test', timestamp: '', data: { webhook: 'w' } } as const;
    await outbox.queue([{ id: `new-${opening}`, webhook: 'w', message, traceparent: 'a trace' }], 2);
    assert.equal((await outbox.delivery(`new-${opening}`))?.traceparent, 'a trace');
    await outbox.close();
  }
});
