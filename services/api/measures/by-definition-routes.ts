import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { RULED, type Ruling } from '../../../shared/bookkeeping/ruling.ts';
import type { RuledCount, RuledSubject } from '../../../shared/bookkeeping/ruling-query.ts';
import { dossierBook } from '../../../shared/books/dossier/book.ts';
import type { OnTimeDefinition } from '../../../shared/books/dossier/definitions/definition.ts';
import { ON_TIME } from '../../../shared/books/dossier/definitions/registry.ts';
import { RULE_NAMES, titleOfRule } from '../../../shared/books/dossier/definitions/rules.ts';
import type { LedgerSnapshot, ReadOptions } from '../../../shared/ledger/port.ts';
import {
  countedBy,
  type DefinedFigure,
  type DefinitionQuestion,
  definedBook,
  definitionQuestion,
  figureBy,
  listedBy,
  type OpenEnd,
  type PartedByRule,
  partedBy,
  scoreOf,
} from '../../../shared/measures/by-definition.ts';
import { shareOfChange } from '../../../shared/measures/changes.ts';
import type { Behind } from '../../../shared/measures/observatory.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import { dossierItem } from '../books/dossier-item.ts';
import type { ApiContext } from '../context.ts';
import { type Cursor, decodeCursor, encodeCursor } from '../cursor.ts';
import { type FigureQuery, figureRequest, refuseQuery } from '../figure-request.ts';
import { figureQuery, pageQuery } from '../schema-parts.ts';
import {
  byDefinitionsSchema,
  comparedSchema,
  definedListSchema,
  definitionName,
  openEndField,
  partedListSchema,
  ruleName,
} from './by-definition-schemas.ts';
import { pointsView } from './changes-routes.ts';
import { found } from './found.ts';
import { frameView } from './views.ts';

const params = z.object({ id: z.string().max(100) });
const config = { right: 'read' } as const;
const tags = ['objectives'];

type Asked = Omit<FigureQuery, 'basis'> & { readonly openEnd: OpenEnd };

/** What stands behind the figure of an objective, and what is asked of definitions. */
interface Question {
  readonly ledger: LedgerSnapshot;
  readonly behind: Behind;
  readonly question: DefinitionQuestion;
}

interface Paging {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Which dossiers a list has, and how it shows them. */
interface Listing<Shown> {
  readonly definitions: readonly OnTimeDefinition[];
  /** What the list is asked for besides its query: a cursor is valid for no other. */
  readonly key: readonly unknown[];
  select(counts: readonly RuledCount[]): Pick<PartedByRule, 'rulings'> & { readonly total: number };
  view(rulings: readonly Ruling[]): Shown;
}

/** The figure of an objective by other definitions of "on time", and the dossiers that part two of them. */
export function byDefinitionRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { observatory, answers, filters, zone } = context;
  const { basis: _, ...figure } = figureQuery(filters);
  const query = z.strictObject({ ...figure, ...openEndField });
  const compared = query.extend({ a: definitionName, b: definitionName });
  const { limit, cursor } = pageQuery;
  const paged = { limit, cursor };

  /** Answers with the frame of the figure what is read of the counts by these definitions. @throws ProblemError */
  async function ask<Answer extends object>(
    id: string,
    asked: Asked,
    definitions: readonly OnTimeDefinition[],
    read: (counts: readonly RuledCount[], question: Question) => Answer | Promise<Answer>,
    reading: ReadOptions,
    from?: Cursor,
  ) {
    const request = { ...figureRequest(asked, context), ...(from && { pinned: from.pinned }) };
    const answer = async (ledger: LedgerSnapshot, behind: Behind) => {
      const book = definedBook(behind.frame);
      if (!book)
        throw new ProblemError(
          'not-found',
          `${id} is not about dossiers that are settled on time: only of such an objective there are other definitions.`,
        );
      const names = definitions.map(({ name }) => name);
      const question = definitionQuestion(book, behind, names, asked.openEnd, zone);
      const counts = await countedBy(ledger, question);
      return {
        ...frameView(behind.frame, behind.context),
        openEnd: asked.openEnd,
        ...(await read(counts, { ledger, behind, question })),
      };
    };
    return found(await observatory.behind(id, request, answer, reading), id);
  }

