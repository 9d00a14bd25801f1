/** One error in one input, stated so that its sender can correct it. */
export interface Fault {
  readonly code: FaultCode;
  /** JSON Pointer (RFC 6901) into the input, `''` for the whole. */
  readonly pointer: string;
  /** The value found, shortened to 200 characters. */
  readonly was: string;
  /** The expected value. */
  readonly expected: string;
}

export type FaultCode =
  | 'unparseable'
  | 'envelope-invalid'
  | 'type-unknown'
  | 'data-invalid'
  | 'id-reused'
  | 'source-forbidden'
  | 'too-large'
  | 'subject-full'
  | 'store-refused'
  | 'row-invalid'
  | 'codec-unknown'
  | 'messages-lost'
  | 'events-lost';

const SHOWN_LIMIT = 200;

/** A value for a fault. A nested value is only counted: it may be of any depth, and contain personal data. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return `an object of ${Object.keys(value).length}`;
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length <= SHOWN_LIMIT ? text : `${text.slice(0, SHOWN_LIMIT - 3).toWellFormed()}...`;
}

/** JSON Pointer of a path (RFC 6901 §3). */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
