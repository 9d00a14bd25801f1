import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it, mock } from 'node:test';
import { eventId, feedName, streamName } from '../../../shared/contracts/ids.ts';
import { openEventStore } from '../../../shared/event-store/sqlite/store.ts';
import { chainHeadIn } from '../../../shared/event-store/sqlite/stored-chain.ts';
import { lockDataDir } from '../../../shared/platform/data-dir.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { filesBelow } from '../../../tests/support/files-below.ts';
import { eventsIn } from '../../../tests/support/kept-in.ts';
import { nhipHere } from '../../../tests/support/nhip-here.ts';
import { nhip } from '../../../tests/support/process.ts';
import { startServer } from '../../../tests/support/standalone.ts';
import { makeBackup } from './make-backup.ts';
import { readManifest } from './manifest.ts';
import { stage, switchOver } from './restore-set.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-backup-'));
after(() => rmSync(folder, { recursive: true }));
let made = 0;
const freshDir = (): string => {
  const path = join(folder, String(++made));
  mkdirSync(path, { mode: 0o700 });
  return path;
};
const event = (number: number) => ({
  id: eventId('urn:backup', String(number)),
  type: 'test.happened.v1',
  stream: streamName(`stream-${number % 10}`),
  data: JSON.stringify({ number, filler: 'x'.repeat(300) }),
  metadata: { source: 'urn:backup', sourceId: String(number), feed: feedName('backup'), rank: 1 },
});

/** A DATA_DIR as a server leaves it, with `count` events and a mark in each file that says whose it is. */
async function dataDir(count: number, mark = 'one'): Promise<string> {
  const dir = freshDir();
  const store = await openEventStore(join(dir, 'events.db'));
  await store.record(
    Array.from({ length: count }, (_, number) => event(number)),
    1,
  );
  await store.close();
  for (const name of ['webhooks.db', 'dead-letters.db', 'ledger.db']) {
    const db = new DatabaseSync(join(dir, name));
    db.exec(`PRAGMA journal_mode = WAL; CREATE TABLE mark (of TEXT); INSERT INTO mark VALUES ('${mark}')`);
    db.close();
  }
  writeFileSync(join(dir, 'keys.json'), JSON.stringify(mark));
  mkdirSync(join(dir, 'imports'));
  writeFileSync(join(dir, 'imports', `${'0af1'.repeat(8)}.json`), JSON.stringify(mark));
  return dir;
}

const markIn = (dir: string): unknown[] => [
  ...['webhooks.db', 'dead-letters.db'].map((name) => {
    const db = new DatabaseSync(join(dir, name), { readOnly: true });
    const of = db.prepare('SELECT of FROM mark').get()?.of;
    db.close();
    return of;
  }),
  JSON.parse(readFileSync(join(dir, 'keys.json'), 'utf8')),
  JSON.parse(readFileSync(join(dir, 'imports', `${'0af1'.repeat(8)}.json`), 'utf8')),
];

const eventsOf = (dir: string) => Array.fromAsync(eventsIn(dir));
const backupsIn = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => !name.startsWith('lock.db'))
    .sort();
const newestIn = (dir: string): string => join(dir, backupsIn(dir).at(-1) ?? '');
const back = (from: string, to: string, ...more: string[]) =>
  nhipHere(['backup', '--to', to, ...more], { DATA_DIR: from });
const put = (from: string, to: string, ...more: string[]) =>
  nhipHere(['restore', '--from', from, ...more], { DATA_DIR: to });

