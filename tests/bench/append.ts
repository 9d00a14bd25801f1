import { join } from 'node:path';
import { eventId, feedName, streamName } from '../../shared/contracts/ids.ts';
import type { EventToRecord } from '../../shared/contracts/stored-event.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { packed } from '../../shared/event-store/sqlite/requests.ts';
import { openForWriting } from '../../shared/event-store/sqlite/schema.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { type ChainStep, SqliteWriter } from '../../shared/event-store/sqlite/writer.ts';
import { type Bench, type Figure, median, type Scale } from './figures.ts';
import { inFolder } from './files.ts';
import { emmett } from './peers.ts';

const BATCH = 1_000;
const SMALL_BATCH = 50;
const TURNS = 40;
const STRETCHES = 10;
const BUDGET = { unit: 'ev/s', goal: 60_000, floor: 40_000 } as const;

/** Durable append through the store as every feed uses it: worker thread, unique hashed ids, stream heads, one fsync a batch. */
export const append: Bench = async ({ quick, log }) => {
  const events = quick ? 200_000 : 1_000_000;
  const peer = await emmett(log);
  const measured = async (
    what: string,
    inFlight: number,
    send: Send,
    peer: Figure['peer'],
  ): Promise<Figure> => {
    log(`append: ${events} events, ${what}`);
    const { perSecond, slowestMs } = await inFolder((folder) => stretches(folder, events, inFlight, send));
    const note = `median of ${STRETCHES} stretches; slowest batch ${Math.round(slowestMs)} ms, from call to answer`;
    return { ...BUDGET, what: `durable append, ${what}`, value: perSecond, ...(peer && { peer }), note };
  };
  const ratios = { goal: 2.5, floor: 1.5 };
  const sameFeed = { what: 'Emmett on SQLite, an append a stream', value: peer.appendInterleaved, ...ratios };
  const oneStream = { what: 'Emmett on SQLite, 1,000 to a new stream', value: peer.append, ...ratios };
  const record: Send = (store, batch) => store.record(batch, Date.now());
  return [
    await measured('events of many dossiers, four batches waiting', 4, record, sameFeed),
    await measured('the same, one batch at a time', 1, record, sameFeed),
    await measured('each batch to a new stream at an expected revision', 1, appendToOne, oneStream),
    await chainCost(events, BATCH, log),
    await chainCost(events / 4, SMALL_BATCH, log),
  ];
};

/** What the chain costs, on the threads of caller and writer: the same append with it and without, in turns, each with a file of its own. */
async function chainCost(events: number, batch: number, log: Scale['log']): Promise<Figure> {
  log(`append: ${events} events, with and without the chain, batches of ${batch}`);
  const nothing: ChainStep = { begin() {}, add() {}, settle() {} };
  return inFolder(async (folder) => {
    const source = eventSource();
    const open = (name: string, chain?: ChainStep) => ({
      writer: new SqliteWriter(openForWriting(join(folder, name)), undefined, chain),
      costs: [] as number[],
    });
    const [chained, bare] = [open('chained.db'), open('bare.db', nothing)];
    const eventsATurn = events / TURNS;
    for (let turn = 0; turn < TURNS; turn++) {
      const batches = Array.from({ length: eventsATurn / batch }, () =>
        Array.from({ length: batch }, () => source.next().value),
      );
      for (const { writer, costs } of turn % 2 === 0 ? [chained, bare] : [bare, chained]) {
        // Texts as a caller has them: flat, and never hashed.
        const given = structuredClone(batches);
        const begun = process.threadCpuUsage();
        for (const events of given) {
          const request = packed({ kind: 'record', events, recordedAt: Date.now() });
          const [reply] = writer.write([structuredClone(request, { transfer: [request.bytes.buffer] })]);
          if (reply?.kind !== 'recorded') throw new Error(reply?.kind);
        }
        const { user, system } = process.threadCpuUsage(begun);
        costs.push((user + system) / eventsATurn);
      }
    }
    chained.writer.close();
    bare.writer.close();
    const ratio = median(chained.costs.map((cost, turn) => cost / (bare.costs[turn] ?? Number.NaN)));
    return {
      what: `processor time of an append, batches of ${batch}`,
      value: median(chained.costs),
      unit: 'µs/ev',
      peer: { what: 'the same without the chain', value: median(bare.costs) },
      note: `medians of ${TURNS} turns of ${eventsATurn} events; of their ratios, which other work disturbs less: ${ratio.toFixed(2)}; beside the code before the chain: decision 121`,
    };
  });
}

type Send = (store: EventStore, batch: readonly EventToRecord[]) => Promise<unknown>;

const appendToOne: Send = async (store, batch) => {
  const stream = streamName(`dossier-${batch[0]?.id}`);
  const outcome = await store.append(stream, 'no-stream', batch, Date.now());
  if (outcome.kind !== 'appended') throw new Error(outcome.kind);
};

/** Making the input is not measured; it is made in portions, so that millions of events need not stand in memory. */
async function stretches(folder: string, events: number, inFlight: number, send: Send) {
  const store = await openEventStore(join(folder, 'events.db'));
  const source = eventSource();
  const rates: number[] = [];
  let slowestMs = 0;
  try {
    for (let stretch = 0; stretch < STRETCHES; stretch++) {
      let spentMs = 0;
      for (let left = events / STRETCHES; left > 0; left -= 20 * BATCH) {
        const batches = Array.from({ length: Math.min(20, left / BATCH) }, () =>
          Array.from({ length: BATCH }, () => source.next().value),
        );
        const started = performance.now();
        const lane = async () => {
          for (let batch = batches.shift(); batch; batch = batches.shift()) {
            const sent = performance.now();
            await send(store, batch);
            slowestMs = Math.max(slowestMs, performance.now() - sent);
          }
        };
        await Promise.all(Array.from({ length: inFlight }, lane));
        spentMs += performance.now() - started;
      }
      rates.push((events / STRETCHES / spentMs) * 1_000);
    }
    return { perSecond: median(rates), slowestMs };
  } finally {
    await store.close();
  }
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
