import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import { ApiKeys } from './api-keys.ts';
import { ClockGuard, systemTime, type TimeSources, timeOf } from './clock-guard.ts';
import { type Config, readConfig } from './config.ts';
import { ConfigError } from './config-fault.ts';
import type { Environment } from './environment.ts';
import { makeFirstKey } from './first-key.ts';
import { healthRoutes, type Readiness, showReadiness } from './health.ts';
import { createHttpServer } from './http-server.ts';
import { auditKeys, type KeyAudit } from './key-audit.ts';
import { keysFor, warnOfKeys } from './keys-config.ts';
import { type Closable, closeOnSignal } from './lifecycle.ts';
import { listenOn } from './listen.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { startTracing } from './tracing.ts';
import { tracingOf } from './tracing-config.ts';
import { VERSION } from './version.ts';

/** What a service is built from. */
export interface ServiceContext {
  readonly config: Config;
  readonly env: Environment;
  readonly log: Log;
  readonly registry: Registry;
  readonly clock: Clock;
  /** Whether the clock is to be believed. */
  readonly clockGuard: ClockGuard;
  /** Something to be closed when the process ends, in the reverse order. */
  closing(name: string, close: Closable['close']): void;
  /** Ends the process with exit code 1, so that its supervisor restarts it. For failures that a retry cannot repair. */
  readonly onFatal: (error: Error) => void;
}

/** In the production topology building it reaches no server: a server that is unreachable is waited for after the start. */
export interface Service {
  readonly readiness: readonly Readiness[];
  /** Served under `/v1`. */
  readonly routes?: readonly FastifyPluginAsync[];
  /** Where changes of keys are recorded. */
  readonly keyAudit?: KeyAudit;
  /** Served without a prefix. */
  readonly pages?: FastifyPluginAsync;
  /** Ends answers that would never end by themselves, before the server closes. */
  beforeClose?(): void;
  /** Restores what the routes answer from, before the server listens. */
  prepare?(): Promise<void>;
  /** Begins the work, once the server listens at the address. */
  start?(address: string): void;
}

export interface OpenService<Built extends Service = Service> {
  readonly service: Built;
  readonly server: FastifyInstance;
  /** To be closed in the reverse order. */
  readonly parts: readonly Closable[];
  /** Begins to serve and to work. @returns the address */
  listen(): Promise<string>;
}

export interface OpenOptions extends Omit<ServiceContext, 'closing' | 'registry' | 'clockGuard'> {
  /** What the clock is held against; left out, the clock may be set freely. */
  readonly time?: TimeSources;
  /** It serves nothing but its health and metrics, which need no key. */
  readonly healthOnly?: true;
  /** It makes its first key by itself, where its address needs keys. */
  readonly makesFirstKey?: true;
}

/** Builds a service behind its HTTP server with `/healthz`, `/readyz` and `/metrics`; it does not listen yet. @throws ConfigError */
export async function openService<Built extends Service>(
  { healthOnly, makesFirstKey, time, ...given }: OpenOptions,
  build: (context: ServiceContext) => Built | Promise<Built>,
): Promise<OpenService<Built>> {
  const { config, log, clock } = given;
  // Before anything is opened: the first start with a faulty configuration leaves nothing behind.
  const found = healthOnly ? ({ kind: 'keys', keys: undefined } as const) : keysFor(config);
  if (found.kind === 'invalid' || (found.kind === 'none-yet' && !makesFirstKey))
    throw new ConfigError(found.faults);
  const metrics = createMetrics();
  const { registry } = metrics;
  const parts: Closable[] = [];
  const closing: ServiceContext['closing'] = (name, close) => parts.push({ name, close });
  const clockGuard = new ClockGuard(time ?? timeOf(clock), log);
  const service = await build({ ...given, clockGuard, registry, closing });
  // After it: another server on the same folder has been refused by now, and so has a faulty configuration.
  if (found.kind === 'none-yet') makeFirstKey(found.path, new Date(clock()));
  const keys = found.kind === 'none-yet' ? new ApiKeys(found.path) : found.keys;
  const audit = service.keyAudit;
  if (keys && audit) {
    keys.doubt();
    await auditKeys(keys, audit, log);
  }
  if (keys) warnOfKeys(keys, log);
  const server = await createHttpServer({
    log,
    version: VERSION,
    keys,
    bodyLimit: config.MAX_BODY_BYTES,
    metrics,
    ...(audit && { onRefusedKeys: (minute) => audit.keysRefused(minute) }),
    maxConnections: config.MAX_CONNECTIONS,
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
  return {
    service,
    server,
    parts,
    async listen() {
      await service.prepare?.();
      const address = await listenOn(server, config);
      service.start?.(address);
      return address;
    },
  };
}

export interface RunOptions extends Pick<OpenOptions, 'healthOnly' | 'makesFirstKey'> {
  /** Instead of the environment of the process. */
  readonly env?: Environment;
}

/**
 * Owns a process: reads the environment, opens the service, serves it, and on SIGTERM closes all within the grace. Exits 2 when
 * the environment or a file is not as it should be.
 */
export async function runService(
  name: string,
  build: (context: ServiceContext) => Service | Promise<Service>,
  options: RunOptions = {},
): Promise<void> {
  // The files that a process writes are for its owner alone.
  process.umask(0o077);
  try {
    await run(name, build, options);
  } catch (error) {
    // An error with a code comes from the machine, a file or the configuration, and its message suffices.
    if (!(error instanceof Error && 'code' in error)) throw error;
    process.stderr.write(`${error.message}\n`);
    // Threads that have started would keep the process alive.
    process.exit(2);
  }
}

async function run(
  name: string,
  build: (context: ServiceContext) => Service | Promise<Service>,
  { env: given = process.env, ...options }: RunOptions,
): Promise<void> {
  const reading = readConfig(given);
  if (reading.kind === 'invalid') throw new ConfigError(reading.faults);
  const { config, env } = reading;
  const log = createLog(config.LOG_LEVEL).child({ service: name });
  const onFatal = (error: Error) => {
    log.fatal({ err: error }, 'process: cannot continue, exiting');
    process.exit(1);
  };
  const tracing = await startTracing(name, tracingOf(config));
  const opened = await openService(
    { config, env, log, clock: systemTime.wall, time: systemTime, onFatal, ...options },
    (context) => {
      context.closing('tracing', () => tracing.close());
      return build(context);
    },
  );
  closeOnSignal(opened.parts, config.SHUTDOWN_GRACE_SECONDS * 1_000, log);
  const address = await opened.listen();
  log.info({ version: VERSION, address }, 'ready');
}