  /** Answers with a page of the dossiers that are selected by their rulings. @throws ProblemError */
  function list<Shown extends object>(
    id: string,
    { limit = 50, cursor, minPosition: _, ...asked }: Asked & Paging,
    { definitions, key: of, select, view }: Listing<Shown>,
    reading: ReadOptions,
  ) {
    const key = [id, ...of, asked];
    const from = decodeCursor(key, cursor);
    const read = async (counts: readonly RuledCount[], question: Question) => {
      const { total, rulings } = select(counts);
      const { items, next } = await pageOf(question, rulings, { limit, from });
      return {
        total,
        dossiers: items.map((one) => ({ ...one.item, ...view(one.rulings) })),
        ...(next && { next: encodeCursor(key, next) }),
      };
    };
    return ask(id, asked, definitions, read, reading, from);
  }

  return async (app) => {
    app.get(
      '/objectives/:id/definitions',
      {
        config,
        schema: {
          tags,
          operationId: 'listDefinitionsOfOnTime',
          summary: 'The figure of an objective by several definitions of “on time”, side by side',
          description:
            'Of the same window, scope and moment, by the due date as lawfully changed; the first is the objective’s own. 404 of objectives that are not about dossiers settled on time. 503 where the ledger has too much to read in time: ask for it again, or for a unit.',
          params,
          querystring: query,
          response: { 200: byDefinitionsSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, (reading) => {
          const read = (counts: readonly RuledCount[]) => {
            const first = figureBy(counts, 0);
            return {
              byDefinition: ON_TIME.map((definition, index) =>
                definedView(definition, figureBy(counts, index), first),
              ),
            };
          };
          return ask(request.params.id, request.query, ON_TIME, read, reading);
        }),
    );

    app.get(
      '/objectives/:id/definitions/compare',
      {
        config,
        schema: {
          tags,
          operationId: 'compareDefinitionsOfOnTime',
          summary: 'Why two definitions of “on time” differ: rules whose dossiers add up to the difference',
          params,
          querystring: compared,
          response: { 200: comparedSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, (reading) => {
          const pair = pairOf(request.query);
          const read = (counts: readonly RuledCount[]) => {
            const [before, after] = [figureBy(counts, 0), figureBy(counts, 1)];
            const shareOf = (part: Parameters<typeof shareOfChange>[0]) =>
              pointsView(shareOfChange(part, { before, after }));
            return {
              a: sideView(pair[0], before),
              b: sideView(pair[1], after),
              share: shareOf(differenceOf(before, after)),
              rules: partedBy(counts).map(({ rulings: __, ...part }) => ({
                ...part,
                title: titleOfRule(part.rule),
                share: shareOf(part),
              })),
            };
          };
          return ask(request.params.id, request.query, pair, read, reading);
        }),
    );

    app.get(
      '/objectives/:id/definitions/compare/:rule',
      {
        config,
        schema: {
          tags,
          operationId: 'listPartedDossiers',
          summary: 'The dossiers at which a rule parts two definitions of “on time”',
          description:
            'In the order in which they were first met, as they stand at the moment of the answer.',
          params: params.extend({ rule: ruleName }),
          querystring: compared.extend(paged),
          response: { 200: partedListSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { id, rule } = request.params;
          if (!RULE_NAMES.includes(rule))
            throw new ProblemError('not-found', `There is no rule ${rule}; ${RULES_THERE}.`);
          const listing = {
            ...{ definitions: pairOf(request.query), key: [rule] },
            select(counts: readonly RuledCount[]) {
              const parted = partedBy(counts).find((one) => one.rule === rule);
              return { total: parted?.subjects ?? 0, rulings: parted?.rulings ?? [] };
            },
            view: ([a, b]: readonly Ruling[]) => ({ a: rulingView(a), b: rulingView(b) }),
          };
          return { rule, ...(await list(id, request.query, listing, reading)) };
        }),
    );

    app.get(
      '/objectives/:id/definitions/:definition',
      {
        config,
        schema: {
          tags,
          operationId: 'listDossiersByDefinition',
          summary: 'The dossiers that a definition of “on time” counts, or leaves out',
          description:
            'In the order in which they were first met, as they stand at the moment of the answer.',
          params: params.extend({ definition: definitionName }),
          querystring: query.extend({
            counts: z.enum(RULED).optional().meta({
              description:
                'Only those that count so: `for` is the numerator, with `against` the denominator.',
            }),
            rule: ruleName.optional().describe('Only those that this rule decides.'),
            ...paged,
          }),
          response: { 200: definedListSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { id, definition: name } = request.params;
          const { counts: counting, rule, ...asked } = request.query;
          const definition = ON_TIME.find((one) => one.name === name);
          if (!definition)
            throw new ProblemError('not-found', `There is no definition ${name}; ${AVAILABLE}.`);
          if (rule !== undefined && !RULE_NAMES.includes(rule)) refuseQuery('rule', `a rule: ${RULES_THERE}`);
          const listing = {
            ...{ definitions: [definition], key: [name, counting, rule] },
            select(counts: readonly RuledCount[]) {
              const wanted = counts.filter(
                ({ rulings: [ruling] }) =>
                  (counting ?? ruling?.counts) === ruling?.counts && (rule ?? ruling?.rule) === ruling?.rule,
              );
              return {
                total: wanted.reduce((sum, { count }) => sum + count, 0),
                rulings: wanted.map((one) => one.rulings),
              };
            },
            view: ([ruling]: readonly Ruling[]) => ({ ruling: rulingView(ruling) }),
          };
          return { definition: name, ...(await list(id, asked, listing, reading)) };
        }),
    );
  };
}

const AVAILABLE = `there are ${ON_TIME.map(({ name }) => name).join(', ')}`;
const RULES_THERE = `there are ${RULE_NAMES.join(', ')}`;

/** @throws ProblemError naming the parameter */
function pairOf({ a, b }: { readonly a: string; readonly b: string }) {
  const named = (parameter: 'a' | 'b', name: string) =>
    ON_TIME.find((one) => one.name === name) ?? refuseQuery(parameter, `a definition: ${AVAILABLE}`);
  const pair = [named('a', a), named('b', b)] as const;
  if (a === b) refuseQuery('b', 'another definition than a');
  return pair;
}

/** A page of dossiers with some rulings, as items. */
async function pageOf(
  { ledger, question, behind: { frame, calendar } }: Question,
  rulings: readonly (readonly Ruling[])[],
  { limit, from }: { readonly limit: number; readonly from: Cursor | undefined },
) {
  const { items, next } = await listedBy(ledger, question, rulings, { limit, after: from?.after[1] });
  const places = items.map(({ place }: RuledSubject) => place);
  const dossiers = await ledger.items(dossierBook, places, frame.known);
  const seen = { now: frame.pin.now, calendar };
  return {
    items: items.flatMap((one, index) => {
      const dossier = dossiers[index];
      return dossier ? [{ item: dossierItem(dossier, seen), rulings: one.rulings }] : [];
    }),
    next: next === undefined ? undefined : ({ pinned: frame.pin, after: [0, next, 0] } satisfies Cursor),
  };
}

const rulingView = (ruling: Ruling | undefined) => {
  if (!ruling) throw new RangeError('A definition has not ruled on a dossier');
  return { ...ruling, title: titleOfRule(ruling.rule) };
};

const sideView = (
  { name, version, title, source, unconfirmed, scoreOutOf: outOf }: OnTimeDefinition,
  figure: DefinedFigure,
) => ({
  ...{ name, version, title, source, numerator: figure.numerator, denominator: figure.denominator },
  unconfirmed: [...unconfirmed],
  value: figure.denominator === 0 ? null : figure.numerator / figure.denominator,
  score: outOf === undefined ? null : { points: scoreOf(figure, outOf), outOf },
});

const differenceOf = (before: DefinedFigure, after: DefinedFigure) => ({
  numerator: after.numerator - before.numerator,
  denominator: after.denominator - before.denominator,
});

const definedView = (definition: OnTimeDefinition, figure: DefinedFigure, first: DefinedFigure) => ({
  ...sideView(definition, figure),
  difference: pointsView(shareOfChange(differenceOf(first, figure), { before: first, after: figure })),
  rules: figure.rules.map((one) => ({ ...one, title: titleOfRule(one.rule) })),
});
