import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { identifierSchema } from '../../../shared/contracts/schema-parts.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import '../../../shared/platform/route-right.ts';
import type { KeyOfStore } from '../intake/key-of-store.ts';

const EXAMPLE = { staffRef: 'CB-0417' };

/** Of a server that can make no pseudonyms. */
export const withoutKey = (): ProblemError =>
  new ProblemError('unavailable', 'This server has no key for people: set STAFF_KEY_FILE.');

/** `POST /staff/pseudonym`: the pseudonym of a person, by which lists name them. The id goes in a body, since addresses are logged. */
export function pseudonymRoute(people: KeyOfStore): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/staff/pseudonym',
      {
        config: { right: 'staff' },
        schema: {
          tags: ['staff'],
          operationId: 'findPseudonym',
          summary: 'The pseudonym of a person',
          description: 'Nothing is stored. Whether the person is known is for `GET /v1/staff/{ref}` to say.',
          body: z.strictObject({ staffRef: identifierSchema() }).meta({ examples: [EXAMPLE] }),
          response: {
            200: z
              .object({ ref: z.string() })
              .meta({ examples: [{ ref: `p-${'6b1f0c27d94e8a35'.repeat(2)}` }] }),
            ...problemAnswers(503),
          },
        },
      },
      async ({ body }) => {
        const { seal } = people;
        if (!seal) throw withoutKey();
        const ref = seal(body.staffRef);
        return people.guard(async () => ({ ref }));
      },
    );
  };
}
