import type { EventId } from '../contracts/ids.ts';
import type { Position, RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Book, BookFact } from './book.ts';
import type { Leg } from './leg.ts';
import { changesBetween, type LegChanges } from './leg-changes.ts';
import {
  type Evaluation,
  type Extending,
  type KnownFact,
  LongSubject,
  type Origin,
  type Subject,
  type SubjectName,
} from './subject.ts';

/** The fact of one event about a subject, with the event itself. */
export interface Statement<Fact> extends KnownFact<Fact> {
  readonly event: RecordedEvent;
}

/** One signed leg of a book: +1 posts it, −1 reverses it. */
export interface JournalEntry {
  readonly book: Book;
  readonly position: Position;
  readonly knownAt: Moment;
  /** Number of the subject. */
  readonly subject: number;
  readonly sign: 1 | -1;
  readonly leg: Leg;
}

/** A changed subject, with the evaluation of its facts. */
export interface ChangedSubject<Fact> {
  readonly subject: Subject<Fact>;
  readonly evaluation: Evaluation;
  /** Since when it is known as it is. */
  readonly knownAt: Moment;
}

/** The results of a fold. */
export interface BookEffects<Fact> {
  readonly entries: JournalEntry[];
  /** The last state of each subject, by number. */
  readonly changed: Map<number, ChangedSubject<Fact>>;
  /** Subjects that turned out to be the same as another one: absorbed number → the number that remains. */
  readonly absorbed: Map<number, number>;
}

export interface BookRules<Fact> {
  /** Ids together with their other names by the table of agency identifiers; undefined while the table is empty. */
  readonly namesOf: ((ids: readonly string[]) => readonly string[]) | undefined;
  readonly evaluate: (known: readonly KnownFact<Fact>[]) => Evaluation;
  /** Undefined in books whose subjects are always evaluated anew. */
  readonly extending?: (Extending<Fact> & { isLong(known: readonly KnownFact<Fact>[]): boolean }) | undefined;
  /** Returns the next unused subject number. */
  readonly allocate: () => number;
  readonly book: Book;
  /** Called for each new event, but not for repeated ones. */
  readonly onAdded: (statement: Statement<Fact>) => void;
  /** The facts of one event could not be evaluated; the fold leaves the event out. */
  readonly onPoison: (statement: Statement<Fact>, error: unknown) => void;
}

/** A subject during a change: the found subjects that the new statements name or link, and those statements. */
interface Draft<Fact> {
  found: Subject<Fact>[];
  statements: Statement<Fact>[];
  /** Every name that the subject must have in the end; names that it already has may be missing here. */
  names: Set<string>;
  /** Evaluated anew even without a statement. */
  isRevised: boolean;
}

/** Subjects to evaluate anew, since their identifiers now stand for other units. */
export interface Revision<Fact> extends Known {
  readonly subjects: readonly Subject<Fact>[];
}

/** The event that made something known, and the moment. */
interface Known {
  readonly position: Position;
  readonly knownAt: Moment;
}

/**
 * Folds statements that became known at the same moment: adds each to its subject (once, by event id), joins subjects that
 * an alias links, and posts the difference between the posted legs and those that are now true.
 * @param subjects by every name; the fold reads and updates them. @param revision evaluated in addition to the statements
 */
export function foldStep<Fact extends BookFact>(
  statements: readonly Statement<Fact>[],
  subjects: Map<string, Subject<Fact>>,
  rules: BookRules<Fact>,
  effects: BookEffects<Fact>,
  revision?: Revision<Fact>,
): void {
  for (const draft of draftsOf(statements, subjects, rules, revision?.subjects ?? [])) {
    const isNew = newStatements(draft);
    const last = isNew.at(-1);
    const known = last ? knownBy(last) : draft.isRevised && revision;
    if (!known) continue;
    try {
      settle({ ...draft, statements: isNew }, subjects, rules, effects, known);
    } catch (error) {
      if (!last) throw error;
      // One of several fails: folded one by one the failing one shows, and the others still count.
      if (isNew.length > 1) for (const each of isNew) foldStep([each], subjects, rules, effects);
      else rules.onPoison(last, error);
    }
  }
}

