import type { FastifyInstance } from 'fastify';
import type { Share } from './admission.ts';
import './route-right.ts';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** The Prometheus metrics of one process. Services add their own to `registry`. */
export interface Metrics {
  readonly registry: Registry;
  /** Counts a request that was refused because there was too much to do. */
  readonly overloaded: (share: Share) => void;
  /** Counts a connection that was refused because there were too many. */
  readonly connectionRefused: () => void;
  /** Counts a connection that was closed so that another finds room. */
  readonly connectionClosed: () => void;
  /** Times every request of a server, by route, and serves `GET /metrics`. */
  watch(app: FastifyInstance): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Gauges whose names end as only a counter's may.
  for (const kind of ['handles', 'requests', 'resources'])
    registry.removeSingleMetric(`nodejs_active_${kind}_total`);
  const seconds = new Histogram({
    name: 'nhip_http_request_duration_seconds',
    help: 'Time to answer an HTTP request.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [registry],
  });
  const refused = new Counter({
    name: 'nhip_http_overloaded_total',
    help: 'Requests refused because there was too much to do, by share.',
    labelNames: ['share'],
    registers: [registry],
  });
  // A rate needs a first value before the first refusal.
  for (const share of ['feeds', 'readers'] as const) refused.inc({ share }, 0);
  const connectionsRefused = new Counter({
    name: 'nhip_http_connections_refused_total',
    help: 'Connections refused because there were too many.',
    registers: [registry],
  });
  const connectionsClosed = new Counter({
    name: 'nhip_http_connections_closed_total',
    help: 'Connections closed to make room for others.',
    registers: [registry],
  });
  return {
    registry,
    overloaded: (share) => refused.inc({ share }),
    connectionRefused: () => connectionsRefused.inc(),
    connectionClosed: () => connectionsClosed.inc(),
    watch(app) {
      app.addHook('onResponse', async (request, reply) => {
        const route = request.routeOptions.url ?? 'unknown';
        seconds.observe(
          { method: request.method, route, status: reply.statusCode },
          reply.elapsedTime / 1_000,
        );
      });
      let text: Promise<string> | undefined;
      app.get('/metrics', { schema: { hide: true }, config: { ownBound: true } }, async (_request, reply) => {
        reply.type(registry.contentType);
        // However many ask at once, it is written once.
        text ??= registry.metrics().finally(() => {
          text = undefined;
        });
        return text;
      });
    },
  };
}
