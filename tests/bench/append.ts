import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { EventToRecord } from '../../shared/contracts/event.ts';
import { eventId, feedName, streamName } from '../../shared/contracts/ids.ts';
import { type EventStore, type Position, START } from '../../shared/event-store/port.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';

export interface AppendBench {
  /** How many events the store held when the stretch ended. */
  readonly stored: number;
  /** Durable appends by `record`, over the stretch. */
  readonly eventsPerSecond: number;
  /** From `record` to its answer, milliseconds, the slowest batch. */
  readonly slowestMs: number;
}

export interface ReadBench {
  readonly events: number;
  /** `readAll` in pages of 1,000, the data left as text. */
  readonly eventsPerSecond: number;
}

export interface BenchOptions {
  readonly events: number;
  readonly batchSize: number;
  /** Batches that wait for their answer at the same time. */
  readonly inFlight: number;
  /** The run is cut into so many stretches, measured each, to show what size does. */
  readonly stretches: number;
}

const DEFAULTS: BenchOptions = { events: 1_000_000, batchSize: 1_000, inFlight: 4, stretches: 10 };

/** Appends to a new store in a temporary folder and reads everything back; making the input is not measured. */
export async function benchAppend(
  options: Partial<BenchOptions> = {},
  onStretch: (stretch: AppendBench) => void = () => {},
): Promise<{ appends: readonly AppendBench[]; read: ReadBench; fileBytes: number }> {
  const { events, batchSize, inFlight, stretches } = { ...DEFAULTS, ...options };
  const folder = mkdtempSync(join(tmpdir(), 'nhip-bench-append-'));
  const path = join(folder, 'events.db');
  const store = await openEventStore(path);
  try {
    const source = eventSource();
    const appends: AppendBench[] = [];
    for (let stretch = 1; stretch <= stretches; stretch++) {
      const measured = await appendStretch(
        store,
        source,
        Math.round(events / stretches),
        batchSize,
        inFlight,
      );
      appends.push({ stored: await store.head(), ...measured });
      onStretch({ stored: await store.head(), ...measured });
    }
    return { appends, read: await readBack(store), fileBytes: statSync(path).size };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

async function appendStretch(
  store: EventStore,
  source: Iterator<EventToRecord, never>,
  events: number,
  batchSize: number,
  inFlight: number,
): Promise<Omit<AppendBench, 'stored'>> {
  let left = events;
  let spentMs = 0;
  let slowestMs = 0;
  while (left > 0) {
    // Made in portions outside the measured time, so that ten million events need not stand in memory.
    const batches: EventToRecord[][] = [];
    for (let count = 0; count < 40 && left > 0; count++, left -= batchSize) {
      batches.push(Array.from({ length: Math.min(batchSize, left) }, () => source.next().value));
    }
    const started = performance.now();
    const lane = async (): Promise<void> => {
      for (let batch = batches.pop(); batch; batch = batches.pop()) {
        const sent = performance.now();
        await store.record(batch, 1_764_000_000_000);
        slowestMs = Math.max(slowestMs, performance.now() - sent);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
    spentMs += performance.now() - started;
  }
  return { eventsPerSecond: Math.round((events / spentMs) * 1000), slowestMs: Math.round(slowestMs) };
}

async function readBack(store: EventStore): Promise<ReadBench> {
  const started = performance.now();
  let events = 0;
  let position: Position = START;
  for (;;) {
    const page = await store.readAll(position, 1_000);
    if (page.events.length === 0) break;
    events += page.events.length;
    position = page.position;
  }
  return { events, eventsPerSecond: Math.round((events / (performance.now() - started)) * 1000) };
}

const OPEN_DOSSIERS = 10_000;
const EVENTS_A_DOSSIER = 8;

/** Events of about 500 bytes, eight a dossier, ten thousand dossiers open at a time and each event for one of them by lot. */
function* eventSource(): Generator<EventToRecord, never> {
  let made = 0;
  let opened = 0;
  // Numerical Recipes' generator: the same input in every run.
  let state = 1;
  const lot = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const next = (): { dossier: string; left: number } => {
    const unit = String((opened % 20) + 1).padStart(2, '0');
    const day = new Date(Date.UTC(2024, 0, 1 + Math.floor(opened / 2_000)));
    const date = day.toISOString().slice(2, 10).replaceAll('-', '');
    const number = String(Math.floor((opened++ % 2_000) / 20) + 1).padStart(4, '0');
    return { dossier: `H19.${unit}-${date}-${number}`, left: EVENTS_A_DOSSIER };
  };
  const open = Array.from({ length: OPEN_DOSSIERS }, next);
  for (;;) {
    const index = lot(OPEN_DOSSIERS);
    const one = open[index] ?? next();
    if (--one.left === 0) open[index] = next();
    const sourceId = `${one.dossier}/${EVENTS_A_DOSSIER - one.left}-${++made}`;
    yield {
      id: eventId('urn:h19:one-stop', sourceId),
      type: 'dossier.status.v1',
      stream: streamName(`dossier-${one.dossier}`),
      data: `{"time":"2024-05-02T01:20:00.000Z","dossierId":"${one.dossier}","aliases":["000.00.12.${one.dossier}"],"status":"in-progress","unitId":"H19.12","procedureId":"2.000635","fieldId":"G09-LV12","channel":"online","receivedAt":"2024-05-02T01:20:00.000Z","dueAt":"2024-05-20T10:00:00.000Z","limitUnit":"days","dueBasis":"receipt-slip","reason":"Chuyển xử lý theo quy định","sequence":${made}}`,
      metadata: {
        source: 'urn:h19:one-stop',
        sourceId,
        feed: feedName('one-stop'),
        rank: 1,
        origin: `dossiers/0@${made}`,
      },
    };
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: String(DEFAULTS.events) },
      batch: { type: 'string', default: String(DEFAULTS.batchSize) },
      'in-flight': { type: 'string', default: String(DEFAULTS.inFlight) },
      stretches: { type: 'string', default: String(DEFAULTS.stretches) },
    },
  });
  const write = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
  const { read, fileBytes } = await benchAppend(
    {
      events: Number(values.events),
      batchSize: Number(values.batch),
      inFlight: Number(values['in-flight']),
      stretches: Number(values.stretches),
    },
    write,
  );
  write({ read, fileBytes, rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20) });
}
