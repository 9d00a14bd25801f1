import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Balance } from '../../../../shared/bookkeeping/balance.ts';
import { allIn, type Selection } from '../../../../shared/bookkeeping/selection.ts';
import {
  APPROVABLE_STATES,
  DUE_STATES,
  REVIEW_AWAITED,
  RISK_STATES,
  STANDING_STATES,
} from '../../../../shared/books/risk/accounts.ts';
import { approvalAwaited, RISK_STATED, riskActsNow } from '../../../../shared/books/risk/acts-now.ts';
import { type RiskItem, riskBook, riskItem } from '../../../../shared/books/risk/book.ts';
import { assessmentIn, cellOf, cellsOf, scoreOf } from '../../../../shared/books/risk/cell.ts';
import { reviewNeeded } from '../../../../shared/books/risk/review-needed.ts';
import { EARLIEST } from '../../../../shared/contracts/schema-parts.ts';
import type { Moment } from '../../../../shared/kernel/clock.ts';
import type { ReadOptions } from '../../../../shared/ledger/port.ts';
import type { Pin } from '../../../../shared/measures/standpoint.ts';
import {
  levelOf,
  RISK_LEVELS,
  type RiskLevel,
  type RiskScales,
} from '../../../../shared/office/risk-scale.ts';
import { problemAnswers } from '../../../../shared/platform/problem.ts';
import type { ApiContext } from '../../context.ts';
import { type Cursor, decodeCursor, encodeCursor } from '../../cursor.ts';
import { asOfRequest } from '../../figure-request.ts';
import { historyQuery, momentQuery, pageFields, possibleActs, timestamp } from '../../schema-parts.ts';
import { momentOf } from '../../views.ts';
import { actSchema } from '../act-history.ts';
import { subjectParams } from '../act-routes.ts';
import { missedAmong } from '../missed.ts';
import { type From, RegisterLists, registerFilters, registerQuery } from '../register-lists.ts';
import { type RiskSight, riskSchema, riskView } from './risk-item.ts';
import { riskRegister } from './risk-register.ts';

const config = { right: 'read' } as const;
const tags = ['risks'];

const GROUPS = ['open', 'overdue', 'awaiting-approval', 'review-needed'] as const;
const stateQuery = z
  .enum([...GROUPS, ...RISK_STATES])
  .default('open')
  .meta({
    description:
      '`open`: all that stand in the register. `overdue`: the last day of the plan is over. `awaiting-approval`: by the head. `review-needed`: the yearly review is late, or the objective is missed and no review has seen it.',
  });
/** Every score of either scale that has a level. */
const cellsAt = (level: RiskLevel, { of }: RiskScales): readonly string[] =>
  ([3, 5] as const).flatMap((steps) =>
    cellsOf(steps)
      .filter((cell) => levelOf(of[steps], scoreOf(cell)) === level)
      .map(cellOf),
  );

type Asked = z.output<typeof stateQuery>;

/** The amounts that a list shows; where a level is asked for, those in its cells. */
function selectionsOf(
  state: Asked,
  level: RiskLevel | undefined,
  now: Moment,
  scales: RiskScales,
): readonly Selection[] {
  const among = (wanted: RiskLevel) => ({ dimension: 'cell', values: cellsAt(wanted, scales) });
  const selected = (): readonly Selection[] => {
    switch (state) {
      case 'open':
        return allIn(...STANDING_STATES);
      case 'overdue':
        return allIn(...DUE_STATES).map((one) => ({ ...one, due: { on: 'adjusted', until: now } }));
      case 'awaiting-approval':
        return APPROVABLE_STATES.map((account) =>
          account === 'acceptance-asked' ? { account } : { account, among: among('very-high') },
        );
      case 'review-needed':
        return [{ account: REVIEW_AWAITED }];
      default:
        return [{ account: state }];
    }
  };
  if (level === undefined) return selected();
  return selected().flatMap((one) =>
    one.among && level !== 'very-high' ? [] : [{ ...one, among: among(level) }],
  );
}

/** Whether a risk that was selected belongs in the list: what its amounts do not show. */
function isAsked(state: Asked, risk: RiskItem, sight: RiskSight): boolean {
  switch (state) {
    case 'awaiting-approval':
      return approvalAwaited(risk, sight.scales);
    case 'review-needed':
      return reviewNeeded(risk, sight) !== null;
    default:
      return true;
  }
}

export const risksSchema = z.object({
  items: z.array(riskSchema.meta({ id: 'Risk' })),
  ...pageFields,
});

export const matrixSchema = z.object({
  scale: z.int().meta({ description: 'Steps of the scale in force.' }),
  cells: z
    .array(
      z.object({
        likelihood: z.int(),
        impact: z.int(),
        score: z.int(),
        level: z.enum(RISK_LEVELS),
        risks: z.int(),
      }),
    )
    .meta({ description: 'Every cell, of the risks that stand in the register.' }),
  otherScale: z.int().meta({ description: 'Risks assessed by the other scale; they are in `levels`.' }),
  unassessed: z.int(),
  levels: z.record(z.enum(RISK_LEVELS), z.int()),
  states: z.record(z.enum(RISK_STATES), z.int()),
  overdue: z.int(),
  position: z.string(),
  asOf: timestamp,
});

