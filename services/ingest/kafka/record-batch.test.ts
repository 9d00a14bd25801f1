import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { compressFrameSync } from 'lz4-napi';
import { codePoint } from '../../../tests/support/any-text.ts';
import { batchCodecs } from './codecs.ts';
import { lz4Length } from './lz4-length.ts';
import { unreadableBehind } from './record-batch.ts';

/** kafkajs' own encoder and decoder of record batches: what sends to us and what would fail on a damaged batch. */
const require = createRequire(import.meta.url);
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0');
const Record = require('kafkajs/src/protocol/recordBatch/record/v0');
const decodeBatch: (
  decoder: unknown,
) => Promise<{ records: Decoded[] }> = require('kafkajs/src/protocol/recordBatch/v0/decoder');
const Decoder = require('kafkajs/src/protocol/decoder');

interface Decoded {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}
interface Sent {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

const RECORDS_AT = 61;
const CODEC_AT = 22;
const FIRST_OFFSET = 1_000n;
Object.assign(kafkajs.CompressionCodecs, batchCodecs());

async function encoded(sent: readonly Sent[], compression: number): Promise<Buffer> {
  const records = sent.map((record, offsetDelta) =>
    Record({ ...record, offsetDelta, timestampDelta: offsetDelta }),
  );
  const { buffer } = await RecordBatch({
    compression,
    records,
    firstOffset: FIRST_OFFSET,
    lastOffsetDelta: sent.length - 1,
  });
  // As in a fetch, the batch stands inside a larger buffer.
  return Buffer.concat([Buffer.alloc(64), buffer]).subarray(64);
}

const decoded = async (batch: Buffer) => (await decodeBatch(new Decoder(batch))).records;

const text = fc.string({ unit: codePoint, maxLength: 20 });
const sent = fc.record({
  key: fc.option(text),
  value: fc.option(text),
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), text, {
    maxKeys: 3,
    noNullPrototype: true,
  }),
});
const batch = fc.array(sent, { minLength: 1, maxLength: 150 });
const codec = fc.integer({ min: 0, max: 4 });

test('every batch that a sender may write is read as it was sent', async () => {
  await fc.assert(
    fc.asyncProperty(batch, codec, async (messages, compression) => {
      const records = await decoded(await encoded(messages, compression));
      assert.deepEqual(
        records.map(({ offset, key, value }) => [offset, key?.toString() ?? null, value?.toString() ?? null]),
        messages.map(({ key, value }, index) => [String(FIRST_OFFSET + BigInt(index)), key, value]),
      );
      assert.ok(records.every(({ value }) => unreadableBehind(value) === undefined));
    }),
    { numRuns: 60 },
  );
});

test('a batch of so many records that their offsets take two and three bytes is read record by record', async () => {
  for (const count of [65, 200, 8_193]) {
    const messages = Array.from({ length: count }, (_, index) => ({
      key: null,
      value: `${index} `.padEnd(80),
      headers: {},
    }));
    const records = await decoded(await encoded(messages, 0));
    assert.deepEqual(
      records.map(({ offset, value }) => [offset, value?.toString()]),
      messages.map(({ value }, index) => [String(FIRST_OFFSET + BigInt(index)), value]),
    );
  }
});

/** The faults that damage may end in: compressed records may come to state that they grow past the limit. */
function faultsOf(codecNow: number): readonly string[] {
  if (codecNow > 4) return ['codec-unknown'];
  return codecNow === 0 ? ['unparseable'] : ['unparseable', 'too-large'];
}

/** A Snappy block begins with the length it grows to, which damage may make anything: here 2^28 − 1. */
const SNAPPY_THAT_GROWS: [Sent[], number, [number, number][], number] = [
  [{ key: null, value: 'five bytes at least', headers: {} }],
  2,
  [0, 1, 2, 3].map((at) => [at, 255]),
  2,
];

