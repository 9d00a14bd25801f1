import { type PersonId, secondPerson } from '../contracts/two-people.ts';
import type { Caller } from './caller.ts';
import { ProblemError } from './problem.ts';

/** The person of a request, as the event of an act keeps it in its content; null without one. */
export const personOf = (caller: Caller | undefined): PersonId | null => caller?.person ?? null;

/**
 * Refuses an act that only a person may do, of a key that names none. A server without keys lets it through: it is recorded, and has
 * no effect. @throws ProblemError `second-person-needed`
 */
export function requirePerson(caller: Caller | undefined): void {
  if (caller !== undefined && personOf(caller) === null)
    throw new ProblemError(
      'second-person-needed',
      `The key ${JSON.stringify(caller.name)} names no person: approve with one made by \`nhip keys create --person\`.`,
    );
}

/**
 * Refuses an approval that is not that of a second person. A server without keys lets it through: it is recorded, and what it approves
 * stays unapproved, since {@link secondPerson} of the two is `no-person`.
 * @param first the person of the act that is approved
 * @param act with its article, for the person who reads the refusal: `the entry`
 * @throws ProblemError `second-person-needed`
 */
export function requireSecondPerson(first: PersonId | null, caller: Caller | undefined, act: string): void {
  if (caller === undefined) return;
  const second = personOf(caller);
  switch (secondPerson(first, second)) {
    case 'allowed':
      return;
    case 'same-person':
      throw new ProblemError(
        'second-person-needed',
        `A second person approves: ${act} was made by ${first}, who holds the key ${JSON.stringify(caller.name)} too.`,
      );
    case 'no-person':
      requirePerson(caller);
      throw new ProblemError(
        'second-person-needed',
        `The key with which ${act} was made names no person: it must be made again with one that does, before a second person approves.`,
      );
  }
}
