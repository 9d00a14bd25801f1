import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Act } from '../../../shared/audit/acts.ts';
import type { AuditLog } from '../../../shared/audit/audit-log.ts';
import { isPersonRef, type Seal } from '../../../shared/contracts/pseudonym.ts';
import { identifierSchema } from '../../../shared/contracts/schema-parts.ts';
import { type Clock, momentText } from '../../../shared/kernel/clock.ts';
import {
  NAME_LENGTH,
  NAMES_AT_ONCE,
  NAMES_LIMIT,
  type PersonNames,
  personNameSchema,
} from '../../../shared/person-names/port.ts';
import type { Caller } from '../../../shared/platform/caller.ts';
import { ProblemError, problemAnswers, refuseField } from '../../../shared/platform/problem.ts';
import { wholeNumber } from '../../../shared/platform/query-parts.ts';
import { requireRight } from '../../../shared/platform/require-right.ts';
import '../../../shared/platform/route-right.ts';
import type { KeyOfStore } from '../intake/key-of-store.ts';
import { withoutKey } from './pseudonym-route.ts';

/** So many are found at once; a person narrows the question instead of turning pages. */
const FOUND = 20;
const PAGE = 500;

const EXAMPLE = { ref: `p-${'6b1f0c27d94e8a35'.repeat(2)}`, name: 'Nguyễn Thị Lan' };

const refSchema = z.string().refine(isPersonRef, 'a pseudonym, as POST /v1/staff/pseudonym returns it');
const nameSchema = z.object({ ref: z.string().meta({ description: 'The pseudonym.' }), name: z.string() });
const keptSchema = nameSchema.extend({ setAt: z.iso.datetime() });
const deletedSchema = z.object({ deleted: z.int() }).meta({ examples: [{ deleted: 1 }] });

const tags = ['staff'];
const config = { right: 'staff' } as const;
/** A change needs two rights; the second is asked for before the body is read. */
const writing = {
  config,
  onRequest: async ({ caller }: Pick<FastifyRequest, 'caller'>) =>
    requireRight(caller, 'feed', 'A change of names'),
};
const ALSO = 'Needs the right `feed` besides `staff`.';

export interface NameParts {
  readonly names: PersonNames;
  readonly people: KeyOfStore;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly clock: Clock;
}

/**
 * `/staff/names`: the names that the office keeps beside its pseudonyms. Ids and names go in bodies, since addresses are logged; no cache
 * keeps an answer.
 */
