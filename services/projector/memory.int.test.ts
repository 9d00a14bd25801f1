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
import type { LedgerReader } from '../../shared/ledger/port.ts';
import { openPostgresLedgerReader } from '../../shared/ledger/postgres/reader.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { describeWithPostgres } from '../../tests/support/postgres/describe.ts';
import { createDatabase } from '../../tests/support/postgres/server.ts';
import { noteInDatabase, noteInFile } from './note-places.ts';
import { type NotePlace, PageNote } from './page-note.ts';

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

/** A store with a giant event between two small ones, in a folder of its own. */
async function storeWithGiant(t: TestContext) {
  const eventsPath = join(folderOf(t), 'events.db');
  const store = await openEventStore(eventsPath);
  const events = [received(1), giant(2), received(3)];
  for (const event of events) await store.record([event], Date.UTC(2026, 0, 5, 2));
  const head = await store.head();
  await store.close();
  return { eventsPath, head, giant: events[1]?.id };
}

/** Starts a projector of `testing/` again and again, as a supervisor would, until it comes through. @returns the ids of what it set aside */
function supervised(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const setAside: string[] = [];
  let starts = 0;
  for (let code: number | null = 1; code !== 0; starts += 1) {
    assert.ok(starts < MOST_STARTS, 'it comes through');
    const ran = spawnSync(process.execPath, [`services/projector/testing/${program}`, ...args], {
      env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...env },
      encoding: 'utf8',
    });
    code = ran.status;
    for (const line of ran.stdout.split('\n').filter((each) => each.startsWith('{'))) {
      const { poison } = JSON.parse(line);
      if (poison) setAside.push(poison.event);
    }
  }
  assert.ok(starts > 1, 'the event does end it');
  return setAside;
}

/** Two dossiers, each with the same legs, up to the head. */
async function assertFolded(ledger: LedgerReader, head: Position) {
  const { position, entry } = await ledger.checkpoint();
  await ledger.close();
  assert.equal(position, head);
  assert.equal(entry % 2, 0);
  assert.ok(entry > 0);
}

test('an event that ends thread or process for lack of memory is found by halves, set aside and named; all others are folded', async (t) => {
  const { eventsPath, head, giant } = await storeWithGiant(t);
  const ledgerPath = join(folderOf(t), 'ledger.db');
  assert.deepEqual(supervised('small-projector.ts', [eventsPath, ledgerPath, String(MEMORY_MB)]), [giant]);
  await assertFolded(openLedgerReader(ledgerPath, ZONE), head);
});

await describeWithPostgres('a projector of production', (postgres) => {
  test('finds an event that ends the process for lack of memory by halves, sets it aside and names it; all others are folded', async (t) => {
    const { eventsPath, head, giant } = await storeWithGiant(t);
    const DATABASE_URL = await createDatabase(postgres.server);
    const env = { DATABASE_URL, NODE_OPTIONS: `--max-old-space-size=${MEMORY_MB}` };
    assert.deepEqual(supervised('small-leader.ts', [eventsPath], env), [giant]);
    await assertFolded(openPostgresLedgerReader(postgres.poolOn(DATABASE_URL), ZONE), head);
  });

  test('keeps its note in the database', async () => {
    const place = noteInDatabase(await postgres.newPool());
    assert.equal(await place.read(), undefined);
    for (const note of ['{"after":1}', '{}']) {
      await place.write(note);
      assert.equal(await place.read(), note);
    }
  });
});

/** A projector at this position; each page is posted well, the last one ends as told. */
async function projectorAt(
  place: NotePlace,
  position: number,
  pages: readonly (readonly [after: number, events: number])[],
  last: 'dies' | 'fails' = 'dies',
) {
  const note = new PageNote(place);
  const first = await note.beginAt(position as Position);
  for (const [index, [after, events]] of pages.entries()) {
    const isLast = index === pages.length - 1;
    const never = new Promise<void>(() => {});
    const posting = note.around(after as Position, events, async () => {
      if (isLast && last === 'fails') throw new Error('the disk is full');
      if (isLast) await never;
    });
    if (isLast && last === 'dies') break;
    await posting.catch(() => {});
  }
  return first;
}

const WHOLE = { pageEvents: 5_000, setAside: undefined };
const ONE = { pageEvents: 1, setAside: undefined };

test('a projector begins with half of the page that the one before did not survive, and sets aside what three ended alone', async (t) => {
  const path = join(folderOf(t), 'page');
  const at = async (
    ...given: [position: number, pages: readonly (readonly [after: number, events: number])[]]
  ) => {
    const place = noteInFile(path);
    const first = await projectorAt(place, ...given);
    place.close();
    return first;
  };
  assert.deepEqual(await at(0, [[0, 7]]), WHOLE);
  assert.deepEqual(await at(0, [[0, 3]]), { pageEvents: 3, setAside: undefined });
  assert.deepEqual(
    await at(0, [
      [0, 1],
      [1, 1],
    ]),
    ONE,
  );
  assert.deepEqual(await at(1, [[1, 1]]), ONE, 'the one before had posted a page: it was not alone');
  assert.deepEqual(await at(1, [[1, 1]]), ONE);
  assert.deepEqual(await at(1, [[1, 1]]), ONE);
  assert.match((await at(1, [[1, 1]])).setAside ?? '', /memory/);
  assert.deepEqual(await at(2, []), WHOLE, 'it went well');
});

test('an error halves no page and sets nothing aside, however often it comes, even where its note cannot be taken back', async () => {
  let kept: string | undefined;
  const place: NotePlace = {
    read: async () => kept,
    write: async (note) => {
      kept = note;
    },
  };
  for (let tries = 0; tries < 5; tries += 1) {
    assert.deepEqual(await projectorAt(place, 3, [[3, 1]], 'fails'), WHOLE);
  }
  const note = new PageNote({
    ...place,
    write: async (text) => {
      if (text === 'null') throw new Error('the database is gone');
      kept = text;
    },
  });
  for (let terms = 0; terms < 5; terms += 1) {
    assert.deepEqual(await note.beginAt(3 as Position), WHOLE);
    await assert.rejects(
      note.around(3 as Position, 1, () => Promise.reject(new Error('the connection broke'))),
      /connection broke/,
    );
  }
});
