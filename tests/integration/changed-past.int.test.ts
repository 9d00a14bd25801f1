import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { nhipHere } from '../support/nhip-here.ts';
import { alterFile, copyOfDir, OFFICE_EVENTS, officeDir, rebuildLedger } from '../support/office-dir.ts';

/** Attacks on the past by a person who has the files, each with the ledger removed, so that it is built from the changed events. */
describe('A past that was changed in the file', { timeout: 120_000 }, () => {
  let base: string;
  before(async () => {
    base = await officeDir();
  });
  after(() => rmSync(base, { recursive: true }));

  const idAt = (position: number): string => {
    const db = new DatabaseSync(join(base, 'events.db'), { readOnly: true });
    const id = String(db.prepare('SELECT id FROM events WHERE position = ?').get(position)?.id);
    db.close();
    return id;
  };

  async function attacked(sql: string): Promise<{ code: number | null; text: string }> {
    const dir = copyOfDir(base);
    alterFile(join(dir, 'events.db'), sql);
    await rebuildLedger(dir);
    const { code, stdout: text } = await nhipHere(['verify'], { DATA_DIR: dir });
    rmSync(dir, { recursive: true });
    return { code, text };
  }

  it('is not seen where nothing was changed', async () => {
    const { code, text } = await attacked('SELECT 1');
    assert.equal(code, 0, text);
    assert.match(text, /ok {6}events: chain: no event has been altered, removed or inserted since 20/);
  });

  it('shows moved due dates, the first by position and id', async () => {
    const { code, text } = await attacked(
      `UPDATE events SET data = replace(data, '2026-11-', '2026-12-') WHERE position BETWEEN 20 AND 60 AND data LIKE '%dueAt%'`,
    );
    assert.equal(code, 1);
    const first = [...text.matchAll(/the event at position (\d+) \((.+)\) was altered/g)].map(
      ([, at, id]) => [at, id],
    )[0];
    const db = new DatabaseSync(join(base, 'events.db'), { readOnly: true });
    const expected = db
      .prepare(`SELECT min(position) AS at FROM events WHERE position >= 20 AND data LIKE '%dueAt%'`)
      .get();
    db.close();
    assert.deepEqual(first, [String(expected?.at), idAt(Number(expected?.at))]);
    assert.match(text, /FAILED {2}events: chain/);
  });

  it('shows an event whose moment of recording was moved', async () => {
    const { code, text } = await attacked(
      'UPDATE events SET recorded_at = recorded_at - 86400000 WHERE position = 33',
    );
    assert.equal(code, 1);
    assert.match(text, new RegExp(`the event at position 33 \\(${idAt(33)}\\) was altered`));
    assert.doesNotMatch(text, /position 34/);
  });

  it('shows removed events, also when their stream is whole without them', async () => {
    const { code, text } = await attacked('DELETE FROM events WHERE position IN (41, 42)');
    assert.equal(code, 1);
    assert.match(text, /the event at position 41 is missing/);
    assert.match(text, /the event at position 42 is missing/);
  });

  it('shows an event that was put in the place of another', async () => {
    const { code, text } = await attacked(
      `UPDATE events SET id = '00000000-0000-5000-8000-000000000000', data = replace(data, 'received', 'withdrawn') WHERE position = 50`,
    );
    assert.equal(code, 1);
    assert.match(text, /the event at position 50 \(00000000-0000-5000-8000-000000000000\) was altered/);
  });

  it('shows a link that was altered, and not the event', async () => {
    const { text } = await attacked(
      `UPDATE links SET run = unhex(replace(hex(run), substr(hex(run), 1, 8), '00000000')) WHERE last = (SELECT last FROM links WHERE last >= 30 LIMIT 1)`,
    );
    assert.match(text, /the link of the event at position \d+ \(.+\) was altered/);
    assert.doesNotMatch(text, /^ +the event at position/m);
  });

  it('shows a first record that was altered: the moment since which it holds', async () => {
    const { text } = await attacked('UPDATE chain SET begun_at = begun_at - 86400000');
    assert.match(text, /the first record of the chain was altered/);
  });

  it('shows an event that was inserted before the first', async () => {
    const { text } = await attacked(
      `INSERT INTO events SELECT 0, 0, 'dossier-forged', 0, 'forged', type, origin, recorded_at, source_id, place, traceparent, data FROM events WHERE position = 1`,
    );
    assert.match(text, /an event stands at position 0, before the first/);
  });

  it('is refused at the next start when it was changed at its end', async () => {
    const columns = 'revision + 1, id || 1, type, origin, recorded_at, source_id, place, traceparent, data';
    for (const sql of [
      `DELETE FROM events WHERE position > ${OFFICE_EVENTS - 3}`,
      `INSERT INTO events SELECT position + 1, position, stream, ${columns} FROM events WHERE position = ${OFFICE_EVENTS}`,
    ])
      await assert.rejects(
        attacked(sql),
        /events\.db cannot be used .*events were removed or inserted.*restore it from a backup/,
      );
  });
});

