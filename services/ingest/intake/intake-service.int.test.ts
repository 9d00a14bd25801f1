import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { DOSSIER_EVENTS } from '../../../shared/books/dossier/status.v1.ts';
import { books } from '../../../shared/books/registry.ts';
import { zoneOf } from '../../../shared/calendar/zone.ts';
import { START } from '../../../shared/contracts/stored-event.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import { openEventStore } from '../../../shared/event-store/sqlite/store.ts';
import { feedsOf } from '../../../shared/feeds/feeds.ts';
import { StoreError } from '../../../shared/kernel/store-error.ts';
import { buildIngest, type Ingest } from '../app.ts';
import { openSqliteDeadLetters } from '../dead-letters/dead-letters-sqlite.ts';
import type { DeadLetters } from '../dead-letters/port.ts';
import { openByType } from '../testing/open-by-type.ts';
import { dossierEvent, NOW } from '../testing/server.ts';
import { DroppedFields } from './dropped-fields.ts';
import type { InputOutcome, IntakeInput } from './intake.ts';
import { intakeOver } from './intake-service.ts';

const FILE = { kind: 'file' } as const;
const LIMITS = { bodyBytes: 1_000, batchEvents: 10 };

function ingestOver(store: EventStore, deadLetters: DeadLetters): Ingest {
  return buildIngest({
    store,
    deadLetters,
    clock: () => NOW,
    zone: zoneOf('Asia/Ho_Chi_Minh'),
    kinds: books.kinds,
    feeds: feedsOf(),
    limits: LIMITS,
    deadLetterDays: 30,
    log: pino({ level: 'silent' }),
    registry: new Registry(),
  });
}

async function onDisk(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-intake-'));
  const store = await openEventStore(join(folder, 'events.db'));
  const deadLetters = openSqliteDeadLetters(join(folder, 'dead-letters.db'));
  const ingest = ingestOver(store, deadLetters);
  t.after(async () => {
    await ingest.close();
    await deadLetters.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return { store, ingest };
}

const input = ({ decode }: Ingest, event: unknown): IntakeInput => ({
  decoded: decode(event, 'test'),
  raw: () => JSON.stringify(event),
  origin: 'test',
});

const stored = async (store: EventStore) =>
  (await store.readAll(START, 10_000)).events.map(({ metadata, data }) => [
    metadata.source,
    metadata.sourceId,
    JSON.parse(data).status,
  ]);

test('whatever is sent, each input is answered once, and the store holds the first content of each id, in order', async (t) => {
  const { store, ingest } = await onDisk(t);
  const model = new Map<string, string>();
  const poisons = new Set<string>();
  const one = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    source: fc.constantFrom('/x', '/y'),
    status: fc.constantFrom('received', 'completed', 'poison'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 12 }), async (sent) => {
      const outcomes = sent.map(({ id, source, status }): InputOutcome => {
        const key = `${source} ${id}`;
        const known = model.get(key);
        if (status === 'poison' || (known !== undefined && known !== status)) {
          poisons.add(`${key} ${status}`);
          return 'rejected';
        }
        model.set(key, status);
        return known === undefined ? 'accepted' : 'duplicate';
      });
      const count = (wanted: InputOutcome) => outcomes.filter((outcome) => outcome === wanted).length;
      const expected = {
        outcomes,
        accepted: count('accepted'),
        duplicates: count('duplicate'),
        rejected: outcomes.flatMap((outcome, index) => (outcome === 'rejected' ? [index] : [])),
        dropped: [],
      };
      const result = await ingest.intake.receive(
        sent.map(({ id, source, status }) => input(ingest, dossierEvent({ id, source }, { status }))),
        FILE,
      );
      assert.deepEqual(
        { ...result, rejected: result.rejected.map(({ index }) => index), position: 0 },
        { ...expected, position: 0 },
      );
      for (const { deadLetter, faults } of result.rejected) {
        assert.ok((await ingest.deadLetters.get(deadLetter)) && faults.length > 0);
      }
    }),
    { numRuns: 40 },
  );
  assert.deepEqual(
    await stored(store),
    [...model].map(([key, status]) => [...key.split(' '), status]),
  );
  const open = [...(await openByType(ingest.deadLetters)).values()].reduce((sum, count) => sum + count, 0);
  assert.equal(open, poisons.size);
});

test('a dead letter that cannot be kept fails the whole answer; the same batch again is complete, with nothing twice', async (t) => {
  const { store, ingest } = await onDisk(t);
  let full = true;
  const intake = intakeOver({
    store,
    deadLetters: {
      async keep(letters) {
        if (full) throw new StoreError('full', 'as the test asked');
        return ingest.deadLetters.keep(letters);
      },
    },
    droppedFields: new DroppedFields(),
    feedOf: feedsOf().feedOf,
    clock: () => NOW,
    sealed: (letter) => letter,
  });
  const batch = [
    dossierEvent(),
    dossierEvent({ id: 'e-2' }, { status: 'x' }),
    dossierEvent({ id: 'e-3' }),
  ].map((event) => input(ingest, event));
  await assert.rejects(intake.receive(batch, FILE), { code: 'full' });
  full = false;
  for (let again = 0; again < 2; again += 1) {
    const { accepted, duplicates, rejected } = await intake.receive(batch, FILE);
    assert.deepEqual([accepted, duplicates, rejected.map(({ index }) => index)], [0, 2, [1]]);
  }
  assert.equal((await stored(store)).length, 2);
  assert.deepEqual([...(await openByType(ingest.deadLetters))], [['dossier.status.v1', 1]]);
});

