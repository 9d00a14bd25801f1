import type { LocalDay } from '../calendar/zone.ts';
import type { Dated } from './declared.ts';

/**
 * The statements in force on a day, by id. Of those that include the day the one that begins last is in force, since history may
 * arrive out of order.
 * @param records the greatest statement of each id and first day, in any order
 */
export function inForceOn<Record extends Dated>(
  records: Iterable<Record>,
  day: LocalDay,
): ReadonlyMap<Record['id'], Record> {
  const standing = new Map<Record['id'], Record>();
  for (const record of records) {
    const speaks = record.from <= day && (record.to === null || day <= record.to);
    if (speaks && record.from >= (standing.get(record.id)?.from ?? record.from))
      standing.set(record.id, record);
  }
  return standing;
}

interface Named extends Dated {
  readonly name: string;
}

/**
 * The names of things by day. On a day of which nothing is stated a thing has the name that it had last, or else the one that it got
 * first: a figure of an earlier year shows it rather than a code.
 */
export class Names {
  /** By id, in the order of their first days. */
  readonly #byId: ReadonlyMap<string, readonly Named[]>;

  /** @param records the greatest statement of each id and first day, in any order */
  constructor(records: readonly Named[]) {
    this.#byId = Map.groupBy(
      records.toSorted((a, b) => a.from - b.from),
      ({ id }) => id,
    );
  }

  /** Null where nothing is stated of the thing at all. */
  on(id: string, day: LocalDay): string | null {
    const all = this.#byId.get(id) ?? [];
    const begun = all.findLast(({ from }) => from <= day);
    return (inForceOn(all, day).get(id) ?? begun ?? all[0])?.name ?? null;
  }
}
