import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { compress as snappyBlock, uncompress as snappyUncompress } from 'snappyjs';
import type { Fault } from '../../../shared/contracts/fault.ts';
import { errorText } from '../../../shared/kernel/error-text.ts';
import { lz4Length } from './lz4-length.ts';
import { headerBefore, isWellFormed, standIn } from './record-batch.ts';

/** What a record batch may grow to. Kafka's own limit is on the compressed form, so a small one could fill the memory. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Thrown for a batch that would grow beyond {@link MOST_BYTES}, before it does. */
class TooLarge extends Error {}

interface Codec {
  compress(plain: Buffer): Promise<Buffer> | Buffer;
  decompress(packed: Buffer): Promise<Buffer> | Buffer;
}

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);
const zstdAsync = promisify(zstdCompress);
const unzstdAsync = promisify(zstdDecompress);

const none: Codec = { compress: (plain) => plain, decompress: (packed) => packed };
const known: readonly Codec[] = [
  none,
  {
    compress: (plain) => gzipAsync(plain),
    decompress: (packed) => bounded(gunzipAsync(packed, { maxOutputLength: MOST_BYTES })),
  },
  { compress: (plain) => snappyBlock(plain), decompress: unsnappy },
  { compress: (plain) => compressFrame(plain), decompress: unlz4 },
  {
    compress: (plain) => zstdAsync(plain),
    decompress: (packed) => bounded(unzstdAsync(packed, { maxOutputLength: MOST_BYTES })),
  },
];
/** The attribute has three bits for the codec. */
const CODEC_IDS = [0, 1, 2, 3, 4, 5, 6, 7];

/** The stream format of snappy-java, which Java producers write: a magic word, two versions, then blocks with their lengths. */
const XERIAL_MAGIC = Buffer.from('\x82SNAPPY\0', 'latin1');
const XERIAL_HEADER_BYTES = 16;

/** What zlib unpacks, which stops at the limit by itself. */
function bounded(unpacked: Promise<Buffer>): Promise<Buffer> {
  return unpacked.catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ERR_BUFFER_TOO_LARGE' ? new TooLarge() : error;
  });
}

function unlz4(packed: Buffer): Promise<Buffer> {
  if (lz4Length(packed, MOST_BYTES) > MOST_BYTES) throw new TooLarge();
  return decompressFrame(packed);
}

function unsnappy(packed: Buffer): Buffer {
  if (!packed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return unsnappyBlock(packed, MOST_BYTES);
  const blocks: Buffer[] = [];
  let room = MOST_BYTES;
  for (let at = XERIAL_HEADER_BYTES; at < packed.length; ) {
    const end = at + 4 + packed.readInt32BE(at);
    if (end <= at || end > packed.length) throw new RangeError('a Snappy block ends outside its batch');
    const block = unsnappyBlock(packed.subarray(at + 4, end), room);
    room -= block.length;
    blocks.push(block);
    at = end;
  }
  return Buffer.concat(blocks);
}

/** A block begins with its length unpacked, in base 128, and the library unpacks no more than that. */
function unsnappyBlock(packed: Buffer, room: number): Buffer {
  if (snappyLength(packed) > room) throw new TooLarge();
  return snappyUncompress(packed, room);
}

function snappyLength(packed: Buffer): number {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = packed[at] ?? 0;
    length += (byte & 0x7f) * 128 ** at;
    if (byte < 0x80) break;
  }
  return length;
}

/** As kafkajs wants it: the sender's side gets an encoder that holds the bytes. */
export interface BatchCodec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(records: Buffer): Promise<Buffer>;
}

/**
 * A codec for every id that a batch can name, with those that do not exist and the one for "not compressed". None ever throws
 * while reading: kafkajs decodes a whole fetch at once and would fetch the same again without end. Records that cannot be read
 * come back as stand-ins, see `unreadableBehind`.
 */
export const batchCodecs = (): Record<number, () => BatchCodec> =>
  Object.fromEntries(
    CODEC_IDS.map((id) => {
      const codec: BatchCodec = {
        compress: async ({ buffer }) => (known[id] ?? none).compress(buffer),
        decompress: (records) => read(id, records),
      };
      return [id, () => codec];
    }),
  );

async function read(id: number, packed: Buffer): Promise<Buffer> {
  const header = headerBefore(packed);
  if (header === undefined)
    throw new Error('records in the message format of before Kafka 0.11 are not read');
  const codec = known[id];
  if (codec === undefined) return standIn(header, unknownCodec(id));
  try {
    const records = await codec.decompress(packed);
    // Control records are the broker's own and never reach the feed.
    return header.control || isWellFormed(records, header)
      ? records
      : standIn(header, corrupt('records that contradict their header'));
  } catch (error) {
    if (error instanceof TooLarge) return standIn(header, tooLarge(packed.length));
    return standIn(header, corrupt(errorText(error)));
  }
}

const unknownCodec = (id: number): Fault => ({
  code: 'codec-unknown',
  pointer: '',
  was: `compression codec ${id}`,
  expected: 'none (0), gzip (1), snappy (2), lz4 (3) or zstd (4)',
});

const tooLarge = (bytes: number): Fault => ({
  code: 'too-large',
  pointer: '',
  was: `a record batch of ${bytes} bytes that grows beyond the limit`,
  expected: `up to ${MOST_BYTES} bytes of records, uncompressed`,
});

const corrupt = (reason: string): Fault => ({
  code: 'unparseable',
  pointer: '',
  was: reason.slice(0, 200),
  expected: 'a record batch that is whole, in the compression it names',
});
