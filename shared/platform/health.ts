import type { FastifyInstance } from 'fastify';
import { Gauge, type Registry } from 'prom-client';
import { z } from 'zod';
import { type Clock, momentText } from '../kernel/clock.ts';
import './route-right.ts';

/** One thing that readiness depends on, and since when it fails. */
export interface Readiness {
  readonly name: string;
  /** The problem; undefined when there is none. */
  problem(): string | undefined;
  /** Set where the process is useful without it, or while it is: a problem is reported, and the process stays ready. */
  readonly spared?: true | (() => boolean);
}

const readySchema = z.object({
  ready: z.boolean(),
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      reason: z.string().optional(),
      since: z.string().optional(),
    }),
  ),
});

/** `/healthz`: the process answers. `/readyz`: it can do its work, or which part cannot and since when. */
export function healthRoutes(app: FastifyInstance, checks: readonly Readiness[], clock: Clock): void {
  const failingSince = new Map<string, number>();
  app.get(
    '/healthz',
    {
      config: { ownBound: true },
      schema: {
        tags: ['health'],
        operationId: 'getLiveness',
        summary: 'Alive',
        response: { 200: z.object({ alive: z.literal(true) }) },
      },
    },
    () => ({
      alive: true,
    }),
  );
  app.get(
    '/readyz',
    {
      config: { ownBound: true },
      schema: {
        tags: ['health'],
        operationId: 'getReadiness',
        summary: 'Ready, or why not',
        response: { 200: readySchema, 503: readySchema },
      },
    },
    async (_request, reply) => {
      const results = checks.map(({ name, problem }) => {
        const reason = problem();
        if (reason === undefined) failingSince.delete(name);
        else if (!failingSince.has(name)) failingSince.set(name, clock());
        const since = failingSince.get(name);
        return {
          name,
          ok: reason === undefined,
          ...(reason !== undefined && { reason }),
          ...(since !== undefined && { since: momentText(since) }),
        };
      });
      const ready = checks.every((check, index) => results[index]?.ok || isSpared(check));
      return reply.code(ready ? 200 : 503).send({ ready, checks: results });
    },
  );
}

function isSpared({ spared }: Readiness): boolean {
  return typeof spared === 'function' ? spared() : spared === true;
}

/** The same checks as a metric, for rules that wake people. */
export function showReadiness(registry: Registry, checks: readonly Readiness[]): void {
  new Gauge({
    name: 'nhip_ready',
    help: 'Whether a part that this process depends on is well: 1, or 0.',
    labelNames: ['check'],
    registers: [registry],
    collect() {
      for (const { name, problem } of checks) this.set({ check: name }, problem() === undefined ? 1 : 0);
    },
  });
}