const knownBy = ({ knownAt, event: { position } }: Statement<unknown>): Known => ({ position, knownAt });

function draftsOf<Fact>(
  statements: readonly Statement<Fact>[],
  subjects: ReadonlyMap<string, Subject<Fact>>,
  { namesOf }: BookRules<Fact>,
  revised: readonly Subject<Fact>[],
): Iterable<Draft<Fact>> {
  // The common case; the maps and sets below would cost more than the fold itself.
  if (
    revised.length === 0 &&
    namesOf === undefined &&
    statements.every(({ aliases }) => aliases.length === 0)
  )
    return unlinkedDrafts(statements, subjects);

  const byName = new Map<string, Draft<Fact>>();
  const drafts = new Set<Draft<Fact>>();
  const draftFor = (name: string): Draft<Fact> => {
    const known = byName.get(name);
    if (known) return known;
    const draft = draftOf(name, subjects, []);
    drafts.add(draft);
    for (const each of draft.names) byName.set(each, draft);
    return draft;
  };
  /** The draft of all subjects with one of the names. */
  const joined = ({ name, aliases }: Named): Draft<Fact> => {
    const draft = draftFor(name);
    const ids = [name, ...aliases];
    for (const id of namesOf?.(ids) ?? ids) {
      const other = draftFor(id);
      if (other === draft) continue;
      drafts.delete(other);
      draft.found.push(...other.found);
      draft.statements.push(...other.statements);
      draft.isRevised ||= other.isRevised;
      for (const each of other.names) {
        draft.names.add(each);
        byName.set(each, draft);
      }
    }
    return draft;
  };
  for (const statement of statements) joined(statement).statements.push(statement);
  for (const { known } of revised) for (const each of known) joined(each).isRevised = true;
  return drafts;
}

type Named = Pick<KnownFact<unknown>, 'name' | 'aliases'>;

/** Without aliases no subjects are joined: a statement belongs to the subject of its name, or begins a new one. */
function unlinkedDrafts<Fact>(
  statements: readonly Statement<Fact>[],
  subjects: ReadonlyMap<string, Subject<Fact>>,
): Iterable<Draft<Fact>> {
  const drafts = new Map<Subject<Fact> | string, Draft<Fact>>();
  for (const statement of statements) {
    const subject = subjects.get(statement.name);
    const draft = drafts.get(subject ?? statement.name);
    if (draft) draft.statements.push(statement);
    else if (subject)
      drafts.set(subject, { found: [subject], statements: [statement], names: NO_NAMES, isRevised: false });
    else
      drafts.set(statement.name, {
        found: [],
        statements: [statement],
        names: new Set([statement.name]),
        isRevised: false,
      });
  }
  return drafts.values();
}

const NO_NAMES: Set<string> = new Set();

function draftOf<Fact>(
  name: string,
  subjects: ReadonlyMap<string, Subject<Fact>>,
  statements: Statement<Fact>[],
): Draft<Fact> {
  const subject = subjects.get(name);
  return subject
    ? {
        found: [subject],
        statements,
        names: new Set(subject.names.map((each) => each.name)),
        isRevised: false,
      }
    : { found: [], statements, names: new Set([name]), isRevised: false };
}

/** The statements whose event id the subject does not have yet, each once, in order of position. */
function newStatements<Fact extends BookFact>({ found, statements }: Draft<Fact>): Statement<Fact>[] {
  const isKnown = (id: EventId) =>
    found.some(({ known, long }) => (long ? long.has(id) : known.some(({ fact }) => fact.id === id)));
  const [only, second] = statements;
  if (only && !second) return isKnown(only.fact.id) ? [] : statements;
  const seen = new Set<EventId>();
  return statements
    .filter(({ fact: { id } }) => !seen.has(id) && seen.add(id) && !isKnown(id))
    .sort((a, b) => a.event.position - b.event.position);
}

