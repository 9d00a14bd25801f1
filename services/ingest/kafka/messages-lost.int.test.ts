import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Registry } from 'prom-client';
import type { Decoded } from '../../../shared/contracts/decode.ts';
import { openSqliteDeadLetters } from '../dead-letters/dead-letters-sqlite.ts';
import type { Carrier, Intake } from '../intake/intake.ts';
import { lossKeeper, notingTypes } from './messages-lost.ts';

const LOSS = { topic: 'hoso', partition: 2, firstOffset: 9007199254740993n, lastOffset: 9007199254740995n };

function letters(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-lost-'));
  const open = openSqliteDeadLetters(join(folder, 'd.db'));
  t.after(async () => {
    await open.close();
    rmSync(folder, { recursive: true });
  });
  return open;
}

/** An intake that takes all, of events of these types. */
async function received(intake: Intake, carrier: Carrier, types: readonly string[]) {
  const inputs = types.map((type) => ({
    decoded: { kind: 'event', event: { type }, droppedFields: [] } as unknown as Decoded,
    raw: () => '',
    origin: 'test',
  }));
  await intake.receive(inputs, carrier);
}

test('lost messages are kept once, with their range, as a doubt of the types that came by their topic', async (t) => {
  const kept = letters(t);
  const registry = new Registry();
  const keepLoss = lossKeeper(kept, () => 1_000, registry);
  await kept.noteTypes('hoso', ['dossier.status.v1']);
  await kept.noteTypes('vanban', ['document.exchange.v1']);
  const id = await keepLoss(LOSS);
  assert.equal(await keepLoss(LOSS), id);
  const letter = await kept.get(id);
  assert.equal(letter?.origin, 'kafka:hoso/2@9007199254740993-9007199254740995');
  assert.deepEqual(JSON.parse(Buffer.from(letter?.raw ?? []).toString()), {
    topic: 'hoso',
    partition: 2,
    firstOffset: '9007199254740993',
    lastOffset: '9007199254740995',
  });
  assert.deepEqual(
    [letter?.faults[0]?.code, letter?.faults[0]?.was],
    ['messages-lost', '3 offsets that the broker no longer has'],
  );
  assert.deepEqual(await kept.open(), [{ type: null, feed: null, doubted: ['dossier.status.v1'], open: 1 }]);
  assert.match(await registry.metrics(), /nhip_kafka_messages_lost_total\{topic="hoso",partition="2"\} 6/);
});

test('a topic of which no type is known may have held any', async (t) => {
  const kept = letters(t);
  await lossKeeper(kept, () => 1_000, new Registry())(LOSS);
  assert.deepEqual((await kept.open())[0]?.doubted, []);
});

test('types are noted by topic, once, and only those that came by a broker', async (t) => {
  const kept = letters(t);
  const writes: string[] = [];
  const noteTypes = async (topic: string, types: readonly string[]) => {
    writes.push(`${topic} ${types.join()}`);
    await kept.noteTypes(topic, types);
  };
  const result = {
    outcomes: [],
    accepted: 0,
    duplicates: 0,
    rejected: [],
    position: 0 as never,
    dropped: [],
  };
  const intake = notingTypes({ receive: async () => result }, { noteTypes });
  const hoso = { kind: 'kafka', topic: 'hoso', partition: 0 } as const;
  await received(intake, hoso, ['a', 'b', 'a']);
  await received(intake, hoso, ['b']);
  await received(intake, { ...hoso, topic: 'vanban' }, ['b']);
  await received(intake, { kind: 'http' }, ['c']);
  await received(intake, hoso, ['b', 'c']);
  assert.deepEqual(writes, ['hoso a,b', 'vanban b', 'hoso c']);
});
