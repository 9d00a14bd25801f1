import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Knowledge } from '../../../shared/bookkeeping/balance.ts';
import { documentBook } from '../../../shared/books/document/book.ts';
import { documentSummary } from '../../../shared/books/document/summary.ts';
import { dossierBook } from '../../../shared/books/dossier/book.ts';
import { dossierSummary } from '../../../shared/books/dossier/summary.ts';
import { formatDay, HOUR } from '../../../shared/calendar/zone.ts';
import { documentId, dossierId, unitId } from '../../../shared/contracts/ids.ts';
import { dossiersOnTime } from '../../../shared/measures/dossiers-on-time.ts';
import { withUnit } from '../../../shared/measures/figure-frame.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import { refuseBeforeHistory } from '../before-history.ts';
import type { ApiContext } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { asOfMoment, dimensions } from '../figure-request.ts';
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
import { dossierView, exchangeView, instant, positionText } from '../views.ts';

/** Working hours ahead that count as soon, unless asked otherwise: two working days. */
const DUE_SOON_HOURS = 16;

const ON_TIME = dossiersOnTime.apply({ name: dossiersOnTime.name, version: dossiersOnTime.version });

const params = z.object({ id: z.string().min(1).max(300) });
const config = { right: 'read' } as const;
const { minPosition, asOf } = figureQuery;

/** The parts of the measure of dossiers that each state is made of. */
const STATES: Readonly<Record<z.output<typeof stateQuery>, readonly string[]>> = {
  open: ['overdue', 'due-soon', 'not-yet-due', 'paused', 'open-no-due-date'],
  overdue: ['overdue'],
  'due-soon': ['due-soon'],
  paused: ['paused'],
  'no-due-date': ['open-no-due-date', 'no-due-date'],
  settled: ['on-time', 'late', 'no-due-date', 'no-finish-date'],
  late: ['late'],
  faulty: ['no-finish-date'],
  withdrawn: ['withdrawn'],
};

/** Work lists, and one dossier or document with everything known of it. */
export function workListRoutes({
  events,
  observatory,
  answers,
  zone,
  clock,
}: ApiContext): FastifyPluginAsyncZod {
  const asOfRequest = (text: string | undefined) =>
    text === undefined ? {} : { asOf: asOfMoment(text, zone, clock()) };
  return async (app) => {
    refuseBeforeHistory(app, { events, zone, clock });
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
            asOf,
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
          const {
            state,
            sort,
            limit = 50,
            cursor: text,
            finding,
            minPosition: _,
            asOf,
            ...query
          } = request.query;
          const question = [state, finding, asOf, sort, query];
          const cursor = text === undefined ? undefined : decodeCursor(question, text);
          const at = { ...asOfRequest(asOf), ...(cursor && { pinned: cursor.pinned }) };
          return observatory.from(at, async (snapshot, { pin, known, calendar, treeOn }) => {
            const { now } = pin;
            const today = zone.dayOf(now);
            const parts = ON_TIME.select({
              now,
              basis: 'adjusted',
              window: { current: true, stockAt: now },
              dueSoonUntil: calendar.reach(now, DUE_SOON_HOURS * HOUR),
            });
            const { unit, where } = await withUnit(snapshot, known, dimensions(query));
            const { items, next } = await snapshot.list(dossierBook, {
              anyOf: STATES[state].flatMap((part) => parts.get(part) ?? []),
              filter: {
                ...(where && { where }),
                ...(unit !== undefined && { units: treeOn(today).withDescendants(unit) }),
              },
              to: today,
              ...(finding !== undefined && { finding }),
              ...known,
              ...(cursor && { after: cursor.after }),
              descending: sort === '-date',
              limit,
            });
            return {
              items: items.map((dossier) => dossierView(dossier, { now, calendar })),
              ...(next && { next: encodeCursor(question, { pinned: pin, after: next }) }),
              position: positionText({ position: pin.upTo }),
              asOf: instant(now),
            };
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
          querystring: z.strictObject({ minPosition, asOf }),
          response: { 200: dossierDetailSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async () => {
          const id = dossierId(request.params.id);
          const { subject, pin, known, calendar } = await observatory.from(
            asOfRequest(request.query.asOf),
            async (snapshot, standpoint) => ({
              ...standpoint,
              subject: await snapshot.subject(dossierBook, id, standpoint.known),
            }),
          );
          if (!subject)
            throw new ProblemError('not-found', `No event has named the dossier ${id}${by(known)}.`);
          const dossier = dossierSummary(subject, zone);
          return {
            ...dossierView(dossier, { now: pin.now, calendar }),
            ...(await dossierHistory(events, dossier, zone, known)),
            position: positionText({ position: pin.upTo }),
            asOf: instant(pin.now),
          };
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
          querystring: z.strictObject({ minPosition, asOf }),
          response: { 200: documentDetailSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async () => {
          const id = documentId(request.params.id);
          const { subject, agencies, pin, known } = await observatory.from(
            asOfRequest(request.query.asOf),
            async (snapshot, { pin, known }) => ({
              subject: await snapshot.subject(documentBook, id, known),
              agencies: await snapshot.agencies(known),
              pin,
              known,
            }),
          );
          if (!subject)
            throw new ProblemError('not-found', `No event has named the document ${id}${by(known)}.`);
          const document = documentSummary(subject, zone);
          const { pairs, aliases } = document;
          return {
            id: document.id,
            aliases: [...aliases],
            pairs: pairs.map((pair) => exchangeView(pair, pin.now)),
            events: await documentHistory(events, document, { zone, agencies }, known),
            position: positionText({ position: pin.upTo }),
            asOf: instant(pin.now),
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
          summary: 'The units as they stand today, or stood at a moment',
          querystring: z.strictObject({ under: z.string().max(200).optional(), minPosition, asOf }),
          response: { 200: unitsSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async () => {
          const { under, asOf } = request.query;
          const { tree, unit, pin } = await observatory.from(
            asOfRequest(asOf),
            async (snapshot, { pin, known, treeOn }) => ({
              tree: treeOn(zone.dayOf(pin.now)),
              ...(await withUnit(snapshot, known, under === undefined ? {} : { unit: unitId(under) })),
              pin,
            }),
          );
          const within = unit === undefined ? undefined : tree.withDescendants(unit);
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
            position: positionText({ position: pin.upTo }),
            asOf: instant(pin.now),
          };
        }),
    );
  };
}

const by = ({ knownAt }: Knowledge): string => (knownAt === undefined ? '' : ` by ${instant(knownAt)}`);
