import type { z } from 'zod';
import { pointerOf, shown } from './fault.ts';

/** One thing wrong in an input, by the place of the field. */
export interface WrongField {
  readonly pointer: string;
  readonly was: string;
  readonly expected: string;
}

/** The wrong fields of one issue of a schema: an issue about names that are not known has one for each. */
export function wrongFields(
  issue: z.core.$ZodIssue,
  input: unknown,
  base: readonly PropertyKey[] = [],
): readonly WrongField[] {
  const at = (path: readonly PropertyKey[], expected: string): WrongField => ({
    pointer: pointerOf([...base, ...path]),
    was: shown(path.reduce<unknown>(property, input)),
    expected,
  });
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => at([...issue.path, key], 'nothing, since this name is not known here'))
    : [at(issue.path, expectedBy(issue))];
}

/** Of a file with more faults these are shown. */
const SHOWN = 20;

/** What is wrong with a file, a line for each wrong field: its place, the value it should have and the one it had. */
export const wrongFieldsText = ({ issues }: z.ZodError, input: unknown): string =>
  issues
    .flatMap((issue) => wrongFields(issue, input))
    .slice(0, SHOWN)
    .map(({ pointer, was, expected }) => `${pointer || '/'}: ${expected}; it was ${was}`)
    .join('\n');

/** The expected value, without the one found. A text that a schema states of itself stays as it is. */
function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  if (!/^(Invalid |Too (small|big))/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `a value of type ${issue.expected}`;
    case 'too_small':
      return `at least ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `up to ${amount(issue.maximum, issue.origin)}`;
    case 'invalid_format':
      return (
        FORMATS[issue.format] ?? (issue.pattern === undefined ? issue.message : `text like ${issue.pattern}`)
      );
    case 'invalid_union':
      return (
        [...new Set(issue.errors.flatMap(([first]) => (first ? [expectedBy(first)] : [])))].join(' or ') ||
        issue.message
      );
    default:
      return issue.message;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a date-time with a zone (RFC 3339), e.g. 2026-11-20T17:00:00+07:00',
  date: 'a date, yyyy-MM-dd',
};

const UNITS: Readonly<Record<string, string>> = { string: 'character', array: 'item' };

const amount = (limit: number | bigint, origin: string): string => {
  const unit = UNITS[origin];
  return unit === undefined ? String(limit) : `${limit} ${unit}${Number(limit) === 1 ? '' : 's'}`;
};

const property = (value: unknown, name: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
