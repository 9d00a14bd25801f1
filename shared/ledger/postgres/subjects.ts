import type pg from 'pg';
import type { Book, BookFact } from '../../bookkeeping/book.ts';
import type { ChangedSubject } from '../../bookkeeping/fold-step.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import { standingPlace } from '../sql/rows.ts';
import { decodeState, encodeState } from '../sql/state-codec.ts';
import type { SubjectRows } from '../sql/subject-cache.ts';
import { arrayLiteral, columnLiterals } from './array-literal.ts';
import type { Combination, DimensionNumbers } from './dimensions.ts';
import { preparedFor } from './queries.ts';
import type { LedgerSchema } from './schema.ts';

interface Changed<Fact> extends ChangedSubject<Fact> {
  readonly stored: boolean;
}

/** The rows of one book's subjects: state, names, standings, findings. Changes stay in memory until {@link SubjectTable.write}. */
export class SubjectTable<Fact extends BookFact> implements SubjectRows<Fact> {
  readonly #schema: LedgerSchema;
  readonly #book: Book<Fact>;
  /** By number. */
  readonly #changed = new Map<number, Changed<Fact>>();
  readonly #absorbed = new Map<number, number>();
  /** Numbers whose stored standings and findings are outdated. */
  readonly #cleared = new Set<number>();

  constructor(schema: LedgerSchema, book: Book<Fact>) {
    this.#schema = schema;
    this.#book = book;
  }

  async find(client: pg.ClientBase, names: readonly string[]): Promise<readonly Subject<Fact>[]> {
    if (names.length === 0) return [];
    const { rows } = await client.query<{ number: number; state: string }>({
      ...preparedFor(`SELECT number, state FROM ${this.#schema}.subject WHERE number IN (
        SELECT subject FROM ${this.#schema}.name WHERE book = ? AND name = ANY (?))`),
      values: [this.#book.number, arrayLiteral(names)],
    });
    return rows.map(({ number, state }) => decodeState(this.#book, Number(number), state));
  }

  /** The subjects that no other has absorbed; unwritten changes are not included. */
  async numbered(client: pg.ClientBase, numbers: readonly number[]): Promise<readonly Subject<Fact>[]> {
    const { rows } = await client.query<{ number: number; state: string }>({
      ...preparedFor(`SELECT number, state FROM ${this.#schema}.subject WHERE book = ? AND number = ANY (?)`),
      values: [this.#book.number, arrayLiteral(numbers)],
    });
    return rows.map(({ number, state }) => decodeState(this.#book, Number(number), state));
  }

  save(changed: ChangedSubject<Fact>, stored: boolean): void {
    const { number } = changed.subject;
    // A subject that is still unwritten is not stored either.
    const isStored = stored && (this.#changed.get(number)?.stored ?? true);
    this.#changed.set(number, { ...changed, stored: isStored });
    if (isStored) this.#cleared.add(number);
  }

  absorb(number: number, remaining: number): void {
    this.#absorbed.set(number, remaining);
    this.#changed.delete(number);
    this.#cleared.add(number);
  }

  /** Drops all unwritten changes. */
  clear(): void {
    this.#changed.clear();
    this.#absorbed.clear();
    this.#cleared.clear();
  }

  /** The dimensions whose numbers {@link write} will need. */
  *dimensions(): Generator<Combination> {
    for (const { evaluation } of this.#changed.values()) {
      for (const standing of evaluation.standings)
        yield { book: this.#book, dimensions: standing.dimensions };
    }
  }

  async write(client: pg.ClientBase, dimensions: DimensionNumbers): Promise<void> {
    if (this.#absorbed.size > 0) await this.#writeAbsorbed(client);
    if (this.#cleared.size > 0) await this.#writeCleared(client);
    if (this.#changed.size > 0) await this.#writeChanged(client, dimensions);
    this.clear();
  }

  async #writeAbsorbed(client: pg.ClientBase): Promise<void> {
    await client.query({
      ...preparedFor(
        `INSERT INTO ${this.#schema}.absorbed (subject, remaining) SELECT * FROM unnest(?::bigint[], ?::bigint[])`,
      ),
      values: columnLiterals([...this.#absorbed], 2),
    });
    await client.query({
      ...preparedFor(`DELETE FROM ${this.#schema}.subject WHERE number = ANY (?)`),
      values: [arrayLiteral([...this.#absorbed.keys()])],
    });
  }

  async #writeCleared(client: pg.ClientBase): Promise<void> {
    const numbers = arrayLiteral([...this.#cleared]);
    await client.query({
      ...preparedFor(`
        WITH stood AS (DELETE FROM ${this.#schema}.standing WHERE subject = ANY (?))
        DELETE FROM ${this.#schema}.finding WHERE subject = ANY (?)`),
      values: [numbers, numbers],
    });
  }

  async #writeChanged(client: pg.ClientBase, dimensions: DimensionNumbers): Promise<void> {
    const subjects: [number: number, state: string][] = [];
    const names: [name: string, subject: number][] = [];
    const standings: number[][] = [];
    const findings: (string | number)[][] = [];
    for (const { subject, evaluation, stored } of this.#changed.values()) {
      const { number } = subject;
      subjects.push([number, encodeState(this.#book, subject)]);
      // A stored subject already has its own name; only a link adds names.
      if (!stored || subject.names.length > 1)
        for (const { name } of subject.names) names.push([name, number]);
      for (const standing of evaluation.standings) {
        const leaf = dimensions.leaf(this.#book, standing.dimensions);
        const { account, sort, due, dueOriginal, original } = standingPlace(this.#book, standing);
        standings.push([number, leaf, account, sort, due, dueOriginal, original]);
        for (const { code } of standing.findings) findings.push([code, account, sort, number, leaf]);
      }
    }
    await client.query({
      ...preparedFor(`
        INSERT INTO ${this.#schema}.subject (number, book, state)
        SELECT number, ?, state FROM unnest(?::bigint[], ?::text[]) AS changed (number, state)
        ON CONFLICT (number) DO UPDATE SET state = excluded.state`),
      values: [this.#book.number, ...columnLiterals(subjects, 2)],
    });
    if (names.length > 0) {
      await client.query({
        ...preparedFor(`
        INSERT INTO ${this.#schema}.name AS known (book, name, subject)
        SELECT ?, name, subject FROM unnest(?::text[], ?::bigint[]) AS changed (name, subject)
        ON CONFLICT (book, name) DO UPDATE SET subject = excluded.subject WHERE known.subject <> excluded.subject`),
        values: [this.#book.number, ...columnLiterals(names, 2)],
      });
    }
    if (standings.length > 0) {
      await client.query({
        ...preparedFor(`
          INSERT INTO ${this.#schema}.standing (subject, dimensions, account, sort, due, due_original, original)
          SELECT * FROM unnest(?::bigint[], ?::integer[], ?::smallint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::smallint[])`),
        values: columnLiterals(standings, 7),
      });
    }
    if (findings.length > 0) {
      await client.query({
        ...preparedFor(`
          INSERT INTO ${this.#schema}.finding (code, account, sort, subject, dimensions)
          SELECT * FROM unnest(?::text[], ?::smallint[], ?::bigint[], ?::bigint[], ?::integer[])
          ON CONFLICT DO NOTHING`),
        values: columnLiterals(findings, 5),
      });
    }
  }
}
