import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { books } from '../../../shared/books/registry.ts';
import { openEventStore } from '../../../shared/event-store/sqlite/store.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import type { Config } from '../../../shared/platform/config.ts';
import { ConfigError } from '../../../shared/platform/config-fault.ts';
import { lockDataDir } from '../../../shared/platform/data-dir.ts';
import { createLog } from '../../../shared/platform/log.ts';
import { openServers } from '../../../shared/production/servers.ts';
import { buildIngest, type IngestOptions, type IngestSettings } from '../../ingest/app.ts';
import { readIngestConfig } from '../../ingest/config.ts';
import { openPostgresDeadLetters } from '../../ingest/dead-letters/dead-letters-postgres.ts';
import { openSqliteDeadLetters } from '../../ingest/dead-letters/dead-letters-sqlite.ts';
import { type Command, type CommandContext, EXIT, type ExitCode, parsed, UsageError } from '../command.ts';
import { type Destination, intakeDestination, serverDestination } from './destination.ts';
import { declared } from './encoding.ts';
import { type ImportSummary, importFiles } from './import-files.ts';
import { prepareFiles } from './prepared-file.ts';

/** `nhip import`: history and backfill from files. */
export const importCommand: Command = {
  name: 'import',
  summary: 'Take in files: CloudEvents as NDJSON, or CSV with a mapping',
  usage: `nhip import FILE... [--mapping MAPPING.json] [--encoding ENCODING] [--url URL] [--reports DIR]

Files are NDJSON (a CloudEvent a line) or CSV (a mapping defines its columns), plain or gzip. An interrupted
import continues where it was; importing the same file again changes nothing. Lines that are refused are listed in
FILE.rejected.ndjson.

--mapping  how CSV rows become events; docs/import.md describes it
--encoding utf-16 or windows-1258, where a file is not in UTF-8; what else it is (a workbook, TCVN3) is named and refused
--url      the server to send to; without it the store of EVENTSTORE_URL if that is set, else the server that holds DATA_DIR,
           or, when none runs, DATA_DIR itself
--reports  the folder for the lists of rejected lines; beside each file by default

NHIP_KEY holds the API key (right: feed) for a server that requires one.`,
  wrong: 'lines were rejected, or no line of a file states an event',
  async run(args, context) {
    const { values, positionals } = parsed(args, {
      allowPositionals: true,
      options: {
        mapping: { type: 'string' },
        encoding: { type: 'string' },
        url: { type: 'string' },
        reports: { type: 'string' },
      },
    });
    if (positionals.length === 0) throw new UsageError('which files?');
    const encoding = values.encoding === undefined ? undefined : declared(values.encoding);
    const { reports } = values;
    if (reports !== undefined && !statSync(reports, { throwIfNoEntry: false })?.isDirectory())
      throw new UsageError(`--reports: ${reports} is no folder`);
    const files = await prepareFiles({
      files: positionals,
      ...(values.mapping !== undefined && { mappingFile: values.mapping }),
      ...(encoding !== undefined && { encoding }),
    });
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    const target = await openDestination(values.url, context);
    try {
      const summaries = await importFiles({
        files,
        destination: target.destination,
        positionsDir: join(context.config.DATA_DIR, 'imports'),
        out: context.out,
        signal: stop.signal,
        ...(reports !== undefined && { reportsDir: reports }),
        ...(process.stderr.isTTY && { terminal: process.stderr }),
      });
      return exitCodeOf(summaries);
    } finally {
      await target.close();
    }
  },
};

function exitCodeOf(summaries: readonly ImportSummary[]): ExitCode {
  if (summaries.some(({ complete }) => !complete)) return EXIT.failed;
  const isWell = summaries.every(({ rejected, nothing }) => rejected === 0 && nothing !== 'no-events');
  return isWell ? EXIT.well : EXIT.wrong;
}

interface Target {
  readonly destination: Destination;
  close(): Promise<void>;
}

async function openDestination(url: string | undefined, { config, env }: CommandContext): Promise<Target> {
  const server = (base: string): Target => ({
    destination: serverDestination({ url: base, ...(env.NHIP_KEY && { key: env.NHIP_KEY }) }),
    close: async () => {},
  });
  if (url !== undefined) return server(url);
  const reading = readIngestConfig(env, config, books.kinds);
  if (reading.kind === 'invalid') throw new ConfigError(reading.faults);
  const { settings } = reading.config;
  const servers = await openServers('import', config);
  if (servers) {
    const deadLetters = openPostgresDeadLetters(servers.pool);
    return throughTheDoor({ ...servers, deadLetters, name: 'EVENTSTORE_URL', settings }, config);
  }
  const lock = lockDataDir(config.DATA_DIR, '(nhip import)');
  if (lock.kind === 'held') return server(lock.holder.url);
  const store = await openEventStore(join(config.DATA_DIR, 'events.db'));
  const deadLetters = openSqliteDeadLetters(join(config.DATA_DIR, 'dead-letters.db'));
  const close = async () => {
    await deadLetters.close();
    await store.close();
    lock.release();
  };
  return throughTheDoor({ store, deadLetters, name: config.DATA_DIR, settings, close }, config);
}

interface Keeping extends Pick<IngestOptions, 'store' | 'deadLetters'> {
  readonly settings: IngestSettings;
  /** Tells them apart from other destinations. */
  readonly name: string;
  close(): Promise<void>;
}

/** Straight into a store, through the same door as every feed; the ledger that follows it is brought up to it. */
function throughTheDoor(
  { settings, store, deadLetters, name, close }: Keeping,
  { LOG_LEVEL }: Config,
): Target {
  const ingest = buildIngest({
    ...settings,
    store,
    deadLetters,
    clock: systemClock,
    log: createLog(LOG_LEVEL, process.stderr),
    registry: new Registry(),
  });
  return {
    destination: intakeDestination(ingest, name),
    close: async () => {
      await ingest.close();
      await close();
    },
  };
}
