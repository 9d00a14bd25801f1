import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it, type TestContext } from 'node:test';
import { START } from '../../shared/contracts/stored-event.ts';
import { firstLink, linkOf } from '../../shared/event-store/chain.ts';
import { Links, readBeginning } from '../../shared/event-store/sqlite/links.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { findCommand } from '../support/command.ts';
import { startInProcess } from '../support/in-process.ts';
import { nhipHere } from '../support/nhip-here.ts';
import {
  alterFile,
  copyOfDir,
  OFFICE_EVENTS,
  OFFICE_NOW,
  officeDir,
  rebuildLedger,
} from '../support/office-dir.ts';
import type { Ran } from '../support/process.ts';
import { statusEvent } from '../support/status-event.ts';

describe('A signed checkpoint', { timeout: 120_000 }, () => {
  let base: string;
  let keys: string;
  let signed: string;
  let published: string;
  before(async () => {
    base = await officeDir();
    keys = mkdtempSync(join(tmpdir(), 'nhip-checkpoint-'));
    const { stdout } = await nhipHere(['checkpoint', '--new-key', join(keys, 'key.pem')]);
    published = join(keys, 'public.pem');
    writeFileSync(published, stdout);
    chmodSync(published, 0o644);
    signed = join(keys, 'checkpoint');
    assert.equal((await sign(base, '--out', signed)).code, 0);
  });
  after(() => {
    for (const dir of [base, keys]) rmSync(dir, { recursive: true });
  });

  const sign = (DATA_DIR: string, ...args: string[]) =>
    nhipHere(['checkpoint', ...args], {
      DATA_DIR,
      CHECKPOINT_KEY_FILE: join(keys, 'key.pem'),
      PUBLIC_URL: 'https://kpi.example.vn/',
    });

  /** The two ways of checking: `nhip verify`, and the program of the documents. */
  async function check(t: TestContext, dir: string, note = signed) {
    const args = ['verify', '--checkpoint', note, '--public-key', published];
    const { code, stdout: text } = await nhipHere(args, { DATA_DIR: dir });
    const [python, openssl] = [findCommand('python3', 'python3'), findCommand('openssl', 'openssl')];
    if (python.kind === 'missing' || openssl.kind === 'missing') {
      t.diagnostic('the program of the documents needs python3 and openssl');
      return { code, text, program: undefined, output: '' };
    }
    const program = spawnSync(
      python.path,
      ['docs/check-checkpoint.py', note, published, join(dir, 'events.db')],
      { encoding: 'utf8' },
    );
    return { code, text, program: program.status, output: program.stdout + program.stderr };
  }

  it('takes what it cannot read for no forgery', (t) => {
    const python = findCommand('python3', 'python3');
    if (python.kind === 'missing') return t.skip('python3 is missing');
    for (const args of [[], [signed, published, join(keys, 'no-such.db')]]) {
      const { status, stderr }: ReturnType<typeof spawnSync> = spawnSync(
        python.path,
        ['docs/check-checkpoint.py', ...args],
        {
          encoding: 'utf8',
        },
      );
      assert.equal(status, 2, String(stderr));
      assert.match(String(stderr), /^not checked: /m);
    }
  });

  it('names the store, the position and the link, and its key is for its owner alone', () => {
    const note = readFileSync(signed, 'utf8');
    assert.match(
      note,
      new RegExp(
        `^kpi\\.example\\.vn/[0-9a-f-]{36}\n${OFFICE_EVENTS}\n[\\w+/]{43}=\n\n— kpi\\.example\\.vn/[0-9a-f-]{36} \\S+\n$`,
      ),
    );
    assert.equal(statSync(join(keys, 'key.pem')).mode & 0o777, 0o600);
  });

  it('proves the store that it was made of, also after further events', async (t) => {
    const dir = copyOfDir(base);
    const nhip = await startInProcess(OFFICE_NOW, { DATA_DIR: dir });
    await nhip.send(statusEvent('H19.12-261130-0001', 'received', '2026-11-30T08:00:00+07:00'));
    await nhip.close();
    const { code, text, program, output } = await check(t, dir);
    assert.equal(code, 0, text);
    assert.match(text, /ok {6}events: checkpoint: the events up to position 90 are those of the signed/);
    if (program !== undefined) assert.match(output, /^the 90 events of the store .+ are exactly those/);
    rmSync(dir, { recursive: true });
  });

  it('shows a past that was changed and chained anew, which nothing on the machine shows', async (t) => {
    const dir = copyOfDir(base);
    const events = join(dir, 'events.db');
    alterFile(events, `UPDATE events SET data = replace(data, '2026-11-', '2026-12-') WHERE position > 40`);
    for (const file of ['webhooks.db', 'dead-letters.db'])
      alterFile(join(dir, file), 'DROP TABLE IF EXISTS seen_chain');
    await chainAnew(events);
    await rebuildLedger(dir);
    assert.equal((await nhipHere(['verify'], { DATA_DIR: dir })).code, 0);
    const { code, text, program, output } = await check(t, dir);
    assert.equal(code, 1);
    assert.match(text, /FAILED {2}events: checkpoint[^\n]+\n +its events up to position 90 are not the same/);
    if (program !== undefined) assert.equal(program, 1);
    if (program !== undefined) assert.match(output, /NOT those that were signed/);
    rmSync(dir, { recursive: true });
  });

  it('proves nothing about another store, and nothing once it was altered', async (t) => {
    const other = await officeDir('K99');
    const { code, text, program } = await check(t, other);
    assert.equal(code, 1);
    assert.match(text, /it is the store .+, and not /);
    if (program !== undefined) assert.equal(program, 1);
    const altered = join(keys, 'altered');
    writeFileSync(altered, readFileSync(signed, 'utf8').replace('\n90\n', '\n89\n'));
    const forged = await check(t, base, altered);
    assert.equal(forged.code, 1);
    assert.match(forged.text, /its text is not the one that was signed/);
    if (forged.program !== undefined) assert.match(forged.output, /the key has not signed this checkpoint/);
    rmSync(other, { recursive: true });
  });

  it('replaces no file, as a new key does not, and is not signed with a key that others can read', async () => {
    const assertRefused = async (ran: Promise<Ran>, reason: RegExp) => {
      const { code, stderr } = await ran;
      assert.notEqual(code, 0);
      assert.match(stderr, reason);
    };
    await assertRefused(sign(base, '--out', signed), /EEXIST/);
    await assertRefused(nhipHere(['checkpoint', '--new-key', published]), /EEXIST/);
    await assertRefused(
      nhipHere(['checkpoint'], { DATA_DIR: base, CHECKPOINT_KEY_FILE: published }),
      /CHECKPOINT_KEY_FILE: got ".+", want the file of the key of the office: .+ has mode 0644/,
    );
    await assertRefused(
      nhipHere(['checkpoint'], { DATA_DIR: base }),
      /nhip checkpoint --new-key FILE. makes one/,
    );
  });
});

/** What a person with the files can do: new links over changed events, under the same id of the store. */
async function chainAnew(path: string): Promise<void> {
  alterFile(path, 'DELETE FROM links');
  const [db, reader] = [new DatabaseSync(path), openEventReader(path)];
  const links = new Links(db);
  let link = firstLink(readBeginning(db));
  links.add(START, link);
  for (const event of (await reader.readAll(START, 1_000)).events) {
    link = linkOf(link, event);
    links.add(event.position, link);
  }
  links.settle();
  await reader.close();
  db.close();
}
