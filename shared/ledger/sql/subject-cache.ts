import type { BookEffects, ChangedSubject } from '../../bookkeeping/fold-step.ts';
import type { Subject } from '../../bookkeeping/subject.ts';

/** The store of subjects; an implementation may hold changes back until they are written to the engine. */
export interface SubjectRows<Fact> {
  /** @param stored how many of its facts were saved earlier; 0 when none was */
  save(changed: ChangedSubject<Fact>, stored: number): void;
  /** Another subject has absorbed this one. */
  absorb(number: number, remaining: number): void;
}

/**
 * Limit of bytes in memory for each book, as {@link bytesOf} estimates them: of some 30,000 small facts with all that belongs to
 * them, or of a dozen of a megabyte. Raise it where a subject's events lie far apart.
 */
export const BYTES_HELD = 20 * 1_024 * 1_024;
/** Of a leg with its sides; its texts are shared with other legs. */
const LEG_BYTES = 200;

interface Held<Fact> {
  subject: Subject<Fact>;
  bytes: number;
  /** How many facts and legs the bytes are of: the lists of a long subject grow in place. */
  facts: number;
  legs: number;
  /** True while the state is only in memory. */
  unsaved: ChangedSubject<Fact> | undefined;
  /** How many of its facts were saved; 0 when none was. */
  stored: number;
}

/**
 * The subjects last used, in memory: most events name a subject that a recent event named. The limit counts bytes:
 * a subject may be large by many facts or by one. An evicted subject is saved first.
 */
export class SubjectCache<Fact> {
  readonly #rows: SubjectRows<Fact>;
  readonly #limit: number;
  /** By number, the least recently used first. */
  readonly #held = new Map<number, Held<Fact>>();
  readonly #numbers = new Map<string, number>();
  #bytes = 0;

  constructor(rows: SubjectRows<Fact>, limit: number) {
    this.#rows = rows;
    this.#limit = limit;
  }

  /** The names that must be looked up and held before {@link among}. */
  missing(names: Iterable<string>): string[] {
    return [...names].filter((name) => !this.#numbers.has(name));
  }

  /** Adds looked-up subjects. */
  hold(subject: Subject<Fact>): void {
    if (!this.#held.has(subject.number))
      this.#hold({ subject, unsaved: undefined, stored: subject.known.length });
  }

  /** The subjects in memory among the named, by each of their names. */
  among(names: ReadonlySet<string>): Map<string, Subject<Fact>> {
    const found = new Map<string, Subject<Fact>>();
    for (const name of names) {
      if (found.has(name)) continue;
      const subject = this.#get(name);
      for (const each of subject?.names ?? []) if (subject) found.set(each.name, subject);
    }
    return found;
  }

  apply({ changed, absorbed }: BookEffects<Fact>): void {
    for (const [number, remaining] of absorbed) {
      this.#drop(number);
      this.#rows.absorb(number, remaining);
    }
    for (const each of changed.values()) this.#change(each);
  }

  /** Saves all unsaved subjects. */
  save(): void {
    for (const held of this.#held.values()) this.#save(held);
  }

  /** Evicts the least recently used beyond the limit, but not the last: one larger than the limit would be loaded for each of its facts. */
  shrink(): void {
    for (const [number, held] of this.#held) {
      if (this.#bytes <= this.#limit || this.#held.size === 1) return;
      this.#save(held);
      this.#drop(number);
    }
  }

  clear(): void {
    this.#held.clear();
    this.#numbers.clear();
    this.#bytes = 0;
  }

  #get(name: string): Subject<Fact> | undefined {
    const number = this.#numbers.get(name);
    const held = number === undefined ? undefined : this.#held.get(number);
    if (!held) return undefined;
    this.#held.delete(held.subject.number);
    this.#held.set(held.subject.number, held);
    return held.subject;
  }

  #change(changed: ChangedSubject<Fact>): void {
    const { subject } = changed;
    const held = this.#held.get(subject.number);
    if (held?.subject.names.length === subject.names.length) {
      const bytes = bytesOf(subject, held);
      this.#bytes += bytes - held.bytes;
      held.subject = subject;
      Object.assign(held, { bytes, ...lengthsOf(subject) });
      held.unsaved = changed;
    } else {
      this.#drop(subject.number);
      this.#hold({
        subject,
        unsaved: changed,
        stored: held?.stored ?? 0,
      });
    }
  }

  #hold(given: Omit<Held<Fact>, 'bytes' | 'facts' | 'legs'>): void {
    const { number, names } = given.subject;
    const held = { ...given, bytes: bytesOf(given.subject), ...lengthsOf(given.subject) };
    this.#held.set(number, held);
    for (const { name } of names) this.#numbers.set(name, number);
    this.#bytes += held.bytes;
  }

  #drop(number: number): void {
    const held = this.#held.get(number);
    if (!held) return;
    this.#held.delete(number);
    for (const { name } of held.subject.names) this.#numbers.delete(name);
    this.#bytes -= held.bytes;
  }

  #save(held: Held<Fact>): void {
    if (!held.unsaved) return;
    this.#rows.save(held.unsaved, held.stored);
    held.unsaved = undefined;
    held.stored = held.facts;
  }
}

const lengthsOf = <Fact>({ known, posted }: Subject<Fact>) => ({ facts: known.length, legs: posted.length });

/** The memory of a subject, estimated. @param before its earlier state and the bytes of that: facts that it only added to are not counted anew */
function bytesOf<Fact>(
  { known, posted }: Subject<Fact>,
  before?: Pick<Held<Fact>, 'subject' | 'bytes' | 'facts' | 'legs'>,
): number {
  const last = (before?.facts ?? 0) - 1;
  const grown = before && known[last] === before.subject.known[last];
  let bytes = posted.length * LEG_BYTES;
  if (grown) bytes += before.bytes - before.legs * LEG_BYTES;
  for (let at = grown ? before.facts : 0; at < known.length; at += 1) bytes += sizeOf(known[at]);
  return bytes;
}

/** Of a plain value, roughly as V8 holds it. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 16 + 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 24;
  for (const part of Array.isArray(value) ? value : Object.values(value)) bytes += 8 + sizeOf(part);
  return bytes;
}
