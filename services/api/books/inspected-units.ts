import { z } from 'zod';
import { INSPECTED_UNITS, type InspectedUnit } from '../../../shared/measures/inspected-units.ts';
import { day } from '../schema-parts.ts';
import { dayOrNull } from '../views.ts';
import type { ItemView } from './item-view.ts';

const inspectedUnitSchema = z.object({
  unit: z.string(),
  name: z.string().nullable().meta({
    description: 'Its name on the last day that the figure covers; null where none is declared.',
  }),
  standing: z.string().meta({ description: 'The part in which it stands.', example: 'planned' }),
  fields: z.array(z.string()).meta({ description: 'Whose procedures it handles or monitors on that day.' }),
  inspectedOn: day.nullable().meta({ description: 'The day of its first conclusion in the window.' }),
  plannedUntil: day
    .nullable()
    .meta({ description: 'The last day of its next plan in the window that is not carried out.' }),
});

/** The units behind a figure of inspections. */
export const inspectedUnitView: ItemView<InspectedUnit> = {
  collection: INSPECTED_UNITS,
  schema: inspectedUnitSchema,
  itemView: ({ fields, inspectedOn, plannedUntil, ...unit }) => ({
    ...unit,
    fields: [...fields],
    inspectedOn: dayOrNull(inspectedOn),
    plannedUntil: dayOrNull(plannedUntil),
  }),
};
