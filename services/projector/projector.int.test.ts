import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { DEFAULT_EXTENSION_RULE } from '../../shared/bookkeeping/extension-rule.ts';
import type { DossierAccount } from '../../shared/books/dossier/accounts.ts';
import { dossierBook } from '../../shared/books/dossier/book.ts';
import { books } from '../../shared/books/registry.ts';
import { DEFAULT_OFFICE_HOURS } from '../../shared/calendar/working-calendar.ts';
import { type LocalDay, zoneOf } from '../../shared/calendar/zone.ts';
import { decoder } from '../../shared/contracts/decode.ts';
import { feedName } from '../../shared/contracts/ids.ts';
import type { EventToRecord } from '../../shared/contracts/stored-event.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { Commits } from '../../shared/ledger/commits.ts';
import type { LedgerReader } from '../../shared/ledger/port.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { type Projector, startProjector } from './app.ts';

const ZONE = zoneOf('Asia/Ho_Chi_Minh');
const decode = decoder(books.kinds, ZONE, () => ({ feed: feedName('one-stop'), rank: 1 }));

function statusEvent(id: number, status: string, time: string): EventToRecord {
  const decoded = decode({
    specversion: '1.0',
    id: `${id}-${status}`,
    source: 'one-stop',
    type: 'dossier.status.v1',
    time,
    data: {
      dossierId: `H19.12-260105-${String(id).padStart(4, '0')}`,
      status,
      unitId: 'H19.12',
      dueAt: status === 'received' ? '2026-01-09T17:00:00+07:00' : undefined,
    },
  });
  assert.equal(decoded.kind, 'event');
  return decoded.event;
}
const received = (id: number) => statusEvent(id, 'received', '2026-01-05T08:00:00+07:00');
const completed = (id: number) => statusEvent(id, 'completed', '2026-01-08T08:00:00+07:00');

describe('the projector', () => {
  let directory: string;
  let store: EventStore;
  let projector: Projector;
  let reader: LedgerReader;
  let commits: Commits;

  const start = async () => {
    let latest: Commits | undefined;
    projector = await startProjector({
      eventsPath: join(directory, 'events.db'),
      ledgerPath: join(directory, 'ledger.db'),
      zone: ZONE.name,
      holidays: [],
      hours: DEFAULT_OFFICE_HOURS,
      extensionRule: DEFAULT_EXTENSION_RULE,
      books: books.module,
      log: pino({ level: 'silent' }),
      onCommit: (checkpoint) => latest?.publish(checkpoint),
      registry: new Registry(),
      tracing: { endpoint: undefined, ratio: 0 },
    });
    latest = new Commits(projector.checkpoint);
    commits = latest;
  };
  const record = async (...events: EventToRecord[]) => {
    const { position } = await store.record(events, Date.now());
    assert.ok(await commits.reached(position, 10_000), 'the ledger reaches the events');
  };
  const count = (account: DossierAccount) =>
    reader.snapshot(async (ledger) => {
      const query = {
        book: dossierBook,
        from: 0 as LocalDay,
        to: 30_000 as LocalDay,
        filter: {},
        by: [],
      } as const;
      const balances = await ledger.balances(query);
      return balances.find((balance) => balance.account === account)?.count ?? 0;
    });
  const ledgerFiles = () => readdirSync(directory).filter((name) => /^ledger.*\.db$/.test(name));

  before(async () => {
    // Relative, as DATA_DIR is unless it is set.
    directory = relative(process.cwd(), mkdtempSync(join(tmpdir(), 'projector-')));
    store = await openEventStore(join(directory, 'events.db'));
    await start();
    reader = openLedgerReader(join(directory, 'ledger.db'), ZONE);
  });
  after(async () => {
    await projector.stop();
    await reader.close();
    await store.close();
    rmSync(directory, { recursive: true });
  });

  it('rebuilds a ledger of no events', async () => {
    const { generation } = projector.checkpoint;
    const outcome = await projector.rebuild();
    assert.equal(outcome.kind, 'rebuilt');
    assert.notEqual((await reader.checkpoint()).generation, generation);
  });

  it('shows an event once it says that it is there', async () => {
    await record(received(1));
    assert.equal(await count('in-progress/timed'), 1);
  });

  it('rebuilds a ledger of one event, and readers go over to it', async () => {
    const { generation } = await reader.checkpoint();
    await projector.rebuild();
    assert.notEqual((await reader.checkpoint()).generation, generation);
    assert.equal(await count('in-progress/timed'), 1);
    assert.equal(ledgerFiles().length, 2, 'the ledger, and the link that leads to it');
  });

  it('follows the store on the rebuilt ledger', async () => {
    await record(completed(1), received(2));
    assert.equal(await count('settled/early'), 1);
    assert.equal(await count('in-progress/timed'), 1);
  });

  it('goes on from its checkpoint after a restart', async () => {
    await projector.stop();
    await store.record([received(3)], Date.now());
    await start();
    assert.ok(await commits.reached(await store.head(), 10_000));
    assert.equal(await count('in-progress/timed'), 2);
  });

  it('keeps following while a rebuild runs beside it, and loses nothing by the switch', async () => {
    const ids = Array.from({ length: 400 }, (_, index) => index + 100);
    const rebuilt = projector.rebuild();
    for (const id of ids) await record(received(id));
    assert.equal((await rebuilt).kind, 'rebuilt');
    await record(received(999));
    assert.equal(await count('in-progress/timed'), ids.length + 3);
    assert.equal((await reader.checkpoint()).position, await store.head());
  });

  it('keeps the ledger it has when a rebuild is cancelled', async () => {
    const { generation } = projector.checkpoint;
    const outcome = await projector.rebuild({ signal: AbortSignal.abort() });
    assert.equal(outcome.kind, 'cancelled');
    assert.equal(projector.checkpoint.generation, generation);
  });

  it('leaves no file of earlier ledgers behind', () => {
    assert.equal(ledgerFiles().length, 2, `the link and what it leads to: ${ledgerFiles()}`);
  });

  it('builds a ledger of another version anew', async () => {
    await projector.stop();
    const old = new DatabaseSync(join(directory, 'ledger.db'));
    const { generation } = await reader.checkpoint();
    old.exec('PRAGMA user_version = 999');
    old.close();
    await reader.close();
    await start();
    assert.ok(await commits.reached(await store.head(), 10_000));
    reader = openLedgerReader(join(directory, 'ledger.db'), ZONE);
    assert.notEqual((await reader.checkpoint()).generation, generation);
    assert.equal(await count('settled/early'), 1);
  });

  it('refuses a second rebuild while one runs', async () => {
    const first = projector.rebuild();
    await assert.rejects(projector.rebuild(), { code: 'rebuild-running' });
    await first;
  });
});
