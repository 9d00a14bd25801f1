/** What looks like a name, not like content, such as the id of a person or a dossier: metrics are read without a key. */
const NAME = /^(?!.*\d{3})[\w.-]{1,100}$/;

/** At most so many names are sent apart: a feed must not be able to fill the memory, or the metrics, with invented names. */
const NAME_LIMIT = 200;
/** Counted under this name: names beyond the limit, and what looks like content rather than a name. */
const OTHER = '(other)';

/** How often fields were dropped because no contract names them, by name. */
export class DroppedFields {
  readonly #counts = new Map<string, number>();

  add(names: readonly string[]): void {
    for (const name of names) {
      const known = this.#counts.has(name) || (this.#counts.size < NAME_LIMIT && NAME.test(name));
      const key = known ? name : OTHER;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
  }

  counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}

/** Names of dropped fields for an answer: each once, at most so many, and those that look like content under one name. */
export function droppedNames(names: Iterable<string>, limit: number): readonly string[] {
  const sent = new Set<string>();
  for (const name of names) {
    if (sent.size === limit) break;
    sent.add(NAME.test(name) ? name : OTHER);
  }
  return [...sent];
}
