import { DatabaseSync } from 'node:sqlite';
import type { Balance, BalanceQuery } from '../../shared/bookkeeping/balance.ts';
import { books } from '../../shared/books/registry.ts';
import type { LedgerReader } from '../../shared/ledger/port.ts';
import { codesOf, orNull, timingOf } from '../../shared/ledger/sql/codes.ts';
import { bookNumberOf, dimensionsIn } from '../../shared/ledger/sql/cuboids.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { OFFICE } from './input.ts';

const SIDE = 4;

/** The journal of a ledger in plain arrays. Its answers need no sums and no index: each is one walk over all entries. */
export class PlainJournal {
  readonly #knownAt: Float64Array;
  readonly #sign: Int8Array;
  readonly #day: Int32Array;
  readonly #dimensions: Int32Array;
  /** Account, due, original due and timing of each side. */
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  readonly #combinations: ReadonlyMap<number, Combination>;

  constructor(path: string) {
    const db = new DatabaseSync(path, { readOnly: true });
    const count = Number(db.prepare('SELECT count(*) AS entries FROM journal').get()?.entries);
    this.#knownAt = new Float64Array(count);
    this.#sign = new Int8Array(count);
    this.#day = new Int32Array(count);
    this.#dimensions = new Int32Array(count);
    this.#from = new Float64Array(SIDE * count);
    this.#to = new Float64Array(SIDE * count);
    let entry = 0;
    for (const row of db.prepare('SELECT * FROM journal ORDER BY entry').iterate()) {
      this.#knownAt[entry] = Number(row.known_at);
      this.#sign[entry] = Number(row.sign);
      this.#day[entry] = Number(row.day);
      this.#dimensions[entry] = Number(row.dimensions);
      const side = (name: string) =>
        ['account', 'due', 'due_original', 'original'].map((one) => Number(row[`${name}_${one}`]));
      this.#from.set(side('from'), SIDE * entry);
      this.#to.set(side('to'), SIDE * entry);
      entry += 1;
    }
    this.#combinations = new Map(
      db
        .prepare('SELECT * FROM dimensions')
        .all()
        .map((row) => {
          const book = books.numbered(bookNumberOf(Number(row.cuboid)));
          return [Number(row.id), { book: book.number, values: dimensionsIn(book, row) }];
        }),
    );
    db.close();
  }

  balances(query: BalanceQuery): Balance[] {
    const { book, from, to, by, knownAt = Number.POSITIVE_INFINITY } = query;
    const codes = codesOf(book);
    const keys = new Map([...this.#combinations].map(([id, one]) => [id, keyOf(one, query)]));
    const counts = new Map<string, { place: number[]; key: Balance['key']; count: number }>();
    const move = (sides: Float64Array, at: number, count: number, day: number, key: Balance['key']) => {
      const place = [...sides.subarray(SIDE * at, SIDE * at + SIDE)];
      const [account = 0] = place;
      const isOpen = codes.isOpen(account);
      if (!isOpen && day < from) return;
      const full = by.map((name, index) => (name === 'day' ? (isOpen ? null : day) : (key[index] ?? null)));
      const text = JSON.stringify([place, full]);
      const known = counts.get(text);
      if (known) known.count += count;
      else counts.set(text, { place, key: full, count });
    };
    for (const [at, moment] of this.#knownAt.entries()) {
      if (moment > knownAt) break;
      const day = this.#day[at] ?? 0;
      const key = keys.get(this.#dimensions[at] ?? 0);
      if (day > to || !key) continue;
      const sign = this.#sign[at] ?? 0;
      move(this.#from, at, -sign, day, key);
      move(this.#to, at, sign, day, key);
    }
    return [...counts.values()].flatMap(
      ({ place: [account = 0, due = 0, dueOriginal = 0, original = 0], key, count }) =>
        count === 0
          ? []
          : [
              {
                account: codes.account(account),
                original: timingOf(original),
                due: orNull(due),
                dueOriginal: orNull(dueOriginal),
                key,
                count,
              },
            ],
    );
  }
}

interface Combination {
  readonly book: number;
  readonly values: Readonly<Record<string, string | null>>;
}

/** Undefined for what the query leaves out. */
function keyOf(
  { book, values }: Combination,
  { book: asked, filter, by }: BalanceQuery,
): Balance['key'] | undefined {
  if (book !== asked.number) return undefined;
  if (filter.units && !filter.units.some((unit) => unit === values.unit)) return undefined;
  for (const [name, value] of Object.entries(filter.where ?? {}))
    if (values[name] !== value) return undefined;
  return by.map((name) => values[name] ?? null);
}

/** A ledger whose balances are those of the plain journal. */
export function openPlainLedger(path: string): LedgerReader {
  const journal = new PlainJournal(path);
  const reader = openLedgerReader(path, OFFICE.zone);
  return {
    checkpoint: () => reader.checkpoint(),
    close: () => reader.close(),
    snapshot: (read) =>
      reader.snapshot((ledger) =>
        read(
          new Proxy(ledger, {
            get(target, property) {
              if (property === 'balances') return async (query: BalanceQuery) => journal.balances(query);
              const value = Reflect.get(target, property, target);
              return typeof value === 'function' ? value.bind(target) : value;
            },
          }),
        ),
      ),
  };
}
