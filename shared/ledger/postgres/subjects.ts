import type pg from 'pg';
import type { Book, BookFact } from '../../bookkeeping/book.ts';
import type { ChangedSubject } from '../../bookkeeping/fold-step.ts';
import type { Standing, Subject } from '../../bookkeeping/subject.ts';
import {
  findingColumns,
  STANDING_COLUMNS,
  sourcesKept,
  standingChanges,
  standingColumns,
} from '../sql/rows.ts';
import { decodeState, encodeState, stateColumns } from '../sql/state-codec.ts';
import type { SubjectRows } from '../sql/subject-cache.ts';
import { arrayLiteral, columnLiterals } from './array-literal.ts';
import type { Combination, DimensionNumbers } from './dimensions.ts';
import { preparedFor } from './queries.ts';
import type { LedgerSchema } from './schema.ts';

interface Changed<Fact> extends ChangedSubject<Fact> {
  /** How many of its facts the tables hold. */
  readonly stored: number;
}

/** Columns of `standing`, its key first, and those of `finding`. */
interface StandingRows {
  readonly standings: (number | string | null)[][];
  readonly findings: (string | number)[][];
}

/** The rows of one book's subjects: state, names, standings, findings. Changes stay in memory until {@link SubjectTable.write}. */
export class SubjectTable<Fact extends BookFact> implements SubjectRows<Fact> {
  readonly #schema: LedgerSchema;
  readonly #book: Book<Fact>;
  readonly #page: number | undefined;
  readonly #columns: string;
  /** By number. */
  readonly #changed = new Map<number, Changed<Fact>>();
  readonly #absorbed = new Map<number, number>();
  /** Numbers whose stored standings and findings are outdated. */
  readonly #cleared = new Set<number>();

  constructor(schema: LedgerSchema, book: Book<Fact>, page?: number) {
    this.#schema = schema;
    this.#book = book;
    this.#page = page;
    this.#columns = stateColumns('s', `${schema}.subject_page`);
  }

