import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import { hasLostMark, writeChainMark } from '../../shared/event-store/sqlite/chain-mark.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { openStoredChain } from '../../shared/event-store/sqlite/stored-chain.ts';
import { eventsOf, freshStream, RECORDED_AT } from '../../shared/event-store/testing/contract-support.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { openSqliteOutbox } from '../alerter/webhooks/outbox-sqlite.ts';
import { openSqliteDeadLetters } from '../ingest/dead-letters/dead-letters-sqlite.ts';
import { watchedFiles } from './watched-files.ts';

const LETTER = { receivedAt: RECORDED_AT, origin: 'http', raw: '{}', faults: [] };

/** What SQLite does by itself when the write-ahead log has grown. */
function copyLogInto(path: string): void {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  db.close();
}

/** The files of a server with as many events, open, and watched. */
async function office(t: TestContext, events: number) {
  const dir = mkdtempSync(join(tmpdir(), 'nhip-watched-'));
  const path = (name: string) => join(dir, name);
  const opened = await openEventStore(path('events.db'));
  const outbox = openSqliteOutbox(path('webhooks.db'));
  const files = watchedFiles(opened, dir, pino({ level: 'silent' }));
  const letters = files.letters(openSqliteDeadLetters(path('dead-letters.db')));
  const record = (count: number) => files.store.record(eventsOf(freshStream(), count), RECORDED_AT);
  const head = async () => {
    const chain = openStoredChain(path('events.db'));
    const last = await chain.head();
    await chain.close();
    return last ?? assert.fail('no event');
  };
  const mark = async () => {
    for (const name of ['webhooks.db', 'dead-letters.db']) writeChainMark(path(name), await head());
  };
  await record(events);
  await mark();
  copyLogInto(path('events.db'));
  files.watch();
  const close = async () => {
    files.stop();
    for (const part of [outbox, letters, opened]) await part.close().catch(() => {});
  };
  t.after(async () => {
    await close();
    rmSync(dir, { recursive: true });
  });
  return { path, files, record, head, mark, keep: () => letters.keep([LETTER]), close };
}

describe('The watch of the files', { timeout: 120_000 }, () => {
  const cases: readonly [string, (path: (name: string) => string) => void, string][] = [
    ['events.db-wal is removed', (path) => rmSync(path('events.db-wal')), 'events.db-wal was removed'],
    ['events.db-shm is removed', (path) => rmSync(path('events.db-shm')), 'events.db-shm was removed'],
    ['events.db-wal is emptied', (path) => truncateSync(path('events.db-wal')), 'events.db-wal was emptied'],
    [
      'events.db is cut to its first page',
      (path) => truncateSync(path('events.db'), 4096),
      'events.db was cut from',
    ],
    [
      'dead-letters.db-wal is replaced',
      (path) => {
        renameSync(path('dead-letters.db-wal'), path('away'));
        execFileSync('cp', [path('away'), path('dead-letters.db-wal')]);
      },
      'dead-letters.db-wal was replaced',
    ],
  ];
  for (const [what, damage, fault] of cases)
    it(`takes no event and no letter from the moment on when ${what}`, async (t) => {
      const { path, files, record, keep } = await office(t, 5);
      await record(1);
      damage(path);
      await assert.rejects(record(1), { code: 'unavailable', message: new RegExp(`^${fault}`) });
      await assert.rejects(keep(), { code: 'unavailable' });
      assert.match(files.problem() ?? '', new RegExp(`^${fault}.* while the server has`));
    });

  it('stays with a cut, whatever the file grows to', async (t) => {
    const { path, files } = await office(t, 5);
    const log = path('events.db-wal');
    truncateSync(log);
    assert.match(files.problem() ?? '', /was emptied/);
    truncateSync(log, 1_000_000);
    assert.match(files.problem() ?? '', /was emptied/);
  });

  for (const name of ['events.db', 'dead-letters.db', 'webhooks.db'])
    it(`takes none within a second after ${name} was overwritten in place by that of another office`, async (t) => {
      const [here, other] = [await office(t, 50), await office(t, 60)];
      await other.close();
      await here.record(1);
      execFileSync('cp', [other.path(name), here.path(name)]);
      await eventually(() => here.files.problem()?.startsWith(`${name} `));
      await assert.rejects(here.record(1), { code: 'unavailable' });
      if (name === 'events.db') return;
      // A mark that is written again does not make it the file that it was.
      const own = await here.head();
      assert.equal(hasLostMark(here.path(name), own), true);
      writeChainMark(here.path(name), own);
      assert.match(here.files.problem() ?? '', /was overwritten/);
    });

  it('names a ledger that was emptied or removed, and goes on taking events, which the ledger follows from', async (t) => {
    const { path, files, record } = await office(t, 5);
    writeFileSync(path('ledger.db'), 'a page');
    assert.equal(files.ledgerProblem(), undefined);
    truncateSync(path('ledger.db'));
    assert.match(files.ledgerProblem() ?? '', /^ledger\.db was emptied .*: stop the server and delete it/);
    rmSync(path('ledger.db'));
    assert.match(files.ledgerProblem() ?? '', /^ledger\.db was removed/);
    await record(1);
    assert.equal(files.problem(), undefined);
  });

  it('finds nothing while events, letters and marks come', async (t) => {
    const { files, record, mark, keep } = await office(t, 5);
    for (let times = 0; times < 50; times++) {
      await record(20);
      await keep();
      await mark();
    }
    assert.equal(files.problem(), undefined);
  });
});
