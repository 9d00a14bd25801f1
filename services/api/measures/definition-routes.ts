import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Act } from '../../../shared/audit/acts.ts';
import type { AuditLog } from '../../../shared/audit/audit-log.ts';
import { formatDay } from '../../../shared/calendar/zone.ts';
import { momentText } from '../../../shared/kernel/clock.ts';
import { type ObjectiveDefinition, objectiveDefinition } from '../../../shared/measures/definition.ts';
import { openEntriesOf } from '../../../shared/measures/open-entries.ts';
import { MOST_LEVELS, parentFault, parentFaultText } from '../../../shared/measures/parents.ts';
import type { EnteredFigures } from '../../../shared/objectives/entered-figures.ts';
import {
  contentOf,
  type ObjectiveBook,
  type ObjectiveContent,
  type ObjectiveState,
} from '../../../shared/objectives/objective-book.ts';
import { statementPage } from '../../../shared/objectives/statement-page.ts';
import type { ObjectiveStatedV1 } from '../../../shared/office/objective-stated.v1.ts';
import type { Caller } from '../../../shared/platform/caller.ts';
import { clientSignal } from '../../../shared/platform/client-signal.ts';
import { plainText } from '../../../shared/platform/plain-text.ts';
import { ProblemError, problemAnswers, refuseField } from '../../../shared/platform/problem.ts';
import { numberedPageQuery, wholeNumber } from '../../../shared/platform/query-parts.ts';
import { requireUnits } from '../../../shared/platform/unit-limit.ts';
import type { ApiContext } from '../context.ts';
import { requireDeclaredUnit, requireUnitOn } from '../declared-unit.ts';
import { etagOfCount, ifMatchOf, isOfCount, requireIfMatch, statedMeanwhile } from '../if-match.ts';
import { day, momentQuery, timestamp } from '../schema-parts.ts';
import { dayOrNull, positionText } from '../views.ts';
import { DEFINITION, HISTORY } from './definition-examples.ts';

/** Each figure of each objective is asked anew every second. */
const MOST_OBJECTIVES = 2_000;
/** Of one objective: every write reads them all. */
const MOST_STATEMENTS = 1_000;
const PAGE_LIMIT = 200;

export interface DefinitionParts {
  readonly book: ObjectiveBook;
  readonly figures: EnteredFigures;
  readonly audit: Pick<AuditLog, 'record'>;
}

const tags = ['objectives'];
const reading = { right: 'read' } as const;
const defining = { right: 'define' } as const;
const params = z.object({ id: z.string().max(100) });

const reason = plainText(2_000).min(1).describe('Why: kept with the statement, and shown in the history.');
const stated = z
  .record(z.string(), z.unknown())
  .meta({ description: 'As OBJECTIVES_FILE states it, whatever version of the system has written it.' });

const closing = z.object({
  lastDay: day,
  reason: z.string(),
  instrument: z.string().nullable(),
  at: timestamp,
  by: z.string().nullable(),
});
const definitionSchema = z
  .object({
    id: z.string(),
    definition: stated.meta({ description: 'The version with the greatest number.' }),
    versions: z.array(stated).meta({ description: 'Every version, by number.' }),
    closing: closing.nullable().meta({ description: 'Null while the objective is open.' }),
    statements: z.int().meta({
      description: 'How many were made; 0 while the file of objectives alone states it. The ETag names them.',
    }),
  })
  .meta({ examples: [DEFINITION] });

const writtenSchema = z
  .object({
    id: z.string(),
    statements: z.int(),
    position: z.string().describe('From which on figures are judged by it: `minPosition`.'),
  })
  .meta({ examples: [{ id: 'dossier-on-time', statements: 2, position: '5001' }] });

const closedSchema = writtenSchema
  .extend({
    openChildren: z
      .array(z.string())
      .describe('Ids of the objectives that name it as their parent, and go on. As the ledger knows them.'),
    openEntries: z
      .object({ actions: z.int(), risks: z.int(), opportunities: z.int() })
      .describe('How much of registers names it and has not ended: it goes on, and stays due.'),
  })
  .meta({
    examples: [
      {
        ...{ id: 'dossier-on-time', statements: 2, position: '5001', openChildren: ['land-on-time'] },
        openEntries: { actions: 1, risks: 2, opportunities: 0 },
      },
    ],
  });

const PATH = '/v1/objectives/{id}/definition';
const ifMatch = ifMatchOf(`the ETag of \`GET ${PATH}\``);