test('whatever happens to the records or the codec of a batch, all of its offsets are read, without an error', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(
      batch,
      codec,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(7),
      async (messages, compression, damages, codecNow) => {
        const bytes = await encoded(messages, compression);
        for (const [at, value] of damages) {
          bytes[RECORDS_AT + (at % (bytes.length - RECORDS_AT))] = value;
        }
        bytes[CODEC_AT] = codecNow;
        const records = await decoded(bytes);
        assert.equal(records.length, messages.length);
        const offsets = records.map(({ offset }) => BigInt(offset));
        const last = FIRST_OFFSET + BigInt(messages.length - 1);
        assert.ok(
          offsets.every(
            (offset, index) =>
              offset >= FIRST_OFFSET &&
              offset <= last &&
              (index === 0 || offset > (offsets[index - 1] ?? 0n)),
          ),
        );
        const unreadable = records.map(({ value }) => unreadableBehind(value));
        assert.equal(new Set(unreadable).size, 1, 'a batch is read or refused as a whole');
        if (unreadable[0] !== undefined) {
          found++;
          assert.deepEqual([unreadable[0].firstOffset, unreadable[0].lastOffset], [FIRST_OFFSET, last]);
          assert.deepEqual(Buffer.from(unreadable[0].whole), bytes);
          assert.ok(faultsOf(codecNow).includes(unreadable[0].fault.code), unreadable[0].fault.code);
        }
      },
    ),
    { numRuns: 300, examples: [SNAPPY_THAT_GROWS] },
  );
  assert.ok(found > 100, 'most damage is found');
});

test('an empty value that a sender wrote is not taken for an unreadable batch', async () => {
  const [record] = await decoded(await encoded([{ key: null, value: '', headers: {} }], 0));
  assert.equal(record?.value?.length, 0);
  assert.equal(unreadableBehind(record?.value ?? null), undefined);
});

const faultOf = (record: Decoded | undefined) => unreadableBehind(record?.value ?? null)?.fault;
const MiB = 1_024 * 1_024;

test('a batch that says it grows past the limit is refused, not unpacked', async () => {
  const bytes = await encoded([{ key: null, value: 'five bytes at least', headers: {} }], 2);
  // A Snappy block begins with its length unpacked, base 128: here 2^28 + 2^27.
  bytes.set([0x80, 0x80, 0x80, 0xc0, 0x01], RECORDS_AT);
  const [record] = await decoded(bytes);
  assert.equal(faultOf(record)?.code, 'too-large');
});

for (const [codec, name] of [
  [1, 'gzip'],
  [2, 'Snappy'],
  [3, 'LZ4'],
  [4, 'Zstandard'],
] as const) {
  test(`${name}: a batch may grow to 32 MiB, and one that grows further is refused as a whole`, async () => {
    const batchOf = (bytes: number) => encoded([{ key: null, value: 'x'.repeat(bytes), headers: {} }], codec);
    const [within] = await decoded(await batchOf(32 * MiB - 100));
    assert.equal(within?.value?.length, 32 * MiB - 100);
    const beyond = await batchOf(33 * MiB);
    assert.ok(beyond.length < 2 * MiB);
    const [record] = await decoded(beyond);
    assert.equal(faultOf(record)?.code, 'too-large');
    assert.equal(record?.value?.length, 0);
  });
}

test('the length of an LZ4 frame is that of what it unpacks to, whatever it holds', async () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(text, fc.nat(200_000)).map(([part, length]) => Buffer.alloc(length, part || '.')),
  );
  const options = fc.record({ contentChecksum: fc.boolean(), blockChecksums: fc.boolean() });
  await fc.assert(
    fc.property(content, options, (plain, checksums) => {
      const frame = compressFrameSync(plain, checksums);
      assert.equal(lz4Length(frame, Number.POSITIVE_INFINITY), plain.length);
      assert.ok(plain.length === 0 || lz4Length(frame, plain.length - 1) >= plain.length);
    }),
    { numRuns: 200 },
  );
});

test('a record with more headers than anybody sends makes its batch unreadable: kafkajs would take hours over them', async () => {
  const headers = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`h${index}`, '']));
  const [record] = await decoded(await encoded([{ key: null, value: 'x', headers }], 0));
  assert.equal(faultOf(record)?.code, 'unparseable');
});
