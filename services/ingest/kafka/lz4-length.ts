/** LZ4 frame format 1.6.4: what stands before and between its blocks. */
const MAGIC = 0x184d2204;
const BLOCK_CHECKSUMS = 0x10;
const CONTENT_SIZE = 0x08;
const DICTIONARY_ID = 0x01;
const UNCOMPRESSED = 0x80000000;
const SIZE_MASK = 0x7fffffff;
const SHORTEST_MATCH = 4;
/** A length of four bits that is full goes on in the next bytes. */
const LONG = 15;

/**
 * The bytes that a frame unpacks to, up to the first number above `most`: only its lengths are read. The library unpacks whatever
 * a frame holds, and a megabyte can hold 255.
 * @throws RangeError when the frame ends too early, or is none
 */
export function lz4Length(frame: Uint8Array, most: number): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError('not an LZ4 frame');
  const flags = view.getUint8(4);
  // Magic, flags, block size; the header's own checksum.
  let at = 7 + (flags & CONTENT_SIZE ? 8 : 0) + (flags & DICTIONARY_ID ? 4 : 0);
  let length = 0;
  while (length <= most) {
    const size = view.getUint32(at, true);
    if (size === 0) return length;
    at += 4;
    const bytes = size & SIZE_MASK;
    const end = at + bytes;
    if (end > frame.length) throw new RangeError('an LZ4 block ends outside its batch');
    length += size & UNCOMPRESSED ? bytes : blockLength(frame.subarray(at, end), most - length);
    at = end + (flags & BLOCK_CHECKSUMS ? 4 : 0);
  }
  return length;
}

/** LZ4 block format: literals, then a match of what was unpacked before, and so on. */
function blockLength(block: Uint8Array, most: number): number {
  let [at, length] = [0, 0];
  const byte = (): number => {
    const value = block[at++];
    if (value === undefined) throw new RangeError('an LZ4 block is cut off');
    return value;
  };
  const whole = (short: number): number => {
    if (short < LONG) return short;
    for (let value = short; ; ) {
      const more = byte();
      value += more;
      if (more < 0xff) return value;
    }
  };
  while (at < block.length && length <= most) {
    const token = byte();
    const literals = whole(token >> 4);
    at += literals;
    length += literals;
    if (at >= block.length) break;
    at += 2; // How far back the match lies.
    length += whole(token & LONG) + SHORTEST_MATCH;
  }
  return length;
}
