import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOutbox } from './outbox-contract.ts';
import { openSqliteOutbox } from './outbox-sqlite.ts';

describeOutbox('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-outbox-'));
  return {
    writers: 'one',
    open: () => openSqliteOutbox(join(folder, 'webhooks.db')),
    close: async () => rmSync(folder, { recursive: true }),
  };
});
