import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoEvent } from '../../services/standalone/demo/province.ts';
import { books } from '../../shared/books/registry.ts';
import { packed } from '../../shared/event-store/sqlite/requests.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { SqliteWriter } from '../../shared/event-store/sqlite/writer.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import { openLedgerWriter } from '../../shared/ledger/sqlite/writer.ts';
import type { Bench, Scale } from './figures.ts';
import { inFolder } from './files.ts';
import { cloudEvents, eventOf, OFFICE, take } from './input.ts';
import { playLive } from './live.ts';
import { fillServer, memoryOf, startAsShipped } from './process.ts';

const BATCH = 1_000;
const WARM_UP_DOSSIERS = 20_000;
const WARM_UP_EVENTS = 150_000;
const PLAYED = 50_000;
/** A cost is that of so many events. */
const MEASURED = 100_000;
const SMALL = 10_000;
/** The year has some more events, to be played once the store is filled. */
const FULL = { dossiers: 1_050_000, events: 10_100_000 };
const QUICK = { dossiers: 60_000, events: 500_000 };

/** What size does: the cost of an event in a small and in a large store, and the memory of a server on the large one. */
export const size: Bench = ({ quick, log }) =>
  inFolder(async (folder) => {
    const { dossiers, events } = quick ? QUICK : FULL;
    log('size: warming up');
    const warmUp = openFiles(join(folder, 'warm-up'));
    await advance(warmUp, cloudEvents(WARM_UP_DOSSIERS), WARM_UP_EVENTS, () => {});
    await warmUp.close();

    log(`size: ${events} events of ${dossiers} dossiers`);
    const files = openFiles(join(folder, 'data'));
    const feed = cloudEvents(dossiers);
    await advance(files, feed, SMALL, log);
    const first = await advance(files, feed, MEASURED, log);
    await advance(files, feed, events - SMALL - 2 * MEASURED, log);
    const last = await advance(files, feed, MEASURED, log);
    await files.close();

    const { mostMiB, position } = await serve(join(folder, 'data'), feed, quick ? 10 : 60, log);
    const shown = ({ append, fold }: Cost) => `append ${append.toFixed(1)} + fold ${fold.toFixed(1)} µs`;
    return [
      {
        what: `cost of an event at ${events.toExponential(0)} ÷ at ${SMALL.toExponential(0)}`,
        value: (last.append + last.fold) / (first.append + first.fold),
        unit: '×',
        goal: 1.3,
        floor: 2,
        note: `processor time of ${MEASURED} events in pages of ${BATCH}: ${shown(first)} → ${shown(last)}`,
      },
      {
        what: `RSS of the server on ${dossiers.toLocaleString('en-US')} dossiers`,
        value: mostMiB,
        unit: 'MiB',
        goal: 512,
        floor: 1_024,
        note: `${position.toLocaleString('en-US')} events; the most it had since its start, taking ${PLAYED} events at full speed, then 1,000/s`,
      },
    ];
  });

/** Processor microseconds an event. */
interface Cost {
  readonly append: number;
  readonly fold: number;
}

/** The store and the ledger as their threads use them, on this thread, so that their costs can be told apart. */
function openFiles(folder: string) {
  mkdirSync(folder);
  const path = join(folder, 'events.db');
  const writer = SqliteWriter.open(path);
  const reader = openEventReader(path);
  const ledger = openLedgerWriter(join(folder, 'ledger.db'), foldRulesOf({ books, ...OFFICE }));
  return {
    writer,
    reader,
    ledger,
    async close() {
      await ledger.close();
      await reader.close();
      writer.close();
    },
  };
}

/** Appends and folds the next events of a feed. */
async function advance(
  { writer, reader, ledger }: ReturnType<typeof openFiles>,
  feed: Iterator<DemoEvent>,
  count: number,
  log: Scale['log'],
): Promise<Cost> {
  const spent = { append: 0, fold: 0 };
  for (let done = 0; done < count; done += BATCH) {
    const events = take(feed, BATCH).map(eventOf);
    const begun = process.cpuUsage();
    writer.write([packed({ kind: 'record', events, recordedAt: Date.now() })]);
    spent.append += total(process.cpuUsage(begun));
    const page = await reader.readAll(ledger.checkpoint.position, BATCH);
    const read = process.cpuUsage();
    if (page.events.length > 0) await ledger.post(page);
    spent.fold += total(process.cpuUsage(read));
    if (done % 1_000_000 === 0) log(`size: ${ledger.checkpoint.position} events`);
  }
  return { append: spent.append / count, fold: spent.fold / count };
}

const total = ({ user, system }: NodeJS.CpuUsage): number => user + system;

async function serve(dataDir: string, feed: Generator<DemoEvent>, seconds: number, log: Scale['log']) {
  const server = await startAsShipped({ DATA_DIR: dataDir });
  try {
    await fillServer(server, feed, PLAYED, log);
    log(`size: 1,000 events/s, ${Math.round(memoryOf(server).now)} MiB`);
    const live = playLive(server, feed);
    const end = performance.now() + seconds * 1_000;
    while (performance.now() < end) {
      await (await fetch(`${server.url}/v1/objectives`)).arrayBuffer();
      await (await fetch(`${server.url}/v1/dossiers?state=overdue`)).arrayBuffer();
    }
    await live.stop();
    const position = Math.max(...live.accepted.map((each) => each.position));
    return { mostMiB: memoryOf(server).most, position };
  } finally {
    await server.stop();
  }
}
