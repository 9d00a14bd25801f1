import type { PersonNames } from '../../../shared/person-names/port.ts';

/** A person in an answer. */
export interface Named {
  readonly ref: string;
  name?: string;
}

/**
 * Puts the names that the office keeps into an answer about people, which is shared, repeated and of a moment of the past: names are of
 * the present, and one that was deleted is in no answer any more.
 * @param peopleIn the people of such an answer
 */
export const withNames =
  <Answer>(names: Pick<PersonNames, 'of'>, peopleIn: (answer: Answer) => readonly Named[]) =>
  async (body: Buffer): Promise<Buffer | undefined> => {
    const answer: Answer = JSON.parse(body.toString());
    const people = peopleIn(answer);
    const known = await names.of(people.map(({ ref }) => ref));
    if (known.size === 0) return undefined;
    for (const person of people) {
      const name = known.get(person.ref);
      if (name !== undefined) person.name = name;
    }
    return Buffer.from(JSON.stringify(answer));
  };
