import type { Random } from '../../../services/standalone/demo/random.ts';

/** Values that have broken readers of numbers, texts, dates and structures. */
const VALUES: readonly [string, ...string[]] = [
  'null',
  'true',
  '0',
  '-1',
  '1e308',
  '9007199254740993',
  '[]',
  '{}',
  '[[[[[[[[]]]]]]]]',
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"\\u202e"',
  '"constructor"',
  '"__proto__"',
  '"2026-02-29T24:00:00Z"',
  '"0001-01-01T00:00:00"',
  '"9999-12-31T23:59:59.999+14:00"',
  '"-271821-04-20T00:00:00Z"',
  '"99999999999999"',
  '"000.00.00.H19"',
  '"H19."',
  `"${'ệ'.repeat(3_000)}"`,
];
const TEXTS = VALUES.map((value) => value.replace(/^"|"$/g, '')) as [string, ...string[]];
const TOKENS: readonly [string, ...string[]] = [
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  '<',
  '>',
  '&',
  '--',
  '\r\n\r\n',
  '\u0000',
  '\ufeff',
];

type Mutation = (message: Buffer, random: Random, other: Buffer) => Buffer;

const placeIn = (message: Buffer, random: Random) => random.whole(0, message.length);
function rangeIn(message: Buffer, random: Random): readonly [number, number] {
  const from = placeIn(message, random);
  return [from, Math.min(message.length, from + random.whole(1, random.chance(0.8) ? 20 : 2_000))];
}
const spliced = (message: Buffer, from: number, to: number, piece: Uint8Array) =>
  Buffer.concat([message.subarray(0, from), piece, message.subarray(to)]);

const ofBytes: readonly [Mutation, ...Mutation[]] = [
  function flip(message, random) {
    const mutated = Buffer.from(message);
    const at = random.whole(0, mutated.length - 1);
    mutated[at] = (mutated[at] ?? 0) ^ (1 << random.whole(0, 7));
    return mutated;
  },
  function cut(message, random) {
    return message.subarray(0, placeIn(message, random));
  },
  function remove(message, random) {
    return spliced(message, ...rangeIn(message, random), Buffer.alloc(0));
  },
  function repeat(message, random) {
    const [from, to] = rangeIn(message, random);
    const piece = message.subarray(from, to);
    return spliced(message, to, to, Buffer.concat(Array(random.whole(1, 50)).fill(piece)));
  },
  function insert(message, random) {
    const at = placeIn(message, random);
    return spliced(message, at, at, Buffer.from(random.pick(TOKENS)));
  },
  function cross(message, random, other) {
    return Buffer.concat([
      message.subarray(0, placeIn(message, random)),
      other.subarray(placeIn(other, random)),
    ]);
  },
];

/** Changes one value of a JSON text, and keeps it JSON. */
const ofJson: Mutation = (message, random) => {
  const values = [...message.toString().matchAll(/"(?:[^"\\]|\\.)*"(?!\s*:)|\b(?:true|false|null|\d+)\b/g)];
  const names = [...message.toString().matchAll(/"(?:[^"\\]|\\.)*"(?=\s*:)/g)];
  const [found, piece] = random.chance(0.8)
    ? [values, random.chance(0.8) ? random.pick(VALUES) : textOf(values, random)]
    : [names, textOf(names, random)];
  return replaced(message, found, piece, random);
};

/** Changes the text of one element, or the name of a tag, of an XML text. */
const ofXml: Mutation = (message, random) => {
  const found = [
    ...message.toString().matchAll(random.chance(0.8) ? /(?<=>)[^<>]+(?=<)/g : /(?<=<\/?)[\w:]+/g),
  ];
  return replaced(message, found, random.chance(0.5) ? random.pick(TEXTS) : textOf(found, random), random);
};

type Found = readonly RegExpExecArray[];
const textOf = (found: Found, random: Random): string =>
  found[random.whole(0, Math.max(0, found.length - 1))]?.[0] ?? '';

function replaced(message: Buffer, found: Found, piece: string, random: Random): Buffer {
  const text = message.toString();
  const match = found[random.whole(0, Math.max(0, found.length - 1))];
  if (match === undefined) return message;
  return Buffer.from(text.slice(0, match.index) + piece + text.slice(match.index + match[0].length));
}

/** Some changes to a real message: mostly of its values, so that it stays readable, else of its bytes. */
export function mutated(message: Buffer, other: Buffer, random: Random): Buffer {
  let result = message;
  for (let left = random.chance(0.6) ? 1 : random.whole(2, 5); left > 0 && result.length > 0; left -= 1) {
    const isXml = result.includes('<');
    const mutation = random.chance(0.7) ? (isXml ? ofXml : ofJson) : random.pick(ofBytes);
    result = mutation(result, random, other);
  }
  return result;
}
