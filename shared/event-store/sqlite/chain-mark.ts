import { existsSync } from 'node:fs';
import type { Position } from '../../contracts/stored-event.ts';
import { StoreError } from '../../kernel/store-error.ts';
import { visitFile } from '../../sql/sqlite/visit.ts';
import type { ChainHead, Link, StoreId } from '../chain.ts';

const TABLE = `CREATE TABLE IF NOT EXISTS seen_chain (
  one INTEGER PRIMARY KEY CHECK (one = 1), store TEXT NOT NULL, position INTEGER NOT NULL, link TEXT NOT NULL
) STRICT`;

/**
 * Notes in another file of DATA_DIR what the events come to, so that a store which lost some, or another store, is noticed: in the file
 * itself, since its write-ahead log may be cut with that of the events. It may wait for the file's own connection, so it belongs into a
 * thread of its own. @throws StoreError also where readers keep the file from being written: it may be tried again
 */
export function writeChainMark(path: string, { store, position, link }: ChainHead): void {
  visitFile(path, 'write', (db) => {
    db.exec(TABLE);
    db.prepare('REPLACE INTO seen_chain VALUES (1, ?, ?, ?)').run(store, position, link);
    const copied = db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
    if (copied?.log !== copied?.checkpointed)
      throw new StoreError(
        'unavailable',
        `${path} is being read: its mark stands in the write-ahead log alone`,
      );
  });
}

/** What a file has seen of the events; undefined for a missing file and one without a mark. @throws StoreError */
export function readChainMark(path: string): ChainHead | undefined {
  if (!existsSync(path)) return undefined;
  return visitFile(path, 'read', (db) => {
    const table = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'seen_chain'`).get();
    const row = table && db.prepare('SELECT store, position, link FROM seen_chain').get();
    return (
      row && {
        store: String(row.store) as StoreId,
        position: Number(row.position) as Position,
        link: String(row.link) as Link,
      }
    );
  });
}

/** Whether a file no longer has a mark that it had, or a later one: it was overwritten, and a new mark would hide that. @throws StoreError */
export function hasLostMark(path: string, had: ChainHead): boolean {
  const mark = readChainMark(path);
  return mark?.store !== had.store || mark.position < had.position;
}
