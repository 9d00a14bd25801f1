import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { formatDay, type LocalDay } from '../../../shared/calendar/zone.ts';
import { fieldId } from '../../../shared/contracts/ids.ts';
import type { ReadOptions } from '../../../shared/ledger/port.ts';
import { FIELD } from '../../../shared/measures/dimensions.ts';
import type { KnownOffice } from '../../../shared/measures/office-source.ts';
import type { Dated } from '../../../shared/office/declared.ts';
import { inForceOn } from '../../../shared/office/in-force.ts';
import { LEGAL_LIMIT_UNITS } from '../../../shared/office/procedure-declared.v1.ts';
import { wholeNumber } from '../../../shared/platform/query-parts.ts';
import type { ApiContext } from '../context.ts';
import { decodeNameCursor, encodeNameCursor } from '../cursor.ts';
import { dayAsked, onQuery, statementFields, statementView } from '../dated.ts';
import { asOfRequest } from '../figure-request.ts';
import { day, momentQuery, pageFields } from '../schema-parts.ts';
import { momentOf } from '../views.ts';

const config = { right: 'read' } as const;
const tags = ['units'];
const PAGE_LIMIT = 500;

const query = {
  on: onQuery,
  limit: wholeNumber(PAGE_LIMIT)
    .optional()
    .meta({ description: 'Items on a page; 100 when it is left out.' }),
  cursor: z.string().max(1_000).optional().meta({ description: '`next` of the page before.' }),
  ...momentQuery,
};
const answer = {
  total: z.int().meta({ description: 'How many there are on all pages together.' }),
  on: day,
  ...pageFields,
};

const fieldsSchema = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), ...statementFields })),
  ...answer,
});
const proceduresSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      field: z.string().nullable(),
      fieldName: z.string().nullable(),
      legalLimit: z.object({ amount: z.int(), unit: z.enum(LEGAL_LIMIT_UNITS) }).nullable(),
      ...statementFields,
    }),
  ),
  ...answer,
});

interface Asked {
  readonly on?: string | undefined;
  readonly asOf?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** The catalogues of fields of administration and of procedures, as they are declared. */
export function catalogueRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { answers } = context;
  return async (app) => {
    app.get(
      '/fields',
      {
        config,
        schema: {
          tags,
          operationId: 'listFields',
          summary: 'The fields of administration as of a day, by id',
          querystring: z.strictObject(query),
          response: { 200: fieldsSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, (reading) =>
          page(context, request.query, ['fields'], reading, {
            of: ({ fields }) => fields,
            view: (field) => ({ id: field.id, name: field.name, ...statementView(field) }),
          }),
        ),
    );

    app.get(
      '/procedures',
      {
        config,
        schema: {
          tags,
          operationId: 'listProcedures',
          summary: 'The administrative procedures as of a day, by code',
          querystring: z.strictObject({
            field: z.string().min(1).max(200).optional().meta({ description: 'Those of this field alone.' }),
            ...query,
          }),
          response: { 200: proceduresSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, (reading) => {
          const field = request.query.field === undefined ? undefined : fieldId(request.query.field);
          return page(context, request.query, ['procedures', field], reading, {
            of: ({ procedures }) => procedures,
            isWanted: (one) => field === undefined || one.field === field,
            view: (one, on, { nameOf }) => ({
              id: one.id,
              name: one.name,
              field: one.field,
              fieldName: one.field && nameOf(FIELD.name, one.field, on),
              legalLimit: one.legalLimit,
              ...statementView(one),
            }),
          });
        }),
    );
  };
}

/** A page of what is declared of one kind, as in effect on a day. */
function page<Record extends Dated, View>(
  { observatory, zone, clock }: ApiContext,
  { on, asOf, limit = 100, cursor: text }: Asked,
  list: readonly unknown[],
  reading: ReadOptions,
  catalogue: {
    of(office: KnownOffice): readonly Record[];
    isWanted?(record: Record): boolean;
    view(record: Record, on: LocalDay, office: KnownOffice): View;
  },
) {
  const question = [...list, on, asOf];
  const cursor = decodeNameCursor(question, text);
  const asked = dayAsked(on);
  const at = { ...asOfRequest(asOf, zone, clock), ...(cursor && { pinned: cursor.pinned }) };
  return observatory.from(
    at,
    async (_, { pin, ...office }) => {
      const today = asked ?? zone.dayOf(pin.now);
      const all = [...inForceOn(catalogue.of(office), today).values()]
        .filter((one) => catalogue.isWanted?.(one) ?? true)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const rest = all.filter(({ id }) => cursor === undefined || id > cursor.after);
      const items = rest.slice(0, limit);
      const last = items.at(-1);
      return {
        items: items.map((one) => catalogue.view(one, today, office)),
        total: all.length,
        ...(rest.length > limit &&
          last && { next: encodeNameCursor(question, { pinned: pin, after: last.id }) }),
        on: formatDay(today),
        ...momentOf(pin),
      };
    },
    reading,
  );
}
