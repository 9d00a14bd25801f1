import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { copyDatabase } from './copy-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-copy-database-'));
after(() => rmSync(folder, { recursive: true }));

const rowsOf = (path: string): number => {
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = Number(db.prepare('SELECT count(*) AS n FROM filler').get()?.n);
  db.close();
  return rows;
};

describe('A copy of a database', () => {
  it('has the state of the moment of the call, despite commits between its steps, and is one file', async () => {
    const [source, target] = [join(folder, 'source.db'), join(folder, 'target.db')];
    const db = new DatabaseSync(source);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE filler (bytes BLOB)');
    // More pages than one step copies.
    db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
      INSERT INTO filler SELECT zeroblob(100000) FROM n`);
    const insert = db.prepare('INSERT INTO filler VALUES (zeroblob(10))');
    let [on, commits] = [true, 0];
    const copied = copyDatabase(source, target).finally(() => {
      on = false;
    });
    while (on) {
      insert.run();
      commits++;
      await nextTurn();
    }
    await copied;
    db.close();
    assert.ok(commits > 10, `${commits} commits meanwhile`);
    assert.equal(rowsOf(target), 400);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('target')),
      ['target.db'],
    );
  });
});
