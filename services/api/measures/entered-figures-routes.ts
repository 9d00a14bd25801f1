import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { allIn } from '../../../shared/bookkeeping/selection.ts';
import { type FigureItem, figureBook } from '../../../shared/books/period-figure/book.ts';
import { FIGURE_ACCOUNTS } from '../../../shared/books/period-figure/entries.ts';
import { figureFields, figureView } from '../books/periods.ts';
import type { ApiContext } from '../context.ts';
import { RegisterLists, registerQuery } from '../registers/register-lists.ts';
import { day, pageFields } from '../schema-parts.ts';
import { PERIOD } from './entry-examples.ts';

const asked = z
  .enum(['all', 'awaiting-approval', ...FIGURE_ACCOUNTS])
  .default('all')
  .meta({
    description:
      '`awaiting-approval`: by a second person, whether or not an entry of the period counts already (`replacing`, `waiting`).',
  });

const figureSchema = z
  .object({
    ...{ objective: z.string(), unit: z.string().nullable(), period: z.string(), from: day, to: day },
    state: z.enum(FIGURE_ACCOUNTS),
    ...figureFields,
  })
  .meta({ id: 'EnteredFigure' });

const { due: _due, ...LISTED } = { objective: 'satisfaction', unit: null, ...PERIOD };

/** The figures that people have entered, of every objective: the list of a second person. */
export function enteredFiguresRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const lists = new RegisterLists(context, figureBook);
  return async (app) => {
    app.get(
      '/entered-figures',
      {
        config: { right: 'read' },
        schema: {
          tags: ['objectives'],
          operationId: 'listFiguresOfAllObjectives',
          summary:
            'The figures that people have entered, of every objective: also what waits for a second person',
          description:
            'By the last day of their periods. A period without a figure, entered or stated by a file, is not listed.',
          querystring: z.strictObject({ ...registerQuery, state: asked }),
          response: {
            200: z.object({ items: z.array(figureSchema), ...pageFields }).meta({
              examples: [{ items: [LISTED], position: '5001', asOf: '2026-04-09T01:31:00.000Z' }],
            }),
          },
        },
      },
      (request, reply) => {
        const { state } = request.query;
        return lists.send(request, reply, () => selectionsOf(state), itemView);
      },
    );
  };
}

function selectionsOf(state: z.output<typeof asked>) {
  if (state === 'all') return allIn(...FIGURE_ACCOUNTS);
  return state === 'awaiting-approval' ? allIn('waiting', 'replacing') : allIn(state);
}

const itemView = (figure: FigureItem) => {
  const { objective, unit, period, from, to, account: state } = figure;
  return { objective, unit, period, from, to, state, ...figureView(figure) };
};
