import { pointerOf, shown } from '../../contracts/fault.ts';
import { hasItsDigits, TEXT_OF_NUMBER } from '../../contracts/json-text.ts';
import { type Element, type Parsed, unreadable } from './element.ts';
import { foldedName, READ_NAMES } from './names.ts';

/** Bounds on the size of a foreign message. */
export const JSON_LIMITS = { values: 50_000, depth: 32 } as const;

/** The text of an element beside others inside it, in a dead letter: XML can have that, JSON has no place for it. */
export const OWN_TEXT = '#text';

const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ['header', 'edXMLHeader'],
  ['send-date', 'send-date'],
]);
/** The names of the XML form, and the plurals that the JSON form has for two lists. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ...[...READ_NAMES].map((name) => [name.toLowerCase(), name] as const),
  ['toes', 'To'],
  ['responsefors', 'ResponseFor'],
]);

/**
 * A message in the JSON form of edXML as the tree that the XML form has: keys are matched without regard to case, a list is its
 * elements under one name, null is nothing. A converter's answer wraps the message, `{data, ErrorCode, ErrorDesc, status}`.
 * @param value parsed JSON: a message, an answer, or an array of them
 */
export function parseJsonForm(value: unknown): Parsed {
  const walk = new Walk();
  try {
    const children = Array.isArray(value)
      ? value.flatMap((one, index) => messagesOf(one, pointerOf([index]), walk))
      : messagesOf(value, '', walk);
    return { kind: 'tree', root: { name: 'edXML', pointer: '', text: '', children } };
  } catch (error) {
    if (error instanceof Refusal) return unreadable(error.message, error.expected, error.pointer);
    throw error;
  }
}

/** Ends the walk from any depth. */
class Refusal extends Error {
  readonly expected: string;
  readonly pointer: string;
  constructor(was: string, expected: string, pointer: string) {
    super(was);
    this.expected = expected;
    this.pointer = pointer;
  }
}

const MESSAGE = 'a message {"header": {"messageheader" or "status": {…}}}';

function messagesOf(value: unknown, pointer: string, walk: Walk): readonly Element[] {
  const entries = entriesOf(value, pointer);
  const entry = (wanted: string) => entries.find(([name]) => name.toLowerCase() === wanted);
  const flat = entries.find(([name]) => /^header_/i.test(name));
  if (flat) {
    const expected = `${MESSAGE}; the flat form of a converter's requests is not accepted`;
    throw new Refusal(shown(flat[0]), expected, pointer + pointerOf([flat[0]]));
  }
  const data = entry('data');
  if (!data) return [envelope(value, pointer, walk)];
  const code = entry('errorcode');
  if (code && !/^0*$/.test(String(code[1] ?? ''))) {
    throw new Refusal(shown(code[1]), 'an answer whose ErrorCode is "0"', pointer + pointerOf([code[0]]));
  }
  const [name, wrapped] = data;
  const at = pointer + pointerOf([name]);
  return Array.isArray(wrapped)
    ? wrapped.map((one, index) => envelope(one, at + pointerOf([index]), walk))
    : [envelope(wrapped, at, walk)];
}

function envelope(value: unknown, pointer: string, walk: Walk): Element {
  // Of the whole only the header is read, and when a gateway sent it: attachments may be of any size.
  const children = entriesOf(value, pointer).flatMap(([name, one]) => {
    const known = OUTSIDE.get(name.toLowerCase());
    return known === undefined ? [] : walk.elements(known, one, pointer + pointerOf([name]), 0);
  });
  return { name: 'edXMLEnvelope', pointer, text: '', children };
}

function entriesOf(value: unknown, pointer: string): readonly (readonly [string, unknown])[] {
  if (!isObject(value)) throw new Refusal(shown(value), MESSAGE, pointer);
  return Object.entries(value);
}

/** The way through one body, within {@link JSON_LIMITS}. */
class Walk {
  #values = 0;

  elements(name: string, value: unknown, pointer: string, depth: number): readonly Element[] {
    this.#values += 1;
    if (this.#values > JSON_LIMITS.values)
      throw new Refusal('more values', `at most ${JSON_LIMITS.values} values`, '');
    if (depth > JSON_LIMITS.depth)
      throw new Refusal('deeper values', `at most ${JSON_LIMITS.depth} values nested in each other`, '');
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) {
      return value.flatMap((one, index) => this.elements(name, one, pointer + pointerOf([index]), depth + 1));
    }
    if (typeof value === 'number' && isRead(name) && !hasItsDigits(value))
      throw new Refusal(shown(value), TEXT_OF_NUMBER, pointer);
    if (!isObject(value)) return [{ name, pointer, text: String(value).trim(), children: [] }];
    const { [OWN_TEXT]: text, ...inside } = value;
    const children = Object.entries(inside).flatMap(([key, one]) =>
      this.elements(NAMES.get(key.toLowerCase()) ?? key, one, pointer + pointerOf([key]), depth + 1),
    );
    return [{ name, pointer, text: typeof text === 'string' ? text.trim() : '', children }];
  }
}

/** Of the header, or when a gateway sent it. */
const isRead = (name: string): boolean => foldedName(name) !== undefined || name === 'send-date';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a text that is no JSON holds a comment outside its strings: the converter's own examples do. */
export function hasComment(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') {
      for (at += 1; at < text.length && text[at] !== '"'; ) at += text[at] === '\\' ? 2 : 1;
    } else if (text[at] === '/' && (text[at + 1] === '/' || text[at + 1] === '*')) {
      return true;
    }
  }
  return false;
}
