import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ListPlace, Paged } from '../../../shared/bookkeeping/balance.ts';
import { allIn, type Selection } from '../../../shared/bookkeeping/selection.ts';
import { CONCLUDED, VISITED } from '../../../shared/books/inspection/accounts.ts';
import { inspectionActsNow } from '../../../shared/books/inspection/acts-now.ts';
import { inspectionBook } from '../../../shared/books/inspection/book.ts';
import { INSPECTION_KINDS } from '../../../shared/books/inspection/kinds.ts';
import {
  type InspectionFindingSummary,
  type InspectionSummary,
  inspectionSummaries,
} from '../../../shared/books/inspection/summary.ts';
import { fieldId, unitId } from '../../../shared/contracts/ids.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import { composed } from '../../../shared/kernel/written-text.ts';
import type { ReadOptions } from '../../../shared/ledger/port.ts';
import { UNIT } from '../../../shared/measures/dimensions.ts';
import type { KnownOffice } from '../../../shared/measures/office-source.ts';
import type { Standpoint } from '../../../shared/measures/standpoint.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import type { ApiContext } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { asOfRequest } from '../figure-request.ts';
import { historyQuery, momentQuery, pageFields, pageQuery } from '../schema-parts.ts';
import { momentOf, untilText } from '../views.ts';
import {
  type InspectionSight,
  inspectionDetailSchema,
  inspectionFindingItem,
  inspectionFindingSchema,
  inspectionHistory,
  inspectionItem,
  inspectionSchema,
} from './inspection-item.ts';

const config = { right: 'read' } as const;
const tags = ['inspections'];
const params = z.object({ id: z.string().min(1).max(300) });

type Inspection = ReturnType<typeof inspectionItem>;

/** A list: the accounts that it is made of, and what of an item decides whether it is in it; without that, all are. */
interface State {
  readonly anyOf: (now: Moment) => readonly Selection[];
  readonly keeps?: (inspection: Inspection) => boolean;
}

const ALL = ['planned', ...VISITED, ...CONCLUDED, 'cancelled'] as const;

const STATE_NAMES = [
  'open',
  'planned',
  'not-visited',
  'visited',
  'concluded',
  'cancelled',
  'late',
  'findings-overdue',
  'all',
] as const;
const STATES: Readonly<Record<(typeof STATE_NAMES)[number], State>> = {
  open: { anyOf: () => allIn('planned', ...VISITED) },
  planned: { anyOf: () => allIn('planned') },
  'not-visited': { anyOf: (now) => [{ account: 'planned', due: { on: 'adjusted', until: now } }] },
  visited: { anyOf: () => allIn(...VISITED) },
  concluded: { anyOf: () => allIn(...CONCLUDED) },
  cancelled: { anyOf: () => allIn('cancelled') },
  late: { anyOf: () => allIn(...VISITED, ...CONCLUDED), keeps: ({ late }) => late !== null },
  'findings-overdue': { anyOf: () => allIn(...ALL), keeps: ({ overdueFindings }) => overdueFindings > 0 },
  all: { anyOf: () => allIn(...ALL) },
};

const FINDING_STATE_NAMES = ['open', 'overdue', 'closed'] as const;
const FINDING_STATES: Readonly<Record<(typeof FINDING_STATE_NAMES)[number], State['anyOf']>> = {
  open: () => allIn('finding/open'),
  overdue: (now) => [{ account: 'finding/open', due: { on: 'adjusted', until: now } }],
  closed: () => allIn('finding/closed'),
};

const stateQuery = z.enum(STATE_NAMES).default('open').meta({
  description:
    '`open`: planned or visited. `planned`: not begun; `not-visited`: of these past the last day of their plan. `visited`: not concluded. `concluded`, `cancelled`. `late`: the conclusion came, or is, later than `LATE_CONCLUSION_WORKING_DAYS` after the last visit. `findings-overdue`: with an open finding past its date.',
});
const findingStateQuery = z.enum(FINDING_STATE_NAMES).default('open').meta({
  description: '`overdue`: open, and past its date.',
});
const NARROWED =
  'A page of `late` and `findings-overdue` may have fewer items than `limit` though `next` leads to more.';

const id = z.string().min(1).max(300);
const listQuery = {
  unit: id.optional().meta({ description: 'With all units below it.' }),
  field: id
    .optional()
    .meta({ description: 'Field of administration, where an inspection is limited to one.' }),
  kind: z.enum(INSPECTION_KINDS).optional(),
  ...pageQuery,
  ...momentQuery,
};

const inspectionsSchema = z.object({
  items: z.array(inspectionSchema),
  lateConclusionWorkingDays: z.int().meta({
    description:
      'The setting `LATE_CONCLUSION_WORKING_DAYS`: working days from the last visit to the conclusion.',
  }),
  ...pageFields,
});
const inspectionFindingsSchema = z.object({
  items: z.array(inspectionFindingSchema),
  ...pageFields,
});

/** The query of either list. */
interface Asked {
  readonly state: string;
  readonly unit?: string | undefined;
  readonly field?: string | undefined;
  readonly kind?: string | undefined;
  readonly sort: 'date' | '-date';
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly asOf?: string | undefined;
}

/** What a list is made of. */
interface Listed<Item> {
  readonly anyOf: State['anyOf'];
  /** Undefined for an amount of the other list: an account has inspections or findings, never both. */
  readonly viewOf: (
    item: InspectionSummary | InspectionFindingSummary,
    sight: InspectionSight,
  ) => Item | undefined;
  readonly keeps?: ((item: Item) => boolean) | undefined;
}

/** How many pages are read for one of a list that a property of its items narrows. */
const READ_FOR_ONE = 20;

