import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { EXTENSION_RULES } from '../../../shared/bookkeeping/extension-rule.ts';
import { dossierBook } from '../../../shared/books/dossier/book.ts';
import { dossierSummary } from '../../../shared/books/dossier/summary.ts';
import { HOUR } from '../../../shared/calendar/zone.ts';
import { dossierId } from '../../../shared/contracts/ids.ts';
import type { LedgerSnapshot } from '../../../shared/ledger/port.ts';
import { FIELD, PROCEDURE } from '../../../shared/measures/dimensions.ts';
import { dossiersOnTime } from '../../../shared/measures/dossiers-on-time.ts';
import { withUnit } from '../../../shared/measures/figure-frame.ts';
import type { KnownOffice } from '../../../shared/measures/office-source.ts';
import type { Standpoint } from '../../../shared/measures/standpoint.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import type { ApiContext } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { asOfRequest } from '../figure-request.ts';
import { historyQuery, momentQuery, pageFields, pageQuery } from '../schema-parts.ts';
import { momentOf, untilText } from '../views.ts';
import { dossierDetailSchema, dossierHistory, dossierItem, dossierSchema } from './dossier-item.ts';
import type { ItemView } from './item-view.ts';

/** Working hours ahead that count as soon, unless asked otherwise: two working days. */
const DUE_SOON_HOURS = 16;

const ON_TIME = dossiersOnTime.apply({ name: dossiersOnTime.name, version: dossiersOnTime.version });

const params = z.object({ id: z.string().min(1).max(300) });
const config = { right: 'read' } as const;

const STATE_NAMES = [
  'open',
  'overdue',
  'due-soon',
  'paused',
  'no-due-date',
  'settled',
  'late',
  'faulty',
  'withdrawn',
] as const;

const LATE = ['late-with-letter', 'late-without-letter'];

/** The parts of the measure of dossiers that each state is made of. */
const STATES: Readonly<Record<(typeof STATE_NAMES)[number], readonly string[]>> = {
  open: ['overdue', 'due-soon', 'not-yet-due', 'paused', 'open-no-due-date'],
  overdue: ['overdue'],
  'due-soon': ['due-soon'],
  paused: ['paused'],
  'no-due-date': ['open-no-due-date', 'no-due-date'],
  settled: ['on-time', ...LATE, 'no-due-date', 'no-finish-date'],
  late: LATE,
  faulty: ['no-finish-date'],
  withdrawn: ['withdrawn'],
};

const stateQuery = z.enum(STATE_NAMES).default('open').meta({
  description:
    '`open`: in progress and paused. `overdue`, `due-soon` (within 16 working hours), `paused`: of these. `no-due-date`: open or settled without one. `settled`: every dossier that has ended by a result; `late`: of these past their due date; `faulty`: of these without a known end. `withdrawn`: taken back by the applicant. All by the due date as lawfully changed.',
});

const ruleFields = {
  extensionRule: z.enum(EXTENSION_RULES).meta({
    description:
      'The setting `EXTENSION_RULE`, which extensions of a due date count: `once-before-due`, one in all and dated at least one calendar day before the due date in force; `any`, each. Those that the first does not count have a finding `extension-…` under both.',
  }),
};

export const dossiersSchema = z.object({ items: z.array(dossierSchema), ...ruleFields, ...pageFields });

/** Work lists of dossiers, and one dossier with everything known of it. */
function dossierRoutes({
  events,
  observatory,
  answers,
  filters,
  zone,
  extensionRule,
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
            ...filters.fields,
            ...pageQuery,
            ...momentQuery,
            state: stateQuery,
            finding: z.string().max(100).optional().meta({
              description:
                'Only dossiers with a finding of this code, e.g. `due-moved-without-basis` or `receipt-inferred`.',
            }),
          }),
          response: { 200: dossiersSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
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
          const cursor = decodeCursor(question, text);
          const at = { ...asOfRequest(asOf, zone, clock), ...(cursor && { pinned: cursor.pinned }) };
          const read = async (
            snapshot: LedgerSnapshot,
            { pin, known, calendar, treeOn, agencies }: Standpoint & KnownOffice,
          ) => {
            const { now } = pin;
            const today = zone.dayOf(now);
            const parts = ON_TIME.counted.select({
              now,
              basis: 'adjusted',
              window: { current: true, stockAt: now },
              dueSoonUntil: calendar.reach(now, DUE_SOON_HOURS * HOUR),
            });
            const { unit, where } = withUnit(filters.asked(query), agencies);
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
              items: items.map((dossier) => dossierItem(dossier, { now, calendar })),
              extensionRule,
              ...(next && { next: encodeCursor(question, { pinned: pin, after: next }) }),
              ...momentOf(pin),
            };
          };
          return observatory.list(at, read, reading);
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
          querystring: z.strictObject(historyQuery),
          response: { 200: dossierDetailSchema.extend(ruleFields), ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const id = dossierId(request.params.id);
          const { subject, pin, known, calendar, nameOf } = await observatory.from(
            asOfRequest(request.query.asOf, zone, clock),
            async (snapshot, standpoint) => ({
              ...standpoint,
              subject: await snapshot.subject(dossierBook, id, standpoint.known),
            }),
            reading,
          );
          if (!subject)
            throw new ProblemError('not-found', `No event has named the dossier ${id}${untilText(known)}.`);
          const dossier = dossierSummary(subject, zone);
          const today = zone.dayOf(pin.now);
          return {
            ...dossierItem(dossier, { now: pin.now, calendar }),
            fieldName: dossier.field && nameOf(FIELD.name, dossier.field, today),
            procedureName: dossier.procedure && nameOf(PROCEDURE.name, dossier.procedure, today),
            ...(await dossierHistory(
              events,
              dossier,
              { zone, extensionRule },
              known,
              request.query.cursor,
              reading,
            )),
            extensionRule,
            ...momentOf(pin),
          };
        }),
    );
  };
}

export const dossierView: ItemView = {
  collection: dossierBook.collection,
  schema: dossierSchema,
  itemView: dossierItem,
  routes: dossierRoutes,
};
