import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoEvent } from '../../services/standalone/demo/province.ts';
import { books } from '../../shared/books/registry.ts';
import { MINUTE } from '../../shared/calendar/zone.ts';
import { packed } from '../../shared/event-store/sqlite/requests.ts';
import { openEventReader, openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { SqliteWriter } from '../../shared/event-store/sqlite/writer.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import { fill } from '../../shared/ledger/rebuild.ts';
import { BulkLedgerWriter } from '../../shared/ledger/sqlite/bulk-writer.ts';
import type { Scale } from './figures.ts';
import { cloudEvents, eventOf, inBatches, OFFICE } from './input.ts';

/** Runs something in a folder of its own, which does not outlive it. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes a store file with a year of the province. @returns how many events it holds */
export async function fillStore(path: string, dossiers: number): Promise<number> {
  const store = await openEventStore(path);
  try {
    for (const batch of inBatches(cloudEvents(dossiers), 5_000)) {
      await store.record(batch.map(eventOf), Date.now());
    }
    return await store.head();
  } finally {
    await store.close();
  }
}

/** Events that arrive within this time are recorded at one moment. */
const SLOT = 15 * MINUTE;
const PAGE = 20_000;

/**
 * Makes the store and the ledger of a server that has run for a year: each event was recorded when it came, so that the past has
 * its own knowledge. @returns the number of events
 */
export async function fillPast(folder: string, dossiers: number, log: Scale['log']): Promise<number> {
  const eventsPath = join(folder, 'events.db');
  log(`recording the events of ${dossiers} dossiers`);
  const writer = SqliteWriter.open(eventsPath);
  for (const { recordedAt, events } of recordings(dossiers)) {
    writer.write([packed({ kind: 'record', events: events.map(eventOf), recordedAt })]);
  }
  writer.close();
  log('building the ledger');
  const store = openEventReader(eventsPath);
  const ledger = new BulkLedgerWriter(join(folder, 'ledger.db'), foldRulesOf({ books, ...OFFICE }));
  try {
    const { signal } = new AbortController();
    const onProgress = (position: number, head: number) => {
      if (position % (50 * PAGE) === 0) log(`${position} of ${head} events`);
    };
    await fill(ledger, { events: store, signal, onProgress }, new Set());
    await ledger.finish();
    return ledger.checkpoint.position;
  } finally {
    await ledger.close();
    await store.close();
  }
}

/** Steps that move no figure, half of all events: without them the year is filled in half of the time. */
const isIdle = ({ data }: DemoEvent): boolean => data.status === 'in-progress' && data.dueAt === undefined;

/** The year in batches, each with the moment of its arrival, up to the present. */
function* recordings(dossiers: number) {
  const now = Date.now();
  let events: DemoEvent[] = [];
  let recordedAt = 0;
  for (const event of cloudEvents(dossiers)) {
    const slot = Math.ceil(Date.parse(event.time) / SLOT) * SLOT;
    if (slot > now) break;
    if (isIdle(event)) continue;
    if (slot > recordedAt || events.length === PAGE) {
      if (events.length > 0) yield { recordedAt, events };
      events = [];
      recordedAt = Math.max(slot, recordedAt);
    }
    events.push(event);
  }
  if (events.length > 0) yield { recordedAt, events };
}
