import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { formatDay, HOUR } from '../../../shared/calendar/zone.ts';
import { documentId, dossierId, unitId } from '../../../shared/contracts/ids.ts';
import { unitTree } from '../../../shared/figures/unit-tree.ts';
import { type Account, OPEN_ACCOUNTS } from '../../../shared/ledger/accounts.ts';
import { OfficeBook } from '../../../shared/ledger/office-book.ts';
import type { ListQuery } from '../../../shared/ledger/port.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import type { ApiContext } from '../context.ts';
import { dimensions, refuseCursor } from '../figure-request.ts';
import { documentHistory, dossierHistory } from '../history.ts';
import {
  documentDetailSchema,
  dossierDetailSchema,
  dossiersSchema,
  figureQuery,
  filterQuery,
  pageQuery,
  stateQuery,
  unitsSchema,
} from '../schemas.ts';
import { dossierView, exchangeView, positionText } from '../views.ts';

/** Working hours ahead that count as soon, unless asked otherwise: two working days. */
const DUE_SOON_HOURS = 16;

const params = z.object({ id: z.string().min(1).max(300) });
const config = { scope: 'read' } as const;
const { minPosition } = figureQuery;

const ACCOUNTS: Readonly<Record<z.output<typeof stateQuery>, readonly Account[]>> = {
  open: OPEN_ACCOUNTS,
  overdue: ['in-progress/timed'],
  'due-soon': ['in-progress/timed'],
  paused: ['paused'],
  'no-due-date': ['in-progress/no-due-date', 'settled/no-due-date'],
  settled: [
    'settled/early',
    'settled/on-time',
    'settled/late',
    'settled/no-due-date',
    'settled/no-finish-date',
  ],
  late: ['settled/late'],
  faulty: ['settled/no-finish-date'],
  withdrawn: ['withdrawn'],
};

/** Work lists, and one dossier or document with everything known of it. */
export function workListRoutes({
  ledger,
  events,
  observatory,
  answers,
  zone,
  clock,
}: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/dossiers',
      {
        config,
        schema: {
          tags: ['dossiers'],
          operationId: 'listDossiers',
          summary: 'Work lists',
          description: 'Overdue and due soon come by due date, the most urgent first.',
          querystring: z.strictObject({
            ...filterQuery,
            ...pageQuery,
            minPosition,
            state: stateQuery.default('open'),
            finding: z
              .string()
              .max(100)
              .optional()
              .meta({ description: 'Only dossiers with a finding of this code.' }),
          }),
          response: { 200: dossiersSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async () => {
          const { state, limit, cursor, finding, ...query } = request.query;
          const calendar = await observatory.calendar();
          return ledger.snapshot(async (snapshot) => {
            const { unit, ...filter } = dimensions(query);
            const now = clock();
            const tree = unitTree(new OfficeBook(await snapshot.declared()).units, zone.dayOf(now));
            const list: ListQuery = {
              accounts: ACCOUNTS[state],
              filter: { ...filter, ...(unit !== undefined && { units: tree.withDescendants(unit) }) },
              ...(state === 'overdue' && { dueUntil: now }),
              ...(state === 'due-soon' && {
                dueAfter: now,
                dueUntil: calendar.reach(now, DUE_SOON_HOURS * HOUR),
              }),
              ...(finding !== undefined && { finding }),
              ...(cursor !== undefined && { cursor }),
              limit: limit ?? 50,
            };
            const { items, next } = await snapshot.dossiers(list).catch(refuseCursor);
            const position = positionText(snapshot.checkpoint);
            return { items: items.map(dossierView), ...(next !== undefined && { next }), position };
          });
        }),
    );

    app.get(
      '/dossiers/:id',
      {
        config,
        schema: {
          tags: ['dossiers'],
          operationId: 'getDossier',
          summary: 'One dossier: its timeline, and how each of its events was used',
          params,
          querystring: z.strictObject({ minPosition }),
          response: { 200: dossierDetailSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async () => {
          const id = dossierId(request.params.id);
          const { dossier, position } = await ledger.snapshot(async (snapshot) => ({
            dossier: await snapshot.dossier(id),
            position: positionText(snapshot.checkpoint),
          }));
          if (!dossier) throw new ProblemError('not-found', `No event has named the dossier ${id}.`);
          return { ...dossierView(dossier), ...(await dossierHistory(events, dossier, zone)), position };
        }),
    );

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
          querystring: z.strictObject({ minPosition }),
          response: { 200: documentDetailSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async () => {
          const id = documentId(request.params.id);
          const { document, position } = await ledger.snapshot(async (snapshot) => ({
            document: await snapshot.document(id),
            position: positionText(snapshot.checkpoint),
          }));
          if (!document) throw new ProblemError('not-found', `No event has named the document ${id}.`);
          const { pairs, aliases } = document;
          return {
            id: document.id,
            aliases: [...aliases],
            pairs: pairs.map((pair) => exchangeView(pair, clock())),
            events: await documentHistory(events, document, zone),
            position,
          };
        }),
    );

    app.get(
      '/units',
      {
        config,
        schema: {
          tags: ['units'],
          operationId: 'listUnits',
          summary: 'The units as they stand today',
          querystring: z.strictObject({ under: z.string().max(200).optional(), minPosition }),
          response: { 200: unitsSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async () => {
          const tree = await observatory.units();
          const { under } = request.query;
          const within = under === undefined ? undefined : tree.withDescendants(unitId(under));
          const units = tree.units.filter(({ id }) => within === undefined || within.includes(id));
          return {
            items: units.map(({ id, name, parent, handlesProcedures, from, to }) => ({
              id,
              name,
              parent,
              handlesProcedures,
              from: formatDay(from),
              to: to === null ? null : formatDay(to),
            })),
          };
        }),
    );
  };
}
