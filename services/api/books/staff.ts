import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Selection } from '../../../shared/bookkeeping/selection.ts';
import { staffBook } from '../../../shared/books/staff/book.ts';
import { yearWindow } from '../../../shared/calendar/windows.ts';
import { yearOf } from '../../../shared/calendar/year.ts';
import { isPersonRef } from '../../../shared/contracts/pseudonym.ts';
import type { LedgerSnapshot } from '../../../shared/ledger/port.ts';
import { STAFF_KIND, UNIT } from '../../../shared/measures/dimensions.ts';
import { withUnit } from '../../../shared/measures/figure-frame.ts';
import type { Viewpoint } from '../../../shared/measures/measure.ts';
import type { KnownOffice } from '../../../shared/measures/office-source.ts';
import { staffRatings } from '../../../shared/measures/staff-rating.ts';
import { RATING_STATES, STANDARD_STATES } from '../../../shared/measures/staff-states.ts';
import { staffTitleStandard } from '../../../shared/measures/staff-title-standard.ts';
import type { Standpoint } from '../../../shared/measures/standpoint.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import type { ApiContext } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { asOfRequest } from '../figure-request.ts';
import { historyQuery, momentQuery, pageFields, pageQuery, yearText } from '../schema-parts.ts';
import { momentOf, untilText } from '../views.ts';
import { excellentCapRoute } from './excellent-cap.ts';
import type { ItemView } from './item-view.ts';
import { type Named, withNames } from './named-staff.ts';
import { personHistory, personSchema, staffSchema, staffView, stretchViews } from './staff-item.ts';

const RATINGS = staffRatings.apply({
  ...{ name: staffRatings.name, version: staffRatings.version },
  ...{ policy: 'good-or-better', nd335UnderSixMonths: 'not-rated' },
});
const STANDARDS = staffTitleStandard.apply({
  name: staffTitleStandard.name,
  version: staffTitleStandard.version,
});

/** Each state is a part of one of the two measures, on the day of the question. */
const selectionsOf = (state: string, viewpoint: Viewpoint): readonly Selection[] =>
  [RATINGS, STANDARDS].flatMap(({ counted }) => counted.select(viewpoint).get(state) ?? []);

const config = { right: 'staff' } as const;
const tags = ['staff'];
const params = z.object({
  ref: z.string().refine(isPersonRef, 'a pseudonym, as POST /v1/staff/pseudonym returns it'),
});

/** Lists of staff, and the record of one person, all under pseudonyms. */
function staffRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { events, observatory, answers, filters, names, zone, clock } = context;
  const { [UNIT.name]: unitField, [STAFF_KIND.name]: kindField } = filters.fields;
  const listNamed = withNames(names, ({ items }: { readonly items: readonly Named[] }) => items);
  const personNamed = withNames(names, (person: Named) => [person]);
  return async (app) => {
    await app.register(excellentCapRoute(context));
    app.get(
      '/staff',
      {
        config,
        schema: {
          tags,
          operationId: 'listStaff',
          summary: 'Staff by rating or title standard',
          description: 'People are pseudonyms. A list is that of one year, as it stands at its end, or now.',
          querystring: z.strictObject({
            ...(unitField && { [UNIT.name]: unitField }),
            ...(kindField && { [STAFF_KIND.name]: kindField }),
            ...pageQuery,
            ...momentQuery,
            year: yearText.optional().meta({
              description: 'The rated year; that of `asOf` when it is left out.',
            }),
            state: z
              .enum([...RATING_STATES, ...STANDARD_STATES])
              .default('not-assessed')
              .meta({
                description:
                  'Of the rating: `not-assessed` (assigned, without a record of the year), `excellent`, `good`, `completed`, `not-completed`, `under-six-months`, `unassigned` (rated, without an assignment). Of the title standard: `met`, `not-met`, `not-yet-placed`, `not-known`.',
              }),
          }),
          response: { 200: z.object({ items: z.array(staffSchema), ...pageFields }) },
        },
      },
      (request, reply) =>
        answers.sendNamed(request, reply, request.query.minPosition, listNamed, async (reading) => {
          const {
            state,
            year,
            sort,
            limit = 50,
            cursor: text,
            minPosition: _,
            asOf,
            ...query
          } = request.query;
          const question = [state, year, asOf, sort, query];
          const cursor = decodeCursor(question, text);
          const at = { ...asOfRequest(asOf, zone, clock), ...(cursor && { pinned: cursor.pinned }) };
          const read = async (
            snapshot: LedgerSnapshot,
            { pin, known, treeOn, agencies }: Standpoint & KnownOffice,
          ) => {
            const { now } = pin;
            const asked = year === undefined ? yearOf(zone.dayOf(now)) : Number(year);
            const window = yearWindow(asked, now, zone);
            const { unit, where } = withUnit(filters.asked(query), agencies);
            const { items, next } = await snapshot.list(staffBook, {
              anyOf: selectionsOf(state, {
                ...{ now, basis: 'adjusted', dueSoonUntil: now, window },
              }),
              filter: {
                ...(where && { where }),
                ...(unit !== undefined && { units: treeOn(window.cutTo).withDescendants(unit) }),
              },
              ...{ from: window.from, to: window.cutTo },
              ...known,
              ...(cursor && { after: cursor.after }),
              descending: sort === '-date',
              limit,
            });
            return {
              items: items.map(staffView),
              ...(next && { next: encodeCursor(question, { pinned: pin, after: next }) }),
              ...momentOf(pin),
            };
          };
          return observatory.list(at, read, reading);
        }),
    );

    app.get(
      '/staff/:ref',
      {
        config,
        schema: {
          tags,
          operationId: 'getPerson',
          summary: 'The record of one person: assignments, title standard, ratings, and each of its events',
          params,
          querystring: z.strictObject(historyQuery),
          response: { 200: personSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.sendNamed(request, reply, request.query.minPosition, personNamed, async (reading) => {
          const { ref } = request.params;
          const { subject, pin, known } = await observatory.from(
            asOfRequest(request.query.asOf, zone, clock),
            async (snapshot, { pin, known }) => ({
              ...{ pin, known },
              subject: await snapshot.subject(staffBook, ref, known),
            }),
            reading,
          );
          if (!subject)
            throw new ProblemError('not-found', `No event has named the person ${ref}${untilText(known)}.`);
          return {
            ref,
            stretches: stretchViews(ref, subject, zone),
            ...(await personHistory(events, ref, subject, { zone, known }, request.query.cursor, reading)),
            ...momentOf(pin),
          };
        }),
    );
  };
}

export const staffItems: ItemView<Parameters<typeof staffView>[0]> = {
  collection: staffBook.collection,
  schema: staffSchema,
  itemView: staffView,
  routes: staffRoutes,
};
