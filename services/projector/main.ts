import { books } from '../../shared/books/registry.ts';
import type { Position } from '../../shared/contracts/stored-event.ts';
import { PostgresChain } from '../../shared/event-store/postgres/chain.ts';
import { SCRUBBING, ScrubReport } from '../../shared/event-store/scrub-report.ts';
import { LedgerLag } from '../../shared/ledger/lag.ts';
import { showLedgerLag, showSetAside } from '../../shared/ledger/metrics.ts';
import { type Checkpoint, chainHeadOf, type LedgerWriter } from '../../shared/ledger/port.ts';
import { openPostgresLedgerReader } from '../../shared/ledger/postgres/reader.ts';
import { rebuildPostgresLedger } from '../../shared/ledger/postgres/rebuild.ts';
import { openPostgresLedgerWriter } from '../../shared/ledger/postgres/writer.ts';
import { LedgerVersionError } from '../../shared/ledger/sql/version.ts';
import { runService } from '../../shared/platform/service.ts';
import { openBackends } from '../../shared/production/backends.ts';
import { configuredRules } from '../../shared/production/configured-rules.ts';
import { workWhileLeading } from '../../shared/production/leader.ts';
import { openLease } from '../../shared/production/lease.ts';
import { readFinding, saveFinding } from '../../shared/production/scrub-finding.ts';
import { chainedEvents } from './chained-events.ts';
import { doubting } from './doubting.ts';
import { showPostings } from './metrics.ts';
import { noteInDatabase } from './note-places.ts';
import { PageNote } from './page-note.ts';
import {
  logPoison,
  logRetried,
  type PostedPage,
  project,
  projectCarefully,
  retrySetAside,
} from './projection.ts';
import { scrub } from './scrub.ts';

/**
 * The projector as a process: one leads and posts, the others stand by. If two believe that they lead, the ledger's
 * checkpoint lets one of them post and refuses the other.
 */
await runService(
  'projector',
  async (context) => {
    const { config, registry, clock, closing } = context;
    const log = context.log.child({ component: 'projector' });
    const backends = await openBackends('projector', context);
    const { store, removals, pool, readiness } = backends;
    const lease = openLease('projector', context, backends);
    const rules = configuredRules(config, books);
    const show = showPostings(registry);
    const note = new PageNote(noteInDatabase(pool));
    let checkpoint: Checkpoint | undefined;
    const chain = new PostgresChain(pool);
    const scrubbed = new ScrubReport({ log, registry }, () => checkpoint && chainHeadOf(checkpoint));
    const reader = openPostgresLedgerReader(pool, config.TZ_OFFICE);
    showLedgerLag(registry, new LedgerLag({ store, checkpoint: () => checkpoint, clock }));
    showSetAside(registry, reader, books.kinds);

    /** A ledger of another version is rebuilt beside the old one, which processes of that version continue to read. */
    async function openLedger(signal: AbortSignal): Promise<LedgerWriter> {
      try {
        return await openPostgresLedgerWriter(pool, rules);
      } catch (error) {
        if (!(error instanceof LedgerVersionError)) throw error;
        log.info('projector: ledger has another version, rebuilding it');
        const onProgress = (position: Position, head: Position) =>
          log.info({ position, head }, 'projector: rebuilding');
        await rebuildPostgresLedger({ events: store, pool, rules, signal, onProgress });
        return openPostgresLedgerWriter(pool, rules);
      }
    }

    /** A store restored to an older state is shorter than the ledger: its next events would be overlooked. */
    async function assertNotAhead({ position }: Checkpoint): Promise<void> {
      const head = await store.head();
      if (position <= head) return;
      throw new Error(
        `the ledger is at position ${position}, beyond the end of the event store at ${head}. Was the store restored from a backup? ` +
          'Then the ledger must be removed, and is rebuilt: docs/backup.md.',
      );
    }

    async function follow(signal: AbortSignal): Promise<void> {
      const ledger = await openLedger(signal);
      const ended = new AbortController();
      let scrubbing: Promise<void> | undefined;
      try {
        checkpoint = ledger.checkpoint;
        await assertNotAhead(checkpoint);
        const events = await chainedEvents({ store, chain, clock, log }, checkpoint);
        log.info({ position: checkpoint.position }, 'projector: following the event store');
        logRetried(await retrySetAside(store, ledger, signal), log);
        checkpoint = ledger.checkpoint;
        scrubbing = scrub(
          {
            ...{
              events: store,
              removals,
              chain,
              ledger: reader,
              books,
              report: scrubbed,
              clock,
              ...SCRUBBING,
            },
            save: (finding) => saveFinding(pool, finding),
          },
          AbortSignal.any([signal, ended.signal]),
        );
        const onPosted = (page: PostedPage) => {
          checkpoint = page.checkpoint;
          const head = chainHeadOf(checkpoint);
          if (head) scrubbed.logHead(head);
          logPoison(page, log);
          show(page);
        };
        await projectCarefully({ events, ledger, note, onPosted }, signal);
        await project({ events, ledger, note, onPosted }, signal);
      } finally {
        ended.abort();
        await scrubbing;
        // Another process posts from now on: the checkpoint known here becomes outdated.
        checkpoint = undefined;
        await ledger.close();
      }
    }

    const leader = workWhileLeading({
      role: 'projector',
      leadership: lease,
      log,
      registry,
      work: (signal) =>
        doubting(() => follow(signal), {
          report: scrubbed,
          log,
          save: async (fault) => saveFinding(pool, { ...(await readFinding(pool)), fault }),
        }),
    });
    closing('projector', () => leader.stop());
    return { readiness: [...readiness, { name: 'projector', problem: () => leader.failure() }] };
  },
  { healthOnly: true },
);
