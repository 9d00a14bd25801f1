import {
  allDimensions,
  type Book,
  type BookFact,
  NO_ALIASES,
  type StoredFact,
} from '../../bookkeeping/book.ts';
import type { Dimensions, Leg, Side } from '../../bookkeeping/leg.ts';
import type { KnownFact, Origin, Subject, SubjectName } from '../../bookkeeping/subject.ts';
import type { LocalDay } from '../../calendar/zone.ts';
import { type AccountCodes, codesOf, orNull, orZero, timingCode, timingOf } from './codes.ts';
import type { Row } from './queries.ts';

type StoredSide = [account: number, due: number, dueOriginal: number, original: number];
type StoredFacts = [
  fact: StoredFact,
  name: number,
  aliases: readonly string[] | 0,
  knownAt: number,
  /** Left out for the first origin. */
  origin?: number,
][];
type StoredLegs = [
  dimensions: (string | null)[][],
  posted: [day: number, dimensions: number, from: StoredSide, to: StoredSide][],
];
/** Without the facts and legs that stand in pages. */
type StoredState = [
  names: [name: string, origin: number][],
  origins: [source: string, rank: number][],
  known: StoredFacts,
  ...legs: StoredLegs,
  /** Full pages of legs; more may be left of a time with more legs. */
  legPages: number,
];

/** Facts or legs of one page. What does not fill a page stands in the state, which is written at each change. */
export const PAGE = 64;

const FACT_PAGE = 0;
const LEG_PAGE = 1;

/** A part of a long subject, as JSON, that further facts leave as it is. */
export interface StatePage {
  readonly kind: typeof FACT_PAGE | typeof LEG_PAGE;
  readonly page: number;
  readonly content: string;
}

/** What is to be written of a subject. */
export interface EncodedState {
  readonly state: string;
  /** Those that are new or have changed. */
  readonly pages: readonly StatePage[];
}

/**
 * Encodes a subject as text: arrays instead of objects, each distinct combination of dimensions once. Half the size of plain
 * JSON and twice as fast to parse, which is most of the cost of loading a subject.
 * @param stored how many of its facts the tables hold already
 * @param size of a page; the same for the life of a ledger
 */
export function encodeState<Fact extends BookFact>(
  book: Book<Fact>,
  subject: Subject<Fact>,
  stored: number,
  size = PAGE,
): EncodedState {
  const { names, origins, known, posted, long } = subject;
  const fullPages = (count: number): number => Math.floor(count / size);
  const pages: StatePage[] = [];
  const put = (kind: StatePage['kind'], page: number, content: object) =>
    pages.push({ kind, page, content: JSON.stringify(content) });
  const factsFrom = (page: number) => encodeFacts(book, subject, known.slice(page * size, (page + 1) * size));
  const legsFrom = (page: number) => encodeLegs(book, posted.slice(page * size, (page + 1) * size));
  const [factPages, legPages] = [fullPages(known.length), fullPages(posted.length)];
  for (let page = fullPages(stored); page < factPages; page += 1) put(FACT_PAGE, page, factsFrom(page));
  const changed = long?.unstored && new Set([...long.unstored.legs.keys()].map(fullPages));
  for (let page = 0; page < legPages; page += 1) {
    if (changed?.has(page) ?? true) put(LEG_PAGE, page, legsFrom(page));
  }
  const state: StoredState = [
    names.map(({ name, origin }) => [name, origin]),
    origins.map(({ source, rank }) => [source, rank]),
    factsFrom(factPages),
    ...legsFrom(legPages),
    legPages,
  ];
  return { state: JSON.stringify(state), pages };
}

function encodeFacts<Fact extends BookFact>(
  book: Book<Fact>,
  { names, origins }: Pick<Subject<Fact>, 'names' | 'origins'>,
  known: readonly KnownFact<Fact>[],
): StoredFacts {
  const placeOf = (wanted: string) =>
    Math.max(
      0,
      names.findIndex(({ name }) => name === wanted),
    );
  return known.map(({ fact, name, aliases, source, rank, knownAt }): StoredFacts[number] => {
    const origin = origins.findIndex((one) => one.source === source && one.rank === rank);
    const named = aliases.length === 0 ? 0 : aliases;
    const stored: StoredFacts[number] = [book.codec.encode(fact), placeOf(name), named, knownAt];
    if (origin > 0) stored.push(origin);
    return stored;
  });
}

