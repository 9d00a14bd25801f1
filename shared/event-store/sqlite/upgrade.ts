import type { DatabaseSync } from 'node:sqlite';
import { type Position, START } from '../../contracts/stored-event.ts';
import { systemClock } from '../../kernel/clock.ts';
import { StoreError } from '../../kernel/store-error.ts';
import { storeErrorOf } from '../../sql/sqlite/errors.ts';
import { fileVersion } from '../../sql/sqlite/version.ts';
import { linkOf, newStoreId } from '../chain.ts';
import type { ChainingProgress } from '../chaining-log.ts';
import { CHAIN_TABLES, hasChain, Links, writeBeginning } from './links.ts';
import { SqliteReader } from './reader.ts';
import { BEFORE_CHAIN, markUpgraded } from './schema.ts';

/** A transaction each: what was chained stays so when the program is stopped, and the next start goes on from there. */
const CHAINED_AT_ONCE = 10_000;

/** Chains the events of a store from before the chain, which delays its first opening by some seconds a million. @throws StoreError */
export function chainEarlierEvents(db: DatabaseSync, onProgress: ChainingProgress = () => {}): void {
  if (fileVersion(db) !== BEFORE_CHAIN) return;
  const reader = new SqliteReader(db.location() ?? '');
  try {
    if (!hasChain(db)) begin(db, reader.readPage(START, 0).head);
    const links = new Links(db);
    for (;;) {
      const last = links.begin();
      if (!last) throw new StoreError('corrupt', 'its chain has no beginning');
      const { events, head } = reader.readPage(last.position, CHAINED_AT_ONCE);
      let { link } = last;
      db.exec('BEGIN IMMEDIATE');
      for (const event of events) {
        link = linkOf(link, event);
        links.add(event.position, link);
      }
      links.settle();
      if (events.length === 0) markUpgraded(db);
      db.exec('COMMIT');
      if (events.length === 0) return;
      onProgress(events.at(-1)?.position ?? last.position, head);
    }
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw storeErrorOf(error);
  } finally {
    reader.close();
  }
}

function begin(db: DatabaseSync, covered: Position): void {
  db.exec(`BEGIN IMMEDIATE; ${CHAIN_TABLES}`);
  writeBeginning(db, { store: newStoreId(), begunAt: systemClock(), covered });
  db.exec('COMMIT');
}