const historySchema = z
  .object({
    items: z.array(
      z.object({
        kind: z.enum(['defined', 'changed', 'closed', 'reopened']),
        at: timestamp,
        by: z.string().nullable().describe('The name of the key; null where there was none, and for a file.'),
        reason: z.string(),
        fromFile: z.boolean().describe('It counts as known from the beginning.'),
        version: z.int().nullable(),
        lastDay: day.nullable(),
        instrument: z.string().nullable().describe('The decision that sets or ends it.'),
        changes: z
          .array(z.object({ pointer: z.string(), before: z.unknown(), after: z.unknown() }))
          .describe('Of the version, against its last statement, else against the version before it.'),
        position: z.string(),
      }),
    ),
    next: z.string().optional(),
  })
  .meta({ examples: [HISTORY] });

/** What `/objectives` states: definitions, each a statement in the store which names the key, and their history. */
export function definitionRoutes(
  { observatory, answers, zone }: Pick<ApiContext, 'observatory' | 'answers' | 'zone'>,
  { book, audit }: DefinitionParts,
): FastifyPluginAsyncZod {
  const definition = objectiveDefinition(observatory.measures);
  const body = z.strictObject({ definition, reason }).meta({
    id: 'StatedObjective',
    'x-example': {
      definition: { ...DEFINITION.definition, id: 'settled-in-time' },
      reason: 'Resolution 12 of the Steering Committee',
    },
  });

  /** @throws ProblemError where it is unknown */
  const known = async (id: string): Promise<ObjectiveState> => {
    const state = await book.load(id);
    if (state.statements > 0 || book.ofFile(id).length > 0) return state;
    throw new ProblemError('not-found', `There is no objective ${id}.`);
  };
  const versionsOf = (id: string, { versions }: ObjectiveState) =>
    versions.size > 0 ? [...versions.values()].sort((a, b) => a.version - b.version) : book.ofFile(id);

  /** The objective as it stands, for a change of it. @throws ProblemError also where the key may not write about its unit */
  const changeable = async (id: string, caller: Caller | undefined): Promise<ObjectiveState> => {
    const state = await known(id);
    const units = versionsOf(id, state).map((one) => definition.safeParse(one.definition).data?.unit ?? null);
    await requireUnits(caller, units, observatory);
    return state;
  };

  /** Reads the streams of those above: a parent may have been stated a moment ago. @throws ProblemError where it cannot be the parent */
  const checkParent = async ({ id, parent }: ObjectiveDefinition): Promise<void> => {
    if (parent === undefined) return;
    const above = new Map<string, string | null>();
    for (let next: string | null = parent; next !== null && !above.has(next) && above.size < MOST_LEVELS; ) {
      const last: ObjectiveStatedV1 | undefined = versionsOf(next, await book.load(next)).at(-1);
      if (!last) break;
      const stated: string | null = definition.safeParse(last.definition).data?.parent ?? null;
      above.set(next, stated);
      next = stated;
    }
    const fault = parentFault(id, parent, (one) => above.get(one));
    if (fault) refuseField('/definition/parent', `${parentFaultText(fault)}; it was ${parent}`);
  };

  /** States it after what the writer has seen, or finds that it was stated: a request is repeated when its answer was lost. */
  const state = async (content: ObjectiveContent, seen: ObjectiveState, by: string | undefined) => {
    const { id } = content.data;
    const { last, statements } = seen;
    if (last && last.by === (by ?? null) && textOf(last.content) === textOf(content))
      return { id, statements, position: positionText(last) };
    if (statements >= MOST_STATEMENTS)
      throw new ProblemError(
        'conflict',
        `The objective ${id} has ${MOST_STATEMENTS} statements: no more are taken.`,
      );
    const stated = await book.state(content, seen, by);
    if (stated === undefined) throw changedMeanwhile(id);
    await audit.record(actOf(content), by);
    return { id, statements: stated.statements, position: positionText(stated) };
  };
  /** The same for a writer who names the last statement seen by its ETag. @throws ProblemError */
  const stateAfter = async (
    seen: ObjectiveState,
    ifMatch: string | undefined,
    content: ObjectiveContent,
    caller: Caller | undefined,
  ) => {
    const { id } = content.data;
    const by = caller?.name;
    requireIfMatch(ifMatch, `the ETag of GET ${pathOf(id)}`);
    const { closing: end, last, statements } = seen;
    if (last && textOf(last.content) === textOf(content)) return state(content, seen, by);
    if (!isOfCount(ifMatch, statements)) throw changedMeanwhile(id);
    if (content.kind === 'closed' && content.data.lastDay === null && end === null)
      throw new ProblemError('conflict', `The objective ${id} is not closed.`);
    return state(content, seen, by);
  };

  /** What goes on without an objective. */
  const openBeside = (id: string) =>
    observatory.from({}, async (ledger, from) => ({
      openChildren: from.objectives.ids.filter((one) => {
        const known = from.objectives.get(one);
        return known?.lastDay === null && known.versions.at(-1)?.definition.parent === id;
      }),
      openEntries: await openEntriesOf(id, ledger, from, zone),
    }));

  return async (app) => {
    app.get(
      '/objectives/definitions',
      {
        config: reading,
        schema: {
          tags,
          operationId: 'listDefinitions',
          summary: 'The definitions of every objective, also of those closed or not yet in force',
          querystring: z.strictObject({
            limit: wholeNumber(PAGE_LIMIT).optional(),
            cursor: z.string().max(100).optional().describe('`next` of the page before.'),
            minPosition: momentQuery.minPosition,
          }),
          response: {
            200: z
              .object({
                items: z.array(
                  z.object({
                    id: z.string(),
                    versions: z.array(stated),
                    lastDay: day.nullable(),
                    definitionsDiffer: z.boolean(),
                  }),
                ),
                next: z.string().optional(),
                position: z.string(),
              })
              .meta({
                examples: [
                  {
                    items: [
                      {
                        ...{ id: 'dossier-on-time', versions: DEFINITION.versions },
                        ...{ lastDay: null, definitionsDiffer: false },
                      },
                    ],
                    position: '5001',
                  },
                ],
              }),
          },
        },
      },
      (request, reply) => {
        const { limit = PAGE_LIMIT, cursor = '', minPosition } = request.query;
        return answers.send(request, reply, minPosition, (options) =>
          observatory.from(
            {},
            async ({ checkpoint }, { objectives }) => {
              const rest = objectives.ids.toSorted().filter((id) => id > cursor);
              const items = rest.slice(0, limit).flatMap((id) => {
                const one = objectives.get(id);
                if (!one) return [];
                const { versions, lastDay, differs } = one;
                return [
                  {
                    id,
                    versions: versions.map((each) => each.stated),
                    lastDay: dayOrNull(lastDay),
                    definitionsDiffer: differs,
                  },
                ];
              });
              const last = items.at(-1);
              return {
                items,
                ...(rest.length > limit && last && { next: last.id }),
                position: positionText(checkpoint),
              };
            },
            options,
          ),
        );
      },
    );

    app.get(
      '/objectives/:id/definition',
      {
        config: reading,
        schema: {
          tags,
          operationId: 'getDefinition',
          summary: 'What defines an objective, and the ETag that a change of it names',
          params,
          response: { ...problemAnswers(404), 200: definitionSchema },
        },
      },
      async ({ params: { id } }, reply) => {
        const seen = await known(id);
        const versions = versionsOf(id, seen).map((one) => one.definition);
        const { closing: end, statements } = seen;
        reply.header('etag', etagOfCount(statements)).header('cache-control', 'no-cache');
        return {
          id,
          definition: versions.at(-1) ?? {},
          versions,
          closing: end?.lastDay
            ? {
                ...{ lastDay: end.lastDay, reason: end.reason, instrument: end.instrument },
                ...{ at: momentText(end.at), by: end.by },
              }
            : null,
          statements,
        };
      },
    );

    app.get(
      '/objectives/:id/history',
      {
        config: reading,
        schema: {
          tags,
          operationId: 'getDefinitionHistory',
          summary:
            'Every statement about an objective with name, moment, reason and changed fields; newest first',
          params,
          querystring: numberedPageQuery(PAGE_LIMIT),
          response: { ...problemAnswers(404), 200: historySchema },
        },
      },
      async ({ params: { id }, query: { limit = 50, cursor } }, reply) => {
        const items = await statementPage(book.statements(id, clientSignal(reply)), cursor, limit);
        const first = items.at(-1);
        if (!first) await known(id);
        return {
          items: items.map(({ revision: _, at, position, ...item }) => ({
            ...{ ...item, changes: [...item.changes] },
            ...{ at: momentText(at), position: positionText({ position }) },
          })),
          ...(first && first.revision > 0 && { next: String(first.revision) }),
        };
      },
    );

    app.post(
      '/objectives',
      {
        config: defining,
        schema: {
          tags,
          operationId: 'defineObjective',
          summary: 'Define an objective',
          description: 'It is known from now on: a figure as of an earlier moment does not have it.',
          body,
          response: { ...problemAnswers(409), 201: writtenSchema },
        },
      },
      async ({ body: { definition: wanted, reason: why }, caller }, reply) => {
        const { id } = wanted;
        await requireUnits(caller, [wanted.unit], observatory);
        await requireDeclaredUnit({ observatory, answers }, '/definition/unit', wanted.unit);
        await checkParent(wanted);
        const content = { kind: 'defined' as const, data: contentOf(wanted, why) };
        const seen = await book.load(id);
        const isNew = seen.statements === 0 && book.ofFile(id).length === 0;
        const isRepeated = seen.last !== undefined && textOf(seen.last.content) === textOf(content);
        if (!isNew && !isRepeated)
          throw new ProblemError(
            'conflict',
            `There is an objective ${id}: change it by PUT /v1/objectives/${id}/definition.`,
          );
        if (isNew && wanted.unit !== null)
          await requireUnitOn(
            { observatory, zone },
            '/definition/unit',
            wanted.unit,
            formatDay(wanted.validFrom),
          );
        if (isNew && (await observatory.objectiveIds()).length >= MOST_OBJECTIVES)
          throw new ProblemError('conflict', `There are ${MOST_OBJECTIVES} objectives: no more are taken.`);
        const written = await state(content, seen, caller?.name);
        reply
          .code(201)
          .header('etag', etagOfCount(written.statements))
          .header('location', `/v1/objectives/${id}/definition`);
        return written;
      },
    );

    app.put(
      '/objectives/:id/definition',
      {
        config: defining,
        schema: {
          tags,
          operationId: 'changeObjective',
          summary: 'State a further version of an objective, or a version of it otherwise',
          description:
            'The version is the one that the definition names; the others stay. Figures are judged by it from now on; as of an earlier moment they stay.',
          params,
          headers: ifMatch,
          body,
          response: { ...problemAnswers(404, 409, 412, 428), 200: writtenSchema },
        },
      },
      async ({ params: { id }, body: { definition: wanted, reason: why }, caller, headers }, reply) => {
        const seen = await changeable(id, caller);
        if (wanted.id !== id) refuseField('/definition/id', `${id}, as in the path; it was ${wanted.id}`);
        await requireUnits(caller, [wanted.unit], observatory);
        await requireDeclaredUnit({ observatory, answers }, '/definition/unit', wanted.unit);
        await checkParent(wanted);
        const content = { kind: 'changed' as const, data: contentOf(wanted, why) };
        const written = await stateAfter(seen, headers['if-match'], content, caller);
        reply.header('etag', etagOfCount(written.statements));
        return written;
      },
    );

    app.post(
      '/objectives/:id/close',
      {
        config: defining,
        schema: {
          tags,
          operationId: 'closeObjective',
          summary: 'State the last day of an objective: it is not carried over after it',
          description: 'Objectives that name it as their parent stay open, and are listed in the answer.',
          params,
          headers: ifMatch,
          body: z
            .strictObject({
              lastDay: z.iso.date().describe('Inclusive.'),
              reason,
              instrument: plainText(500).min(1).optional().describe('The decision that ends it.'),
            })
            .meta({ examples: [{ lastDay: '2026-12-31', reason: 'Decision 124/QĐ-VP is replaced' }] }),
          response: { ...problemAnswers(404, 409, 412, 428), 200: closedSchema },
        },
      },
      async (
        { params: { id }, body: { lastDay, reason: why, instrument = null }, caller, headers },
        reply,
      ) => {
        const content = { kind: 'closed' as const, data: { id, lastDay, reason: why, instrument } };
        const seen = await changeable(id, caller);
        const written = await stateAfter(seen, headers['if-match'], content, caller);
        reply.header('etag', etagOfCount(written.statements));
        return { ...written, ...(await openBeside(id)) };
      },
    );

    app.post(
      '/objectives/:id/reopen',
      {
        config: defining,
        schema: {
          tags,
          operationId: 'reopenObjective',
          summary: 'Take back that an objective was closed',
          params,
          headers: ifMatch,
          body: z.strictObject({ reason }).meta({ examples: [{ reason: 'It was the wrong objective' }] }),
          response: { ...problemAnswers(404, 409, 412, 428), 200: writtenSchema },
        },
      },
      async ({ params: { id }, body: { reason: why }, caller, headers }, reply) => {
        const content = {
          kind: 'closed' as const,
          data: { id, lastDay: null, reason: why, instrument: null },
        };
        const seen = await changeable(id, caller);
        const written = await stateAfter(seen, headers['if-match'], content, caller);
        reply.header('etag', etagOfCount(written.statements));
        return written;
      },
    );
  };
}

const textOf = ({ kind, data }: ObjectiveContent): string => JSON.stringify([kind, data]);

const pathOf = (id: string): string => PATH.replace('{id}', id);
const changedMeanwhile = (id: string) => statedMeanwhile(`The objective ${id}`, pathOf(id));

function actOf(content: ObjectiveContent): Act {
  if (content.kind === 'closed') {
    const { id, lastDay, reason: why } = content.data;
    return { type: 'audit.objective-closed.v1', data: { id, lastDay, reason: why } };
  }
  const { id, version, reason: why } = content.data;
  return { type: `audit.objective-${content.kind}.v1`, data: { id, version, reason: why } };
}
