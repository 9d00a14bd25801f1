import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Act } from '../../../shared/audit/acts.ts';
import type { EnteredAmount } from '../../../shared/books/period-figure/entered.v1.ts';
import type { FigureFact } from '../../../shared/books/period-figure/fact.ts';
import {
  casesSchema,
  DECIMAL,
  DECIMAL_FORM,
  PERIOD_FORM,
} from '../../../shared/books/period-figure/recorded.v1.ts';
import { type Period, periodNamed } from '../../../shared/calendar/periods.ts';
import { isReporting } from '../../../shared/calendar/windows.ts';
import { formatDay } from '../../../shared/calendar/zone.ts';
import type { ObjectiveDefinition } from '../../../shared/measures/definition.ts';
import { type Entering, enteringOf, type ListedPeriod } from '../../../shared/measures/hand-entered.ts';
import { definitionOn } from '../../../shared/measures/known-objectives.ts';
import type { FigureState, FigureStatement } from '../../../shared/objectives/entered-figures.ts';
import type { Caller } from '../../../shared/platform/caller.ts';
import { plainText } from '../../../shared/platform/plain-text.ts';
import { ProblemError, problemAnswers, refuseField } from '../../../shared/platform/problem.ts';
import { personOf, requireSecondPerson } from '../../../shared/platform/two-people.ts';
import { requireUnits } from '../../../shared/platform/unit-limit.ts';
import { entrySchema, entryView, periodSchema, periodView, rowSchema, rowView } from '../books/periods.ts';
import type { ApiContext } from '../context.ts';
import { figureRequest } from '../figure-request.ts';
import { etagOfCount, ifMatchOf, isOfCount, requireIfMatch, statedMeanwhile } from '../if-match.ts';
import { objectiveNow } from '../objective-now.ts';
import { day, figureQuery } from '../schema-parts.ts';
import { positionText } from '../views.ts';
import type { DefinitionParts } from './definition-routes.ts';
import { ENTRY, HISTORY, PERIOD, WRITTEN } from './entry-examples.ts';
import { found } from './found.ts';

/** Of one period: every write reads them all. */
const MOST_STATEMENTS = 200;

const tags = ['objectives'];
const reading = { right: 'read' } as const;
const approving = { right: 'approve' } as const;
const objectiveParams = z.object({ id: z.string().max(100) });
const periodText = z
  .string()
  .max(30)
  .describe('`2026`, `2026-Q1`, `2026-03`; of a reporting period `reporting-2026-Q1`.');
const periodParams = objectiveParams.extend({ period: periodText });

const reason = plainText(2_000).min(1);

const entryBody = z
  .strictObject({
    period: periodText,
    numerator: casesSchema.optional(),
    denominator: casesSchema.optional().describe('0 where the period has no case.'),
    value: z
      .string()
      .regex(DECIMAL, DECIMAL_FORM)
      .optional()
      .describe('In the unit that the definition names.'),
    evidence: plainText(500).min(1).describe('What proves it: the number of a report, an address.'),
    reason: reason.optional().describe('Why it replaces the entry before: needed where there is one.'),
  })
  .meta({ examples: [ENTRY] });
type EntryBody = z.output<typeof entryBody>;

const writtenSchema = z
  .object({
    id: z.string(),
    period: z.string(),
    entry: entrySchema.meta({ description: 'The last entry, as it stands now.' }),
    statements: z.int(),
    position: z.string().describe('From which on figures count it: `minPosition`.'),
  })
  .meta({ id: 'WrittenEntry', examples: [WRITTEN] });

const historySchema = writtenSchema
  .omit({ entry: true })
  .extend({
    from: day,
    to: day,
    recorded: rowSchema.nullable(),
    entries: z.array(entrySchema).meta({ description: 'Every entry with its decisions, the last first.' }),
  })
  .meta({
    id: 'PeriodHistory',
    examples: [HISTORY],
  });

const decided = { ...problemAnswers(404, 409, 412, 428), 200: writtenSchema };
const conditional = ifMatchOf('the ETag of `GET /v1/objectives/{id}/figures/{period}`');

