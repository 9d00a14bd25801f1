import type { Unit } from '../client/api.ts';
import type { Words } from '../text/words.ts';

type Marked = Pick<Unit, 'name' | 'status'>;

/** A name with a mark where the unit has ended. */
export const markedName = ({ name, status }: Marked, { code }: Words): string =>
  status === 'active' ? name : `${name} (${code('unit', status)})`;

/** The name of a unit, marked; where it is not in the list the name that is given, or else its id. */
export function namesOf(units: readonly Unit[], words: Words): (id: string, name?: string | null) => string {
  const known = new Map(units.map((unit) => [unit.id, unit]));
  return (id, name = null) => {
    const unit = known.get(id);
    return unit ? markedName({ ...unit, name: name ?? unit.name }, words) : (name ?? id);
  };
}
