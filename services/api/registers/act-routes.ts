import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Acts } from '../../../shared/bookkeeping/act.ts';
import type { KnownObjective } from '../../../shared/measures/known-objectives.ts';
import type { Caller } from '../../../shared/platform/caller.ts';
import type { Right } from '../../../shared/platform/keys-file.ts';
import { problemAnswers, refuseField } from '../../../shared/platform/problem.ts';
import type { ApiContext } from '../context.ts';
import { etagOfCount, ifMatchOf } from '../if-match.ts';
import { objectiveNow } from '../objective-now.ts';
import type { OnRecord, RegisterDesk, Statement } from './register-desk.ts';

/** What an act answers. */
export const writtenSchema = z
  .object({
    id: z.string(),
    statements: z
      .int()
      .meta({ description: 'How many were made. A further act names the number in `If-Match`.' }),
    state: z.string(),
    position: z.string().meta({ description: 'From which on lists show it: `minPosition`.' }),
  })
  .meta({
    id: 'RegisterEntry',
    examples: [{ id: 'R-2026-01', statements: 3, state: 'planned', position: '5001' }],
  });

export const subjectParams = z.object({ id: z.string().min(1).max(300) });
const headers = ifMatchOf('the number of `statements` of what was read, in quotes');

/** One act upon a subject of a register. */
export interface ActRoute<Body extends object, Life, Data extends object> {
  /** The last part of the address: `assess`; empty for the subject itself. */
  readonly path: string;
  /** The act, as `possibleActs` has it; undefined where the body decides whether it is possible. */
  readonly act: string | undefined;
  readonly method?: 'PUT' | 'POST';
  readonly right: Right | readonly Right[];
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly body: z.ZodType<Body>;
  /** What the act states of what its writer sent, about a subject as it is on record. @throws ProblemError */
  statement(
    body: Body,
    seen: Pick<OnRecord<Life>, 'id' | 'life'>,
    caller: Caller | undefined,
  ): Statement<Data> | Promise<Statement<Data>>;
  /** What the state of the subject, the body and the key have to be besides. @throws ProblemError */
  allowed?(life: Life, body: Body, caller: Caller | undefined): void | Promise<void>;
}

/** Answers the first act upon a subject: where it stands now, and the number that a further act names. */
export function answerBegun<Written extends { readonly id: string; readonly statements: number }>(
  reply: FastifyReply,
  { pathOf }: { readonly pathOf: (id: string) => string },
  written: Written,
): Written {
  reply.code(201).header('etag', etagOfCount(written.statements)).header('location', pathOf(written.id));
  return written;
}

/** Adds the route of an act: `POST /risks/{id}/assess`. */
export function addActRoute<Body extends object, All extends Acts, Life, Data extends object>(
  app: FastifyInstance,
  desk: RegisterDesk<All, Life>,
  act: ActRoute<Body, Life, Data>,
): void {
  const { collection } = desk.register;
  app.route<{ Params: { id: string }; Headers: { 'if-match'?: string } }>({
    method: act.method ?? 'POST',
    url: act.path === '' ? `/${collection}/:id` : `/${collection}/:id/${act.path}`,
    config: { right: act.right },
    schema: {
      tags: [collection],
      operationId: act.operationId,
      summary: act.summary,
      ...(act.description !== undefined && { description: act.description }),
      params: subjectParams,
      headers,
      body: act.body,
      response: { ...problemAnswers(404, 409, 412, 428), 200: writtenSchema },
    },
    async handler(request, reply) {
      const { params, caller, headers: given } = request;
      // The server has read it by the schema above.
      const body = request.body as Body;
      const seen = await desk.known(params.id);
      const statement = await act.statement(body, desk.asSeen(seen, given['if-match']), caller);
      const written = await desk.stateAfter(seen, given['if-match'], statement, caller, async () => {
        if (act.act !== undefined) await desk.requireNow(act.act, seen);
        await act.allowed?.(seen.life, body, caller);
      });
      reply.header('etag', etagOfCount(written.statements));
      return written;
    },
  });
}

/**
 * The objective that a body names; undefined where it names none. It may be closed: what is said of it may come later.
 * @throws ProblemError where it is not defined
 */
export async function requireObjective(
  context: Pick<ApiContext, 'observatory' | 'answers' | 'zone'>,
  id: string | undefined,
): Promise<KnownObjective | undefined> {
  if (id === undefined) return undefined;
  const now = await objectiveNow(context, id);
  if (now) return now.objective;
  return refuseField('/objectiveId', `an objective that GET /v1/objectives/definitions lists; it was ${id}`);
}
