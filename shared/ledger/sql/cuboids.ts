import type { Dimensions } from '../../bookkeeping/leg.ts';
import type { Dimension } from '../port.ts';

type Kept = Dimension | 'recipient';

/**
 * The sums that are kept, the coarsest first: a figure is read from the first that tells apart all it asks for, so that the
 * common ones (the office, a unit, a unit's fields) touch few rows however many dossiers there are. Each costs one more
 * upsert for a movement. Their place is their number in storage, from 1; 0 is the journal's own, with the recipient.
 */
const CUBOIDS: readonly (readonly Dimension[])[] = [
  [],
  ['unit'],
  ['unit', 'field'],
  ['procedure'],
  ['channel'],
  ['unit', 'field', 'procedure', 'channel'],
];
const LEAF: readonly Kept[] = ['unit', 'field', 'procedure', 'channel', 'recipient'];

/** Number of the coarsest cuboid that tells these apart. */
export function cuboidFor(dimensions: Iterable<Dimension>): number {
  const wanted = [...dimensions];
  return CUBOIDS.findIndex((kept) => wanted.every((dimension) => kept.includes(dimension))) + 1;
}

/** More combinations than an office has; beyond it they are looked up again. */
export const REMEMBERED = 50_000;

type Text = string | null;
/** A combination as it is stored, in the order of the columns; `key` is unique. */
export type DimensionRow = readonly [
  cuboid: number,
  ...of: [unit: Text, field: Text, procedure: Text, channel: Text, scope: Text, recipient: Text],
  key: string,
];

/** Of a combination in memory. */
export const leafKey = ({ unit, field, procedure, channel, scope, recipient }: Dimensions): string =>
  `${unit}\n${field}\n${procedure}\n${channel}\n${scope}\n${recipient}`;

/** The row of the journal's own combination. */
export const leafRow = (dimensions: Dimensions): DimensionRow => dimensionRow(0, LEAF, dimensions);

/** The rows under which the cuboids sum it, one each, in their order. */
export const rollUpRows = (dimensions: Dimensions): DimensionRow[] =>
  CUBOIDS.map((kept, index) => dimensionRow(index + 1, kept, dimensions));

function dimensionRow(cuboid: number, kept: readonly Kept[], dimensions: Dimensions): DimensionRow {
  const of = (dimension: Kept) => (kept.includes(dimension) ? dimensions[dimension] : null);
  const row = [
    of('unit'),
    of('field'),
    of('procedure'),
    of('channel'),
    dimensions.scope,
    of('recipient'),
  ] as const;
  return [cuboid, ...row, JSON.stringify([cuboid, ...row])];
}