/** A subject with its new facts, and the legs to post. */
interface Settled<Fact> extends LegChanges {
  readonly known: readonly KnownFact<Fact>[];
  readonly evaluation: Evaluation;
  readonly long: LongSubject<Fact> | undefined;
}

function settled<Fact>(
  found: readonly Subject<Fact>[],
  { statements, isRevised }: Draft<Fact>,
  { evaluate, extending }: BookRules<Fact>,
): Settled<Fact> {
  const [first, second] = found;
  const added = statements.map(({ fact, name, aliases, source, rank, knownAt }) => ({
    ...{ fact, name, aliases, source, rank, knownAt },
  }));
  const long = isRevised || second ? undefined : first?.long;
  const changes = extending && long?.extend(added, extending);
  if (long && changes) return { ...inMemory(long), ...changes };

  const known = [...found.flatMap((subject) => subject.known), ...added];
  const opened = extending?.isLong(known) ? inMemory(new LongSubject(known, extending)) : undefined;
  const { evaluation } = opened ?? { evaluation: evaluate(known) };
  const anew = changesBetween(first?.posted ?? [], evaluation.legs);
  return { known, evaluation, long: undefined, ...opened, ...anew };
}

function inMemory<Fact>(long: LongSubject<Fact>) {
  const { known, legs, standings } = long;
  return { known, evaluation: { legs, standings }, long };
}

function settle<Fact>(
  draft: Draft<Fact>,
  subjects: Map<string, Subject<Fact>>,
  rules: BookRules<Fact>,
  effects: BookEffects<Fact>,
  { position, knownAt }: Known,
): void {
  const { book } = rules;
  // The lowest number remains, and its facts stay first: what is stored of them stays as it is.
  const found = draft.found.toSorted((a, b) => a.number - b.number);
  const { known, evaluation, long, reversed, added } = settled(found, draft, rules);

  const [remaining, ...absorbed] = found;
  const number = remaining?.number ?? rules.allocate();
  const post = (subject: number, sign: 1 | -1, legs: readonly Leg[]) => {
    for (const leg of legs) effects.entries.push({ book, position, knownAt, subject, sign, leg });
  };
  for (const other of absorbed) {
    post(other.number, -1, other.posted);
    effects.absorbed.set(other.number, number);
    effects.changed.delete(other.number);
  }
  post(number, -1, reversed);
  post(number, 1, added);

  const subject: Subject<Fact> = {
    number,
    names: namesOf(found, draft.names, number),
    origins: originsOf(found, draft.statements),
    known,
    posted: !long && reversed.length + added.length === 0 && remaining ? remaining.posted : evaluation.legs,
    long,
  };
  for (const { name } of subject.names) subjects.set(name, subject);
  effects.changed.set(number, { subject, evaluation, knownAt });
  for (const statement of draft.statements) rules.onAdded(statement);
}

function originsOf<Fact>(
  found: readonly Subject<Fact>[],
  statements: readonly Statement<Fact>[],
): readonly Origin[] {
  const origins: Origin[] = [];
  for (const { source, rank } of [...found.flatMap((subject) => subject.origins), ...statements])
    if (!origins.some((one) => one.source === source && one.rank === rank)) origins.push({ source, rank });
  // One list for all states of a subject: nearly every fact has an origin that is known.
  const [only] = found;
  return only?.origins.length === origins.length ? only.origins : origins;
}

function namesOf<Fact>(
  found: readonly Subject<Fact>[],
  names: ReadonlySet<string>,
  number: number,
): readonly SubjectName[] {
  const [only, second] = found;
  if (only && !second && only.names.length >= names.size) return only.names;
  const known = found.flatMap((subject) => subject.names);
  for (const name of names) {
    if (!known.some((each) => each.name === name)) known.push({ name, origin: number });
  }
  return known;
}
