import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import { openSqlite } from './database.ts';

interface Tables {
  readonly note: { readonly text: string };
}
const SCHEMA = 'CREATE TABLE IF NOT EXISTS note (text TEXT NOT NULL) STRICT;';

function opened(t: TestContext, schema = SCHEMA) {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-sqlite-'));
  const engine = openSqlite<Tables>(join(folder, 'a.db'), schema);
  t.after(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });
  const write = (text: string) => engine.run((db) => db.insertInto('note').values({ text }).execute());
  const texts = async () =>
    (await engine.run((db) => db.selectFrom('note').select('text').execute())).map((row) => row.text);
  return { engine, write, texts };
}

test('transactions of several callers run one after another, without queries of other callers in them', async (t) => {
  const { engine, write, texts } = opened(t);
  const steps: string[] = [];
  const one = (name: string, fails = false) =>
    engine.transaction(async (db) => {
      for (const part of ['1', '2', '3']) {
        steps.push(name);
        await db
          .insertInto('note')
          .values({ text: name + part })
          .execute();
        await nextTurn();
      }
      if (fails) throw new Error('as the test asked');
    });
  const [, failed] = await Promise.allSettled([one('a'), one('b', true), write('alone'), one('c')]);
  assert.equal(failed?.status, 'rejected');
  assert.equal(steps.join(''), 'aaabbbccc');
  assert.deepEqual(await texts(), ['a1', 'a2', 'a3', 'alone', 'c1', 'c2', 'c3']);
});

test('a concurrent query does not see uncommitted rows', async (t) => {
  const { engine, write, texts } = opened(t);
  await write('before');
  const changing = engine.transaction(async (db) => {
    await db.deleteFrom('note').execute();
    await nextTurn();
    throw new Error('as the test asked');
  });
  const [, seen] = await Promise.allSettled([changing, texts()]);
  assert.deepEqual(seen, { status: 'fulfilled', value: ['before'] });
});

test('a full disk is reported as such, leaves no partial writes, and writes succeed once there is room', async (t) => {
  const { engine, write, texts } = opened(t, `${SCHEMA} PRAGMA max_page_count = 10;`);
  await write('first');
  const long = engine.transaction(async (db) => {
    for (let n = 0; n < 100; n += 1)
      await db
        .insertInto('note')
        .values({ text: 'x'.repeat(1_000) })
        .execute();
  });
  await assert.rejects(long, { name: 'StoreError', code: 'full' });
  assert.deepEqual(await texts(), ['first']);
  await engine.run((db) => sql`PRAGMA max_page_count = 1000`.execute(db));
  await write('second');
  assert.deepEqual(await texts(), ['first', 'second']);
});

test('texts of ever new lengths do not fill the memory with statements, and old ones still work', async (t) => {
  const { engine, write, texts } = opened(t);
  await write('a');
  for (let n = 1; n < 500; n += 1) {
    const wanted = Array.from({ length: n }, (_, index) => (index === 0 ? 'a' : 'z'));
    const found = await engine.run((db) =>
      db.selectFrom('note').select('text').where('text', 'in', wanted).execute(),
    );
    assert.equal(found.length, 1);
  }
  assert.deepEqual(await texts(), ['a']);
});

test('closing waits for earlier callers, and refuses later ones', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-sqlite-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const engine = openSqlite<Tables>(join(folder, 'a.db'), SCHEMA);
  const before = engine.transaction(async (db) => {
    await nextTurn();
    await db.insertInto('note').values({ text: 'kept' }).execute();
  });
  await engine.close();
  await before;
  const after = engine.run((db) => db.selectFrom('note').selectAll().execute());
  await assert.rejects(after, { name: 'StoreError', code: 'unavailable' });
});