export function nameRoutes({ names, people, audit, clock }: NameParts): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    /** On record first. @param held how many of these names are kept */
    const deleteNames = async (
      which: Parameters<PersonNames['delete']>[0],
      held: number,
      caller: Caller | undefined,
    ) => {
      if (held > 0)
        await audit.record(
          { type: 'audit.staff-names-deleted.v1', data: { names: held, all: which === 'all' } },
          caller?.name,
        );
      return { deleted: await names.delete(which) };
    };

    app.get(
      '/staff/names',
      {
        config,
        schema: {
          tags,
          operationId: 'listNames',
          summary: 'The names that are kept, by pseudonym',
          querystring: z.strictObject({
            limit: wholeNumber(PAGE)
              .optional()
              .meta({ description: 'Names on a page; 100 when it is left out.' }),
            cursor: refSchema.optional().meta({ description: '`next` of the page before.' }),
          }),
          response: {
            200: z
              .object({ items: z.array(keptSchema), total: z.int(), next: z.string().optional() })
              .meta({ examples: [{ items: [{ ...EXAMPLE, setAt: '2026-11-20T03:00:00.000Z' }], total: 1 }] }),
          },
        },
      },
      async ({ query: { limit = 100, cursor } }) => {
        const { items, total } = await names.list(limit + 1, cursor);
        const shown = items.slice(0, limit);
        const last = shown.at(-1);
        return {
          items: shown.map(({ setAt, ...one }) => ({ ...one, setAt: momentText(setAt) })),
          total,
          ...(items.length > limit && last && { next: last.ref }),
        };
      },
    );

    app.post(
      '/staff/names/find',
      {
        config,
        schema: {
          tags,
          operationId: 'findNames',
          summary: 'People by name',
          description: `Those whose name has every word of the text, whatever its capitals and marks: \`nguyen lan\` finds *Nguyễn Thị Lan*. Up to ${FOUND}, in the order of the names. Nothing is stored.`,
          body: z
            .strictObject({ text: identifierSchema(NAME_LENGTH) })
            .meta({ examples: [{ text: 'nguyen lan' }] }),
          response: {
            200: z
              .object({
                items: z.array(nameSchema),
                total: z.int().meta({ description: 'How many there are.' }),
              })
              .meta({ examples: [{ items: [EXAMPLE], total: 1 }] }),
          },
        },
      },
      async ({ body: { text } }) => {
        const { items, total } = await names.find(text, FOUND);
        return { items: [...items], total };
      },
    );

    app.put(
      '/staff/names',
      {
        ...writing,
        schema: {
          tags,
          operationId: 'setNames',
          summary: 'Set names of staff, all or none',
          description: `${ALSO} \`staffRef\` is the id that the office uses, or a pseudonym. A name that the person had is overwritten. Up to ${NAMES_LIMIT} names are kept; one more is refused with 409.`,
          body: z
            .strictObject({
              names: z
                .array(z.strictObject({ staffRef: identifierSchema(), name: personNameSchema }))
                .min(1)
                .max(NAMES_AT_ONCE),
            })
            .meta({ 'x-example': { names: [{ staffRef: 'CB-0417', name: EXAMPLE.name }] } }),
          response: {
            200: z.object({ set: z.int() }).meta({ examples: [{ set: 1 }] }),
            ...problemAnswers(409),
          },
        },
      },
      async ({ body, caller }) => {
        const { seal } = people;
        if (!seal) throw withoutKey();
        const named = sealed(body.names, seal);
        // On record first: the table does not hold by which key a name was set.
        const set: Act = { type: 'audit.staff-names-set.v1', data: { names: named.length } };
        const isSet = await people.guard(async () => {
          await audit.record(set, caller?.name);
          return names.set(named, clock());
        });
        if (!isSet)
          throw new ProblemError(
            'conflict',
            `Up to ${NAMES_LIMIT} names are kept, and nothing was set: delete those of people who have left.`,
          );
        return { set: named.length };
      },
    );

    app.delete(
      '/staff/names/:ref',
      {
        ...writing,
        schema: {
          tags,
          operationId: 'deleteName',
          summary: 'Delete the name of one person',
          description: `${ALSO} The pseudonym stays, and so does the record under it.`,
          params: z.object({ ref: refSchema }),
          response: { 200: deletedSchema },
        },
      },
      async ({ params: { ref }, caller }) => deleteNames([ref], (await names.of([ref])).size, caller),
    );

    app.delete(
      '/staff/names',
      {
        ...writing,
        schema: {
          tags,
          operationId: 'deleteAllNames',
          summary: 'Delete all names of staff',
          description: ALSO,
          response: { 200: deletedSchema },
        },
      },
      async ({ caller }) => deleteNames('all', (await names.list(1)).total, caller),
    );
  };
}

/** @throws ProblemError for a person who is named twice */
function sealed(
  stated: readonly { readonly staffRef: string; readonly name: string }[],
  seal: Seal,
): Parameters<PersonNames['set']>[0] {
  const known = new Set<string>();
  return stated.map(({ staffRef, name }, index) => {
    const ref = seal(staffRef);
    if (known.has(ref))
      refuseField(`/names/${index}/staffRef`, 'each person once; this one stands before it in the list');
    known.add(ref);
    return { ref, name };
  });
}
