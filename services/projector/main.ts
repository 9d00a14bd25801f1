import { books } from '../../shared/books/registry.ts';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import type { Position } from '../../shared/contracts/stored-event.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import { showLedgerLag } from '../../shared/ledger/lag-metric.ts';
import type { Checkpoint, LedgerWriter } from '../../shared/ledger/port.ts';
import { rebuildPostgresLedger } from '../../shared/ledger/postgres/rebuild.ts';
import { openPostgresLedgerWriter } from '../../shared/ledger/postgres/writer.ts';
import { LedgerVersionError } from '../../shared/ledger/sql/version.ts';
import { runService } from '../../shared/platform/service.ts';
import { openBackends } from '../../shared/production/backends.ts';
import { workWhileLeading } from '../../shared/production/leader.ts';
import { openLease } from '../../shared/production/lease.ts';
import { showPostings } from './metrics.ts';
import { logPoison, project } from './projection.ts';

/**
 * The projector as a process: one leads and posts, the others stand by. Should two ever believe that they lead, the ledger's
 * checkpoint lets one of them post and turns the other away.
 */
await runService(
  'projector',
  async (context) => {
    const { config, registry, clock, closing } = context;
    const log = context.log.child({ component: 'projector' });
    const backends = await openBackends('projector', context);
    const { store, pool, readiness } = backends;
    const lease = openLease('projector', context, backends);
    const rules = foldRulesOf({
      books,
      zone: config.TZ_OFFICE,
      holidays: vietnamHolidays(),
      hours: config.OFFICE_HOURS,
    });
    const show = showPostings(registry);
    let checkpoint: Checkpoint | undefined;
    showLedgerLag(registry, { store, checkpoint: () => checkpoint, clock });

    /** A ledger of another version is built anew beside the old one, which goes on being read by processes of its version. */
    async function openLedger(signal: AbortSignal): Promise<LedgerWriter> {
      try {
        return await openPostgresLedgerWriter(pool, rules);
      } catch (error) {
        if (!(error instanceof LedgerVersionError)) throw error;
        log.info('the ledger is of another version and is built anew');
        const onProgress = (position: Position, head: Position) => log.info({ position, head }, 'building');
        await rebuildPostgresLedger({ events: store, pool, rules, signal, onProgress });
        return openPostgresLedgerWriter(pool, rules);
      }
    }

    /** A store that was put back to an older state would have what comes next overlooked, until it is as long as it was. */
    async function assertNotAhead({ position }: Checkpoint): Promise<void> {
      const head = await store.head();
      if (position <= head) return;
      throw new Error(
        `the ledger is at position ${position}, beyond the end of the event store at ${head}. Was the store restored from a backup? ` +
          'Then the ledger must go, and is built anew: docs/backup.md.',
      );
    }

    const leader = workWhileLeading({
      role: 'projector',
      leadership: lease,
      log,
      registry,
      async work(signal) {
        const ledger = await openLedger(signal);
        try {
          checkpoint = ledger.checkpoint;
          await assertNotAhead(checkpoint);
          log.info({ position: checkpoint.position }, 'following the store');
          await project(store, ledger, signal, (page) => {
            checkpoint = page.checkpoint;
            logPoison(page, log);
            show(page);
          });
        } finally {
          // Another one posts from now on: what is known here grows old.
          checkpoint = undefined;
          await ledger.close();
        }
      },
    });
    closing('projector', () => leader.stop());
    return { readiness: [...readiness, { name: 'projector', problem: () => leader.failure() }] };
  },
  { healthOnly: true },
);
