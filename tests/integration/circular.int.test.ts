import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { noteInFile } from '../../services/projector/note-places.ts';
import { PageNote } from '../../services/projector/page-note.ts';
import { project } from '../../services/projector/projection.ts';
import { documentBook } from '../../shared/books/document/book.ts';
import { documentSummary } from '../../shared/books/document/summary.ts';
import { decoder } from '../../shared/contracts/decode.ts';
import { feedName } from '../../shared/contracts/ids.ts';
import type { EventToRecord } from '../../shared/contracts/stored-event.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import type { LedgerWriter } from '../../shared/ledger/port.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { openLedgerWriter } from '../../shared/ledger/sqlite/writer.ts';
import { counts, RULES, ZONE } from '../../shared/ledger/testing/contract-events.ts';

const RECIPIENTS = 2_000;
const STEPS = ['sent', 'arrived', 'accepted', 'assigned', 'completed'] as const;
/** Another subject's event stands behind so many of the circular. */
const EVERY = 700;
const ID = 'H19.01,2026-11-20,1/VP';
/** The most that one transaction held as this was written: several are needed. */
const PAGE = 5_000;

const { long: _, page: __, ...rules } = RULES;
const decode = decoder(RULES.books.kinds, ZONE, () => ({ feed: feedName('axis'), rank: 1 }));

function event(id: string, type: string, data: object): EventToRecord {
  const time = '2026-11-20T09:00:00+07:00';
  const decoded = decode({ specversion: '1.0', id, source: '/axis', type, time, data });
  assert.equal(decoded.kind, 'event', JSON.stringify(decoded));
  return decoded.event;
}

const recipient = (index: number) => `H19.${100 + index}`;
/** Every fourth recipient agrees to a recall in the end. */
const isRecalled = (index: number) => index % 4 === 0;

/** The circular, five answers of each recipient, and dossiers between them. */
function* circular(): Generator<EventToRecord> {
  yield event('register', 'document.registered.v1', {
    documentId: ID,
    scope: 'inter-agency',
    fromUnitId: 'H19.01',
    issuedAt: '2026-11-20T08:00:00+07:00',
    recipients: Array.from({ length: RECIPIENTS }, (_, index) => ({
      unitId: recipient(index),
      channel: 'axis',
    })),
  });
  let answers = 0;
  for (const [order, step] of STEPS.entries())
    for (let index = 0; index < RECIPIENTS; index += 1) {
      yield event(`${step}-${index}`, 'document.exchange.v1', {
        documentId: ID,
        recipientUnitId: recipient(index),
        step: step === 'completed' && isRecalled(index) ? 'recall-agreed' : step,
        at: `2026-11-20T1${order}:00:00+07:00`,
      });
      answers += 1;
      if (answers % EVERY === 0)
        yield event(`dossier-${answers}`, 'dossier.status.v1', {
          dossierId: `H19.12-261120-${answers}`,
          status: 'received',
          unitId: 'H19.12',
        });
    }
}

test('a circular to 2,000 recipients: each page shows exactly what its events say, of other subjects too', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-circular-'));
  const events = [...circular()];
  const store = await openEventStore(join(folder, 'events.db'));
  for (let from = 0; from < events.length; from += 1_000)
    await store.record(events.slice(from, from + 1_000), Date.UTC(2026, 10, 20, 9) + from);
  const head = await store.head();
  const path = join(folder, 'ledger.db');
  const writer = openLedgerWriter(path, rules);
  const reader = openLedgerReader(path, ZONE);
  const place = noteInFile(`${path}-page`);
  const done = new AbortController();
  t.after(async () => {
    await reader.close();
    await writer.close();
    place.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  /** The events up to a page's end, counted without the ledger. */
  const stated = (events: readonly EventToRecord[], type: string, words = '') =>
    events.filter((one) => one.type === type && one.data.includes(words)).length;
  let pages = 0;
  const looking: LedgerWriter = {
    get checkpoint() {
      return writer.checkpoint;
    },
    setAside: writer.setAside.bind(writer),
    retry: writer.retry.bind(writer),
    close: writer.close.bind(writer),
    async post(page) {
      assert.ok(page.events.length <= PAGE);
      const posted = await writer.post(page);
      pages += 1;
      const until = events.slice(0, page.position);
      const recalled = stated(until, 'document.exchange.v1', '"recall-agreed"');
      const dossiers = stated(until, 'dossier.status.v1');
      assert.deepEqual(await counts(reader), {
        'in-progress/no-due-date': dossiers,
      });
      assert.deepEqual(await counts(reader, { book: documentBook }), {
        'exchanged/electronic': RECIPIENTS - recalled,
        ...(recalled > 0 && { recalled }),
      });
      if (page.position === head) done.abort();
      return posted;
    },
  };
  await project(
    { events: store, ledger: looking, note: new PageNote(place), onPosted: () => {} },
    done.signal,
  );
  assert.ok(pages > 2, 'others are seen in between');

  const subject = await reader.snapshot((snapshot) => snapshot.subject(documentBook, ID));
  assert.ok(subject);
  const { pairs } = documentSummary(subject, ZONE);
  assert.deepEqual(
    new Map(pairs.map((pair) => [pair.recipient, pair.account])),
    new Map(
      Array.from({ length: RECIPIENTS }, (_, index) => [
        recipient(index),
        isRecalled(index) ? 'recalled' : 'exchanged/electronic',
      ]),
    ),
  );
});
