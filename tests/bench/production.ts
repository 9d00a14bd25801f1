import { setTimeout as pause } from 'node:timers/promises';
import type { DemoEvent } from '../../services/standalone/demo/province.ts';
import { startPostgres } from '../support/postgres/server.ts';
import type { RunningProcess } from '../support/process.ts';
import { type Production, type ServiceName, startProduction } from '../support/production.ts';
import { startReceiver } from '../support/webhook-receiver.ts';
import { type Bench, type Figure, median, percentile, type Scale } from './figures.ts';
import { inFolder } from './files.ts';
import { cloudEvents, take } from './input.ts';
import { probeObjectives, subscribe, untilSent } from './latency.ts';
import { type Accepted, playLive } from './live.ts';
import { asShipped, memoryOf, metric, processorOf, send, shows } from './process.ts';

const EVENTS_A_SECOND = 200;
const STAND_IN =
  'the event store is a stand-in on the same machine, a process of its own that does not wait for the disk';

/**
 * The production topology on one machine: each service a process, PostgreSQL itself, and in the place of EventStoreDB a stand-in
 * that the real client speaks to by real gRPC.
 */
export const production: Bench = async ({ quick, log }) => {
  const started = await startProduction({ postgres: () => startPostgres({ durable: true }) });
  if (started.kind === 'unavailable') {
    log(`production: left out, ${started.reason}`);
    return [];
  }
  const { production } = started;
  try {
    return await inFolder(async (folder) => {
      const objectives = { OBJECTIVES_FILE: probeObjectives(folder) };
      const start = (name: ServiceName) =>
        production.start(name, { ...asShipped(`start:${name}`), ...objectives });
      const events = cloudEvents(quick ? 10_000 : 60_000);
      const taken = await ingest(start, production.store, events, quick ? 5_000 : 40_000, log);
      const posted = await follow(await start('projector'), taken, log);
      const waits = await live(start, taken.servers, events, quick ? 20 : 120, log);
      return [...taken.figures, ...posted, ...waits];
    });
  } finally {
    await production.stop();
  }
};

type Spender = Parameters<typeof processorOf>[0];
type Start = (name: ServiceName) => ReturnType<Production['start']>;

interface Taken {
  readonly servers: readonly RunningProcess[];
  readonly events: number;
  readonly figures: readonly Figure[];
}

/** Ingest alone: HTTP until durable, by one process and then by two, of which each has dossiers of its own. */
async function ingest(
  start: Start,
  store: Spender,
  source: Iterator<DemoEvent>,
  events: number,
  log: Scale['log'],
): Promise<Taken> {
  const first = await start('ingest');
  log(`production: ${events} events by one ingest process`);
  const ofOne = take(source, events);
  const one = await timed(events, [first, store], () => send(first, ofOne.values(), events));

  const second = await start('ingest');
  log(`production: ${events} events by two`);
  const shares = byDossier(take(source, events));
  const counts = shares.map(({ length }) => Math.floor(length / 1_000) * 1_000);
  const sent = counts.reduce((sum, count) => sum + count, 0);
  const two = await timed(sent, [first, second, store], async () => {
    const servers = [first, second];
    const positions = servers.map((server, index) =>
      send(server, (shares[index] ?? []).values(), counts[index] ?? 0),
    );
    await Promise.all(positions);
  });
  const what = 'production: HTTP → durable in batches of 1,000, four at a time';
  return {
    servers: [first, second],
    events: events + sent,
    figures: [
      {
        what: `${what}, one ingest process`,
        value: one.perSecond,
        unit: 'ev/s',
        note: `${events} events; ${STAND_IN}`,
      },
      ...['ingest', 'the stand-in'].map(
        (who, index): Figure => ({
          what: `production: processor time of ${who} meanwhile`,
          value: one.spent[index] ?? Number.NaN,
          unit: 'µs/ev',
        }),
      ),
      {
        what: `${what}, two`,
        value: two.perSecond,
        unit: 'ev/s',
        peer: { what: 'one', value: one.perSecond },
        note: `${sent} events; ${STAND_IN}; RSS ${[first, second].map((each) => Math.round(memoryOf(each).now)).join(' and ')} MiB`,
      },
    ],
  };
}

