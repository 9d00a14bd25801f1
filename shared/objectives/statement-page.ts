import type { ObjectiveStatedV1 } from '../office/objective-stated.v1.ts';
import type { ObjectiveStatement } from './objective-book.ts';

/** One field that a statement changes. */
export interface FieldChange {
  /** JSON Pointer (RFC 6901) into the definition. */
  readonly pointer: string;
  /** Null where the field was not there, or is not any more. */
  readonly before: unknown;
  readonly after: unknown;
}

/** A statement as people read it. */
export interface ToldStatement extends Pick<ObjectiveStatement, 'revision' | 'position' | 'at' | 'by'> {
  readonly kind: 'defined' | 'changed' | 'closed' | 'reopened';
  readonly reason: string;
  readonly fromFile: boolean;
  /** Null where the whole objective is closed or reopened. */
  readonly version: number | null;
  readonly lastDay: string | null;
  readonly instrument: string | null;
  readonly changes: readonly FieldChange[];
}

/** Up to `limit` statements, newest first. @param statements all of them, in order. @param before a revision; none for the newest page */
export async function statementPage(
  statements: AsyncIterable<ObjectiveStatement>,
  before: number | undefined,
  limit: number,
): Promise<readonly ToldStatement[]> {
  const versions = new Map<number, ObjectiveStatedV1>();
  const page: ToldStatement[] = [];
  for await (const statement of statements) {
    if (before !== undefined && statement.revision >= before) break;
    page.push(toldOf(statement, versions));
    if (page.length > limit) page.shift();
  }
  return page.reverse();
}

/** @param versions as they were before; brought up to the statement */
function toldOf(
  { revision, position, at, by, content }: ObjectiveStatement,
  versions: Map<number, ObjectiveStatedV1>,
): ToldStatement {
  const told = { revision, position, at, by, reason: content.data.reason };
  if (content.kind === 'closed') {
    const { lastDay, instrument } = content.data;
    const kind = lastDay === null ? 'reopened' : 'closed';
    return { ...told, kind, fromFile: false, version: null, lastDay, instrument, changes: [] };
  }
  const { version, definition, fromFile = false } = content.data;
  const earlier = [...versions.keys()].filter((one) => one < version);
  const before = versions.get(version) ?? versions.get(Math.max(...earlier));
  versions.set(version, content.data);
  return {
    ...told,
    ...{ kind: content.kind, version, fromFile, lastDay: null },
    instrument: typeof definition.source === 'string' ? definition.source : null,
    changes: before ? changesBetween(before.definition, definition) : [],
  };
}

/** Field by field; what is not an object is compared as a whole. */
export function changesBetween(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  at = '',
): readonly FieldChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((field) => {
    const [was, is] = [before[field] ?? null, after[field] ?? null];
    const pointer = `${at}/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (isRecord(was) && isRecord(is)) return changesBetween(was, is, pointer);
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ pointer, before: was, after: is }];
  });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
