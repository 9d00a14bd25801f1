import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { noteBackup } from '../../../shared/platform/backup-note.ts';
import { holdDataDir } from '../../../shared/platform/data-dir.ts';
import { type Command, EXIT, parsed, UsageError } from '../command.ts';
import { makeBackup, removeOlder } from './make-backup.ts';

/** `nhip backup`: everything in DATA_DIR that cannot be rebuilt, also while the server runs. */
export const backup: Command = {
  name: 'backup',
  summary: 'Copy what DATA_DIR holds and cannot be rebuilt, also while the server runs',
  usage: `nhip backup --to DIR [--keep N]

Makes a folder in DIR, named by the time (UTC), with events.db, webhooks.db, dead-letters.db, keys.json, staff.key, imports/ and a
manifest of them: sizes, SHA-256, the number of events and a digest of all of them. The server may run and write meanwhile:
everything acknowledged before the backup began is in it. The folder gets its name only once all is checked and on disk.

ledger.db is not copied: the next start after a restore builds it from the events. names.db, the names of staff, is not copied
either: what is deleted there would stay in every backup. Keep the file that the names were imported from.
Files that API_KEYS_FILE, OBJECTIVES_FILE and FEEDS_FILE name elsewhere are configuration: keep them with it.

--to    a folder for the backups of this DATA_DIR alone, on another disk; the secrets of the webhooks are in them
--keep  remove older complete backups in DIR after success, until N are left

DATA_DIR/backup.json notes the success; the server shows it as nhip_backup_last_success_timestamp_seconds.
docs/backup.md describes the restore, and the backup of the production topology.`,
  async run(args, { config, out }) {
    const { values } = parsed(args, {
      options: { to: { type: 'string' }, keep: { type: 'string' } },
    });
    if (values.to === undefined) throw new UsageError('--to is needed: the folder for the backup');
    const keep = values.keep === undefined ? undefined : keepOf(values.keep);
    const { DATA_DIR } = config;
    if (!existsSync(join(DATA_DIR, 'events.db'))) throw new Error(`DATA_DIR ${DATA_DIR} has no events.db`);
    // One at a time for each folder: the unfinished work of another backup looks like the rest of an interrupted one.
    const lock = holdDataDir(values.to, '(nhip backup)');
    try {
      const { folder, manifest } = await makeBackup(DATA_DIR, lock.path, systemClock);
      const { count, head, digest } = manifest.events;
      out(`${folder}: ${count} events up to position ${head}, digest ${digest}`);
      if (existsSync(join(DATA_DIR, 'names.db')))
        out('without names.db: names of staff are in no backup, so that a deleted one is in none');
      noteBackup(DATA_DIR, systemClock(), folder);
      for (const name of keep === undefined ? [] : await removeOlder(lock.path, keep)) out(`removed ${name}`);
      return EXIT.well;
    } finally {
      lock.release();
    }
  },
};

function keepOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`--keep: got ${JSON.stringify(text)}, want a whole number from 1`);
}
