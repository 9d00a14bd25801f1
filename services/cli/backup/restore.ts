import { resolve } from 'node:path';
import { noteRestore, type RestoreNote } from '../../../shared/audit/restores.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { holdDataDir, unfinishedRestore } from '../../../shared/platform/data-dir.ts';
import { type Command, EXIT, type ExitCode, parsed, UsageError } from '../command.ts';
import { commandCaller } from '../command-caller.ts';
import { nameOf } from './make-backup.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { ownFiles, stage, switchOver } from './restore-set.ts';

/** `nhip restore`: a backup becomes DATA_DIR. */
export const restore: Command = {
  name: 'restore',
  summary: 'Put the files of a backup into DATA_DIR',
  usage: `nhip restore --from BACKUP [--replace] [--without-webhooks]

BACKUP is a folder that \`nhip backup\` made. Its files are copied beside what DATA_DIR holds and compared with the manifest
before anything is moved; an interrupted restore is completed by running it again, and until then no server starts there.
The next start builds ledger.db from the events. Then \`nhip verify\` proves the figures.

--replace  DATA_DIR has data: keep it in DATA_DIR/replaced-TIME. Without this such a DATA_DIR is refused
--without-webhooks  for drills: the server sends nothing to the receivers of the office, since it knows none

The next start records in the audit the backup and the account that restored it.

Keys that were revoked since the backup hold again, and what feeds have sent since must be sent again: docs/backup.md.`,
  async run(args, { config, out }) {
    const { values } = parsed(args, {
      options: {
        from: { type: 'string' },
        replace: { type: 'boolean', default: false },
        'without-webhooks': { type: 'boolean', default: false },
      },
    });
    if (values.from === undefined) throw new UsageError('--from is needed: the folder of a backup');
    const whole = await readManifest(values.from);
    const isDrill = values['without-webhooks'];
    const manifest = isDrill ? withoutWebhooks(whole) : whole;
    const lock = holdDataDir(config.DATA_DIR, '(nhip restore)', 'perhaps-in-part');
    try {
      const noted = () => noteRestore(lock.path, noteOf(whole, resolve(values.from ?? ''), isDrill));
      return await restoreInto({
        dataDir: lock.path,
        backup: values.from,
        manifest,
        replace: values.replace,
        noted,
        out,
      });
    } finally {
      lock.release();
    }
  },
};

const withoutWebhooks = (manifest: Manifest): Manifest => ({
  ...manifest,
  files: manifest.files.filter(({ name }) => name !== 'webhooks.db'),
});

const noteOf = ({ createdAt, events }: Manifest, from: string, withoutWebhooks: boolean): RestoreNote => ({
  by: commandCaller().name,
  data: {
    at: systemClock(),
    from,
    backupOf: Date.parse(createdAt),
    events: events.count,
    head: events.head,
    digest: events.digest,
    chain: events.chain ?? null,
    withoutWebhooks,
  },
});

interface Restore {
  readonly dataDir: string;
  readonly backup: string;
  readonly manifest: Manifest;
  readonly replace: boolean;
  /** Called before the first file is moved. */
  readonly noted: () => void;
  readonly out: (line: string) => void;
}

async function restoreInto({ dataDir, backup, manifest, replace, noted, out }: Restore): Promise<ExitCode> {
  const unfinished = unfinishedRestore(dataDir);
  if (unfinished !== undefined) {
    const earlier = await readManifest(`${dataDir}/${unfinished}`);
    report(earlier, dataDir, await switchOver(dataDir, unfinished), out);
    if (earlier.events.digest === manifest.events.digest && earlier.createdAt === manifest.createdAt)
      return EXIT.well;
    out('That was an interrupted restore of another backup.');
  }
  const old = await ownFiles(dataDir);
  if (old.length > 0 && !replace) {
    throw new Error(
      `DATA_DIR ${dataDir} has ${old.join(', ')}: --replace keeps them beside the restored files`,
    );
  }
  const name = nameOf(systemClock());
  const staged = await stage(backup, manifest, dataDir, name);
  if (staged.kind === 'damaged') {
    out(`${backup} is damaged; DATA_DIR is as it was:`);
    for (const fault of staged.faults) out(`  ${fault}`);
    return EXIT.failed;
  }
  noted();
  report(manifest, dataDir, await switchOver(dataDir, staged.folder), out);
  return EXIT.well;
}

function report(
  { createdAt, events }: Manifest,
  dataDir: string,
  replaced: string | undefined,
  out: (line: string) => void,
): void {
  out(`${dataDir} is as it was at ${createdAt}: ${events.count} events up to position ${events.head}.`);
  if (replaced !== undefined) out(`Its earlier content is in ${replaced}.`);
  out(
    'The next start builds the ledger; then run `npm run nhip -- verify`, and let the feeds repeat their messages since then.',
  );
}
