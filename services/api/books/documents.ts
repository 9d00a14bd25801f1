import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { documentBook } from '../../../shared/books/document/book.ts';
import { documentSummary } from '../../../shared/books/document/summary.ts';
import { documentId } from '../../../shared/contracts/ids.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import type { ApiContext } from '../context.ts';
import { asOfRequest } from '../figure-request.ts';
import { historyQuery } from '../schema-parts.ts';
import { momentOf, untilText } from '../views.ts';
import { documentDetailSchema, documentHistory, exchangeItem, exchangeSchema } from './document-item.ts';
import type { ItemView } from './item-view.ts';

const params = z.object({ id: z.string().min(1).max(300) });
const config = { right: 'read' } as const;

/** One document with everything known of it. */
function documentRoutes({ events, observatory, answers, zone, clock }: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/documents/:id',
      {
        config,
        schema: {
          tags: ['documents'],
          operationId: 'getDocument',
          summary: 'One document: each recipient, and the events that speak of it',
          description: 'The identifier is `{organ},{yyyy-MM-dd},{number/notation}`, percent-encoded.',
          params,
          querystring: z.strictObject(historyQuery),
          response: { 200: documentDetailSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const id = documentId(request.params.id);
          const { subject, agencies, pin, known } = await observatory.from(
            asOfRequest(request.query.asOf, zone, clock),
            async (snapshot, { agencies, pin, known }) => ({
              subject: await snapshot.subject(documentBook, id, known),
              agencies,
              pin,
              known,
            }),
            reading,
          );
          if (!subject)
            throw new ProblemError('not-found', `No event has named the document ${id}${untilText(known)}.`);
          const document = documentSummary(subject, zone);
          const { pairs, aliases } = document;
          return {
            id: document.id,
            aliases: [...aliases],
            pairs: pairs.map((pair) => exchangeItem(pair, { now: pin.now })),
            ...(await documentHistory(
              events,
              document,
              { zone, agencies },
              known,
              request.query.cursor,
              reading,
            )),
            ...momentOf(pin),
          };
        }),
    );
  };
}

export const documentView: ItemView = {
  collection: documentBook.collection,
  schema: exchangeSchema,
  itemView: exchangeItem,
  routes: documentRoutes,
};
