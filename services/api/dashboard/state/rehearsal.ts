import { bodyOf, type Client } from '../client/api.ts';
import type { paths } from '../client/openapi.d.ts';
import type { Stated } from './definition-form.ts';
import type { Entered } from './forms.ts';

type DryRun = paths['/v1/objectives/dry-run']['post'];
type Body = NonNullable<DryRun['requestBody']>['content']['application/json'];
export type Rehearsal = DryRun['responses'][200]['content']['application/json'] & {
  /** The target that was tried, as it was entered. */
  readonly target: string;
};

/** The past of an objective, had it been defined so. Nothing is stated. @throws Problem */
export async function rehearseDefinition(
  client: Client,
  definition: Stated,
  months: number,
): Promise<Rehearsal> {
  // The server checks the definition: the page knows it only as what it received, and as its form states it.
  const body: Body = { definition: definition as Body['definition'], months };
  const answer = await bodyOf(client.POST('/v1/objectives/dry-run', { body }));
  return { ...answer, target: String(definition.target) };
}

/** The past of an objective, had it had another target. @throws Problem */
export async function rehearse(client: Client, id: string, entered: Entered): Promise<Rehearsal> {
  const { target = '', months = '' } = entered;
  const { definition } = await bodyOf(
    client.GET('/v1/objectives/{id}/definition', { params: { path: { id } } }),
  );
  return rehearseDefinition(client, { ...definition, target }, Number(months));
}
