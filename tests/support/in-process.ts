import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { ITEM_VIEWS } from '../../services/api/app.ts';
import { buildStandalone, type Standalone } from '../../services/standalone/app.ts';
import { standaloneSettings } from '../../services/standalone/config.ts';
import { CATALOG } from '../../shared/measures/catalog.ts';
import { systemTime, type TimeSources } from '../../shared/platform/clock-guard.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { ConfigError } from '../../shared/platform/config-fault.ts';
import type { Closable } from '../../shared/platform/lifecycle.ts';
import { type OpenService, openService } from '../../shared/platform/service.ts';
import { emptyDir } from './standalone.ts';
import { upToDate } from './up-to-date.ts';

export interface InProcess {
  readonly nhip: Standalone;
  readonly server: FastifyInstance;
  /** Begins to serve, to alert and to consume; resolves with the address. */
  readonly listen: () => Promise<string>;
  /** The present of the server; epoch milliseconds. */
  now: number;
  /** Milliseconds by which the server's clock is wrong: it differs from `now`, and the server has the means to see it. */
  clockError: number;
  /** Sends CloudEvents and waits until the ledger reflects them. */
  send(...events: readonly object[]): Promise<string>;
  get(
    path: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Record<string, unknown>; body: Record<string, unknown> }>;
  close(): Promise<void>;
}

export interface Listening {
  readonly url: string;
  readonly dataDir: string;
  close(): Promise<void>;
}

/**
 * The whole server in this process, with the clock of the machine, for tests that only talk HTTP to it: a process of its own takes five
 * times the processor time to start.
 */
export async function startListening(env: NodeJS.ProcessEnv = {}): Promise<Listening> {
  const dataDir = env.DATA_DIR ?? emptyDir();
  const { listen, parts } = await opened({ ...env, DATA_DIR: dataDir }, systemTime);
  return { url: await listen(), dataDir, close: () => closeAll(parts) };
}

/** The whole server in this process with a clock to set: for answers that depend on the moment of knowledge. */
export async function startInProcess(
  now: number,
  env: Record<string, string> = {},
  catalog = CATALOG,
  views = ITEM_VIEWS,
): Promise<InProcess> {
  const state = { now, clockError: 0 };
  const wall = () => state.now + state.clockError;
  const time = { wall, monotonic: () => state.now, sinceBoot: () => state.now };
  const { service: nhip, server, parts, listen } = await opened(env, time, catalog, views);
  const running: InProcess = {
    nhip,
    server,
    listen,
    get now() {
      return state.now;
    },
    set now(now) {
      state.now = now;
    },
    get clockError() {
      return state.clockError;
    },
    set clockError(error) {
      state.clockError = error;
    },
    async send(...events) {
      const headers = { 'content-type': 'application/cloudevents-batch+json' };
      const answer = await server.inject({
        method: 'POST',
        url: '/v1/events',
        headers,
        payload: JSON.stringify(events),
      });
      const { position, rejected } = answer.json();
      if (rejected?.length !== 0) throw new Error(answer.body);
      await nhip.commits.reached(position, 5_000);
      return position;
    },
    async get(path, headers = {}) {
      // A test reads what it wrote.
      const url = upToDate(path, String(nhip.commits.latest.position));
      const answer = await server.inject({ url, headers });
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: answer.body === '' ? {} : answer.json(),
      };
    },
    close: () => closeAll(parts),
  };
  await server.ready();
  return running;
}

function opened(
  env: NodeJS.ProcessEnv,
  time: TimeSources,
  catalog = CATALOG,
  views = ITEM_VIEWS,
): Promise<OpenService<Standalone>> {
  const reading = readConfig({ DATA_DIR: emptyDir(), PORT: '0', ...env });
  if (reading.kind === 'invalid') throw new ConfigError(reading.faults);
  const { config, env: read } = reading;
  const log = pino({ level: 'silent' });
  const onFatal = (error: Error) => {
    throw error;
  };
  return openService({ config, env: read, log, clock: time.wall, time, onFatal }, async (context) => {
    const begun: Closable[] = [];
    const closing: typeof context.closing = (name, close) => {
      begun.push({ name, close });
      context.closing(name, close);
    };
    const settings = standaloneSettings(context, catalog);
    try {
      return await buildStandalone({ ...context, closing }, settings, catalog, views);
    } catch (error) {
      // A process would end.
      await closeAll(begun);
      throw error;
    }
  });
}

async function closeAll(parts: readonly Closable[]): Promise<void> {
  for (const part of [...parts].reverse()) await part.close();
}
