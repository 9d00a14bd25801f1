import type pg from 'pg';
import { postgresEngine } from '../sql/postgres/engine.ts';
import type { PersonNames } from './port.ts';
import { SqlPersonNames } from './sql.ts';

/** Names in PostgreSQL, for every process. The pool stays its owner's to end. */
export const openPostgresPersonNames = (pool: pg.Pool): PersonNames =>
  new SqlPersonNames(postgresEngine(pool));
