import type { FastifyPluginAsync } from 'fastify';
import { ProblemError } from '../../shared/platform/problem.ts';
import { alertRoutes } from './alerts/alert-routes.ts';
import type { RouteContext } from './route-parts.ts';
import { webhookRoutes } from './webhooks/webhook-routes.ts';

/** For a server that validates by `validateRequest` and serializes as fastify-type-provider-zod does. */
export type AlerterPlugin = FastifyPluginAsync;

export const alerterRoutes =
  (context: RouteContext): AlerterPlugin =>
  async (app) => {
    app.addHook('onRequest', async () => {
      const reason = context.standby();
      if (reason !== undefined) throw new ProblemError('unavailable', reason, { retryAfterSeconds: 1 });
    });
    await app.register(alertRoutes(context));
    await app.register(webhookRoutes(context));
  };
