import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { streamName } from '../../contracts/ids.ts';
import { type EventToRecord, START } from '../../contracts/stored-event.ts';
import { StoreError } from '../../kernel/store-error.ts';
import type { ExpectedRevision } from '../port.ts';
import { eventsOf, freshStream, idsOf, newEvent, RECORDED_AT } from '../testing/contract-support.ts';
import { type PackedRequest, packed } from './requests.ts';
import { openForWriting } from './schema.ts';
import { openEventReader, openEventStore } from './store.ts';
import { SqliteWriter, type WriteReply } from './writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-writer-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const freshPath = (): string => join(folder, `${++files}.db`);

const record = (...events: ReturnType<typeof newEvent>[]): PackedRequest =>
  packed({ kind: 'record', events, recordedAt: RECORDED_AT });

const kindsOf = (replies: readonly WriteReply[]): string[] => replies.flatMap(kindsOfOne);

function kindsOfOne(reply: WriteReply): string[] {
  switch (reply.kind) {
    case 'recorded':
      return reply.result.outcomes.map(({ kind }) => kind);
    case 'append-decided':
      return [reply.outcome.kind];
    case 'failed':
      return [`failed: ${reply.code}`];
  }
}

async function idsIn(path: string): Promise<(string | undefined)[]> {
  const reader = openEventReader(path);
  const { events } = await reader.readAll(START, 1_000_000);
  await reader.close();
  return idsOf(events);
}

describe('The SQLite event store', { timeout: 60_000 }, () => {
  it('lets nobody change or remove an event, not even by SQL', async () => {
    const path = freshPath();
    const writer = SqliteWriter.open(path);
    const event = newEvent();
    writer.write([record(event)]);
    writer.close();
    const db = new DatabaseSync(path);
    assert.throws(() => db.exec(`UPDATE events SET data = '{}'`), /append-only/);
    assert.throws(() => db.exec('DELETE FROM events'), /append-only/);
    db.close();
    assert.deepEqual(await idsIn(path), [event.id]);
  });

  it('goes on where it was after it is opened again', async () => {
    const path = freshPath();
    const stream = freshStream();
    const [first, second] = [newEvent(stream), newEvent(stream)];
    const before = await openEventStore(path);
    const { position } = await before.record([first], RECORDED_AT);
    await before.close();
    const again = await openEventStore(path);
    assert.deepEqual((await again.record([first], RECORDED_AT)).outcomes, [{ kind: 'duplicate', position }]);
    assert.equal((await again.append(stream, 0, [second], RECORDED_AT)).kind, 'appended');
    assert.deepEqual(idsOf(await again.readStream(stream)), idsOf([first, second]));
    await again.close();
  });

  it('opens a file from before events had names, and keeps names in it from then on', async () => {
    const path = freshPath();
    const before = SqliteWriter.open(path);
    const [old, next] = [newEvent(), newEvent(undefined, { metadata: { by: 'portal' } })];
    before.write([record(old)]);
    before.close();
    const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    db.exec(`CREATE TABLE before (
        key INTEGER PRIMARY KEY, source TEXT NOT NULL, feed TEXT NOT NULL, rank INTEGER NOT NULL, UNIQUE (source, feed, rank)
      ) STRICT;
      INSERT INTO before SELECT key, source, feed, rank FROM origins; DROP TABLE origins; ALTER TABLE before RENAME TO origins;`);
    db.close();
    const metadataIn = async () => {
      const reader = openEventReader(path);
      const { events } = await reader.readAll(START, 10);
      await reader.close();
      return events.map(({ metadata }) => metadata);
    };
    assert.deepEqual(await metadataIn(), [old.metadata], 'as it is, for reading');
    const writer = SqliteWriter.open(path);
    writer.write([record(next)]);
    writer.close();
    assert.deepEqual(await metadataIn(), [old.metadata, next.metadata]);
  });

  it('refuses a file of a newer schema version, and a file that is no database', async () => {
    const path = freshPath();
    SqliteWriter.open(path).close();
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 99');
    db.close();
    const refused = (code: string) => (error: unknown) => error instanceof StoreError && error.code === code;
    await assert.rejects(openEventStore(path), refused('newer'));
    await assert.rejects(openEventStore(import.meta.filename), refused('corrupt'));
    await assert.rejects(
      openEventStore(join(folder, 'nowhere', 'events.db')),
      (error) => error instanceof StoreError && error.code === 'unavailable',
    );
  });

  it('gives each request of a common transaction an answer of its own', async () => {
    const path = freshPath();
    const writer = SqliteWriter.open(path);
    const stream = freshStream();
    const [known, other, last] = [newEvent(stream), newEvent(stream), newEvent(stream)];
    const append = (expected: ExpectedRevision, event: EventToRecord) =>
      packed({ kind: 'append', stream, expected, events: [event], recordedAt: RECORDED_AT });
    const replies = writer.write([
      record(known),
      append('no-stream', newEvent(stream)),
      record({ ...known, data: '{"other":true}' }, other),
      append(1, last),
    ]);
    assert.deepEqual(kindsOf(replies), ['recorded', 'conflict', 'id-reused', 'recorded', 'appended']);
    writer.close();
    assert.deepEqual(await idsIn(path), idsOf([known, other, last]));
  });

  it('fails a request that cannot be stored, whole, and no other with it', async () => {
    const path = freshPath();
    const store = await openEventStore(path);
    const events = eventsOf(freshStream(), 3);
    const unstorable = { ...newEvent(), metadata: { ...newEvent().metadata, rank: Number.NaN } };
    const settled = await Promise.allSettled([
      store.record(events.slice(0, 2), RECORDED_AT),
      store.record([newEvent(), unstorable], RECORDED_AT),
      store.record(events.slice(2), RECORDED_AT),
    ]);
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.ok(settled[1]?.status === 'rejected' && settled[1].reason instanceof StoreError);
    await store.close();
    assert.deepEqual(await idsIn(path), idsOf(events));
  });

  it('answers that the disk is full, keeps what it has readable, and goes on when there is room', async () => {
    const path = freshPath();
    const db = openForWriting(path);
    const writer = new SqliteWriter(db);
    const stream = streamName('full');
    const [stored, retried] = [eventsOf(stream, 20), eventsOf(stream, 2_000)];
    writer.write([record(...stored)]);
    // Stands for a full disk: SQLite gives the same error when the file may not grow.
    db.exec('PRAGMA max_page_count = 30');
    assert.deepEqual(kindsOf(writer.write([record(...retried), record(...retried)])), [
      'failed: full',
      'failed: full',
    ]);
    assert.deepEqual(await idsIn(path), idsOf(stored));
    db.exec('PRAGMA max_page_count = 1000000');
    assert.deepEqual(new Set(kindsOf(writer.write([record(...retried)]))), new Set(['recorded']));
    assert.deepEqual(new Set(kindsOf(writer.write([record(...retried)]))), new Set(['duplicate']));
    writer.close();
    assert.deepEqual(await idsIn(path), idsOf([...stored, ...retried]));
    const reader = openEventReader(path);
    const revisions = (await reader.readStream(stream)).map(({ revision }) => revision);
    await reader.close();
    assert.deepEqual(
      revisions,
      [...stored, ...retried].map((_, index) => index),
      'no revision was used up by what failed',
    );
  });
});
