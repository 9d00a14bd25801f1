import type pg from 'pg';
import { postgresEngine } from '../../../shared/sql/postgres/engine.ts';
import type { Outbox } from './outbox.ts';
import { SqlOutbox } from './outbox-sql.ts';

/** The outbox in PostgreSQL, of every alerter process together. The pool stays its owner's to end. */
export const openPostgresOutbox = (pool: pg.Pool): Outbox => new SqlOutbox(postgresEngine(pool));
