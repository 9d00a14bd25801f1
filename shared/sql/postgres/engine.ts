import type pg from 'pg';
import { type SqlEngine, sqlEngine } from '../engine.ts';
import { databaseOver } from './database.ts';
import { storeErrorOf } from './errors.ts';

/** Queries over a pool made by `postgresPool`, which is its owner's to end. Deleted rows go with the server's next vacuum. */
export const postgresEngine = <Tables>(pool: pg.Pool): SqlEngine<Tables> =>
  sqlEngine<Tables>({
    kind: 'postgres',
    db: databaseOver<Tables>(pool),
    storeErrorOf,
    erase: async () => {},
    close: async () => {},
  });
