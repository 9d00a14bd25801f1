import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoEvent } from '../../services/standalone/demo/province.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { SqliteWriter } from '../../shared/event-store/sqlite/writer.ts';
import { foldRulesOf } from '../../shared/ledger/fold-office.ts';
import { openLedgerWriter } from '../../shared/ledger/sqlite/writer.ts';
import { startServer } from '../support/standalone.ts';
import type { Bench, Scale } from './figures.ts';
import { inFolder } from './files.ts';
import { cloudEvents, eventOf, OFFICE, take } from './input.ts';
import { playLive } from './live.ts';
import { fillServer, memoryOf } from './process.ts';

const BATCH = 1_000;
const WARM_UP_DOSSIERS = 20_000;
/** A cost is that of so many events. */
const MEASURED = 100_000;
const SMALL = 10_000;
/** A little fewer than there are, so that the year's last events can be played. */
const EVENTS_A_DOSSIER = 9;

/** What size does: the cost of an event in a small and in a large store, and the memory of a server on the large one. */
export const size: Bench = ({ quick, log }) =>
  inFolder(async (folder) => {
    const dossiers = quick ? 50_000 : 1_000_000;
    log('size: warming up');
    await fill(join(folder, 'warm-up'), cloudEvents(WARM_UP_DOSSIERS), 200_000, () => {});
    const large = join(folder, 'data');
    const feed = cloudEvents(dossiers);
    log(`size: ${dossiers} dossiers`);
    const costs = await fill(large, feed, dossiers * EVENTS_A_DOSSIER, log);
    const [first] = costs;
    const last = costs.at(-1);
    if (!first || !last) throw new Error('the feed is too short for this run');
    const shown = ({ append, fold }: Cost) => `append ${append.toFixed(1)} + fold ${fold.toFixed(1)} µs`;
    const { most, events } = await serve(large, feed, quick ? 10 : 60, log);
    return [
      {
        what: `cost of an event at ${last.events.toExponential(0)} ÷ at ${SMALL.toExponential(0)}`,
        value: (last.append + last.fold) / (first.append + first.fold),
        unit: '×',
        goal: 1.3,
        floor: 2,
        note: `processor time of ${MEASURED} events from there on; ${shown(first)} → ${shown(last)}`,
      },
      {
        what: `RSS of the server on ${dossiers.toLocaleString('en-US')} dossiers`,
        value: most,
        unit: 'MiB',
        goal: 512,
        floor: 1_024,
        note: `${events.toLocaleString('en-US')} events; the most it had from its start on, while events came at full speed, then 1,000/s`,
      },
    ];
  });

interface Cost {
  /** In the store when it was measured. */
  readonly events: number;
  /** Processor microseconds an event. */
  readonly append: number;
  readonly fold: number;
}

/** Appends and folds events, batch after batch on this thread. @returns the costs at 10⁴, 10⁵, … events, and at the end */
async function fill(
  folder: string,
  feed: Iterator<DemoEvent>,
  count: number,
  log: Scale['log'],
): Promise<readonly Cost[]> {
  mkdirSync(folder);
  const path = join(folder, 'events.db');
  const writer = SqliteWriter.open(path);
  const reader = openEventReader(path);
  const ledger = openLedgerWriter(join(folder, 'ledger.db'), foldRulesOf(OFFICE));
  const costs: Cost[] = [];
  let since = { events: SMALL, append: 0, fold: 0 };
  let spent = { append: 0, fold: 0 };
  for (let events = BATCH; events <= count; events += BATCH) {
    const batch = take(feed, BATCH).map(eventOf);
    const begun = process.cpuUsage();
    writer.write([{ kind: 'record', events: batch, recordedAt: Date.now() }]);
    const appended = process.cpuUsage(begun);
    const page = await reader.readAll(ledger.checkpoint.position, BATCH);
    const read = process.cpuUsage();
    if (page.events.length > 0) await ledger.post(page);
    const folded = process.cpuUsage(read);
    spent = { append: spent.append + total(appended), fold: spent.fold + total(folded) };
    if (events === since.events) since = { events, ...spent };
    if (events !== since.events + MEASURED) continue;
    const cost = {
      events: since.events,
      append: (spent.append - since.append) / MEASURED,
      fold: (spent.fold - since.fold) / MEASURED,
    };
    log(`size: at ${cost.events} events append ${cost.append.toFixed(1)}, fold ${cost.fold.toFixed(1)} µs`);
    costs.push(cost);
    since = { events: nextMark(events), append: 0, fold: 0 };
  }
  await ledger.close();
  await reader.close();
  writer.close();
  return costs;
}

/** 10⁵, 10⁶ and every million after it. */
const nextMark = (events: number): number => Math.max(100_000, Math.ceil(events / 1_000_000) * 1_000_000);

const total = ({ user, system }: NodeJS.CpuUsage): number => user + system;

async function serve(dataDir: string, feed: Generator<DemoEvent>, seconds: number, log: Scale['log']) {
  const server = await startServer({ DATA_DIR: dataDir });
  try {
    await fillServer(server, feed, 100_000, log);
    log(`size: 1,000 events/s, ${Math.round(memoryOf(server).now)} MiB`);
    const live = playLive(server, feed);
    const end = performance.now() + seconds * 1_000;
    while (performance.now() < end) {
      await (await fetch(`${server.url}/v1/objectives`)).arrayBuffer();
      await (await fetch(`${server.url}/v1/dossiers?state=overdue`)).arrayBuffer();
    }
    await live.stop();
    const position = Math.max(...live.accepted.map((each) => each.position));
    return { most: memoryOf(server).most, events: position };
  } finally {
    await server.stop();
  }
}
