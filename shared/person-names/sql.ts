import { type Kysely, sql } from 'kysely';
import type { PersonRef } from '../contracts/pseudonym.ts';
import type { Moment } from '../kernel/clock.ts';
import { StoreError } from '../kernel/store-error.ts';
import { unmarked } from '../kernel/written-text.ts';
import type { SqlEngine } from '../sql/engine.ts';
import { NAMES_LIMIT, type PersonNames } from './port.ts';

export interface PersonNameTables {
  readonly person_name: { readonly ref: string; readonly name: string; readonly set_at: Moment };
}
type Row = PersonNameTables['person_name'];
type Database = Kysely<PersonNameTables>;

/** Rows of one statement: each has three values, and the engines accept some ten thousand. */
const ROWS_AT_ONCE = 1_000;

/**
 * Names in a database, with one source of queries for both engines. PostgreSQL keeps a deleted row until a vacuum, and its bytes for longer;
 * SQLite overwrites it. So that no deletion depends on either, a change empties the table and writes what stays.
 */
export class SqlPersonNames implements PersonNames {
  readonly #engine: SqlEngine<PersonNameTables>;

  constructor(engine: SqlEngine<PersonNameTables>) {
    this.#engine = engine;
  }

  set(names: Parameters<PersonNames['set']>[0], at: Moment): Promise<boolean> {
    return this.#rewrite((held) => {
      for (const { ref, name } of names) held.set(ref, { ref, name, set_at: at });
      return held.size <= NAMES_LIMIT;
    });
  }

  async of(refs: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const wanted = new Set(refs);
    if (wanted.size === 0) return new Map();
    const rows = await this.#engine.run((db) =>
      db
        .selectFrom('person_name')
        .select(['ref', 'name'])
        .where('ref', 'in', [...wanted])
        .execute(),
    );
    return new Map(rows.map(({ ref, name }) => [ref, name]));
  }

  async list(limit: number, after = ''): ReturnType<PersonNames['list']> {
    return this.#engine.run(async (db) => {
      const rows = await db
        .selectFrom('person_name')
        .selectAll()
        .where('ref', '>', after)
        .orderBy('ref')
        .limit(limit)
        .execute();
      const { total } = await db
        .selectFrom('person_name')
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      return { items: rows.map(({ ref, name, set_at }) => ({ ref, name, setAt: set_at })), total };
    });
  }

  async find(text: string, limit: number): ReturnType<PersonNames['find']> {
    const words = unmarked(text).split(/\s+/).filter(Boolean);
    const rows = await this.#engine.run((db) =>
      db.selectFrom('person_name').select(['ref', 'name']).execute(),
    );
    const found = rows.filter(({ name }) => {
      const plain = unmarked(name);
      return words.every((word) => plain.includes(word));
    });
    found.sort((one, other) => byName.compare(one.name, other.name) || (one.ref < other.ref ? -1 : 1));
    return { items: found.slice(0, limit), total: found.length };
  }

  async delete(refs: readonly PersonRef[] | 'all'): Promise<number> {
    let deleted = 0;
    await this.#rewrite((held) => {
      const before = held.size;
      if (refs === 'all') held.clear();
      else for (const ref of refs) held.delete(ref);
      deleted = before - held.size;
      return true;
    });
    return deleted;
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  /** @param change of the rows, by pseudonym; false leaves the table as it is @returns what it returned */
  async #rewrite(change: (held: Map<string, Row>) => boolean): Promise<boolean> {
    const isChanged = await this.#engine.transaction(async (db) => {
      await this.#lock(db);
      const rows = await db.selectFrom('person_name').selectAll().execute();
      const held = new Map(rows.map((row) => [row.ref, row]));
      if (!change(held)) return false;
      await this.#empty(db);
      const left = [...held.values()].sort((one, other) => (one.ref < other.ref ? -1 : 1));
      for (let from = 0; from < left.length; from += ROWS_AT_ONCE)
        await db
          .insertInto('person_name')
          .values(left.slice(from, from + ROWS_AT_ONCE))
          .execute();
      return true;
    });
    // Also where nothing was changed: the same request may have failed here before.
    if (!(await this.#engine.erase()))
      throw new StoreError('unavailable', 'another program reads the names: their log cannot be emptied');
    return isChanged;
  }

  /** No other process reads or changes them meanwhile. A dump of the database holds it up, and readers then wait behind it. */
  async #lock(db: Database): Promise<void> {
    if (this.#engine.kind === 'sqlite') return;
    await sql`SET LOCAL lock_timeout = '3s'`.execute(db);
    await sql`LOCK TABLE ${TABLE} IN ACCESS EXCLUSIVE MODE`.execute(db);
  }

  async #empty(db: Database): Promise<void> {
    if (this.#engine.kind === 'sqlite') await db.deleteFrom('person_name').execute();
    // The table goes on in a new file, whatever older transactions could still see of the former one.
    else await sql`TRUNCATE ${TABLE}`.execute(db);
  }
}

const TABLE = sql.table('nhip.person_name');

const byName = new Intl.Collator('vi');