/** A page of the items that are kept. It may have fewer than the limit though more follow: `next` says so. */
async function keptPage<Item>(
  read: (limit: number, after: ListPlace | undefined) => Promise<Paged<Item>>,
  keeps: (item: Item) => boolean,
  limit: number,
  from: ListPlace | undefined,
): Promise<Paged<Item>> {
  const kept: Item[] = [];
  let after = from;
  for (let pages = 0; pages < READ_FOR_ONE; pages += 1) {
    const { items, next } = await read(limit - kept.length, after);
    kept.push(...items.filter(keeps));
    if (!next) return { items: kept };
    after = next;
    if (kept.length === limit) break;
  }
  return after ? { items: kept, next: after } : { items: kept };
}

/** Lists of inspections and of what they found, and one inspection with everything known of it. */
export function inspectionRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { events, observatory, answers, zone, clock, lateConclusionWorkingDays } = context;
  const sightOf = ({ pin, calendar }: Standpoint & KnownOffice): InspectionSight => ({
    ...{ now: pin.now, zone, calendar, lateConclusionWorkingDays },
  });

  function pageOf<Item>(
    { limit = 50, cursor: text, ...asked }: Asked,
    { anyOf, viewOf, keeps = () => true }: Listed<Item>,
    reading: ReadOptions,
  ) {
    const { unit, field, kind, sort, asOf } = asked;
    const cursor = decodeCursor(asked, text);
    const at = { ...asOfRequest(asOf, zone, clock), ...(cursor && { pinned: cursor.pinned }) };
    return observatory.list(
      at,
      async (snapshot, seen) => {
        const { pin, known, agencies, treeOn } = seen;
        const today = zone.dayOf(pin.now);
        const top = unit === undefined ? undefined : agencies.unitOf(unitId(unit));
        const filter = {
          ...(top !== undefined && { units: treeOn(today).withDescendants(top) }),
          where: {
            ...(field !== undefined && { field: fieldId(field) }),
            ...(kind !== undefined && { kind }),
          },
        };
        const read = async (most: number, after: ListPlace | undefined): Promise<Paged<Item>> => {
          const page = await snapshot.list(inspectionBook, {
            ...{ anyOf: anyOf(pin.now), filter, to: today, descending: sort === '-date', limit: most },
            ...known,
            ...(after && { after }),
          });
          const items = page.items.map((item) => viewOf(item, sightOf(seen)));
          return { ...page, items: items.filter((item) => item !== undefined) };
        };
        const { items, next } = await keptPage(read, keeps, limit, cursor?.after);
        return {
          items,
          ...(next && { next: encodeCursor(asked, { pinned: pin, after: next }) }),
          ...momentOf(pin),
        };
      },
      reading,
    );
  }

  return async (app) => {
    app.get(
      '/inspections',
      {
        config,
        schema: {
          tags,
          operationId: 'listInspections',
          summary: 'Inspections',
          description: `Those that are open come by their last day: of the plan, or of the last visit. ${NARROWED}`,
          querystring: z.strictObject({ state: stateQuery, ...listQuery }),
          response: { 200: inspectionsSchema },
        },
      },
      (request, reply) => {
        const { minPosition, ...query } = request.query;
        const { anyOf, keeps } = STATES[query.state];
        const viewOf: Listed<Inspection>['viewOf'] = (item, sight) =>
          item.of === 'inspection' ? inspectionItem(item, sight) : undefined;
        return answers.send(request, reply, minPosition, async (reading) => ({
          ...(await pageOf(query, { anyOf, viewOf, keeps }, reading)),
          lateConclusionWorkingDays,
        }));
      },
    );

    app.get(
      '/inspection-findings',
      {
        config,
        schema: {
          tags,
          operationId: 'listInspectionFindings',
          summary: 'What inspections found',
          description: 'Open ones come by their due date, those without one last.',
          querystring: z.strictObject({ state: findingStateQuery, ...listQuery }),
          response: { 200: inspectionFindingsSchema },
        },
      },
      (request, reply) => {
        const { minPosition, ...query } = request.query;
        const anyOf = FINDING_STATES[query.state];
        const viewOf: Listed<object>['viewOf'] = (item, sight) =>
          item.of === 'finding' ? inspectionFindingItem(item, sight) : undefined;
        return answers.send(request, reply, minPosition, (reading) =>
          pageOf(query, { anyOf, viewOf }, reading),
        );
      },
    );

    app.get(
      '/inspections/:id',
      {
        config,
        schema: {
          tags,
          operationId: 'getInspection',
          summary: 'One inspection: what it found, and how each of its events was used',
          params,
          querystring: z.strictObject(historyQuery),
          response: { 200: inspectionDetailSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const id = composed(request.params.id.trim());
          const seen = await observatory.from(
            asOfRequest(request.query.asOf, zone, clock),
            async (snapshot, from) => ({
              ...from,
              subject: await snapshot.subject(inspectionBook, id, from.known),
            }),
            reading,
          );
          const { subject, pin, known, nameOf } = seen;
          if (!subject)
            throw new ProblemError(
              'not-found',
              `No event has named the inspection ${id}${untilText(known)}.`,
            );
          const { inspection, lines } = inspectionSummaries(subject, zone);
          const { unit } = inspection;
          return {
            ...inspectionItem(inspection, sightOf(seen)),
            unitName: unit && nameOf(UNIT.name, unit, zone.dayOf(pin.now)),
            inspectionFindings: lines.map((line) => inspectionFindingItem(line, sightOf(seen))),
            lateConclusionWorkingDays,
            possibleActs: inspectionActsNow(inspection),
            ...(await inspectionHistory(
              events,
              inspection.inspectionId,
              seen,
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
