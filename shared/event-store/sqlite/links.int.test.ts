import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { type EventToRecord, type Position, START } from '../../contracts/stored-event.ts';
import { StoreError } from '../../kernel/store-error.ts';
import { firstLink, linkOf } from '../chain.ts';
import { eventsOf, freshStream, newEvent, RECORDED_AT } from '../testing/contract-support.ts';
import { SqliteReader } from './reader.ts';
import { packed } from './requests.ts';
import { openEventStore } from './store.ts';
import { openStoredChain } from './stored-chain.ts';
import { SqliteWriter } from './writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-links-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const freshPath = (): string => join(folder, `${++files}.db`);

/** Compares every link that is stored with one that is computed from the events as they are read. */
async function assertChained(path: string): Promise<void> {
  const [reader, chain] = [new SqliteReader(path), openStoredChain(path)];
  const beginning = (await chain.beginning()) ?? assert.fail('no chain');
  let link = firstLink(beginning);
  const expected = [{ position: START, link }];
  for (const event of reader.readPage(START, 1_000_000).events) {
    link = linkOf(link, event);
    expected.push({ position: event.position, link });
  }
  const stored = [{ position: START, link: await chain.linkAt(START) }];
  for (let some = await chain.after(START); some.length > 0; ) {
    stored.push(...some);
    some = await chain.after(some.at(-1)?.position ?? START);
  }
  assert.deepEqual(stored, expected);
  assert.deepEqual(await chain.head(), { store: beginning.store, ...expected.at(-1) });
  for (const { position, link } of expected.slice(-200)) assert.equal(await chain.linkAt(position), link);
  assert.equal(await chain.linkAt(expected.length as Position), undefined);
  await Promise.all([reader.close(), chain.close()]);
}

const record = (...events: EventToRecord[]) => packed({ kind: 'record', events, recordedAt: RECORDED_AT });

/** Makes a file what version 1 left: the same tables without a chain. */
function unchained(path: string): void {
  const db = new DatabaseSync(path);
  db.exec('DROP TABLE links; DROP TABLE chain; PRAGMA user_version = 1');
  db.close();
}

describe('The chain of a store file', { timeout: 60_000 }, () => {
  it('has a link for each event, whatever it holds and however it came', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\u0000', 'a\u0000b', '\ud800', 'ế'),
    );
    const event = fc.record({
      data: text,
      source: text,
      rank: fc.integer(),
      origin: fc.option(text, { nil: undefined }),
      traceparent: fc.option(text, { nil: undefined }),
      by: fc.option(fc.constantFrom('portal', 'một cửa', 'a\u0000b'), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(event, { maxLength: 80 }), { maxLength: 6 }), async (batches) => {
        const path = freshPath();
        const store = await openEventStore(path);
        for (const batch of batches) {
          const events = batch.map(({ data, source, rank, origin, traceparent, by }) =>
            newEvent(freshStream(), {
              data,
              metadata: {
                ...{ source, rank },
                ...(origin !== undefined && { origin }),
                ...(traceparent !== undefined && { traceparent }),
                ...(by !== undefined && { by }),
              },
            }),
          );
          await Promise.all([
            store.record(events, RECORDED_AT),
            store.append(freshStream(), 'any', eventsOf(freshStream(), 2), RECORDED_AT + 1),
          ]);
        }
        await store.close();
        await assertChained(path);
      }),
      { numRuns: 12 },
    );
  });

  it('goes on after a request that failed, and after the store is opened again', async () => {
    const path = freshPath();
    const writer = SqliteWriter.open(path);
    const unstorable = newEvent(freshStream(), { metadata: { rank: Number.NaN } });
    writer.write([record(newEvent()), record(newEvent(), unstorable), record(newEvent())]);
    writer.close();
    await assertChained(path);
    const again = SqliteWriter.open(path);
    again.write([record(...eventsOf(freshStream(), 130))]);
    again.close();
    await assertChained(path);
  });

  it('holds for contents of more bytes than letters, which are stored as they came, once', async () => {
    const path = freshPath();
    const contents = [
      '',
      '\ud800',
      'ế'.repeat(40_000),
      ...Array.from({ length: 20 }, (_, index) => 'ế'.repeat(index * 99)),
    ];
    const events = contents.map((data) => newEvent(freshStream(), { data }));
    const writer = SqliteWriter.open(path);
    writer.write([record(...events)]);
    const [again] = writer.write([record(...events)]);
    writer.close();
    assert.ok(again?.kind === 'recorded');
    assert.deepEqual(new Set(again.result.outcomes.map(({ kind }) => kind)), new Set(['duplicate']));
    await assertChained(path);
    const reader = new SqliteReader(path);
    assert.deepEqual(
      reader.readPage(START, 100).events.map(({ data }) => data),
      contents.map((content) => content.toWellFormed()),
    );
    await reader.close();
  });

  it('is made for a store from before it, once, also when that is interrupted', async () => {
    const path = freshPath();
    const before = SqliteWriter.open(path);
    before.write([record(...eventsOf(freshStream(), 25_000))]);
    before.close();
    unchained(path);
    const old = new SqliteReader(path);
    assert.equal(old.readPage(START, 10).events.length, 10, 'it is read as it is');
    const chain = openStoredChain(path);
    assert.equal(await chain.beginning(), undefined);
    assert.equal(await chain.head(), undefined);
    await old.close();

    const seen: number[] = [];
    const interrupted = () =>
      SqliteWriter.open(path, (position) => {
        seen.push(position);
        throw new Error('stopped');
      });
    assert.throws(interrupted, /stopped/);
    const beginning = await chain.beginning();
    assert.equal(beginning?.covered, 25_000);
    SqliteWriter.open(path, (position) => seen.push(position)).close();
    assert.deepEqual(seen, [10_000, 20_000, 25_000], 'what was chained is not chained again');
    SqliteWriter.open(path, () => assert.fail('it is chained already')).close();
    await assertChained(path);
    assert.deepEqual(await chain.beginning(), beginning);
    await chain.close();
  });

  it('is not gone on with when events were removed or inserted at its end', async () => {
    for (const change of [
      'DROP TRIGGER events_are_not_deleted; DELETE FROM events WHERE position = 5',
      `INSERT INTO events SELECT 6, previous, stream, revision + 1, id || 'x', type, origin, recorded_at, source_id, place, traceparent, data
         FROM events WHERE position = 5`,
    ]) {
      const path = freshPath();
      const writer = SqliteWriter.open(path);
      writer.write([record(...eventsOf(freshStream(), 5))]);
      writer.close();
      const db = new DatabaseSync(path);
      db.exec(change);
      db.close();
      await assert.rejects(
        openEventStore(path),
        (error) =>
          error instanceof StoreError &&
          error.code === 'corrupt' &&
          /removed or inserted/.test(error.message),
      );
    }
  });

  it('lets nobody change or remove a link', () => {
    const path = freshPath();
    SqliteWriter.open(path).close();
    const db = new DatabaseSync(path);
    assert.throws(() => db.exec(`UPDATE links SET run = x'00'`), /append-only/);
    assert.throws(() => db.exec('DELETE FROM links'), /append-only/);
    db.close();
  });
});
