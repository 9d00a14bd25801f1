// Emmett's SQLite event store, appending and then consuming, as its documentation shows it.
// node emmett.js <events> <batch size>  →  {"append": events/s, "appendInterleaved", "consume": events/s, "consumeNothing": events/s}
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getSQLiteEventStore, sqliteConnection } from '@event-driven-io/emmett-sqlite';

const [events, batchSize] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'nhip-bench-emmett-'));
const fileName = join(folder, 'events.db');
const store = getSQLiteEventStore({ fileName, schema: { autoMigration: 'CreateOrUpdate' } });
await store.schema.migrate();

// One stream an append is all that Emmett offers; the expected version is the cheapest check it has. The data is of the size
// that append.ts sends.
const event = (number) => {
  const dossierId = `H19.${String((number % 20) + 1).padStart(2, '0')}-240502-${String(number).padStart(6, '0')}`;
  return {
    type: 'dossier.status.v1',
    data: {
      time: '2024-05-02T01:20:00.000Z',
      dossierId,
      aliases: [`000.00.12.${dossierId}`],
      status: 'in-progress',
      unitId: `H19.0${number % 9}`,
      procedureId: '2.000635',
      fieldId: 'G09-LV12',
      channel: 'online',
      receivedAt: '2024-05-02T01:20:00.000Z',
      dueAt: '2024-05-20T10:00:00.000Z',
      limitUnit: 'days',
      dueBasis: 'receipt-slip',
      reason: 'Chuyển xử lý theo quy định',
      sequence: number,
    },
  };
};

const batches = Array.from({ length: Math.ceil(events / batchSize) }, (_, index) =>
  Array.from({ length: batchSize }, (_, place) => event(index * batchSize + place)),
);
let started = performance.now();
for (const [index, batch] of batches.entries()) {
  await store.appendToStream(`dossier-${index}`, batch, { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' });
}
const append = perSecond(started, events);
const appendInterleaved = await interleaved(2_000);

const setup = sqliteConnection({ fileName });
await setup.command(
  'CREATE TABLE figure (unit TEXT, status TEXT, count INTEGER, PRIMARY KEY (unit, status))',
);
setup.close();
const consume = await consumed('counting', async ({ data }, { connection }) => {
  await connection.command(
    'INSERT INTO figure VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1',
    [data.unitId, data.status],
  );
});
const consumeNothing = await consumed('idle', () => {});
rmSync(folder, { recursive: true });
// Emmett writes errors to stdout, so this goes on a line of its own.
process.stdout.write(`\n${JSON.stringify({ append, appendInterleaved, consume, consumeNothing })}`);
process.exit(0);

// What feeds send: ten thousand dossiers are open at a time, so a batch of 1,000 is nearly as many streams and appends.
async function interleaved(count) {
  const since = performance.now();
  for (let number = 0; number < count; number++) {
    const stream = `open-${(number * 7_919) % 10_000}`;
    await store
      .appendToStream(stream, [event(number)], { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' })
      // Now and then it closes a connection before its own statement has ended; the event is then left out.
      .catch(({ code }) => code === 'SQLITE_BUSY' || process.exit(1));
  }
  return perSecond(since, count);
}

async function consumed(processorId, eachMessage) {
  const consumer = store.consumer({ pulling: { batchSize: 1_000, pullingFrequencyInMs: 0 } });
  let seen = 0;
  consumer.processor({
    processorId,
    startFrom: 'BEGINNING',
    connectionOptions: { fileName },
    stopAfter: () => ++seen === events,
    eachMessage,
  });
  started = performance.now();
  await consumer.start();
  return perSecond(started, seen);
}

function perSecond(since, count) {
  return Math.round((count / (performance.now() - since)) * 1_000);
}
