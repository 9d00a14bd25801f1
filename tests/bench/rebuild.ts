import { join } from 'node:path';
import { Registry } from 'prom-client';
import { startProjector } from '../../services/projector/app.ts';
import { DEFAULT_EXTENSION_RULE } from '../../shared/bookkeeping/extension-rule.ts';
import { books } from '../../shared/books/registry.ts';
import { createLog } from '../../shared/platform/log.ts';
import { type Bench, median } from './figures.ts';
import { fillStore, inFolder } from './files.ts';
import { OFFICE } from './input.ts';
import { emmett } from './peers.ts';

/** Every read model from the store, by the projector's own rebuild: a thread of its own, beside the live ledger, then the switch. */
export const rebuild: Bench = async ({ quick, log }) => {
  const dossiers = quick ? 20_000 : 100_000;
  const { consume, consumeNothing } = await emmett(log);
  return inFolder(async (folder) => {
    log(`rebuild: filling a store with ${dossiers} dossiers`);
    const eventsPath = join(folder, 'events.db');
    const events = await fillStore(eventsPath, dossiers);
    const rates: number[] = [];
    const projector = await startProjector({
      ...OFFICE,
      zone: OFFICE.zone.name,
      extensionRule: DEFAULT_EXTENSION_RULE,
      books: books.module,
      eventsPath,
      ledgerPath: join(folder, 'ledger.db'),
      log: createLog('silent'),
      onCommit: () => {},
      registry: new Registry(),
      tracing: { endpoint: undefined, ratio: 0 },
    });
    // The live projector has its own catching up to do first; two at once would measure each other.
    while (projector.checkpoint.position < events) await new Promise((resolve) => setTimeout(resolve, 100));
    for (let round = 1; round <= 3; round++) {
      log(`rebuild: ${events} events, round ${round}`);
      const started = performance.now();
      const { kind } = await projector.rebuild();
      if (kind !== 'rebuilt') throw new Error(kind);
      rates.push((events / (performance.now() - started)) * 1_000);
    }
    await projector.stop();
    return [
      {
        what: `rebuild of every read model, ${events.toLocaleString('en-US')} events`,
        value: median(rates),
        unit: 'ev/s',
        goal: 200_000,
        floor: 80_000,
        peer: { what: 'Emmett’s consumer, one upsert an event', value: consume, goal: 30, floor: 10 },
        note: `median of ${rates.length}; Emmett’s consumer with a handler that does nothing: ${consumeNothing} ev/s`,
      },
    ];
  });
};
