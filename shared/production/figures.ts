import { vietnamHolidays } from '../calendar/holidays.ts';
import { START } from '../contracts/stored-event.ts';
import { lettersStillOpen } from '../dead-letters/table.ts';
import { Commits } from '../ledger/commits.ts';
import { LedgerLag } from '../ledger/lag.ts';
import { showLedgerLag } from '../ledger/metrics.ts';
import type { LedgerReader } from '../ledger/port.ts';
import { openPostgresCommitFeed } from '../ledger/postgres/commit-feed.ts';
import { openPostgresLedgerReader, openQueuedPostgresReader } from '../ledger/postgres/reader.ts';
import type { Catalog } from '../measures/catalog.ts';
import { generalDoubts } from '../measures/general-doubts.ts';
import type { FileObjectives } from '../measures/known-objectives.ts';
import { objectivesOf } from '../measures/objectives-file.ts';
import { Observatory } from '../measures/observatory.ts';
import { ConfigError } from '../platform/config-fault.ts';
import type { Readiness } from '../platform/health.ts';
import { pauses } from '../platform/in-turns.ts';
import type { ServiceContext } from '../platform/service.ts';
import { postgresEngine } from '../sql/postgres/engine.ts';
import type { Backends } from './backends.ts';
import { followFinding } from './scrub-finding.ts';

export interface Figures {
  readonly ledger: LedgerReader;
  readonly commits: Commits;
  readonly observatory: Observatory;
  readonly objectives: FileObjectives;
  readonly readiness: readonly Readiness[];
}

/** What a process knows before it has read anything of a ledger. */
const NOTHING_YET: Commits['latest'] = { position: START, knownAt: 0, entry: 0, office: 0, generation: '' };

/** What the api and the alerter both read: the ledger in PostgreSQL, the news of its commits, and figures over it. @throws ConfigError */
export function openFigures(
  { config, clock, clockGuard, closing, registry }: ServiceContext,
  { pool, store }: Pick<Backends, 'pool' | 'store'>,
  { books, measures }: Catalog,
): Figures {
  const objectives = objectivesOf(config, measures);
  if (objectives.kind === 'invalid') throw new ConfigError(objectives.faults);
  const zone = config.TZ_OFFICE;
  const ledger = openPostgresLedgerReader(pool, zone);
  closing('ledger', () => ledger.close());
  const commits = new Commits(NOTHING_YET);
  const news = openPostgresCommitFeed({ pool, onCheckpoint: (checkpoint) => commits.publish(checkpoint) });
  closing('news of commits', () => news.close());
  const lag = new LedgerLag({
    store,
    checkpoint: () => (commits.latest === NOTHING_YET ? undefined : commits.latest),
    clock,
  });
  closing('lag of the ledger', () => lag.stop());
  // It waits for a server that is unreachable, and figures are behind meanwhile.
  void lag.start();
  showLedgerLag(registry, lag);
  const scrubbed = followFinding(pool);
  closing('finding of the scrubber', scrubbed.stop);
  const storedDataFault = () => scrubbed.latest().fault;
  const deadLetters = lettersStillOpen(postgresEngine(pool));
  return {
    ledger,
    commits,
    objectives: objectives.objectives,
    observatory: new Observatory({
      ledger,
      slow: openQueuedPostgresReader(pool, zone),
      measures,
      kinds: books.kinds,
      file: objectives.objectives,
      clock,
      zone,
      holidays: vietnamHolidays(),
      hours: config.OFFICE_HOURS,
      officeUnit: config.OFFICE_UNIT,
      pause: pauses(),
      deadLetters: () => deadLetters.get(),
      lostByChain: () => scrubbed.latest().lost,
      doubts: generalDoubts({
        lag,
        clockProblem: () => clockGuard.problem(),
        integrityFault: storedDataFault,
      }),
    }),
    readiness: [
      { name: 'ledger', problem: () => news.problem() },
      // Figures are answered with their doubt.
      { name: 'stored-data', problem: storedDataFault, spared: true },
    ],
  };
}
