import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { AuditLog } from '../../shared/audit/audit-log.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { forgetCompanion } from '../../shared/event-store/sqlite/companions.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { holdDataDir } from '../../shared/platform/data-dir.ts';
import { openServers } from '../../shared/production/servers.ts';
import { nameOf } from './backup/make-backup.ts';
import { type Command, EXIT, parsed, UsageError } from './command.ts';
import { commandCaller } from './command-caller.ts';

const LOST = {
  'webhooks.db': 'register the webhooks again: none is known any more',
  'dead-letters.db':
    'the letters that it kept stay unanswered, and no figure has a doubt because of them: let the feeds send them again',
  'staff.key':
    'no person who was named before is recognised again: end the assignments of the old pseudonyms, and let the feeds send all people anew',
} as const;
const NEXT_KEY = `the next key that is used is that of the store; ${LOST['staff.key']}`;
const isFile = (name: string | undefined): name is keyof typeof LOST =>
  name !== undefined && Object.hasOwn(LOST, name);

/** `nhip begin-anew`: a person accepts that a file is lost. */
export const beginAnew: Command = {
  name: 'begin-anew',
  summary: 'Go on without webhooks.db, dead-letters.db or staff.key, where it is lost',
  usage: `nhip begin-anew webhooks.db | dead-letters.db | staff.key

A server that misses one of these files, or cannot use it, does not start: a new one would be empty, without a sign of it.
Restore it from a backup. If there is none, this accepts the loss while the server is stopped: what is left of the file is
moved to FILE.before-TIME, the next start makes a new one, and the audit records the name of the account.

The key for people stays where it is: the next one that is used is that of the store. Its loss is accepted in the production
topology too (EVENTSTORE_URL and DATABASE_URL), while ingest is stopped.`,
  async run(args, { config, out }) {
    const { positionals } = parsed(args, { allowPositionals: true });
    const [file, ...more] = positionals;
    if (!isFile(file) || more.length > 0)
      throw new UsageError(
        `one of ${Object.keys(LOST).join(', ')} is expected, not ${positionals.join(' ') || 'nothing'}`,
      );
    const servers = file === 'staff.key' ? await openServers('begin-anew', config) : undefined;
    if (servers) {
      try {
        await recordLoss(servers.store, file);
      } finally {
        await servers.close();
      }
      out(NEXT_KEY);
      return EXIT.well;
    }
    const { DATA_DIR } = config;
    const events = join(DATA_DIR, 'events.db');
    if (!existsSync(events)) throw new Error(`DATA_DIR ${DATA_DIR} has no events.db`);
    const lock = holdDataDir(DATA_DIR, '(nhip begin-anew)');
    try {
      const store = await openEventStore(events);
      try {
        await recordLoss(store, file);
      } finally {
        await store.close();
      }
      if (file === 'staff.key') {
        out(NEXT_KEY);
        return EXIT.well;
      }
      const aside = `${file}.before-${nameOf(systemClock())}`;
      for (const suffix of ['', '-wal', '-shm', '-journal']) {
        if (existsSync(join(DATA_DIR, file + suffix)))
          renameSync(join(DATA_DIR, file + suffix), join(DATA_DIR, aside + suffix));
      }
      forgetCompanion(events, file);
      out(`the next start makes a new ${file}; ${LOST[file]}`);
      if (existsSync(join(DATA_DIR, aside))) out(`what was left of it is ${join(DATA_DIR, aside)}`);
      return EXIT.well;
    } finally {
      lock.release();
    }
  },
};

async function recordLoss(store: Pick<EventStore, 'append' | 'readStream' | 'lastRecordedAt'>, file: string) {
  const last = (await store.lastRecordedAt()) ?? 0;
  const audit = new AuditLog(store, () => Math.max(systemClock(), last));
  await audit.record({ type: 'audit.file-begun-anew.v1', data: { file } }, commandCaller().name);
}
