import type { FastifyPluginAsync } from 'fastify';
import { refuseBeforeHistory } from '../before-history.ts';
import type { ApiContext } from '../context.ts';
import { opportunityRegister, opportunityRoutes } from './opportunities/opportunity-routes.ts';
import { type DeskParts, RegisterDesk } from './register-desk.ts';
import { reviewRegister, reviewRoutes } from './reviews/review-routes.ts';
import { riskActs } from './risks/risk-acts.ts';
import { riskLists } from './risks/risk-lists.ts';
import { riskRegister } from './risks/risk-register.ts';
import { riskScaleRoutes } from './risks/scale-routes.ts';

/** The registers that people write: risks, opportunities, reviews of objectives. */
export const registerRoutes =
  (context: ApiContext, parts: DeskParts): FastifyPluginAsync =>
  async (app) => {
    const risks = new RegisterDesk(parts, riskRegister);
    await app.register(async (lists) => {
      refuseBeforeHistory(lists, context);
      await lists.register(riskLists(context));
    });
    await app.register(riskActs(context, risks));
    await app.register(opportunityRoutes(context, new RegisterDesk(parts, opportunityRegister)));
    await app.register(reviewRoutes(context, new RegisterDesk(parts, reviewRegister)));
    await app.register(riskScaleRoutes(context, parts));
  };
