import type { LocalDay } from '../calendar/zone.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Dimensions, Finding, Leg, Side } from './leg.ts';

/** One fact and the identity in its event: the id it named, other ids of the same subject, the moment at which it became known. */
export interface KnownFact<Fact> {
  readonly fact: Fact;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly knownAt: Moment;
}

/** An id of a subject, and the number that the ledger assigned to it at first sight. */
export interface SubjectName {
  readonly name: string;
  readonly origin: number;
}

/**
 * A dossier or a document in the ledger: every fact once, every id, and the legs that are posted now, exactly as posted, so
 * that they can be reversed. When several subjects turn out to be one, the lowest number remains.
 */
export interface Subject<Fact> {
  readonly number: number;
  readonly names: readonly SubjectName[];
  readonly known: readonly KnownFact<Fact>[];
  readonly posted: readonly Leg[];
}

/** The standing of one amount: a dossier has one standing, a document one for each recipient. */
export interface Standing {
  readonly dimensions: Dimensions;
  readonly side: Side;
  /** Day of entry into the account; null before the first posting. */
  readonly day: LocalDay | null;
  readonly findings: readonly Finding[];
}

/** The result of evaluating a subject's facts. */
export interface Evaluation {
  readonly legs: readonly Leg[];
  readonly standings: readonly Standing[];
}

export interface LegChanges {
  /** Posted, but no longer true. */
  readonly reversed: readonly Leg[];
  /** True, but not yet posted. */
  readonly added: readonly Leg[];
}

/** The legs to reverse and to add so that exactly `wanted` is posted. Both are bags: order is irrelevant, repetition counts. */
export function changesBetween(posted: readonly Leg[], wanted: readonly Leg[]): LegChanges {
  const added: Leg[] = [];
  const reversed = [...posted];
  for (const leg of wanted) {
    const at = reversed.findIndex((candidate) => sameLeg(candidate, leg));
    if (at < 0) added.push(leg);
    else reversed.splice(at, 1);
  }
  return { reversed, added };
}

const sameLeg = (a: Leg, b: Leg): boolean =>
  a.day === b.day &&
  sameSide(a.from, b.from) &&
  sameSide(a.to, b.to) &&
  sameDimensions(a.dimensions, b.dimensions);

const sameSide = (a: Side, b: Side): boolean =>
  a.account === b.account && a.due === b.due && a.dueOriginal === b.dueOriginal && a.original === b.original;

/** Compares dimensions of one book, which have the same names. */
function sameDimensions(a: Dimensions, b: Dimensions): boolean {
  if (a === b) return true;
  for (const name in a) if (a[name] !== b[name]) return false;
  return true;
}

/**
 * The facts known at a moment, grouped into the subjects of that moment: ids are one subject once a known event links them.
 * Subjects are in the order of their first fact. @param namesOf ids together with their names by the table known then
 */
export function subjectsKnownAt<Fact>(
  subject: Subject<Fact>,
  knownAt: Moment,
  namesOf: (ids: readonly string[]) => readonly string[],
): Subject<Fact>[] {
  const groups: { names: Set<string>; known: KnownFact<Fact>[] }[] = [];
  for (const known of subject.known) {
    if (known.knownAt > knownAt) continue;
    const names = namesOf([known.name, ...known.aliases]);
    const linked = groups.filter((group) => names.some((name) => group.names.has(name)));
    const [first = { names: new Set<string>(), known: [] }, ...others] = linked;
    if (linked.length === 0) groups.push(first);
    for (const other of others) {
      groups.splice(groups.indexOf(other), 1);
      for (const name of other.names) first.names.add(name);
      first.known.push(...other.known);
    }
    for (const name of names) first.names.add(name);
    first.known.push(known);
  }
  return groups.map((group) => {
    const names = subject.names.filter(({ name }) => group.names.has(name));
    const number = Math.min(...names.map(({ origin }) => origin));
    return { number, names, known: group.known, posted: [] };
  });
}
