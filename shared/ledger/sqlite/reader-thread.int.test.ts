import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setEnvironmentData } from 'node:worker_threads';
import { dossierBook } from '../../books/dossier/book.ts';
import { books } from '../../books/registry.ts';
import { dossierId } from '../../contracts/ids.ts';
import { LedgerBusy, LedgerNotReady, type LedgerReader, type LedgerSnapshot } from '../port.ts';
import { at, EVERYWHERE, post, RULES, unplaced, ZONE } from '../testing/contract-events.ts';
import { ledgerContract } from '../testing/contract-suite.ts';
import { DEADLY, GATE, books as gatedBooks, OPEN } from '../testing/gated-books.ts';
import { openLedgerReader } from './reader.ts';
import { openThreadedReader } from './reader-thread.ts';
import { openLedgerWriter } from './writer.ts';

ledgerContract(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ledger-'));
  const path = join(directory, 'ledger.db');
  const open: { close(): Promise<void> }[] = [];
  const opened = <Each extends { close(): Promise<void> }>(each: Each): Each => {
    open.push(each);
    return each;
  };
  return {
    openWriter: async (rules) => opened(openLedgerWriter(path, rules)),
    openReader: async () => opened(openThreadedReader({ path, zone: ZONE.name, books: books.module })),
    breakWrites: () => assert.fail('the contract of writers is held elsewhere'),
    remove: async () => {
      for (const each of open) await each.close();
      rmSync(directory, { recursive: true });
    },
  };
});

describe('reading in threads', () => {
  let directory: string;
  let path: string;
  let live: LedgerReader;
  const open: LedgerReader[] = [];
  const threaded = (module: string, waiting = 1) => {
    const reader = openThreadedReader(
      { path, zone: ZONE.name, books: module },
      { waiting, waitMs: 10_000, readMs: 10_000 },
    );
    open.push(reader);
    return reader;
  };
  const list = (ledger: LedgerSnapshot) =>
    ledger.list(dossierBook, { anyOf: EVERYWHERE.dossier, filter: {}, limit: 10 });

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'threads-'));
    path = join(directory, 'ledger.db');
    const writer = openLedgerWriter(path, RULES);
    const time = at('2026-01-05 08:00');
    const data = { dossierId: dossierId('H19.12-260105-0001'), status: 'received' as const };
    await post(writer, [unplaced({ type: 'dossier.status.v1', time, data }, 'e1', time)]);
    await writer.close();
    live = openLedgerReader(path, ZONE);
    open.push(live);
  });
  after(async () => {
    for (const each of open) await each.close();
    rmSync(directory, { recursive: true });
  });

  /** Resolves when so many lists stand before the gate. */
  const arrived = async (gate: Int32Array, count: number) => {
    for (;;) {
      const before = Atomics.load(gate, 0);
      if (before >= count) return;
      await Atomics.waitAsync(gate, 0, before).value;
    }
  };

  it('leaves the main thread free while a question takes long, and refuses what the queue has no room for', async () => {
    const gate = new Int32Array(new SharedArrayBuffer(8));
    setEnvironmentData(GATE, gate);
    const slow = threaded(gatedBooks.module);
    const order: string[] = [];
    const asked = ['first', 'second', 'third'].map((name) =>
      slow.snapshot(list).then(({ items }) => order.push(`${name}: ${items.length}`)),
    );
    await arrived(gate, 2);
    await assert.rejects(slow.snapshot(list), LedgerBusy);
    const { items } = await live.snapshot(list);
    order.push(`live: ${items.length}`);
    Atomics.store(gate, 1, OPEN);
    Atomics.notify(gate, 1);
    await Promise.all(asked);
    assert.deepEqual(
      [order[0], order.toSorted()],
      ['live: 1', ['first: 1', 'live: 1', 'second: 1', 'third: 1']],
    );
    setEnvironmentData(GATE, undefined);
  });

  it('fails a question whose thread ends, and answers the next in a new one', async () => {
    const gate = new Int32Array(new SharedArrayBuffer(8));
    Atomics.store(gate, 1, DEADLY);
    setEnvironmentData(GATE, gate);
    const slow = threaded(gatedBooks.module);
    await assert.rejects(slow.snapshot(list), /thread that reads the ledger has ended/);
    setEnvironmentData(GATE, undefined);
    assert.equal((await slow.snapshot(list)).items.length, 1);
  });

  it('reports a ledger that is not there, and reads it once it is', async () => {
    const missing = openThreadedReader({
      path: join(directory, 'later.db'),
      zone: ZONE.name,
      books: books.module,
    });
    open.push(missing);
    await assert.rejects(missing.checkpoint(), (error: Error) => !(error instanceof LedgerNotReady));
    await openLedgerWriter(join(directory, 'later.db'), RULES).close();
    assert.equal((await missing.checkpoint()).entry, 0);
  });
});
