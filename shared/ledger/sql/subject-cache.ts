import type { BookEffects, ChangedSubject } from '../../bookkeeping/fold-step.ts';
import type { Subject } from '../../bookkeeping/subject.ts';

/** The store of subjects; an implementation may hold changes back until they are written to the engine. */
export interface SubjectRows<Fact> {
  /** @param stored whether an earlier state of the subject was saved */
  save(changed: ChangedSubject<Fact>, stored: boolean): void;
  /** Another subject has absorbed this one. */
  absorb(number: number, remaining: number): void;
}

/** Limit of facts in memory for each book, about 1 KB each with all that belongs to it. Raise it where a subject's events lie far apart. */
export const FACTS_HELD = 30_000;

interface Held<Fact> {
  subject: Subject<Fact>;
  /** True while the state is only in memory. */
  unsaved: ChangedSubject<Fact> | undefined;
  /** Whether an earlier state was saved. */
  stored: boolean;
}

/**
 * The subjects last used, in memory: most events name a subject that a recent event named. The limit counts facts, since
 * the size of a subject is that of its facts. An evicted subject is saved first.
 */
export class SubjectCache<Fact> {
  readonly #rows: SubjectRows<Fact>;
  readonly #limit: number;
  /** By number, the least recently used first. */
  readonly #held = new Map<number, Held<Fact>>();
  readonly #numbers = new Map<string, number>();
  #facts = 0;

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
    if (!this.#held.has(subject.number)) this.#hold({ subject, unsaved: undefined, stored: true });
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

  /** Evicts the least recently used beyond the limit. */
  shrink(): void {
    for (const [number, held] of this.#held) {
      if (this.#facts <= this.#limit) return;
      this.#save(held);
      this.#drop(number);
    }
  }

  clear(): void {
    this.#held.clear();
    this.#numbers.clear();
    this.#facts = 0;
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
      this.#facts += subject.known.length - held.subject.known.length;
      held.subject = subject;
      held.unsaved = changed;
    } else {
      this.#drop(subject.number);
      this.#hold({ subject, unsaved: changed, stored: held?.stored ?? false });
    }
  }

  #hold(held: Held<Fact>): void {
    const { number, names, known } = held.subject;
    this.#held.set(number, held);
    for (const { name } of names) this.#numbers.set(name, number);
    this.#facts += known.length;
  }

  #drop(number: number): void {
    const held = this.#held.get(number);
    if (!held) return;
    this.#held.delete(number);
    for (const { name } of held.subject.names) this.#numbers.delete(name);
    this.#facts -= held.subject.known.length;
  }

  #save(held: Held<Fact>): void {
    if (!held.unsaved) return;
    this.#rows.save(held.unsaved, held.stored);
    held.unsaved = undefined;
    held.stored = true;
  }
}
