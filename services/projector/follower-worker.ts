import { parentPort, workerData } from 'node:worker_threads';
import { zoneOf } from '../../shared/calendar/zone.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import { registryIn } from '../../shared/ledger/registry.ts';
import { switchLedger } from '../../shared/ledger/sqlite/switch-ledger.ts';
import { openLedgerWriter } from '../../shared/ledger/sqlite/writer.ts';
import { startTracing } from '../../shared/platform/tracing.ts';
import type { FollowTask, FromFollower, ToFollower } from './messages.ts';
import { noteInFile } from './note-places.ts';
import { PageNote } from './page-note.ts';
import { catchUp, type PostedPage, project, projectCarefully, retrySetAside } from './projection.ts';

/** The live projector's thread: keeps the ledger up with the store until its owner stops it; after an error the owner restarts it. */
async function follow({ settings, tracing: tracingOptions }: FollowTask): Promise<void> {
  const { eventsPath, ledgerPath, zone, holidays, hours, extensionRule } = settings;
  const books = await registryIn(settings.books);
  const tracing = await startTracing('projector', tracingOptions);
  const rules = foldRulesOf({ books, zone: zoneOf(zone), holidays, hours, extensionRule });
  const events = openEventReader(eventsPath);
  let ledger = openLedgerWriter(ledgerPath, rules);
  const send = (message: FromFollower) => parentPort?.postMessage(message);
  send({ kind: 'started', checkpoint: ledger.checkpoint });

  const waiting: ToFollower[] = [];
  let interrupt = new AbortController();
  parentPort?.on('message', (message: ToFollower) => {
    waiting.push(message);
    interrupt.abort();
  });

  const retried = await retrySetAside(events, ledger, interrupt.signal);
  send({ kind: 'retried', ...retried });
  const place = noteInFile(`${ledgerPath}-page`);
  const note = new PageNote(place);
  const onPosted = (page: PostedPage) => send({ kind: 'posted', page });
  await projectCarefully({ events, ledger, note, onPosted }, interrupt.signal);
  for (;;) {
    await project({ events, ledger, note, onPosted }, interrupt.signal);
    interrupt = new AbortController();
    const message = waiting.shift();
    if (waiting.length > 0) interrupt.abort();
    if (message?.kind === 'stop') break;
    if (message?.kind === 'adopt') {
      const next = openLedgerWriter(message.target, rules);
      // Readers must not see the ledger go back, so the new one first catches up with the old one.
      await catchUp(events, next, new AbortController().signal, () => {});
      await switchLedger(ledgerPath, message.target, ledger);
      ledger = next;
      send({ kind: 'adopted', checkpoint: ledger.checkpoint });
    }
  }
  await ledger.close();
  place.close();
  await events.close();
  await tracing.close();
  parentPort?.close();
}

// Given by the owner in app.ts.
await follow(workerData as FollowTask);