/** Two shares, as partitions of a topic have: what is said of one dossier goes through one process. */
function byDossier(events: readonly DemoEvent[]): readonly (readonly DemoEvent[])[] {
  const shares: [DemoEvent[], DemoEvent[]] = [[], []];
  for (const event of events) {
    const key = String(event.data.dossierId ?? event.data.documentId ?? event.source);
    const sum = [...key].reduce((all, letter) => all + (letter.codePointAt(0) ?? 0), 0);
    shares[sum % 2 === 0 ? 0 : 1].push(event);
  }
  return shares;
}

/** The projector from an empty ledger to the head. */
async function follow(
  projector: RunningProcess,
  { events }: Taken,
  log: Scale['log'],
): Promise<readonly Figure[]> {
  log(`production: the projector posts ${events} events`);
  const posted = () => metric(projector, 'nhip_ledger_posted_events_total');
  let since = { at: performance.now(), events: await posted() };
  // What it took to start is not of interest.
  while (since.events === 0) {
    await pause(5);
    since = { at: performance.now(), events: await posted() };
  }
  let now = since;
  for (let idle = 0; idle < 20; idle++) {
    await pause(50);
    const seen = await posted();
    if (seen > now.events) idle = 0;
    if (seen > now.events) now = { at: performance.now(), events: seen };
  }
  return [
    {
      what: 'production: store → ledger, a projector that is behind',
      value: ((now.events - since.events) / (now.at - since.at)) * 1_000,
      unit: 'ev/s',
      note: `${now.events} events, the first page not counted; ${STAND_IN}; RSS ${Math.round(memoryOf(projector).now)} MiB`,
    },
  ];
}

/** What a sender, a reader and a receiver wait for, while events come steadily. */
async function live(
  start: Start,
  [first]: readonly RunningProcess[],
  events: Iterator<DemoEvent>,
  seconds: number,
  log: Scale['log'],
): Promise<readonly Figure[]> {
  if (!first) throw new Error('there is no ingest process');
  const [api, alerter] = [await start('api'), await start('alerter')];
  const receiver = await startReceiver();
  try {
    await subscribed(alerter, receiver);
    log(`production: ${EVENTS_A_SECOND} events/s for ${seconds} s`);
    const visible: number[] = [];
    const onAccepted = async ({ sentAt, position }: Accepted) => {
      await shows(api, position, '/v1/objectives/dossier-on-time');
      visible.push(performance.now() - sentAt);
    };
    const feed = playLive(first, events, { eventsASecond: EVENTS_A_SECOND, onAccepted });
    const sent = await untilSent(first, receiver, seconds);
    const rate = await feed.stop();
    const durable = feed.accepted.map(({ at, sentAt }) => at - sentAt);
    return [
      ...waits('HTTP → durable, ten events a request', durable, rate),
      ...waits('HTTP → visible in GET /v1/objectives/{id}?minPosition=', visible, rate),
      ...waits('accepted → webhook received', sent, rate),
    ];
  } finally {
    receiver.close();
  }
}

/** The alerter may not lead yet. */
async function subscribed(alerter: RunningProcess, receiver: Parameters<typeof subscribe>[1]) {
  while (!(await fetch(`${alerter.url}/readyz`)).ok) await pause(50);
  await subscribe(alerter, receiver);
}

function waits(what: string, values: readonly number[], rate: number): Figure[] {
  const note = `${values.length} samples at ${Math.round(rate)} events/s; most ${Math.round(Math.max(...values))} ms; ${STAND_IN}`;
  return [
    { what: `production: ${what}, p50`, value: median(values), unit: 'ms' },
    { what: `production: ${what}, p99`, value: percentile(values, 0.99), unit: 'ms', note },
  ];
}

/** @param spenders whose processor time is told, µs an event */
async function timed(events: number, spenders: readonly Spender[], work: () => Promise<unknown>) {
  const began = performance.now();
  const before = spenders.map(processorOf);
  await work();
  const perSecond = (events / (performance.now() - began)) * 1_000;
  const spent = spenders.map((spender, index) => (processorOf(spender) - (before[index] ?? 0)) / events);
  return { perSecond, spent };
}