/** The register of risks, its matrix, and one risk with its history. */
export function riskLists(context: ApiContext): FastifyPluginAsyncZod {
  const { observatory, answers, zone, clock } = context;
  const lists = new RegisterLists(context, riskBook);
  const sightOf = async (
    risks: readonly (string | undefined)[],
    { pin, riskScales }: Pick<From, 'pin' | 'riskScales'>,
    isPast: boolean,
    reading: ReadOptions,
  ): Promise<RiskSight> => ({
    today: zone.dayOf(pin.now),
    scales: riskScales,
    missed: await missedAmong(observatory, risks, isPast ? { pinned: pin } : {}, reading),
  });

  return async (app) => {
    app.get(
      '/risks',
      {
        config,
        schema: {
          tags,
          operationId: 'listRisks',
          summary: 'The register of risks',
          description: 'Those with a due date come by it, the most urgent first; the others after them.',
          querystring: z.strictObject({
            ...registerQuery,
            state: stateQuery,
            level: z.enum(RISK_LEVELS).optional(),
          }),
          response: { 200: risksSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { cursor: text, minPosition: _, limit = 50, ...asked } = request.query;
          const question = ['risks', asked];
          const selected = ({ pin: { now }, riskScales }: From) =>
            selectionsOf(asked.state, asked.level, now, riskScales);
          const cursor = decodeCursor(question, text);
          const at = asOfRequest(asked.asOf, zone, clock);
          const isPast = at.asOf !== undefined || cursor !== undefined;
          const items: ReturnType<typeof riskView>[] = [];
          let place: Partial<Cursor> = cursor ?? {};
          let pin: Pin;
          do {
            const { page, from } = await lists.page(
              { ...asked, anyOf: selected, limit: limit - items.length },
              place,
              at,
              reading,
            );
            const sight = await sightOf(page.items.map(objectiveOf), from, isPast, reading);
            const kept = page.items.filter((risk) => isAsked(asked.state, risk, sight));
            items.push(...kept.map((risk) => riskView(risk, sight)));
            pin = from.pin;
            place = { pinned: pin, ...(page.next && { after: page.next }) };
          } while (place.after && items.length < limit);
          return {
            items,
            ...(place.after && { next: encodeCursor(question, { pinned: pin, after: place.after }) }),
            ...momentOf(pin),
          };
        }),
    );

    app.get(
      '/risks/matrix',
      {
        config,
        schema: {
          tags,
          operationId: 'getRiskMatrix',
          summary: 'How many risks stand in each cell of likelihood and impact, in each level and state',
          querystring: z.strictObject({ ...registerFilters, ...momentQuery }),
          response: { 200: matrixSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { asOf, minPosition: _, ...query } = request.query;
          return observatory.list(
            asOfRequest(asOf, zone, clock),
            async (snapshot, from) => {
              const { pin, known, riskScales } = from;
              const to = zone.dayOf(pin.now);
              const balances = await snapshot.balances({
                ...{ book: riskBook, from: EARLIEST, to, filter: lists.filter(query, from), by: ['cell'] },
                ...known,
              });
              return { ...matrixOf(balances, riskScales, pin.now), ...momentOf(pin) };
            },
            reading,
          );
        }),
    );

    app.get(
      '/risks/:id',
      {
        config,
        schema: {
          tags,
          operationId: 'getRisk',
          summary: 'One risk, and every act upon it',
          params: subjectParams,
          querystring: z.strictObject(historyQuery),
          response: {
            200: riskSchema.extend({
              possibleActs: possibleActs(RISK_STATED, '`identified` describes it anew'),
              ...actSchema,
            }),
            ...problemAnswers(404),
          },
        },
      },
      (request, reply) =>
        lists.sendOne(request, reply, riskRegister, async (subject, from, reading) => {
          const risk = riskItem(subject, zone);
          const isPast = request.query.asOf !== undefined;
          const sight = await sightOf([objectiveOf(risk)], from, isPast, reading);
          return { ...riskView(risk, sight), possibleActs: riskActsNow(risk, sight.scales) };
        }),
    );
  };
}

const objectiveOf = ({ description }: RiskItem): string | undefined => description?.objectiveId;

function matrixOf(balances: readonly Balance[], scales: RiskScales, now: Moment) {
  const { steps } = scales.inForce;
  const isStanding = ({ account }: Balance) => STANDING_STATES.some((state) => state === account);
  const sum = (chosen: (balance: Balance) => boolean) =>
    balances.reduce((total, balance) => total + (chosen(balance) ? balance.count : 0), 0);
  const placeOf = ({ key: [cell] }: Balance) => (typeof cell === 'string' ? assessmentIn(cell) : undefined);
  const inLevel = (level: RiskLevel) => (balance: Balance) => {
    const place = placeOf(balance);
    return (
      isStanding(balance) && place !== undefined && levelOf(scales.of[place.scale], scoreOf(place)) === level
    );
  };
  const record = <Name extends string>(names: readonly Name[], count: (name: Name) => number) =>
    Object.fromEntries(names.map((name) => [name, count(name)])) as Record<Name, number>;
  return {
    scale: steps,
    cells: cellsOf(steps).map((cell) => ({
      likelihood: cell.likelihood,
      impact: cell.impact,
      score: scoreOf(cell),
      level: levelOf(scales.inForce, scoreOf(cell)),
      risks: sum((balance) => isStanding(balance) && balance.key[0] === cellOf(cell)),
    })),
    otherScale: sum((balance) => isStanding(balance) && (placeOf(balance)?.scale ?? steps) !== steps),
    unassessed: sum((balance) => isStanding(balance) && balance.key[0] === null),
    levels: record(RISK_LEVELS, (level) => sum(inLevel(level))),
    states: record(RISK_STATES, (state) => sum(({ account }) => account === state)),
    overdue: sum(
      ({ account, due }) => DUE_STATES.some((state) => state === account) && due !== null && due <= now,
    ),
  };
}
