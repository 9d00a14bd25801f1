import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import type { Pool } from '../../shared/sql/postgres/database.ts';
import type { NotePlace } from './page-note.ts';

/** Beside an embedded ledger. The file needs no sync: it has to outlive the process, not the machine. */
export function noteInFile(path: string): NotePlace & { close(): void } {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  return {
    read: async () => readFileSync(path, 'utf8') || undefined,
    // In its whole length each time: blanks at the end cover a longer note.
    write: async (note) => {
      writeSync(file, note.padEnd(NOTE_BYTES), 0);
    },
    close: () => closeSync(file),
  };
}

const NOTE_BYTES = 160;

/**
 * A row beside the ledgers: a process of production has no disk of its own, and another process may lead next. It has to outlive the
 * process and not the server, so its commit waits for no disk.
 */
export function noteInDatabase(pool: Pool): NotePlace {
  return {
    async read() {
      const { rows } = await pool.query<{ note: string }>('SELECT note FROM nhip.page_note');
      return rows[0]?.note;
    },
    async write(note) {
      await pool.query(WRITE, [note]);
    },
  };
}

const WRITE = `
  WITH lazily AS (SELECT set_config('synchronous_commit', 'off', true))
  INSERT INTO nhip.page_note (note) SELECT $1::text FROM lazily
  ON CONFLICT (one) DO UPDATE SET note = excluded.note`;
