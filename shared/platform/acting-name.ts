import type { Caller } from './caller.ts';
import { refuseField } from './problem.ts';

/**
 * The name under which an act is kept: that of the key. What the request itself names counts only where there are no keys, since
 * anybody can write any name.
 * @param pointer of the field that names a person in a request
 * @throws ProblemError where neither names one
 */
export function actingName(caller: Caller | undefined, named: string | undefined, pointer: string): string {
  const name = caller?.name ?? named;
  if (name !== undefined) return name;
  return refuseField(pointer, 'the name of the person who does it, since there are no keys');
}
