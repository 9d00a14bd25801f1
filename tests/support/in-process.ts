import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { ITEM_VIEWS } from '../../services/api/app.ts';
import { buildStandalone, type Standalone } from '../../services/standalone/app.ts';
import { standaloneSettings } from '../../services/standalone/config.ts';
import { CATALOG } from '../../shared/measures/catalog.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { ConfigError } from '../../shared/platform/config-fault.ts';
import { openService } from '../../shared/platform/service.ts';
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

/** The whole server in this process with a clock to set: for answers that depend on the moment of knowledge. */
export async function startInProcess(
  now: number,
  env: Record<string, string> = {},
  catalog = CATALOG,
  views = ITEM_VIEWS,
): Promise<InProcess> {
  const reading = readConfig({ DATA_DIR: emptyDir(), PORT: '0', ...env });
  if (reading.kind === 'invalid') throw new ConfigError(reading.faults);
  const state = { now, clockError: 0 };
  const wall = () => state.now + state.clockError;
  const {
    service: nhip,
    server,
    parts,
    listen,
  } = await openService(
    {
      config: reading.config,
      env: reading.env,
      log: pino({ level: 'silent' }),
      clock: wall,
      time: { wall, monotonic: () => state.now, sinceBoot: () => state.now },
      onFatal: (error) => {
        throw error;
      },
    },
    async (context) => {
      const begun: (() => unknown)[] = [];
      const closing: typeof context.closing = (name, close) => {
        begun.unshift(close);
        context.closing(name, close);
      };
      try {
        return await buildStandalone(
          { ...context, closing },
          standaloneSettings(context, catalog),
          catalog,
          views,
        );
      } catch (error) {
        // A process would end.
        for (const close of begun) await close();
        throw error;
      }
    },
  );
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
    async close() {
      for (const part of [...parts].reverse()) await part.close();
    },
  };
  await server.ready();
  return running;
}
