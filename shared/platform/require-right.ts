import type { Caller } from './caller.ts';
import { includesRight, type Right } from './keys-file.ts';
import { ProblemError } from './problem.ts';

/**
 * Refuses what needs a right besides that of its route. A server that runs open, and a command of this machine, may do all.
 * @throws ProblemError `forbidden`
 */
export function requireRight(caller: Caller | undefined, right: Right, what: string): void {
  const rights = caller?.rights;
  if (rights === undefined || includesRight(rights, [right])) return;
  throw new ProblemError('forbidden', `${what} needs a key with the right ${right}.`);
}
