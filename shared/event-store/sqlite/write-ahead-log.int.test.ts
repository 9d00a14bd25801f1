import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { WriteAheadLog } from './write-ahead-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-wal-'));
after(() => rmSync(folder, { recursive: true }));

describe('The bound of the write-ahead log', () => {
  const path = join(folder, 'log.db');
  const db = new DatabaseSync(path, { timeout: 0 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE filler (bytes BLOB)');
  const log = new WriteAheadLog(db, 100_000);
  const bytes = (): number => statSync(`${path}-wal`).size;
  const write = (): void => db.exec('INSERT INTO filler VALUES (zeroblob(60000))');

  it('leaves a short log alone, and begins a long one anew, which never becomes shorter than the limit', () => {
    write();
    log.bound();
    assert.ok(bytes() > 60_000);
    write();
    log.bound();
    assert.ok(bytes() > 120_000);
    write();
    assert.equal(bytes(), 100_000);
  });

  it('does not insist while a reader stays, and begins anew after it', () => {
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.exec('BEGIN; SELECT count(*) FROM filler');
    write();
    write();
    log.bound();
    const held = bytes();
    assert.ok(held > 120_000);
    reader.exec('COMMIT');
    // What an automatic checkpoint does; then the next commit begins anew.
    db.exec('PRAGMA wal_checkpoint(PASSIVE)');
    write();
    assert.ok(bytes() <= 100_000);
    reader.close();
    db.close();
  });
});
