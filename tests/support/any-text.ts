import fc from 'fast-check';

const SURROGATES = { from: 0xd800, count: 0x800 };

/**
 * Any code point that a text can hold, as a unit of `fc.string`. The same as its unit `binary`, whose ranges take a second to
 * make ready in each process.
 */
export const codePoint: fc.Arbitrary<string> = fc
  .nat(0x10ffff - SURROGATES.count)
  .map((point) => String.fromCodePoint(point < SURROGATES.from ? point : point + SURROGATES.count));
