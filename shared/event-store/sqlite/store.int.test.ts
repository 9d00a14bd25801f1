import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { describeEventStore } from '../testing/contract-suite.ts';
import { openEventStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-events-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
describeEventStore('SQLite', {
  open: () => openEventStore(join(folder, `${++files}.db`)),
  ids: 'everywhere',
});
