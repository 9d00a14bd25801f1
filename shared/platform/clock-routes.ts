import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { momentText } from '../kernel/clock.ts';
import type { ClockGuard } from './clock-guard.ts';
import './route-right.ts';

const clockSchema = z
  .object({
    now: z.iso.datetime(),
    sure: z.boolean(),
    problem: z.string().nullable().describe('Why the time is not sure, so that nothing is recorded.'),
  })
  .meta({ examples: [{ now: '2026-11-20T03:00:00.000Z', sure: true, problem: null }] });

export interface ClockRouteParts {
  readonly guard: Pick<ClockGuard, 'wall' | 'problem'>;
  /** Declares the clock to be right. @param by the key's name @returns what was wrong with it */
  readonly accept: (by: string | null) => Promise<{ readonly problem: string | null }>;
}

/** `/clock`: whether the time is sure, and a person's word that it is right. */
export function clockRoutes({ guard, accept }: ClockRouteParts): FastifyPluginAsyncZod {
  const config = { right: 'admin' } as const;
  const shown = () => {
    const problem = guard.problem() ?? null;
    return { now: momentText(guard.wall()), sure: problem === null, problem };
  };
  return async (app) => {
    app.get(
      '/clock',
      {
        config,
        schema: {
          tags: ['maintenance'],
          operationId: 'getClock',
          summary: 'The clock of this process, and whether it is to be believed',
          response: { 200: clockSchema },
        },
      },
      async () => shown(),
    );
    app.post(
      '/clock/accept',
      {
        config,
        schema: {
          tags: ['maintenance'],
          operationId: 'acceptClock',
          summary: 'Declare the clock of this process to be right',
          description:
            'Events are taken again. Events that were recorded at a later moment stay as they are, and nothing is recorded before the last of them.',
          response: { 200: clockSchema },
        },
      },
      async ({ caller, log }) => {
        const { problem } = await accept(caller?.name ?? null);
        log.warn({ by: caller?.name, problem }, 'clock: accepted by a person');
        return shown();
      },
    );
  };
}