function encodeLegs<Fact extends BookFact>(book: Book<Fact>, posted: readonly Leg[]): StoredLegs {
  const codes = codesOf(book);
  const combinations: Dimensions[] = [];
  const legs = posted.map(({ day, dimensions, from, to }): StoredLegs[1][number] => {
    let place = combinations.indexOf(dimensions);
    if (place < 0) place = combinations.push(dimensions) - 1;
    return [day, place, storedSide(codes, from), storedSide(codes, to)];
  });
  const names = allDimensions(book.dimensions);
  return [combinations.map((dimensions) => names.map((name) => dimensions[name] ?? null)), legs];
}

const NOTHING_STATED: Dimensions = {};

function dimensionsOf(names: readonly string[], values: readonly (string | null)[]): Dimensions {
  const dimensions: Record<string, string | null> = {};
  for (const [index, name] of names.entries()) dimensions[name] = values[index] ?? null;
  return dimensions;
}

/** The columns of a stored subject, as {@link decodeState} needs them. @param subject name of the table in the query */
export const stateColumns = (subject: string, pages: string): string =>
  `${subject}.number, ${subject}.state, ${pagesOf(subject, pages, FACT_PAGE)} AS facts, ${pagesOf(subject, pages, LEG_PAGE)} AS legs`;

const pagesOf = (subject: string, pages: string, kind: number): string =>
  `(SELECT string_agg(content, ',' ORDER BY page) FROM ${pages} WHERE subject = ${subject}.number AND kind = ${kind})`;

/** @param row with the {@link stateColumns} */
export function decodeState<Fact extends BookFact>(book: Book<Fact>, row: Row): Subject<Fact> {
  const [storedNames, storedOrigins, known, dimensions, posted, legPages] = JSON.parse(
    String(row.state),
  ) as StoredState;
  const names = storedNames.map(([name, origin]): SubjectName => ({ name, origin }));
  const origins = storedOrigins.map(([source, rank]): Origin => ({ source, rank }));
  const factsBefore = pagesIn<StoredFacts>(row.facts).flat();
  const legsBefore = pagesIn<StoredLegs>(row.legs).slice(0, legPages);
  return {
    number: Number(row.number),
    names,
    origins,
    known: (factsBefore.length === 0 ? known : [...factsBefore, ...known]).map(
      ([fact, name, aliases, knownAt, origin = 0]): KnownFact<Fact> => ({
        fact: book.codec.decode(fact),
        name: names[name]?.name ?? '',
        aliases: aliases === 0 ? NO_ALIASES : aliases,
        source: origins[origin]?.source ?? '',
        rank: origins[origin]?.rank ?? 0,
        knownAt,
      }),
    ),
    posted: [...legsBefore, [dimensions, posted] as StoredLegs].flatMap((legs) => decodeLegs(book, legs)),
  };
}

const pagesIn = <Page>(contents: unknown): readonly Page[] =>
  contents == null ? [] : (JSON.parse(`[${contents}]`) as Page[]);

function decodeLegs<Fact extends BookFact>(book: Book<Fact>, [dimensions, legs]: StoredLegs): Leg[] {
  const codes = codesOf(book);
  const dimensionNames = allDimensions(book.dimensions);
  const combinations = dimensions.map((values) => dimensionsOf(dimensionNames, values));
  return legs.map(
    ([day, place, from, to]): Leg => ({
      day: day as LocalDay,
      from: sideOf(codes, from),
      to: sideOf(codes, to),
      dimensions: combinations[place] ?? NOTHING_STATED,
    }),
  );
}

const storedSide = (codes: AccountCodes, { account, due, dueOriginal, original }: Side): StoredSide => [
  codes.code(account),
  orZero(due),
  orZero(dueOriginal),
  timingCode(original),
];

const sideOf = (codes: AccountCodes, [account, due, dueOriginal, original]: StoredSide): Side => ({
  account: codes.account(account),
  due: orNull(due),
  dueOriginal: orNull(dueOriginal),
  original: timingOf(original),
});
