import type pg from 'pg';
import { postgresEngine } from '../../../shared/sql/postgres/engine.ts';
import type { DeadLetters } from './port.ts';
import { CONTENT_LIMIT_BYTES, SqlDeadLetters } from './sql.ts';

/** Dead letters in PostgreSQL, of every ingest process together. The pool stays its owner's to end. */
export const openPostgresDeadLetters = (
  pool: pg.Pool,
  contentLimitBytes = CONTENT_LIMIT_BYTES,
): DeadLetters => new SqlDeadLetters(postgresEngine(pool), contentLimitBytes);
