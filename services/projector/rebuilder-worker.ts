import { parentPort, workerData } from 'node:worker_threads';
import { zoneOf } from '../../shared/calendar/zone.ts';
import { START } from '../../shared/contracts/stored-event.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import type { MayLack } from '../../shared/ledger/rebuild.ts';
import { registryIn } from '../../shared/ledger/registry.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import type { FromRebuilder, RebuildTask } from './messages.ts';
import { rebuildLedger } from './rebuild.ts';

/** The thread of one rebuild, so that the live projector continues beside it. */
async function rebuild({ settings, target }: RebuildTask): Promise<void> {
  const { eventsPath, ledgerPath, zone, holidays, hours, extensionRule } = settings;
  const books = await registryIn(settings.books);
  const events = openEventReader(eventsPath);
  const stop = new AbortController();
  parentPort?.once('message', () => stop.abort());
  const send = (message: FromRebuilder) => parentPort?.postMessage(message);
  const outcome = await rebuildLedger({
    events,
    target,
    mayLack: await setAsideIn(ledgerPath, zone),
    rules: foldRulesOf({ books, zone: zoneOf(zone), holidays, hours, extensionRule }),
    signal: stop.signal,
    onProgress: (position, head) => send({ kind: 'progress', position, head }),
  });
  await events.close();
  send({ kind: 'ended', outcome });
  parentPort?.close();
}

/** The events that the ledger in force lacks. */
async function setAsideIn(ledgerPath: string, zone: string): Promise<MayLack> {
  const ledger = openLedgerReader(ledgerPath, zoneOf(zone));
  const setAside = await ledger.snapshot((snapshot) =>
    snapshot.setAsideEvents(START, Number.MAX_SAFE_INTEGER),
  );
  await ledger.close();
  return new Set(setAside.map(({ event }) => event));
}

// Given by the owner in app.ts.
await rebuild(workerData as RebuildTask);
