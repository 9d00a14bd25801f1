import { z } from 'zod';
import { unitId } from '../../shared/contracts/ids.ts';
import { composed } from '../../shared/kernel/written-text.ts';
import { type NamedDimension, UNIT } from '../../shared/measures/dimensions.ts';
import type { FigureRequest } from '../../shared/measures/figure-frame.ts';
import type { Measure } from '../../shared/measures/measure.ts';

/** The query parameters that filter: one for each dimension that some measure has. */
export interface Filters {
  readonly fields: Readonly<Record<string, z.ZodType<string | undefined>>>;
  /** The filter of a query, in canonical form. Its other parameters have no effect. */
  asked(query: object): Pick<FigureRequest, 'unit' | 'where'>;
}

export function filtersOf(measures: readonly Measure[]): Filters {
  const all = measures.flatMap(({ dimensions }) => dimensions);
  const named = Map.groupBy(all, ({ name }) => name);
  const fields = Object.fromEntries([...named].map(([name, alike]) => [name, parameterOf(alike)]));
  const schema = z.object(fields);
  const canonical = (name: string, value: string): string => {
    const text = composed(value.trim());
    return named.get(name)?.[0]?.canonical?.(text) ?? text;
  };
  return {
    fields,
    asked(query) {
      const values = Object.entries(schema.parse(query)).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, canonical(name, value)] as const],
      );
      const { [UNIT.name]: unit, ...where } = Object.fromEntries(values);
      return {
        ...(unit !== undefined && { unit: unitId(unit) }),
        ...(Object.keys(where).length > 0 && { where }),
      };
    },
  };
}

/** A parameter has a closed list of values where each dimension of its name has one. */
function parameterOf(alike: readonly NamedDimension[]) {
  const description = [...new Set(alike.map((dimension) => dimension.description))].join(' ');
  const isClosed = alike.every(({ values }) => values !== undefined);
  const values = new Set(alike.flatMap((dimension) => dimension.values ?? []));
  const schema = isClosed ? z.enum([...values]) : z.string().min(1).max(300);
  return schema.optional().meta({ description });
}
