import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { books } from '../../shared/books/registry.ts';
import { zoneOf } from '../../shared/calendar/zone.ts';
import { decoder } from '../../shared/contracts/decode.ts';
import { feedName } from '../../shared/contracts/ids.ts';
import type { EventToRecord, Position } from '../../shared/contracts/stored-event.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { PageNote } from './page-note.ts';

const ZONE = zoneOf('Asia/Ho_Chi_Minh');
const MEMORY_MB = 64;
/** Of the process, as a supervisor starts it again: more than the halves of three and the deaths of one event alone. */
const MOST_STARTS = 8;
const decode = decoder(books.kinds, ZONE, () => ({ feed: feedName('one-stop'), rank: 1 }));

function received(number: number): EventToRecord {
  const decoded = decode({
    specversion: '1.0',
    id: `${number}`,
    source: '/one-stop',
    type: 'dossier.status.v1',
    time: '2026-01-05T08:00:00+07:00',
    data: { dossierId: `H19.12-260105-${number}`, status: 'received' },
  });
  assert.equal(decoded.kind, 'event');
  return decoded.event;
}

/** An event that no door would let in now: six megabytes of empty lists, which as values are a hundred. */
const giant = (number: number): EventToRecord => {
  const event = received(number);
  return { ...event, data: `${event.data.slice(0, -1)},"x":[${'[],'.repeat(2_000_000)}0]}` };
};

const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-memory-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
};

test('an event that ends thread or process for lack of memory is found by halves, set aside and named; all others are folded', async (t) => {
  const folder = folderOf(t);
  const [eventsPath, ledgerPath] = ['events.db', 'ledger.db'].map((name) => join(folder, name));
  assert.ok(eventsPath && ledgerPath);
  const store = await openEventStore(eventsPath);
  const events = [received(1), giant(2), received(3)];
  for (const event of events) await store.record([event], Date.UTC(2026, 0, 5, 2));
  const head = await store.head();
  await store.close();

  const setAside: string[] = [];
  let starts = 0;
  for (let code: number | null = 1; code !== 0; starts += 1) {
    assert.ok(starts < MOST_STARTS, 'it comes through');
    const program = 'services/projector/testing/small-projector.ts';
    const ran = spawnSync(process.execPath, [program, eventsPath, ledgerPath, String(MEMORY_MB)], {
      env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' },
      encoding: 'utf8',
    });
    code = ran.status;
    for (const line of ran.stdout.split('\n').filter((each) => each.startsWith('{'))) {
      const { poison } = JSON.parse(line);
      if (poison) setAside.push(poison.event);
    }
  }
  assert.ok(starts > 1, 'the event does end it');
  assert.deepEqual(setAside, [events[1]?.id]);
  const ledger = openLedgerReader(ledgerPath, ZONE);
  const { position, entry } = await ledger.checkpoint();
  await ledger.close();
  assert.equal(position, head);
  assert.equal(entry % 2, 0, 'two dossiers, each with the same legs');
  assert.ok(entry > 0);
});

test('a thread begins with half of the page that the one before did not survive, and sets aside what three ended alone', (t) => {
  const path = join(folderOf(t), 'page');
  /** A thread at this position, which ends over its first page unless it goes on. */
  const thread = (position: number, pages: readonly (readonly [after: number, events: number])[]) => {
    const note = new PageNote(path);
    const first = note.beginAt(position as Position);
    for (const [after, events] of pages) note.posting(after as Position, events);
    note.close();
    return first;
  };
  const whole = { pageEvents: 5_000, setAside: undefined };
  const one = { pageEvents: 1, setAside: undefined };
  assert.deepEqual(thread(0, [[0, 7]]), whole);
  assert.deepEqual(thread(0, [[0, 3]]), { pageEvents: 3, setAside: undefined });
  assert.deepEqual(
    thread(0, [
      [0, 1],
      [1, 1],
    ]),
    one,
  );
  assert.deepEqual(thread(1, [[1, 1]]), one, 'the one before had posted a page: it was not alone');
  assert.deepEqual(thread(1, [[1, 1]]), one);
  assert.deepEqual(thread(1, [[1, 1]]), one);
  assert.match(thread(1, [[1, 1]]).setAside ?? '', /memory/);
  assert.deepEqual(thread(2, []), whole, 'it went well');
});
