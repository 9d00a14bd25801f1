import type { FastifyPluginAsync } from 'fastify';
import { refuseBeforeHistory } from '../before-history.ts';
import type { ApiContext } from '../context.ts';
import { dutyActs } from './duties/duty-acts.ts';
import { dutyLists } from './duties/duty-lists.ts';
import { dutyRegister } from './duties/duty-register.ts';
import { inspectionActs } from './inspections/inspection-acts.ts';
import { inspectionRegister } from './inspections/inspection-register.ts';
import { opportunityRegister, opportunityRoutes } from './opportunities/opportunity-routes.ts';
import { type DeskParts, RegisterDesk } from './register-desk.ts';
import { reviewRegister, reviewRoutes } from './reviews/review-routes.ts';
import { riskActs } from './risks/risk-acts.ts';
import { riskLists } from './risks/risk-lists.ts';
import { riskRegister } from './risks/risk-register.ts';
import { riskScaleRoutes } from './risks/scale-routes.ts';
import { riskSuggestionRoutes } from './risks/suggestion-routes.ts';

/** The registers that people write: risks, opportunities, reviews of objectives, the duties of units, and inspections. */
export const registerRoutes =
  (context: ApiContext, parts: DeskParts): FastifyPluginAsync =>
  async (app) => {
    const risks = new RegisterDesk(parts, riskRegister);
    const duties = new RegisterDesk(parts, dutyRegister);
    await app.register(async (lists) => {
      refuseBeforeHistory(lists, context);
      await lists.register(riskLists(context));
      await lists.register(dutyLists(context));
    });
    await app.register(riskActs(context, risks));
    await app.register(dutyActs(context, duties));
    await app.register(inspectionActs(context, new RegisterDesk(parts, inspectionRegister)));
    await app.register(riskSuggestionRoutes(context, risks));
    await app.register(opportunityRoutes(context, new RegisterDesk(parts, opportunityRegister)));
    await app.register(reviewRoutes(context, new RegisterDesk(parts, reviewRegister)));
    await app.register(riskScaleRoutes(context, parts));
  };