/** Numerical Recipes' generator: the same bits in every run. */
function* lots(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const PAGE_BYTES = 4_096;
/** Of each kind of content; each costs a whole check of the files. */
const FLIPS = 12;

/** Bits drawn by lot on the pages of some tables, from what is in use of the page. */
function bitsIn(
  path: string,
  tables: readonly string[],
  count: number,
): { readonly byte: number; readonly bit: number }[] {
  const content = readFileSync(path);
  const db = new DatabaseSync(path, { readOnly: true });
  const pages = db
    .prepare('SELECT pageno FROM dbstat WHERE name IN (SELECT value FROM json_each(?)) ORDER BY pageno')
    .all(JSON.stringify(tables))
    .map(({ pageno }) => Number(pageno));
  db.close();
  const lot = lots(7);
  return Array.from({ length: count }, () => {
    const page = ((pages[Math.floor(lot.next().value * pages.length)] ?? 1) - 1) * PAGE_BYTES;
    for (;;) {
      const byte = page + Math.floor(lot.next().value * PAGE_BYTES);
      // Zeros are mostly room that nothing reads.
      if (content[byte] !== 0) return { byte, bit: Math.floor(lot.next().value * 8) };
    }
  });
}

/** All that a file holds that a figure or an answer could come from; why it cannot be read, where it cannot. */
function contentOf(path: string, queries: readonly string[]): string {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return JSON.stringify(
      queries.map((query) => rowsOf(db, query)),
      (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value),
    );
  } catch (error) {
    return String(error);
  } finally {
    db.close();
  }
}

/** Without the names of columns: a name that changed is no content. */
function rowsOf(db: DatabaseSync, query: string): unknown[] {
  const statement = db.prepare(query);
  statement.setReturnArrays(true);
  return statement.all();
}

describe('A single bit that flipped', { timeout: 120_000 }, () => {
  let base: string;
  before(async () => {
    base = await officeDir();
  });
  after(() => rmSync(base, { recursive: true }));

  const FILES: Readonly<
    Record<string, { readonly tables: readonly string[]; readonly queries: readonly string[] }>
  > = {
    'events.db': {
      tables: ['sqlite_schema', 'types', 'origins', 'events', 'chain', 'links', 'streams', 'heads'],
      queries: [
        'SELECT e.*, t.name, o.* FROM events e LEFT JOIN types t ON t.key = type LEFT JOIN origins o ON o.key = origin ORDER BY position',
        'SELECT * FROM chain',
        'SELECT * FROM links ORDER BY last',
        'SELECT * FROM streams JOIN heads ON stream = key ORDER BY name',
      ],
    },
    'ledger.db': {
      tables: ['balance', 'dimensions'],
      queries: [
        'SELECT * FROM balance ORDER BY dimensions, account, day, due, due_original, original',
        'SELECT * FROM dimensions ORDER BY id',
      ],
    },
    'ledger.db (lists)': {
      tables: ['standing', 'finding', 'name', 'standing_by_account', 'finding_by_subject'],
      queries: [
        'SELECT * FROM standing ORDER BY subject, dimensions',
        'SELECT * FROM finding ORDER BY code, subject, dimensions',
        'SELECT * FROM name ORDER BY book, name',
        'SELECT subject FROM standing INDEXED BY standing_by_account WHERE account >= 0 ORDER BY account, sort, subject',
      ],
    },
    'ledger.db (subjects)': {
      tables: ['subject', 'subject_page'],
      queries: [
        'SELECT * FROM subject ORDER BY number',
        'SELECT * FROM subject_page ORDER BY subject, kind, page',
      ],
    },
  };

  for (const [what, { tables, queries }] of Object.entries(FILES)) {
    const name = what.split(' ')[0] ?? what;
    it(`in ${what} shows wherever it changes what is read`, async () => {
      const before = contentOf(join(base, name), queries);
      const unseen: unknown[] = [];
      let changed = 0;
      for (const { byte, bit } of bitsIn(join(base, name), tables, FLIPS)) {
        const dir = copyOfDir(base);
        const path = join(dir, name);
        const content = readFileSync(path);
        content.writeUInt8(content.readUInt8(byte) ^ (1 << bit), byte);
        writeFileSync(path, content);
        const seen = (await nhipHere(['verify'], { DATA_DIR: dir })).code !== 0;
        const isChanged = contentOf(path, queries) !== before;
        if (isChanged) changed++;
        if (isChanged && !seen) unseen.push({ page: byte / PAGE_BYTES, bit });
        rmSync(dir, { recursive: true });
      }
      assert.deepEqual(unseen, []);
      assert.ok(changed > FLIPS / 3, `only ${changed} flips changed anything`);
    });
  }
});
