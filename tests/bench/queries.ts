import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { addDays, formatDay } from '../../shared/calendar/zone.ts';
import type { Bench, Figure } from './figures.ts';
import { inFolder } from './files.ts';
import { cloudEvents, OFFICE } from './input.ts';
import { playLive } from './live.ts';
import { runPeer } from './peers.ts';
import { fillServer, startAsShipped } from './process.ts';

const CONNECTIONS = 32;
const PATH = '/v1/objectives';

const loadResult = z.object({ perSecond: z.number(), p99: z.number(), failed: z.number() });
type Load = z.output<typeof loadResult>;

/** Questions to the api while 1,000 events/s come in; the one who asks is a process of its own. */
export const queries: Bench = ({ quick, log }) =>
  inFolder(async (folder) => {
    const server = await startAsShipped({ DATA_DIR: join(folder, 'data') });
    try {
      const events = cloudEvents(quick ? 20_000 : 200_000);
      await fillServer(server, events, quick ? 50_000 : 1_000_000, log);
      const body = await (await fetch(server.url + PATH)).arrayBuffer();
      const feed = playLive(server, events);
      const seconds = quick ? 8 : 30;
      const load = (url: string, paths: readonly string[]): Promise<Load> =>
        runPeer(log, loadResult, 'load.js', url, CONNECTIONS, seconds, JSON.stringify(paths));
      log('queries: bare fastify');
      const bare = await besideBare(body.byteLength, (url) => load(url, ['/']));
      log('queries: one query repeated');
      const one = await load(server.url, [PATH]);
      const paths = variedPaths();
      log(`queries: ${paths.length} queries in turn`);
      const mixed = await load(server.url, paths);
      const rate = await feed.stop();
      const note = `${CONNECTIONS} connections, ${rate.toFixed(0)} events/s meanwhile, ${body.byteLength} bytes an answer`;
      return [
        ...figures('GET /v1/objectives repeated', one, bare, note),
        ...figures(`${paths.length} different questions in turn`, mixed, bare, note),
      ];
    } finally {
      await server.stop();
    }
  });

function figures(what: string, { perSecond, p99, failed }: Load, bare: Load, note: string): Figure[] {
  const peer = { what: 'bare fastify, a buffer of that size', value: bare.perSecond };
  const told = failed > 0 ? `${note}; ${failed} FAILED` : note;
  return [
    { what, value: perSecond, unit: 'req/s', goal: 10_000, floor: 5_000, peer, note: told },
    { what: `${what}, p99`, value: p99, unit: 'ms', goal: 10, floor: 20 },
  ];
}

/** A server that does nothing but send, as the measure of what fastify and the client can do here. */
async function besideBare(bytes: number, measure: (url: string) => Promise<Load>): Promise<Load> {
  const child = fork(join(import.meta.dirname, 'peers/bare.js'), [String(bytes)]);
  try {
    const [url] = await once(child, 'message');
    return await measure(String(url));
  } finally {
    child.kill();
  }
}

/** What operations staff ask in a day: every unit, the fields, months, both bases, breakdowns. */
function variedPaths(): readonly string[] {
  const today = OFFICE.zone.dayOf(Date.now());
  const month = (ago: number) =>
    `from=${formatDay(addDays(today, -30 * (ago + 1)))}&to=${formatDay(addDays(today, -30 * ago))}`;
  const units = ['H19', 'H19.01', 'H19.04', 'H19.05', 'H19.06', 'H19.07', 'H19.08'];
  const fields = ['Đất đai', 'Hộ tịch', 'Chứng thực', 'Xây dựng', 'Y tế'].map(encodeURIComponent);
  const windows = ['year', 'quarter', 'month', 'reporting-year'].map((name) => `window=${name}`);
  const periods = [...windows, ...Array.from({ length: 8 }, (_, ago) => month(ago))];
  const bases = ['basis=original', 'basis=adjusted'];
  const filters = [
    ...units.map((unit) => `unit=${unit}`),
    ...fields.map((field) => `field=${field}`),
    'channel=online',
    'procedure=1.012783',
  ];
  const asked = [
    ...periods,
    ...filters,
    ...units.flatMap((unit) => windows.slice(0, 3).map((window) => `unit=${unit}&${window}`)),
    ...bases.flatMap((basis) => windows.slice(0, 3).map((window) => `${basis}&${window}`)),
  ].map((query) => `${PATH}?${query}`);
  const breakdowns = ['unit', 'field', 'procedure', 'channel'].flatMap((by) =>
    windows.slice(0, 3).map((window) => `${PATH}/dossier-on-time/breakdown?by=${by}&${window}`),
  );
  return [...asked, ...breakdowns, `${PATH}/dossier-on-time/series`];
}
