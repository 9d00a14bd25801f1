import type { UnitId } from '../contracts/ids.ts';
import type { PersonId } from '../contracts/two-people.ts';

import type { Right } from './keys-file.ts';

/** The key of a request, as far as others than the keys may know it. */
export interface Caller {
  readonly name: string;
  /** The CloudEvents sources that it may speak for, with all that lie below them; every source when absent. */
  readonly sources?: readonly string[] | undefined;
  /** What it may do; absent of a command of this machine, which may do all. */
  readonly rights?: readonly Right[] | undefined;
  /** The person who holds it; absent where it names none: such a key approves nothing. */
  readonly person?: PersonId | undefined;
  /** The units about which it may write, with all that lie below them; every unit when absent. */
  readonly units?: readonly UnitId[] | undefined;
}
