import * as fc from 'fast-check';
import { z } from 'zod';
import type { Knowledge } from '../../bookkeeping/balance.ts';
import type { Book } from '../../bookkeeping/book.ts';
import { allIn, type Selection } from '../../bookkeeping/selection.ts';
import { books } from '../../books/registry.ts';
import { parseWhen } from '../../calendar/when.ts';
import { EXTENSIONS } from '../../contracts/described.ts';
import { fromStored } from '../../contracts/event-kind.ts';
import { eventId } from '../../contracts/ids.ts';
import type { LedgerReader } from '../port.ts';
import { ALL_DAYS, at, SOURCE, type Unplaced, unplaced, ZONE } from './contract-events.ts';

/** Events of every book in the registry, made from the schemas of its kinds: a new book takes part without an edit here. */

type Known = Readonly<Record<string, readonly unknown[]>>;

const MOST = 25;
/** Few values of each sort, so that events meet in one subject. */
const VALUES: readonly unknown[] = [
  ...['H19.12', 'H19.13'],
  ...['2026-11-02', '2026-11-10', '2026-12-31', '2026-11-02T08:00:00+07:00', '2026-11-10T17:00:00+07:00'],
  ...['12.5', '2026-Q1'],
  ...[1, 4, 5, 2026, 0.5],
  ...[true, false, null],
];
/** Fields whose values mean something only together with those of other events, or of definitions. @param idOf the id of an event at the source */
const together = (idOf: (index: number) => string): Known => {
  const ids = Array.from({ length: MOST }, (_, index) => idOf(index));
  return {
    corrects: ids.slice(0, 5),
    entry: ids.map((id) => eventId(SOURCE, id)),
    person: ['lan', 'minh', null],
    period: ['2026-Q1', '2026-Q2'],
    objectiveId: ['satisfaction', 'dossier-on-time'],
  };
};
const MOST_VALUES = 3;

/** Any value that a schema takes. @throws where none is found: then the field needs an example, as in the data dictionary */
function anyOf(schema: z.ZodType, path: string): fc.Arbitrary<unknown> {
  const takes = (value: unknown) => schema.safeParse(value).success;
  if (schema instanceof z.ZodOptional) return fc.option(anyOf(unwrapped(schema), path), { nil: undefined });
  if (schema instanceof z.ZodNullable) return fc.option(anyOf(unwrapped(schema), path));
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodUnion)
    return fc.oneof(...schema.options.map((one) => anyOf(one as z.ZodType, path)));
  if (schema instanceof z.ZodObject) return anyObject(schema, path).filter(takes);
  if (schema instanceof z.ZodArray)
    return fc.array(anyOf(schema.element as z.ZodType, path), { maxLength: 2 }).filter(takes);
  const example = schema.meta()?.[EXTENSIONS.example];
  const values = [...VALUES.filter(takes).slice(0, MOST_VALUES), ...[example].filter(takes)];
  if (values.length > 0) return fc.constantFrom(...values);
  if (schema instanceof z.ZodPipe) return anyOf(schema.in as z.ZodType, path).filter(takes);
  throw new Error(`${path}: no value is known that its schema takes; give the field an example (described)`);
}

const unwrapped = (schema: z.ZodOptional | z.ZodNullable) => schema.unwrap() as z.ZodType;

function anyObject({ shape }: z.ZodObject, path: string, known: Known = {}): fc.Arbitrary<object> {
  const anyField = (name: string, schema: z.ZodType): fc.Arbitrary<unknown> => {
    const values = known[name];
    if (values === undefined) return anyOf(schema, `${path}/${name}`);
    const one = fc.constantFrom(...values);
    return schema instanceof z.ZodOptional ? fc.option(one, { nil: undefined, freq: 1 }) : one;
  };
  const fields = Object.entries(shape).map(([name, schema]) => [name, anyField(name, schema as z.ZodType)]);
  return fc.record(Object.fromEntries(fields)).map((one) => JSON.parse(JSON.stringify(one)));
}

const BEGIN = at('2026-11-02 08:00');
const HOUR = 3_600_000;
const TIMES = ['2026-11-02', '2026-11-03', '2026-11-02T10:00:00+07:00', '2026-11-04T09:30:00+07:00'];

/** Events of one book, about few subjects. Each is recorded an hour after the one before. */
export function anyOfBook({ name, events }: Book): fc.Arbitrary<readonly Unplaced[]> {
  const idOf = (index: number) => `${name}/${index}`;
  const stated = events.map(({ kind }) => {
    const schema = kind.schema(ZONE);
    return anyObject(schema, kind.type, together(idOf))
      .filter((input) => schema.safeParse(input).success)
      .map((input) => ({ type: kind.type, data: schema.parse(input) }));
  });
  return fc
    .array(fc.tuple(fc.oneof(...stated), fc.constantFrom(...TIMES)), { minLength: 10, maxLength: MOST })
    .map((all) =>
      all.map(([event, text], index) =>
        unplaced({ ...event, time: parseWhen(text, ZONE) ?? BEGIN }, idOf(index), BEGIN + index * HOUR),
      ),
    );
}

/** Events of every book, as they come in among each other. */
export const anyOfEveryBook = (): fc.Arbitrary<readonly Unplaced[]> =>
  fc.tuple(...books.all.map(anyOfBook)).map((all) => all.flat().sort((a, b) => a.recordedAt - b.recordedAt));

/** The ids of the subjects that events state, by book. */
function subjectsOf(events: readonly Unplaced[]): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = new Map<string, Set<string>>();
  for (const { type, data } of events) {
    const entry = books.entries.get(type);
    if (entry?.of !== 'book') continue;
    const { name } = entry.event.subjectOf(fromStored(entry.kind, data).data);
    ids.set(entry.book.name, (ids.get(entry.book.name) ?? new Set()).add(name));
  }
  return ids;
}

/** A word of a closed list: a selection among values of a dimension takes no other. */
const WORD = /^[a-z][a-z0-9-]*$/;

/** Every balance, list and subject of every book. */
export function everyAnswer(
  reader: LedgerReader,
  events: readonly Unplaced[],
  known: Knowledge = {},
): Promise<unknown> {
  const ids = subjectsOf(events);
  return reader.snapshot(async (ledger) => {
    const answers: unknown[] = [ledger.checkpoint.position, await ledger.sources()];
    for (const book of books.all) {
      const { accounts, dimensions, name } = book;
      const posted = accounts.names.filter((account) => account !== accounts.source);
      const list = async (anyOf: readonly Selection[]) =>
        answers.push(await ledger.list(book, { anyOf, filter: {}, limit: 1_000, ...known }));
      for (const by of [[], ...dimensions.by.map((one) => [one]), ['day', ...dimensions.by]]) {
        const rows = await ledger.balances({ book, ...ALL_DAYS, filter: {}, by, ...known });
        answers.push(rows.map((row) => JSON.stringify(row)).sort());
        const [dimension, ...more] = by;
        const values = rows.map(({ key: [value] }) => String(value)).filter((value) => WORD.test(value));
        if (dimension === undefined || more.length > 0 || values.length === 0) continue;
        await list(posted.map((account) => ({ account, among: { dimension, values } })));
      }
      await list(allIn(...posted));
      await list(posted.map((account) => ({ account, due: { on: 'adjusted', until: at('2026-11-10') } })));
      for (const id of ids.get(name) ?? []) answers.push(await ledger.subject(book, id, known));
    }
    return answers;
  });
}
