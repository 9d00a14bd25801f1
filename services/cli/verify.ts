import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { books } from '../../shared/books/registry.ts';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { PostgresChain } from '../../shared/event-store/postgres/chain.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { openStoredChain } from '../../shared/event-store/sqlite/stored-chain.ts';
import type { LedgerReader } from '../../shared/ledger/port.ts';
import { openPostgresLedgerReader } from '../../shared/ledger/postgres/reader.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import {
  type Check,
  type VerifyOptions,
  type VerifyReport,
  verifyLedger,
} from '../../shared/ledger/verify.ts';
import { verifyLists } from '../../shared/measures/list-law.ts';
import { objectivesOf } from '../../shared/measures/objectives-file.ts';
import { Observatory } from '../../shared/measures/observatory.ts';
import { MEASURES } from '../../shared/measures/registry.ts';
import type { Config } from '../../shared/platform/config.ts';
import { ConfigError } from '../../shared/platform/config-fault.ts';
import { configuredRules } from '../../shared/production/configured-rules.ts';
import { openServers } from '../../shared/production/servers.ts';
import { checkOfCheckpoint } from './checkpoint/check.ts';
import { publicKey } from './checkpoint/keys.ts';
import { type Command, EXIT, parsed, UsageError } from './command.ts';
import { checksOfFiles } from './verify-files.ts';
import { checksOfServers } from './verify-servers.ts';

/** `nhip verify`: proves the figures from the events, also while the server runs. */
export const verify: Command = {
  name: 'verify',
  summary:
    'Check that no event was changed, recompute every figure, check the laws of the ledger, and each list',
  usage: `nhip verify [--json] [--checkpoint FILE [--public-key FILE]]

Reads DATA_DIR/events.db and DATA_DIR/ledger.db, or the store of EVENTSTORE_URL and the ledger in DATABASE_URL when these are
set. Changes nothing, and may run beside the servers. TZ_OFFICE, OFFICE_HOURS, EXTENSION_RULE and
OBJECTIVES_FILE must be those of the server.

--checkpoint  proves also that the store holds exactly what \`nhip checkpoint\` signed in this file
--public-key  the key that the office published; else that of CHECKPOINT_KEY_FILE, which a person with this machine could replace
--json  the report as JSON alone; through npm, \`npm run --silent nhip -- verify --json\` keeps npm's own lines out of it`,
  wrong: 'a check does not hold, and which',
  async run(args, { config, out }) {
    const { values } = parsed(args, {
      options: {
        json: { type: 'boolean' },
        checkpoint: { type: 'string' },
        'public-key': { type: 'string' },
      },
    });
    const signed = signedBy(values, config);
    const { events, ledger, checksApart, close } = (await productionParts(config)) ?? embeddedParts(config);
    try {
      const rules = configuredRules(config, books);
      const report = await verified({ events, ledger, rules }, config, await checksApart(signed));
      if (values.json) {
        out(JSON.stringify(report, null, 2));
        return report.ok ? EXIT.well : EXIT.wrong;
      }
      for (const { name, claim, kind, failures } of report.checks) {
        out(`${kind === 'ok' ? 'ok    ' : 'FAILED'}  ${name}: ${claim}`);
        for (const failure of failures) out(`          ${failure}`);
      }
      out(
        `${report.events} events up to position ${report.checkpoint.position}: ${report.ok ? 'all is well' : 'NOT well'}`,
      );
      return report.ok ? EXIT.well : EXIT.wrong;
    } finally {
      await close();
    }
  },
};

/** A signed checkpoint that the events are held against. */
interface Signed {
  readonly path: string;
  readonly key: KeyObject;
}

function signedBy(
  { checkpoint, 'public-key': key }: { readonly checkpoint?: string; readonly 'public-key'?: string },
  config: Config,
): Signed | undefined {
  if (checkpoint !== undefined) return { path: checkpoint, key: publicKey(key, config) };
  if (key !== undefined) throw new UsageError('--public-key goes with --checkpoint');
  return undefined;
}

/** After the events themselves: the ledger against the events, then each list against its figure. */
async function verified(
  options: VerifyOptions,
  config: Config,
  apart: readonly Check[],
): Promise<VerifyReport> {
  const objectives = objectivesOf(config, MEASURES);
  if (objectives.kind === 'invalid') throw new ConfigError(objectives.faults);
  const { TZ_OFFICE: zone, OFFICE_HOURS: hours } = config;
  // Where the ledger stands, so that an old store is judged by its own days.
  const { knownAt: now } = await options.ledger.checkpoint();
  const observatory = new Observatory({
    ledger: options.ledger,
    measures: MEASURES,
    kinds: books.kinds,
    file: objectives.objectives,
    clock: () => now,
    zone,
    holidays: vietnamHolidays(),
    hours,
    // Neither changes what is counted.
    deadLetters: async () => [],
    doubts: () => [],
  });
  const report = await verifyLedger(options);
  const checks = [...apart, ...report.checks, ...(await verifyLists(observatory, now, zone))];
  return { ...report, checks, ok: checks.every(({ kind }) => kind === 'ok') };
}

interface Parts {
  readonly events: Pick<EventStore, 'readAll' | 'head'>;
  readonly ledger: LedgerReader;
  /** The checks of the events and files themselves. */
  checksApart(signed: Signed | undefined): Promise<readonly Check[]>;
  close(): Promise<void>;
}

async function productionParts(config: Config): Promise<Parts | undefined> {
  const servers = await openServers('verify', config);
  if (!servers) return undefined;
  const { store, pool, close } = servers;
  return {
    events: store,
    ledger: openPostgresLedgerReader(pool, config.TZ_OFFICE),
    async checksApart(signed) {
      const chain = new PostgresChain(pool);
      return [
        ...(await checksOfServers(store, chain)),
        ...(signed ? [await checkOfCheckpoint(signed.path, signed.key, chain)] : []),
      ];
    },
    close,
  };
}

function embeddedParts({ DATA_DIR, TZ_OFFICE }: Config): Parts {
  const [eventsPath, ledgerPath] = ['events.db', 'ledger.db'].map((name) => join(DATA_DIR, name)) as [
    string,
    string,
  ];
  const missing = [eventsPath, ledgerPath].find((path) => !existsSync(path));
  if (missing !== undefined) throw new Error(`there is no ${missing}: start a server on DATA_DIR once`);
  const events = openEventReader(eventsPath);
  const ledger = openLedgerReader(ledgerPath, TZ_OFFICE);
  return {
    events,
    ledger,
    async checksApart(signed) {
      const chain = openStoredChain(eventsPath);
      try {
        return [
          ...(await checksOfFiles({ eventsPath, ledgerPath, events, chain })),
          ...(signed ? [await checkOfCheckpoint(signed.path, signed.key, chain)] : []),
        ];
      } finally {
        await chain.close();
      }
    },
    async close() {
      await ledger.close();
      await events.close();
    },
  };
}