  async find(client: pg.ClientBase, names: readonly string[]): Promise<readonly Subject<Fact>[]> {
    if (names.length === 0) return [];
    const { rows } = await client.query({
      ...preparedFor(`SELECT ${this.#columns} FROM ${this.#schema}.subject s WHERE s.number IN (
        SELECT subject FROM ${this.#schema}.name WHERE book = ? AND name = ANY (?))`),
      values: [this.#book.number, arrayLiteral(names)],
    });
    return rows.map((row) => decodeState(this.#book, row));
  }

  /** The subjects that no other has absorbed; unwritten changes are not included. */
  async numbered(client: pg.ClientBase, numbers: readonly number[]): Promise<readonly Subject<Fact>[]> {
    const { rows } = await client.query({
      ...preparedFor(
        `SELECT ${this.#columns} FROM ${this.#schema}.subject s WHERE s.book = ? AND s.number = ANY (?)`,
      ),
      values: [this.#book.number, arrayLiteral(numbers)],
    });
    return rows.map((row) => decodeState(this.#book, row));
  }

  save(changed: ChangedSubject<Fact>, stored: number): void {
    const { number } = changed.subject;
    // What is still unwritten is not stored either.
    const before = Math.min(stored, this.#changed.get(number)?.stored ?? stored);
    this.#changed.set(number, { ...changed, stored: before });
    if (before > 0 && standingChanges(changed).removed === 'all') this.#cleared.add(number);
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
    for (const changed of this.#changed.values()) {
      const { removed, added } = standingChanges(changed);
      for (const { dimensions } of removed === 'all' ? added : [...removed, ...added]) {
        yield { book: this.#book, dimensions };
      }
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
      ...preparedFor(`
        WITH paged AS (DELETE FROM ${this.#schema}.subject_page WHERE subject = ANY (?))
        DELETE FROM ${this.#schema}.subject WHERE number = ANY (?)`),
      values: [arrayLiteral([...this.#absorbed.keys()]), arrayLiteral([...this.#absorbed.keys()])],
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
    const pages: (number | string)[][] = [];
    const sources: [source: string, subject: number][] = [];
    const names: [name: string, subject: number][] = [];
    const added: StandingRows = { standings: [], findings: [] };
    const removed: StandingRows = { standings: [], findings: [] };
    for (const changed of this.#changed.values()) {
      const { subject, stored } = changed;
      const { number } = subject;
      const encoded = encodeState(this.#book, subject, stored, this.#page);
      subjects.push([number, encoded.state]);
      for (const { kind, page, content } of encoded.pages) pages.push([number, kind, page, content]);
      // A stored subject already has its own name; only a link adds names.
      if (stored === 0 || subject.names.length > 1)
        for (const { name } of subject.names) names.push([name, number]);
      for (const source of sourcesKept(this.#book, subject)) sources.push([source, number]);
      const standings = standingChanges(changed);
      this.#addRows(number, standings.added, dimensions, added, (standing) => [
        ...standingColumns(this.#book, standing),
        changed.knownAt,
      ]);
      if (standings.removed !== 'all')
        this.#addRows(number, standings.removed, dimensions, removed, () => []);
      subject.long?.stored();
    }
    await this.#remove(client, removed);
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
    if (sources.length > 0) {
      await client.query({
        ...preparedFor(`
          INSERT INTO ${this.#schema}.subject_source (book, source, subject)
          SELECT ?, source, subject FROM unnest(?::text[], ?::bigint[]) AS kept (source, subject)
          ON CONFLICT DO NOTHING`),
        values: [this.#book.number, ...columnLiterals(sources, 2)],
      });
    }
    if (pages.length > 0) {
      await client.query({
        ...preparedFor(`
          INSERT INTO ${this.#schema}.subject_page (subject, kind, page, content)
          SELECT * FROM unnest(?::bigint[], ?::smallint[], ?::integer[], ?::text[])
          ON CONFLICT (subject, kind, page) DO UPDATE SET content = excluded.content`),
        values: columnLiterals(pages, 4),
      });
    }
    if (added.standings.length > 0) {
      await client.query({
        ...preparedFor(`
          INSERT INTO ${this.#schema}.standing (subject, dimensions, ${STANDING_COLUMNS.join(', ')}, known_at)
          SELECT * FROM unnest(?::bigint[], ?::integer[], ?::smallint[], ?::bigint[], ?::bigint[], ?::smallint[], ?::bigint[],
            ?::integer[], ?::integer[], ?::text[], ?::bigint[])`),
        values: columnLiterals(added.standings, 11),
      });
    }
    if (added.findings.length > 0) {
      await client.query({
        ...preparedFor(`
          INSERT INTO ${this.#schema}.finding (code, account, sort, subject, dimensions)
          SELECT * FROM unnest(?::text[], ?::smallint[], ?::bigint[], ?::bigint[], ?::integer[])
          ON CONFLICT DO NOTHING`),
        values: columnLiterals(added.findings, 5),
      });
    }
  }

  async #remove(client: pg.ClientBase, { standings, findings }: StandingRows): Promise<void> {
    if (standings.length > 0) {
      await client.query({
        ...preparedFor(`
          DELETE FROM ${this.#schema}.standing s USING unnest(?::bigint[], ?::integer[]) AS gone (subject, dimensions)
          WHERE s.subject = gone.subject AND s.dimensions = gone.dimensions`),
        values: columnLiterals(standings, 2),
      });
    }
    if (findings.length > 0) {
      await client.query({
        ...preparedFor(`
          DELETE FROM ${this.#schema}.finding f
          USING unnest(?::text[], ?::smallint[], ?::bigint[], ?::bigint[], ?::integer[])
            AS gone (code, account, sort, subject, dimensions)
          WHERE f.code = gone.code AND f.account = gone.account AND f.sort = gone.sort
            AND f.subject = gone.subject AND f.dimensions = gone.dimensions`),
        values: columnLiterals(findings, 5),
      });
    }
  }

  #addRows(
    number: number,
    standings: readonly Standing[],
    dimensions: DimensionNumbers,
    rows: StandingRows,
    columnsOf: (standing: Standing) => StandingRows['standings'][number],
  ): void {
    for (const standing of standings) {
      const leaf = dimensions.leaf(this.#book, standing.dimensions);
      rows.standings.push([number, leaf, ...columnsOf(standing)]);
      for (const finding of findingColumns(this.#book, standing))
        rows.findings.push([...finding, number, leaf]);
    }
  }
}
