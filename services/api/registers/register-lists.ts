import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Acts } from '../../../shared/bookkeeping/act.ts';
import type { Book, BookFact, BookItem } from '../../../shared/bookkeeping/book.ts';
import type { Selection } from '../../../shared/bookkeeping/selection.ts';
import type { Subject } from '../../../shared/bookkeeping/subject.ts';
import type { StreamName } from '../../../shared/contracts/ids.ts';
import { unitId } from '../../../shared/contracts/ids.ts';
import type { ReadOptions } from '../../../shared/ledger/port.ts';
import type { KnownOffice } from '../../../shared/measures/office-source.ts';
import type { AskedMoment, Standpoint } from '../../../shared/measures/standpoint.ts';
import { ProblemError } from '../../../shared/platform/problem.ts';
import type { ApiContext } from '../context.ts';
import { type Cursor, decodeCursor, encodeCursor } from '../cursor.ts';
import { asOfRequest } from '../figure-request.ts';
import { type historyQuery, momentQuery, pageQuery } from '../schema-parts.ts';
import { momentOf, untilText } from '../views.ts';
import { actHistory } from './act-history.ts';

/** From where a register is looked at. */
export type From = Standpoint & KnownOffice;

/** By which every register is filtered. */
export const registerFilters = {
  unit: z.string().max(300).optional().meta({ description: 'With all units below it.' }),
  objective: z.string().max(100).optional(),
};
type Filtered = z.output<z.ZodObject<typeof registerFilters>>;

/** The query of a list of a register. */
export const registerQuery = { ...registerFilters, ...pageQuery, ...momentQuery };

/** A page of a register. */
export interface PageAsked extends Filtered {
  readonly anyOf: (from: From) => readonly Selection[];
  readonly sort: 'date' | '-date';
  readonly limit: number;
}

type ListQuery = z.output<z.ZodObject<typeof registerQuery>>;
type SubjectQuery = z.output<z.ZodObject<typeof historyQuery>>;

/** What the answer about one subject asks of a register. */
interface SubjectRegister {
  readonly acts: Acts;
  readonly streamOf: (id: string) => StreamName;
  readonly mostEvents: number;
}

/** Answers of one register: pages of one moment, and one subject with its acts. */
export class RegisterLists<Fact extends BookFact, Item extends BookItem> {
  readonly #context: ApiContext;
  readonly #book: Book<Fact, Item>;

  constructor(context: ApiContext, book: Book<Fact, Item>) {
    this.#context = context;
    this.#book = book;
  }

  /** The filter of the ledger. */
  filter({ unit, objective }: Filtered, { treeOn, agencies, pin }: From) {
    const { zone } = this.#context;
    return {
      ...(unit !== undefined && {
        units: treeOn(zone.dayOf(pin.now)).withDescendants(agencies.unitOf(unitId(unit))),
      }),
      ...(objective !== undefined && { where: { objective } }),
    };
  }

  /** One page of the ledger, all of one moment: what follows stands where the first page stood. */
  page(
    { anyOf, sort, limit, ...query }: PageAsked,
    { pinned, after }: Partial<Cursor>,
    at: AskedMoment,
    reading: ReadOptions,
  ) {
    const { observatory, zone } = this.#context;
    return observatory.list(
      pinned ? { pinned } : at,
      async (snapshot, from) => ({
        from,
        page: await snapshot.list(this.#book, {
          anyOf: anyOf(from),
          filter: this.filter(query, from),
          to: zone.dayOf(from.pin.now),
          ...from.known,
          ...(after && { after }),
          descending: sort === '-date',
          limit,
        }),
      }),
      reading,
    );
  }

  /** Answers a list whose items are what the ledger selects. */
  send(
    request: FastifyRequest<{ Querystring: ListQuery }>,
    reply: FastifyReply,
    anyOf: PageAsked['anyOf'],
    view: (item: Item, from: From) => object,
  ): Promise<void> {
    const { answers, zone, clock } = this.#context;
    const { cursor: text, minPosition, limit = 50, ...asked } = request.query;
    return answers.send(request, reply, minPosition, async (reading) => {
      const question = [this.#book.collection, asked];
      const cursor = decodeCursor(question, text) ?? {};
      const at = asOfRequest(asked.asOf, zone, clock);
      const { page, from } = await this.page({ ...asked, anyOf, limit }, cursor, at, reading);
      return {
        items: page.items.map((item) => view(item, from)),
        ...(page.next && { next: encodeCursor(question, { pinned: from.pin, after: page.next }) }),
        ...momentOf(from.pin),
      };
    });
  }

  /** Answers one subject with its acts. @throws ProblemError where the ledger does not know it */
  sendOne(
    request: FastifyRequest<{ Params: { id: string }; Querystring: SubjectQuery }>,
    reply: FastifyReply,
    { acts, streamOf, mostEvents }: SubjectRegister,
    view: (subject: Subject<Fact>, from: From, reading: ReadOptions) => object | Promise<object>,
  ): Promise<void> {
    const { answers, observatory, events, zone, clock } = this.#context;
    const { minPosition, asOf, cursor } = request.query;
    const { id } = request.params;
    return answers.send(request, reply, minPosition, async (reading) => {
      const { subject, ...from } = await observatory.from(
        asOfRequest(asOf, zone, clock),
        async (snapshot, office) => ({
          ...office,
          subject: await snapshot.subject(this.#book, id, office.known),
        }),
        reading,
      );
      if (!subject)
        throw new ProblemError('not-found', `There is no ${this.#book.name} ${id}${untilText(from.known)}.`);
      const streams = [id, ...subject.names.map(({ name }) => name)].map(streamOf);
      const history = await actHistory(events, { acts, streams }, from.known, cursor, reading);
      return {
        ...(await view(subject, from, reading)),
        // A stream that is full takes no act.
        ...(history.statements >= mostEvents && { possibleActs: [] }),
        ...history,
        ...momentOf(from.pin),
      };
    });
  }
}
