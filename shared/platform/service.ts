import type { FastifyPluginAsync } from 'fastify';
import type { Registry } from 'prom-client';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { type Config, readConfig } from './config.ts';
import { ConfigError } from './config-fault.ts';
import type { Environment } from './environment.ts';
import { healthRoutes, type Readiness, showReadiness } from './health.ts';
import { createHttpServer } from './http-server.ts';
import { keysFor, warnOfKeys } from './keys-config.ts';
import { type Closable, closeOnSignal } from './lifecycle.ts';
import { listenOn } from './listen.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { startTracing } from './tracing.ts';
import { tracingOf } from './tracing-config.ts';
import { VERSION } from './version.ts';

/** What a process that owns one service gives it to work with. */
export interface ServiceContext {
  readonly config: Config;
  readonly env: Environment;
  readonly log: Log;
  readonly registry: Registry;
  readonly clock: Clock;
  /** Something to be closed when the process ends, in the reverse order. */
  closing(name: string, close: Closable['close']): void;
  /** Ends the process: going on is pointless, and whoever supervises it starts it anew. */
  readonly onFatal: (error: Error) => void;
}

/** A service of the production topology. Building it reaches for no server: what is away is waited for after the start. */
export interface Service {
  readonly readiness: readonly Readiness[];
  /** Served under `/v1`; a service without any serves nothing but its health and metrics, which need no key. */
  readonly routes?: readonly FastifyPluginAsync[];
  /** Served without a prefix. */
  readonly pages?: FastifyPluginAsync;
  /** Ends answers that would never end by themselves, before the server closes. */
  beforeClose?(): void;
  /** Begins the work, once the server listens. */
  start?(): void;
}

/**
 * Owns a process: reads the environment, builds the service, serves it with `/healthz`, `/readyz` and `/metrics`, and on
 * SIGTERM closes all within the grace. Exits 2 when the environment is not as it should be.
 */
export async function runService(
  name: string,
  build: (context: ServiceContext) => Service | Promise<Service>,
): Promise<void> {
  process.umask(0o077);
  try {
    await serve(name, build);
  } catch (error) {
    // An error with a code is of the machine or of the configuration, and its message tells all.
    if (!(error instanceof Error && 'code' in error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

async function serve(
  name: string,
  build: (context: ServiceContext) => Service | Promise<Service>,
): Promise<void> {
  const reading = readConfig(process.env);
  if (reading.kind === 'invalid') throw new ConfigError(reading.faults);
  const { config, env } = reading;
  const log = createLog(config.LOG_LEVEL).child({ service: name });
  const onFatal = (error: Error) => {
    log.fatal({ err: error }, 'going on is pointless');
    process.exit(1);
  };
  const tracing = startTracing(name, tracingOf(config));
  const metrics = createMetrics();
  const parts: Closable[] = [];
  const closing: ServiceContext['closing'] = (part, close) => parts.push({ name: part, close });
  closing('tracing', () => tracing.close());
  const clock = systemClock;
  const { registry } = metrics;
  const service = await build({ config, env, log, registry, clock, closing, onFatal });

  const healthOnly = service.routes === undefined;
  const keys = healthOnly ? ({ kind: 'keys', keys: undefined } as const) : keysFor(config);
  if (keys.kind === 'invalid') throw new ConfigError(keys.faults);
  if (!healthOnly) warnOfKeys(keys.keys, log);
  const server = await createHttpServer({
    log,
    version: VERSION,
    keys: keys.keys,
    bodyLimit: config.MAX_BODY_BYTES,
    metrics,
    lingerMs: config.SHUTDOWN_GRACE_SECONDS * 500,
    ...(healthOnly && { healthOnly }),
  });
  for (const routes of service.routes ?? []) await server.register(routes, { prefix: '/v1' });
  healthRoutes(server, service.readiness, clock);
  showReadiness(registry, service.readiness);
  if (service.pages) await server.register(service.pages);
  closing('http server', async () => {
    service.beforeClose?.();
    await server.close();
  });
  closeOnSignal(parts, config.SHUTDOWN_GRACE_SECONDS * 1_000, log);
  const address = await listenOn(server, config);
  log.info({ version: VERSION, address }, 'ready');
  service.start?.();
}
