import { hash } from 'node:crypto';
import type pg from 'pg';
import { storable } from '../../sql/engine.ts';
import { valueParsers } from '../../sql/postgres/database.ts';
import { storeErrorOf } from '../../sql/postgres/errors.ts';
import type { LedgerTable, Queries, Row, Sql, SqlValue } from '../sql/queries.ts';
import { arrayLiteral } from './array-literal.ts';
import type { LedgerSchema } from './schema.ts';

interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** Above the number of query texts of one ledger. */
const KEPT = 500;
const prepared = new Map<string, Prepared>();

/** The queries of one ledger on one connection, in whose transaction they run. */
export class PostgresQueries implements Queries {
  /** PostgreSQL's planner chooses the order. */
  readonly joinInOrder = 'JOIN';
  readonly journalBySubject: string;
  readonly journalOfMoved: string;
  readonly journalOfDays: string;
  readonly #client: Pick<pg.ClientBase, 'query'>;
  readonly #schema: LedgerSchema;
  readonly #signal: AbortSignal | undefined;

  /** @param signal aborted when no further query is wanted */
  constructor(client: Pick<pg.ClientBase, 'query'>, schema: LedgerSchema, signal?: AbortSignal) {
    this.#client = client;
    this.#schema = schema;
    this.#signal = signal;
    this.journalBySubject = `${this.table('journal')} j`;
    this.journalOfMoved = `moved CROSS JOIN LATERAL
      (SELECT * FROM ${this.table('journal')} WHERE subject = moved.subject OFFSET 0) j`;
    // The planner cannot reorder a subquery with an offset.
    this.journalOfDays = `days CROSS JOIN LATERAL
      (SELECT * FROM ${this.table('journal')} WHERE day = on_day AND entry BETWEEN ? AND ? OFFSET 0) journal`;
  }

  table(name: LedgerTable): string {
    return `${this.#schema}.${name}`;
  }

  /** Unlike IS NOT DISTINCT FROM it can be hashed; no dimension is an empty text. */
  same(left: string, right: string): string {
    return `coalesce(${left}, '') = coalesce(${right}, '')`;
  }

  anyOf(column: string, values: readonly (string | number)[]): Sql {
    return { text: `${column} = ANY (?)`, values: [arrayLiteral(values)] };
  }

  async rows({ text, values }: Sql): Promise<readonly Row[]> {
    this.#signal?.throwIfAborted();
    const query = { ...preparedFor(text), values: values.map(asked), types: valueParsers };
    const { rows } = await this.#client.query<Record<string, unknown>>(query).catch(outwards);
    return rows;
  }

  async arrays({ text, values }: Sql): Promise<readonly SqlValue[][]> {
    this.#signal?.throwIfAborted();
    const query = {
      ...preparedFor(text),
      values: values.map(asked),
      types: valueParsers,
      rowMode: 'array' as const,
    };
    const { rows } = await this.#client.query<SqlValue[]>(query).catch(outwards);
    return rows;
  }
}

/** PostgreSQL's text cannot hold some characters; a name with one of them is queried as a name that does not exist. */
const asked = (value: SqlValue): SqlValue => (typeof value === 'string' ? storable(value) : value);

function outwards(error: unknown): never {
  throw storeErrorOf(error);
}

/** Equal texts have equal names on every connection, so each is planned once: `$1`, `$2`, … replace the question marks. */
export function preparedFor(sql: string): Prepared {
  let statement = prepared.get(sql);
  if (!statement) {
    let mark = 0;
    const text = sql.replaceAll('?', () => {
      mark += 1;
      return `$${mark}`;
    });
    statement = { name: `ledger_${hash('sha1', text)}`, text };
    if (prepared.size >= KEPT) prepared.clear();
    prepared.set(sql, statement);
  }
  return statement;
}