describe('nhip backup', () => {
  it('copies what cannot be rebuilt, for its owner alone, and describes it in a manifest', async () => {
    const dir = await dataDir(100);
    const to = join(freshDir(), 'new');
    // A process of its own, whose umask keeps others out.
    const { code, stdout, stderr } = await nhip(['backup', '--to', to], { DATA_DIR: dir });
    assert.equal(code, 0, stderr);
    const taken = newestIn(to);
    assert.match(taken, /\/\d{8}T\d{9}Z$/);
    const manifest = await readManifest(taken);
    const files = filesBelow(taken).filter((name) => name !== 'manifest.json');
    assert.deepEqual(files, [
      'dead-letters.db',
      'events.db',
      `imports/${'0af1'.repeat(8)}.json`,
      'keys.json',
      'webhooks.db',
    ]);
    assert.deepEqual(manifest.files.map(({ name }) => name).sort(), files);
    for (const { name, bytes, sha256 } of manifest.files) {
      const content = readFileSync(join(taken, name));
      assert.equal(content.length, bytes);
      assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
    }
    assert.deepEqual([manifest.events.count, manifest.events.streams, manifest.events.head], [100, 10, 100]);
    const head = await chainHeadIn(join(dir, 'events.db'));
    assert.deepEqual(manifest.events.chain, { store: head?.store, link: head?.link });
    assert.match(stdout, new RegExp(`100 events up to position 100, digest ${manifest.events.digest}`));
    for (const name of ['', ...filesBelow(taken)]) {
      const path = join(taken, name);
      assert.equal(statSync(path).mode & 0o777, statSync(path).isDirectory() ? 0o700 : 0o600, name);
    }
    const compared = await nhipHere([
      'copy',
      '--verify-only',
      '--from',
      `sqlite:${dir}`,
      '--to',
      `sqlite:${taken}`,
    ]);
    assert.equal(compared.code, 0, compared.stdout);
    assert.match(compared.stdout, new RegExp(manifest.events.digest));
    assert.deepEqual(Object.keys(JSON.parse(readFileSync(join(dir, 'backup.json'), 'utf8'))), [
      'completedAt',
      'folder',
    ]);
  });

  it('ends while others never stop to write, and no outbox in it knows more than its events', async (test) => {
    const dir = await dataDir(5_000);
    const store = await openEventStore(join(dir, 'events.db'));
    const outbox = new DatabaseSync(join(dir, 'webhooks.db'));
    outbox.exec('CREATE TABLE told (upTo INTEGER); INSERT INTO told VALUES (0)');
    const tell = outbox.prepare('UPDATE told SET upTo = ?');
    let [next, acknowledged, on] = [5_000, 5_000, true];
    const writing = (async () => {
      while (on) {
        const { position } = await store.record([event(next++)], next);
        acknowledged = position;
        tell.run(position);
      }
    })();
    const stop = async () => {
      on = false;
      await writing;
      outbox.close();
      await store.close();
    };
    test.after(stop);
    const to = freshDir();
    for (let round = 0; round < 8; round++) {
      const before = acknowledged;
      const { folder: taken, manifest } = await makeBackup(dir, to, Date.now);
      assert.ok(manifest.events.count >= before, 'what was acknowledged before it began is in it');
      assert.equal((await eventsOf(taken)).length, manifest.events.count);
      const copy = new DatabaseSync(join(taken, 'webhooks.db'), { readOnly: true });
      const told = Number(copy.prepare('SELECT upTo FROM told').get()?.upTo);
      copy.close();
      assert.ok(told <= manifest.events.head, `the outbox knows ${told}, the store ${manifest.events.head}`);
    }
  });

  it('keeps as many as it is told, and removes only what is a complete backup', async () => {
    const dir = await dataDir(3);
    const to = freshDir();
    mkdirSync(join(to, '20200101T000000000Z'));
    mkdirSync(join(to, '20200101T000000001Z.partial'));
    writeFileSync(join(to, 'notes.txt'), 'mine');
    assert.equal((await back(dir, to)).code, 0);
    const [first = ''] = backupsIn(to).slice(1);
    assert.equal((await back(dir, to, '--keep', '2')).code, 0);
    const { stdout } = await back(dir, to, '--keep', '2');
    assert.match(stdout, new RegExp(`^removed ${first}$`, 'm'));
    const left = backupsIn(to);
    assert.equal(left.length, 4, left.join());
    assert.ok(left.includes('20200101T000000000Z') && left.includes('notes.txt') && !left.includes(first));
  });

  it('of a damaged file fails, says which, and leaves the earlier backups', async () => {
    const dir = await dataDir(2_000);
    const to = freshDir();
    assert.equal((await back(dir, to)).code, 0);
    const before = backupsIn(to);
    const path = join(dir, 'events.db');
    const bytes = readFileSync(path);
    // A page in the middle of the events.
    bytes.fill(0xff, 100 * 4_096, 101 * 4_096);
    writeFileSync(path, bytes);
    const { code, stderr } = await back(dir, to, '--keep', '1');
    assert.equal(code, 3);
    assert.match(stderr, /events\.db cannot be copied: it is damaged/);
    assert.deepEqual(backupsIn(to), before);
  });

  it('wants a folder and a DATA_DIR with events', async () => {
    assert.equal((await nhipHere(['backup'], { DATA_DIR: freshDir() })).code, 2);
    const empty = await back(freshDir(), freshDir());
    assert.equal(empty.code, 3);
    assert.match(empty.stderr, /has no events\.db/);
    assert.equal((await back(await dataDir(1), freshDir(), '--keep', '0')).code, 2);
  });
});

