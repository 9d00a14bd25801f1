/** One thing wrong with one input, said so that its sender can mend it. */
export interface Fault {
  readonly code: FaultCode;
  /** JSON Pointer (RFC 6901) into the input, `''` for the whole. */
  readonly pointer: string;
  /** What was found, shortened to 200 characters. */
  readonly was: string;
  /** What should stand there. */
  readonly expected: string;
}

export type FaultCode =
  | 'unparseable'
  | 'envelope-invalid'
  | 'type-unknown'
  | 'data-invalid'
  | 'id-reused'
  | 'row-invalid'
  | 'codec-unknown';

/** A value as a fault may show it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= 200 ? text : `${text.slice(0, 197)}...`;
}

/** JSON Pointer of a path (RFC 6901 §3). */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