test('the position shows what was sent, known or new; an empty batch names the head', async (t) => {
  const { store, ingest } = await onDisk(t);
  const first = await ingest.intake.receive([input(ingest, dossierEvent())], FILE);
  assert.deepEqual((await store.readAll(START, 10)).events.at(-1)?.position, first.position);
  await ingest.intake.receive([input(ingest, dossierEvent({ id: 'e-2' }))], FILE);
  const known = await ingest.intake.receive([input(ingest, dossierEvent())], FILE);
  assert.ok(known.position >= first.position);
  assert.equal((await ingest.intake.receive([], FILE)).position, await store.head());
});

test('a dossier with its limit of events takes duplicates and corrections; any other event is a dead letter', async (t) => {
  const { store, ingest } = await onDisk(t);
  const receive = (...events: Record<string, unknown>[]) =>
    ingest.intake.receive(
      events.map((event) => input(ingest, event)),
      FILE,
    );
  const many = Array.from({ length: DOSSIER_EVENTS + 1 }, (_, n) => dossierEvent({ id: `e-${n}` }));
  const { accepted, rejected } = await receive(...many);
  assert.deepEqual([accepted, rejected.map(({ index }) => index)], [DOSSIER_EVENTS, [DOSSIER_EVENTS]]);
  assert.deepEqual(rejected[0]?.faults, [
    {
      code: 'subject-full',
      pointer: '',
      was: `one more event of dossier-H19.12-261120-0001, which has ${DOSSIER_EVENTS}`,
      expected: `up to ${DOSSIER_EVENTS} events of one dossier or document; beyond that only one that \`corrects\` another`,
    },
  ]);
  const then = await receive(
    dossierEvent({ id: 'e-0' }),
    dossierEvent({ id: 'mended' }, { corrects: 'e-5' }),
    dossierEvent({ id: 'late' }, { status: 'completed' }),
    dossierEvent({ id: 'other' }, { dossierId: 'H19.12-261120-0002' }),
  );
  assert.deepEqual(then.outcomes, ['duplicate', 'accepted', 'rejected', 'accepted']);
  assert.equal((await stored(store)).length, DOSSIER_EVENTS + 2);
});

test('batches taken at once lose nothing and store nothing twice', async (t) => {
  const { store, ingest } = await onDisk(t);
  const results = await Promise.all(
    Array.from({ length: 30 }, (_, batch) =>
      ingest.intake.receive(
        Array.from({ length: 20 }, (_, n) => input(ingest, dossierEvent({ id: `e-${batch * 10 + n}` }))),
        FILE,
      ),
    ),
  );
  assert.equal(
    results.reduce((sum, { accepted }) => sum + accepted, 0),
    310,
  );
  assert.equal((await stored(store)).length, 310);
});

test('names of dropped fields are counted, of a bounded number of kinds', () => {
  const dropped = new DroppedFields();
  dropped.add(['ChuHoSo', 'ChuHoSo', 'Nguyễn Văn A', 'x'.repeat(101), 'CB-0417']);
  assert.deepEqual(Object.fromEntries(dropped.counts()), { ChuHoSo: 2, '(other)': 3 });
  dropped.add(Array.from({ length: 1_000 }, (_, n) => `field${n.toString(36)}x`));
  assert.ok(dropped.counts().size <= 201);
  assert.equal(
    [...dropped.counts().values()].reduce((sum, count) => sum + count, 0),
    1_005,
  );
});

test('after its days a closed dead letter is gone, and an open one has lost its content', async (t) => {
  const { store } = await onDisk(t);
  const folder = mkdtempSync(join(tmpdir(), 'nhip-intake-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const letters = openSqliteDeadLetters(join(folder, 'dead-letters.db'));
  const day = 24 * 60 * 60 * 1_000;
  const letter = (raw: string, receivedAt: number) => ({ raw, receivedAt, origin: 'test', faults: [] });
  const [closed = ''] = await letters.keep([
    letter('closed', NOW - 60 * day),
    letter('old', NOW - 30 * day - 1),
    letter('young', NOW - 30 * day),
  ]);
  await letters.dismiss(closed, { by: 'An', reason: 'a test', at: NOW - 30 * day - 1 });
  const ingest = ingestOver(store, letters);
  await ingest.close();
  const { items } = await letters.list({ limit: 10 });
  assert.deepEqual(
    items.map(({ size, erased }) => [size, erased]),
    [
      ['young'.length, false],
      ['old'.length, true],
    ],
  );
  await letters.close();
});
