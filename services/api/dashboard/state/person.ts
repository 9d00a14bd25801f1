import { bodyOf, type Client, type PersonDetail } from '../client/api.ts';
import { Problem } from '../client/problem.ts';

/**
 * The pseudonym of a person by the id that the office uses. The id goes in a body alone: addresses are logged.
 * @returns null where no record is under it at that moment
 * @throws Problem
 */
export async function findPerson(
  client: Client,
  staffRef: string,
  moment: { readonly asOf?: string; readonly minPosition?: string },
): Promise<string | null> {
  const { ref } = await bodyOf(client.POST('/v1/staff/pseudonym', { body: { staffRef } }));
  try {
    await bodyOf(client.GET('/v1/staff/{ref}', { params: { path: { ref }, query: moment } }));
    return ref;
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404) return null;
    throw problem;
  }
}

/** Keeps a name beside the pseudonym of a person, in place of another. @throws Problem */
export async function setName(client: Client, { ref, position }: PersonDetail, name: string) {
  await bodyOf(client.PUT('/v1/staff/names', { body: { names: [{ staffRef: ref, name }] } }));
  return { position };
}

/** @throws Problem */
export async function deleteName(client: Client, { ref, position }: PersonDetail) {
  await bodyOf(client.DELETE('/v1/staff/names/{ref}', { params: { path: { ref } } }));
  return { position };
}

/** People of whose name each word of a text is a part, where the office keeps names. In a body too. @throws Problem */
export const findNames = (client: Client, text: string) =>
  bodyOf(client.POST('/v1/staff/names/find', { body: { text } }));
