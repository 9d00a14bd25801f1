import type pg from 'pg';
import { type SqlEngine, sqlEngine } from '../engine.ts';
import { databaseOver } from './database.ts';
import { storeErrorOf } from './errors.ts';

/** Queries over a pool of `postgresPool`; the caller owns the pool. The server's vacuum erases deleted rows. */
export const postgresEngine = <Tables>(pool: pg.Pool): SqlEngine<Tables> =>
  sqlEngine<Tables>({
    kind: 'postgres',
    db: databaseOver<Tables>(pool),
    storeErrorOf,
    erase: async () => true,
    close: async () => {},
  });
