import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { it, test } from 'node:test';
import type pg from 'pg';
import { describeWithPostgres } from '../../tests/support/postgres/describe.ts';
import { emptyDir } from '../../tests/support/standalone.ts';
import { openPostgresPersonNames } from './names-postgres.ts';
import { openSqlitePersonNames } from './names-sqlite.ts';
import { describePersonNames, person } from './testing/contract-suite.ts';

const bytesIn = (folder: string): Buffer =>
  Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

describePersonNames('SQLite', async () => {
  const folder = emptyDir();
  const names = await openSqlitePersonNames(join(folder, 'names.db'));
  return {
    names,
    bytes: async () => {
      for (const name of readdirSync(folder))
        assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
      return bytesIn(folder);
    },
    close: async () => {
      await names.close();
      rmSync(folder, { recursive: true });
    },
  };
});

test('while another program reads the file a deletion is not acknowledged; sent again, it leaves nothing', async (t) => {
  const folder = emptyDir();
  t.after(() => rmSync(folder, { recursive: true }));
  const names = await openSqlitePersonNames(join(folder, 'names.db'));
  t.after(() => names.close());
  await names.set([{ ref: person(1), name: 'Trần Văn Xóa' }], 1);
  const reader = new DatabaseSync(join(folder, 'names.db'), { readOnly: true });
  reader.exec('BEGIN; SELECT count(*) FROM person_name');
  await assert.rejects(names.delete([person(1)]), { name: 'StoreError', code: 'unavailable' });
  reader.close();
  assert.equal(await names.delete([person(1)]), 0);
  assert.ok(!bytesIn(folder).includes('Trần Văn Xóa'));
});

await describeWithPostgres('names on PostgreSQL', (postgres) => {
  let pool: pg.Pool;
  describePersonNames('PostgreSQL', async () => {
    pool = await postgres.newPool();
    const names = openPostgresPersonNames(pool);
    return { names, bytes: () => bytesOf(pool), close: () => names.close() };
  });

  it('a deletion reaches what an older transaction still sees, and no statistics have names', async () => {
    const names = openPostgresPersonNames(pool);
    await names.delete('all');
    await names.set(
      [1, 2].map((one) => ({ ref: person(one), name: `Trần Văn Xóa ${one}` })),
      1,
    );
    await pool.query('ANALYZE nhip.person_name');
    const { rows: known } = await pool.query(
      "SELECT attname FROM pg_stats WHERE tablename = 'person_name' ORDER BY 1",
    );
    assert.deepEqual(known, [{ attname: 'ref' }, { attname: 'set_at' }]);
    assert.ok((await bytesOf(pool)).includes('Trần Văn Xóa 1'));
    const older = await pool.connect();
    try {
      await older.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
      assert.equal(await names.delete([person(1)]), 1);
    } finally {
      older.release(true);
    }
    const left = await bytesOf(pool);
    assert.deepEqual([left.includes('Trần Văn Xóa 1'), left.includes('Trần Văn Xóa 2')], [false, true]);
  });
});

/** The files of the table and of what belongs to it. */
async function bytesOf(pool: pg.Pool): Promise<Buffer> {
  await pool.query('CHECKPOINT');
  const { rows } = await pool.query<{ bytes: Buffer }>(
    "SELECT pg_read_binary_file(pg_relation_filepath(oid)) AS bytes FROM pg_class WHERE relname LIKE 'person_name%'",
  );
  assert.ok(rows.length >= 2, 'table and index');
  return Buffer.concat(rows.map(({ bytes }) => bytes));
}