/** What `/objectives/{id}/figures` states: figures that people enter, which a second person approves or refuses. */
export function entryRoutes(
  context: ApiContext,
  { figures, audit }: Pick<DefinitionParts, 'audit' | 'figures'>,
): FastifyPluginAsyncZod {
  const { observatory, answers, filters } = context;

  /** What is entered for a period, by the definition that is in force on its last day. @throws ProblemError */
  const enteredFor = async (id: string, period: Period) => {
    const now = await objectiveNow(context, id);
    if (!now) throw new ProblemError('not-found', `There is no objective ${id}.`);
    const outcome = definitionOn(now.objective, period.to);
    if (outcome.kind !== 'in-force')
      throw new ProblemError('conflict', `The objective ${id} is not in force at the end of ${period.id}.`);
    const { today } = now;
    const { definition } = outcome.read;
    const entering = enteringOf(definition.formula);
    if (!entering) throw measuredByEvents(id);
    return { definition, entering, today };
  };

  /** States it after what the writer has seen. @throws ProblemError */
  const state = async (statement: FigureStatement, seen: FigureState, caller: Caller | undefined) => {
    const { objectiveId: id, period } = statement.data;
    if (seen.statements >= MOST_STATEMENTS)
      throw new ProblemError(
        'conflict',
        `${period} of ${id} has ${MOST_STATEMENTS} statements: no more are taken.`,
      );
    const stated = await figures.state(statement, seen, caller?.name);
    if (!stated) throw meanwhile(id, period);
    await audit.record(actOf(statement), caller?.name);
    return stated;
  };

  /** A decision about the entry that waits. @param refusal why; undefined: it is approved */
  const decide = async (
    { id, period: named }: z.output<typeof periodParams>,
    ifMatch: string | undefined,
    caller: Caller | undefined,
    refusal?: string,
  ) => {
    const period = periodIn(named);
    const { definition } = await enteredFor(id, period);
    await requireUnits(caller, [definition.unit], observatory);
    const seen = await figures.load(id, period.id);
    const latest = seen.entries.at(-1);
    if (!latest) throw nothingEntered(id, period);
    const kind = refusal === undefined ? 'approved' : 'refused';
    const isIt = (fact: FigureFact) =>
      fact.kind === 'refused' ? fact.reason === refusal : fact.kind === kind;
    if (isRepeated(seen, caller, isIt)) return writtenView(id, period, seen);
    requireIfMatch(ifMatch, `the ETag of GET ${pathOf(id, period.id)}`);
    if (!isOfCount(ifMatch, seen.statements)) throw meanwhile(id, period.id);
    if (latest.state !== 'unapproved')
      throw new ProblemError('conflict', `No entry of ${period.id} waits: the last one is ${latest.state}.`);
    if (refusal === undefined) requireSecondPerson(latest.fact.person, caller, 'the entry');
    const data = {
      ...{ objectiveId: id, period: period.id, entry: latest.fact.id, person: personOf(caller) },
    };
    const statement: FigureStatement =
      refusal === undefined
        ? { kind: 'approved', data }
        : { kind: 'refused', data: { ...data, reason: refusal } };
    return writtenView(id, period, await state(statement, seen, caller));
  };

  return async (app) => {
    app.get(
      '/objectives/:id/figures',
      {
        config: reading,
        schema: {
          tags,
          operationId: 'listEnteredFigures',
          summary: 'The periods of an objective for which figures are entered, with what was entered',
          description:
            'Those that end in the window of the objective, or in one that is asked for; also those that are late.',
          params: objectiveParams,
          querystring: z.strictObject(figureQuery(filters)).pick({
            ...{ window: true, from: true, to: true, asOf: true, minPosition: true },
          }),
          response: {
            ...problemAnswers(404, 409),
            200: z
              .object({ id: z.string(), items: z.array(periodSchema), position: z.string() })
              .meta({ examples: [{ id: 'satisfaction', items: [PERIOD], position: '5001' }] }),
          },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (options) => {
          const { id } = request.params;
          const list = await observatory.behind(
            id,
            figureRequest(request.query, context),
            async (_ledger, { frame, slices }) => {
              if (!enteringOf(frame.definition.formula)) throw measuredByEvents(id);
              const items = slices.flatMap((slice) => (slice.kind === 'items' ? slice.items : []));
              return {
                id,
                items: items.map(({ shown }) => periodView(shown as ListedPeriod)),
                position: positionText({ position: frame.pin.upTo }),
              };
            },
            options,
          );
          return found(list, id);
        }),
    );

    app.get(
      '/objectives/:id/figures/:period',
      {
        config: { right: 'read' },
        schema: {
          tags,
          operationId: 'getEnteredFigure',
          summary:
            'Every entry for one period: who, when, why, who decided; and the ETag that a change names',
          params: periodParams,
          response: { ...problemAnswers(404), 200: historySchema },
        },
      },
      async ({ params: { id, period: named } }, reply) => {
        const period = periodIn(named);
        const seen = await figures.load(id, period.id);
        if (!seen.last) throw nothingEntered(id, period);
        reply.header('etag', etagOfCount(seen.statements)).header('cache-control', 'no-cache');
        return {
          ...{ id, period: period.id, statements: seen.statements, position: positionText(seen.last) },
          recorded: rowView(seen.recorded),
          ...{ from: formatDay(period.from), to: formatDay(period.to) },
          entries: seen.entries.map(entryView).reverse(),
        };
      },
    );

    app.post(
      '/objectives/:id/figures',
      {
        config: { right: ['enter', 'define'] },
        schema: {
          tags,
          operationId: 'enterFigure',
          summary: 'Enter the figure of an objective for one period, or replace it',
          description:
            'It counts once a second person has approved it; until then an entry that was approved before goes on to count. A replacement names by If-Match what it replaces.',
          params: objectiveParams,
          headers: conditional,
          body: entryBody,
          response: { ...problemAnswers(404, 409, 412, 428), 201: writtenSchema },
        },
      },
      async ({ params: { id }, body, caller, headers }, reply) => {
        const period = periodNamed(body.period) ?? refuseField('/period', PERIOD_FORM);
        const { definition, entering, today } = await enteredFor(id, period);
        await requireUnits(caller, [definition.unit], observatory);
        assertFits(period, definition, entering);
        const amount = amountIn(body, entering);
        if (period.to > today)
          throw new ProblemError(
            'conflict',
            `${period.id} ends on ${formatDay(period.to)}: its figure is entered from that day on.`,
          );
        const seen = await figures.load(id, period.id);
        const wanted = { amount, evidence: body.evidence, reason: body.reason ?? null };
        let stated = seen;
        if (!isRepeated(seen, caller, (fact) => fact.kind === 'entered' && isSame(fact, wanted))) {
          if (seen.statements > 0) assertReplaces(id, body, headers['if-match'], seen);
          const data = {
            ...{ objectiveId: id, period: period.id, unitId: definition.unit, ...wanted },
            ...{ from: formatDay(period.from), to: formatDay(period.to), person: personOf(caller) },
          };
          stated = await state({ kind: 'entered', data }, seen, caller);
        }
        reply
          .code(201)
          .header('etag', etagOfCount(stated.statements))
          .header('location', pathOf(id, period.id));
        return writtenView(id, period, stated);
      },
    );

    app.post(
      '/objectives/:id/figures/:period/approve',
      {
        config: approving,
        schema: {
          tags,
          operationId: 'approveFigure',
          summary: 'Approve the last entry of a period, as a second person',
          description: 'A server without keys records it, and the entry stays `unapproved`.',
          params: periodParams,
          headers: conditional,
          response: decided,
        },
      },
      async ({ params, caller, headers }, reply) => {
        const written = await decide(params, headers['if-match'], caller);
        reply.header('etag', etagOfCount(written.statements));
        return written;
      },
    );

    app.post(
      '/objectives/:id/figures/:period/refuse',
      {
        config: approving,
        schema: {
          tags,
          operationId: 'refuseFigure',
          summary: 'Refuse the last entry of a period, with a reason',
          params: periodParams,
          headers: conditional,
          body: z.strictObject({ reason }).meta({ examples: [{ reason: 'The survey had 10 answers' }] }),
          response: decided,
        },
      },
      async ({ params, body, caller, headers }, reply) => {
        const written = await decide(params, headers['if-match'], caller, body.reason);
        reply.header('etag', etagOfCount(written.statements));
        return written;
      },
    );
  };
}

/** @throws ProblemError */
function periodIn(named: string): Period {
  const period = periodNamed(named);
  if (period) return period;
  throw new ProblemError('not-found', `There is no period ${JSON.stringify(named)}: want ${PERIOD_FORM}.`);
}

const pathOf = (id: string, period: string): string => `/v1/objectives/${id}/figures/${period}`;

const meanwhile = (id: string, period: string) =>
  statedMeanwhile(`The figure of ${id} for ${period}`, pathOf(id, period));

const measuredByEvents = (id: string) =>
  new ProblemError('conflict', `The objective ${id} is measured by events: no figure is entered for it.`);

const nothingEntered = (id: string, { id: period }: Period) =>
  new ProblemError('not-found', `No figure of ${id} was entered for ${period}.`);

/** @throws ProblemError where figures of the objective are entered for other periods */
function assertFits(
  { id, length, reporting }: Period,
  { window }: Pick<ObjectiveDefinition, 'window'>,
  entering: Entering,
): void {
  if (length === entering.period && reporting === isReporting(window)) return;
  const kind = `${isReporting(window) ? 'reporting ' : ''}${entering.period}`;
  refuseField('/period', `a ${kind}, for which figures of this objective are entered; it was ${id}`);
}

/** The amount of a body. @throws ProblemError naming the field that is not as the definition asks */
function amountIn(
  { numerator, denominator, value }: EntryBody,
  { measuredIn, grows }: Entering,
): EnteredAmount {
  if (measuredIn === null) {
    if (value !== undefined) refuseField('/value', 'left out: numerator and denominator are entered');
    if (numerator === undefined) return refuseField('/numerator', 'a whole number of at least 0');
    if (denominator === undefined) return refuseField('/denominator', 'a whole number of at least 0');
    if (numerator > denominator)
      refuseField('/numerator', `up to the denominator, ${denominator}; it was ${numerator}`);
    return { numerator, denominator };
  }
  for (const [field, given] of Object.entries({ numerator, denominator }))
    if (given !== undefined) refuseField(`/${field}`, 'left out: a value is entered');
  if (value === undefined) return refuseField('/value', `${DECIMAL_FORM}, in ${measuredIn.en}`);
  if (grows && value.startsWith('-'))
    refuseField('/value', `at least 0, since the values are added up; it was ${value}`);
  return { value, measuredIn };
}

/** @throws ProblemError where an entry does not name what it replaces, and why */
function assertReplaces(
  id: string,
  { period, reason: why }: EntryBody,
  ifMatch: string | undefined,
  { statements, entries }: FigureState,
): void {
  requireIfMatch(ifMatch, `the ETag of GET ${pathOf(id, period)}`);
  if (!isOfCount(ifMatch, statements)) throw meanwhile(id, period);
  if (why === undefined && entries.length > 0) refuseField('/reason', 'why it replaces the entry before');
}

type Wanted = Pick<Extract<FigureFact, { kind: 'entered' }>, 'amount' | 'evidence' | 'reason'>;
const isSame = (one: Wanted, other: Wanted): boolean =>
  one.evidence === other.evidence &&
  one.reason === other.reason &&
  JSON.stringify(one.amount) === JSON.stringify(other.amount);

/** Whether the last statement is this one, of the same key: a request is repeated when its answer was lost. */
const isRepeated = (
  { last }: FigureState,
  caller: Caller | undefined,
  isIt: (fact: FigureFact) => boolean,
): boolean =>
  last !== undefined &&
  last.fact.by === (caller?.name ?? null) &&
  last.fact.person === personOf(caller) &&
  isIt(last.fact);

/** @throws RangeError where nothing was entered */
function writtenView(id: string, { id: period }: Period, { entries, statements, last }: FigureState) {
  const latest = entries.at(-1);
  if (!latest || !last) throw new RangeError(`No figure of ${id} was entered for ${period}`);
  return { id, period, entry: entryView(latest), statements, position: positionText(last) };
}

function actOf({ kind, data: { objectiveId, period, person } }: FigureStatement): Act {
  return { type: `audit.figure-${kind}.v1`, data: { objective: objectiveId, period, person } };
}
