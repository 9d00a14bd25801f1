import { bodyOf, type Client, type Definition } from '../client/api.ts';
import type { paths } from '../client/openapi.d.ts';
import type { Stated } from './definition-form.ts';
import type { Entered } from './forms.ts';
import { afterSeen, type Written } from './register-forms.ts';

type Body = NonNullable<paths['/v1/objectives']['post']['requestBody']>['content']['application/json'];

/** The server checks the definition: the page knows it only as what it received, and as its form states it. */
const stated = (definition: Stated, reason: string): Body => ({
  definition: definition as Body['definition'],
  reason,
});

/** Defines an objective, or changes what the user has seen of it. @throws Problem */
export async function stateDefinition(
  client: Client,
  seen: Definition | undefined,
  definition: Stated,
  { reason = '' }: Entered,
): Promise<Written & { readonly id: string }> {
  const body = stated(definition, reason);
  if (!seen) return bodyOf(client.POST('/v1/objectives', { body }));
  const params = { path: { id: seen.id }, ...afterSeen(seen) };
  return bodyOf(client.PUT('/v1/objectives/{id}/definition', { params, body }));
}

/** @throws Problem */
export const closeObjective = (
  client: Client,
  seen: Definition,
  { lastDay = '', reason = '', instrument }: Entered,
): Promise<Written> => {
  const params = { path: { id: seen.id }, ...afterSeen(seen) };
  const body = { lastDay, reason, ...(instrument !== undefined && { instrument }) };
  return bodyOf(client.POST('/v1/objectives/{id}/close', { params, body }));
};

/** @throws Problem */
export const reopenObjective = (
  client: Client,
  seen: Definition,
  { reason = '' }: Entered,
): Promise<Written> =>
  bodyOf(
    client.POST('/v1/objectives/{id}/reopen', {
      params: { path: { id: seen.id }, ...afterSeen(seen) },
      body: { reason },
    }),
  );
