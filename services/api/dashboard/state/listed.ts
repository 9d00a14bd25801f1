import type { Dossier, EnteredPeriod, Evidence, Exchange, InspectedUnit, StaffRow } from '../client/api.ts';

type Scalar = string | number | boolean | null;
/** An item of a book that this page does not know: its fields that hold one value. */
export type Row = ReadonlyMap<string, Scalar>;

export type Listed =
  | { readonly columns: 'dossiers'; readonly items: readonly Dossier[] }
  | { readonly columns: 'documents'; readonly items: readonly Exchange[] }
  | { readonly columns: 'staff'; readonly items: readonly StaffRow[] }
  | {
      readonly columns: 'inspectedUnits';
      readonly items: readonly InspectedUnit[];
      /** A unit stands in one of them. */
      readonly parts: Evidence['parts'];
    }
  | { readonly columns: 'periods'; readonly items: readonly EnteredPeriod[] }
  | { readonly columns: 'fields'; readonly items: readonly Row[] };

/** Keys of an evidence answer that hold a list but not the items. */
const OTHER_LISTS = new Set(['parts']);

const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** The items of an answer decide its columns: the key of the list is the collection of its book. */
export function listedIn(evidence: Evidence): Listed {
  const { dossiers, documents, staff, inspectedUnits, periods, parts } = evidence;
  if (dossiers) return { columns: 'dossiers', items: dossiers };
  if (documents) return { columns: 'documents', items: documents };
  if (staff) return { columns: 'staff', items: staff };
  if (inspectedUnits) return { columns: 'inspectedUnits', items: inspectedUnits, parts };
  if (periods) return { columns: 'periods', items: periods };
  const fields: readonly (readonly [string, unknown])[] = Object.entries(evidence);
  const lists = fields.flatMap(([key, value]) =>
    Array.isArray(value) && !OTHER_LISTS.has(key) ? [value] : [],
  );
  return { columns: 'fields', items: lists.flat().map(rowOf) };
}

function rowOf(item: unknown): Row {
  return new Map(
    Object.entries(Object(item)).flatMap(([name, value]) => (isScalar(value) ? [[name, value]] : [])),
  );
}

/** Every field that some row has, in the order of their first appearance. */
export const fieldsOf = (rows: readonly Row[]): readonly string[] => [
  ...new Set(rows.flatMap((row) => [...row.keys()])),
];