describe('A backup whose events were replaced, and its manifest made to fit', () => {
  it('is damaged: the chain is not the one that the manifest names', async () => {
    const to = freshDir();
    assert.equal((await back(await dataDir(20), to)).code, 0);
    const taken = newestIn(to);
    const others = freshDir();
    assert.equal((await back(await dataDir(20), others)).code, 0);
    const content = readFileSync(join(newestIn(others), 'events.db'));
    writeFileSync(join(taken, 'events.db'), content);
    const manifest = await readManifest(taken);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const files = manifest.files.map((file) =>
      file.name === 'events.db' ? { ...file, bytes: content.length, sha256 } : file,
    );
    writeFileSync(join(taken, 'manifest.json'), JSON.stringify({ ...manifest, files }));
    const dir = join(freshDir(), 'data');
    assert.equal((await put(taken, dir)).code, 3);
    assert.deepEqual(filesBelow(dir), ['lock.db']);
  });
});

describe('nhip restore', () => {
  it('makes a backup the content of a new DATA_DIR', async () => {
    const dir = await dataDir(50);
    const to = freshDir();
    await back(dir, to);
    const restored = join(freshDir(), 'new');
    const { code, stdout, stderr } = await put(newestIn(to), restored);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /50 events up to position 50/);
    assert.deepEqual(await eventsOf(restored), await eventsOf(dir));
    assert.deepEqual(markIn(restored), ['one', 'one', 'one', 'one']);
    assert.ok(!existsSync(join(restored, 'ledger.db')));
    assert.deepEqual(
      readdirSync(restored).filter((name) => /staging|restoring|replaced|manifest/.test(name)),
      [],
    );
  });

  it('refuses a DATA_DIR with data, and with --replace keeps that beside it', async () => {
    const to = freshDir();
    await back(await dataDir(50, 'new'), to);
    const old = await dataDir(7, 'old');
    writeFileSync(join(old, 'objectives.json'), 'mine');
    const refused = await put(newestIn(to), old);
    assert.equal(refused.code, 3);
    assert.match(
      refused.stderr,
      /has dead-letters\.db, events\.db, imports, keys\.json, ledger\.db, webhooks\.db/,
    );
    assert.equal((await eventsOf(old)).length, 7);

    const replaced = await put(newestIn(to), old, '--replace');
    assert.equal(replaced.code, 0, replaced.stderr);
    assert.equal((await eventsOf(old)).length, 50);
    assert.deepEqual(markIn(old), ['new', 'new', 'new', 'new']);
    assert.ok(existsSync(join(old, 'objectives.json')));
    const kept = join(old, readdirSync(old).find((name) => name.startsWith('replaced-')) ?? '');
    assert.equal((await eventsOf(kept)).length, 7);
    assert.deepEqual(markIn(kept), ['old', 'old', 'old', 'old']);
    assert.ok(existsSync(join(kept, 'ledger.db')));
  });

  it('refuses a backup that is not what its manifest says, and leaves DATA_DIR as it was', async () => {
    const to = freshDir();
    await back(await dataDir(50), to);
    const whole = newestIn(to);
    const harms: Record<string, (backup: string) => void> = {
      'events.db has': (backup) => {
        const path = join(backup, 'events.db');
        const bytes = readFileSync(path);
        bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
        writeFileSync(path, bytes);
      },
      'webhooks.db is missing': (backup) => rmSync(join(backup, 'webhooks.db')),
      'no complete backup': (backup) => rmSync(join(backup, 'manifest.json')),
      'not what it should be': (backup) => {
        const path = join(backup, 'manifest.json');
        writeFileSync(path, readFileSync(path, 'utf8').replace('keys.json', '../keys.json'));
      },
    };
    for (const [said, harm] of Object.entries(harms)) {
      const harmed = join(freshDir(), 'backup');
      cpSync(whole, harmed, { recursive: true });
      harm(harmed);
      const into = await dataDir(7, 'old');
      const { code, stdout, stderr } = await put(harmed, into, '--replace');
      assert.equal(code, 3, said);
      assert.ok((stdout + stderr).includes(said), stdout + stderr);
      assert.equal((await eventsOf(into)).length, 7);
      assert.deepEqual(markIn(into), ['old', 'old', 'old', 'old']);
    }
  });

  it('broken off at any point leaves no mixture that a server would start on, and is ended by running it again', async () => {
    const to = freshDir();
    await back(await dataDir(50, 'new'), to);
    const backup = newestIn(to);
    const manifest = await readManifest(backup);
    const { rename } = fs;
    let renames = 1;
    for (let allowed = 0; allowed < renames; allowed++) {
      const into = await dataDir(7, 'old');
      renames = 0;
      mock.method(fs, 'rename', async (from: string, target: string) => {
        if (renames++ >= allowed) throw new Error('the power fails');
        await rename(from, target);
      });
      syncBuiltinESMExports();
      const broken = (async () => {
        const staged = await stage(backup, manifest, into, 'test');
        assert.equal(staged.kind, 'staged');
        if (staged.kind === 'staged') await switchOver(into, staged.folder);
      })();
      const failed = await broken.then(
        () => false,
        () => true,
      );
      mock.restoreAll();
      syncBuiltinESMExports();
      if (!failed) break;
      renames = allowed + 2;
      if (existsSync(join(into, 'restoring-test'))) {
        assert.throws(() => lockDataDir(into, ''), { code: 'data-dir', message: /interrupted/ });
        assert.equal((await put(backup, into)).code, 0);
        assert.equal((await eventsOf(join(into, 'replaced-test'))).length, 7);
        assert.deepEqual(markIn(join(into, 'replaced-test')), ['old', 'old', 'old', 'old']);
      } else {
        assert.equal((await eventsOf(into)).length, 7);
        assert.equal((await put(backup, into, '--replace')).code, 0);
      }
      assert.equal((await eventsOf(into)).length, 50);
      assert.deepEqual(markIn(into), ['new', 'new', 'new', 'new']);
      const lock = lockDataDir(into, '');
      assert.equal(lock.kind, 'locked');
      if (lock.kind === 'locked') lock.release();
    }
    // Staged, six old files away, five new ones in, and the end.
    assert.equal(renames, 13);
  });

  it('is recorded in the audit by the next start: who, when, and which backup', async () => {
    const server = await startServer();
    await server.stop();
    const to = freshDir();
    assert.equal((await back(server.dataDir, to)).code, 0);
    const backup = newestIn(to);
    const manifest = await readManifest(backup);
    const before = Date.now();
    const restored = freshDir();
    assert.equal((await put(backup, restored)).code, 0);
    assert.equal((await put(backup, restored, '--replace', '--without-webhooks')).code, 0);
    const again = await startServer({ DATA_DIR: restored });
    try {
      await eventually(() => !existsSync(join(restored, 'restores.json')));
      const answer = await fetch(`${again.url}/v1/audit`);
      const { items } = (await answer.json()) as {
        items: { type: string; by: string; data: { at: number; withoutWebhooks: boolean } }[];
      };
      assert.deepEqual(
        items.map(({ type, by, data }) => [type, by, data.withoutWebhooks]),
        [true, false].map((isDrill) => ['audit.restored.v1', `cli:${userInfo().username}`, isDrill]),
      );
      const { at, ...data } = items[0]?.data ?? { at: 0 };
      assert.ok(at >= before && at <= Date.now());
      assert.deepEqual(data, {
        from: backup,
        backupOf: Date.parse(manifest.createdAt),
        events: manifest.events.count,
        head: manifest.events.head,
        digest: manifest.events.digest,
        chain: manifest.events.chain,
        withoutWebhooks: true,
      });
    } finally {
      await again.stop();
    }
  });

  it('leaves out the webhooks for a drill, and nothing else', async () => {
    const to = freshDir();
    await back(await dataDir(20), to);
    const drill = join(freshDir(), 'drill');
    assert.equal((await put(newestIn(to), drill, '--without-webhooks')).code, 0);
    assert.deepEqual(filesBelow(drill), [
      'dead-letters.db',
      'events.db',
      `imports/${'0af1'.repeat(8)}.json`,
      'keys.json',
      'lock.db',
      'restores.json',
    ]);
  });

  it('refuses a DATA_DIR that a server holds', async () => {
    const to = freshDir();
    await back(await dataDir(1), to);
    const server = await startServer();
    try {
      const { code, stderr } = await put(newestIn(to), server.dataDir, '--replace');
      assert.equal(code, 3);
      assert.match(stderr, new RegExp(`in use by process ${server.process.pid}`));
    } finally {
      await server.stop();
    }
  });
});
