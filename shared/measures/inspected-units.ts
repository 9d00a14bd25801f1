import { CONCLUDED, VISITED } from '../books/inspection/accounts.ts';
import { inspectionBook } from '../books/inspection/book.ts';
import type { InspectionKind } from '../books/inspection/kinds.ts';
import type { LocalDay } from '../calendar/zone.ts';
import type { FieldId, UnitId } from '../contracts/ids.ts';
import type { UnitStanding } from '../office/unit-tree.ts';
import { UNIT } from './dimensions.ts';
import type { ListItem, ListReading, ListSources } from './measured-list.ts';

/** The name of the list in an answer. */
export const INSPECTED_UNITS = 'inspectedUnits';

/** The leaf in which a unit stands: the first six are of the roster. */
export type UnitPart =
  | 'inspected-as-planned'
  | 'inspected-unplanned'
  | 'under-way'
  | 'under-way-unplanned'
  | 'planned'
  | 'not-planned'
  | 'ended'
  | 'off-roster'
  | 'undeclared';

/** A unit of the roster, or one that was inspected outside of it. */
export interface InspectedUnit {
  readonly unit: UnitId;
  /** On the last day of the figure; null where none is declared. */
  readonly name: string | null;
  /** The leaf in which it stands. */
  readonly standing: UnitPart;
  /** The fields whose procedures it handles or monitors on that day. */
  readonly fields: readonly FieldId[];
  /** Day of its first conclusion in the window. */
  readonly inspectedOn: LocalDay | null;
  /** Last day of its earliest plan in the window that is not carried out. */
  readonly plannedUntil: LocalDay | null;
}

/**
 * The units below the office, or below the unit of the objective, that handle or monitor procedures on the last day of the window
 * (trực tiếp thực hiện và quản lý theo dõi thủ tục hành chính), each with what the book of inspections has of it; and behind them those
 * that were inspected and are not among them. An inspection is of its unit alone: not of those below it, and not of its successor.
 */
export async function readInspectedUnits(sources: ListSources, kind: InspectionKind): Promise<ListReading> {
  const { objective, office, window } = sources;
  const root = objective.unit ?? office.officeUnit;
  if (root === null) return { kind: 'not-known', reason: 'no-office-unit' };
  const tree = office.treeOn(window.cutTo);
  const roster = tree
    .withDescendants(root)
    .filter((unit) => unit !== root && isOnRoster(tree.standingOf(unit)));
  const found = await inspectedIn(sources, kind);
  const others = [...found].flatMap(([unit, { concluded }]) =>
    concluded.length > 0 && !roster.includes(unit) ? [unit] : [],
  );
  const item = (unit: UnitId, part: UnitPart): ListItem => {
    const { concluded, plannedUntil } = found.get(unit) ?? NOTHING;
    const standing = tree.standingOf(unit);
    const fields = standing.kind === 'active' ? standing.procedures.map(({ field }) => field) : [];
    const day = firstOf(concluded.map((one) => one.day));
    const shown: InspectedUnit = {
      ...{ unit, name: office.nameOf(UNIT.name, unit, window.cutTo), standing: part, fields },
      ...{ inspectedOn: day, plannedUntil: firstOf(plannedUntil) },
    };
    return { amounts: { [part]: 1 }, keys: { unit: [unit], field: fields }, day, shown };
  };
  return {
    kind: 'items',
    items: [
      ...roster.toSorted().map((unit) => item(unit, progressOf(found.get(unit) ?? NOTHING))),
      ...others.toSorted().map((unit) => item(unit, outsidePart(tree.standingOf(unit)))),
    ],
  };
}

const isOnRoster = (standing: UnitStanding): boolean =>
  standing.kind === 'active' && (standing.handlesProcedures || standing.procedures.length > 0);

/** What the book has of one unit in a window. */
interface Inspected {
  readonly concluded: { readonly account: string; readonly day: LocalDay }[];
  readonly visited: string[];
  /** Last days of plans that end in the window. */
  readonly plannedUntil: LocalDay[];
}
const nothing = (): Inspected => ({ concluded: [], visited: [], plannedUntil: [] });
const NOTHING = nothing();

const firstOf = (days: readonly LocalDay[]): LocalDay | null => days.toSorted((a, b) => a - b)[0] ?? null;

function progressOf({ concluded, visited, plannedUntil }: Inspected): UnitPart {
  if (concluded.some(({ account }) => account === 'concluded/planned')) return 'inspected-as-planned';
  if (concluded.length > 0) return 'inspected-unplanned';
  const isPlanned = visited.includes('visited/planned') || plannedUntil.length > 0;
  if (visited.length > 0) return isPlanned ? 'under-way' : 'under-way-unplanned';
  return isPlanned ? 'planned' : 'not-planned';
}

function outsidePart({ kind }: UnitStanding): UnitPart {
  switch (kind) {
    case 'merged':
    case 'closed':
      return 'ended';
    case 'active':
      return 'off-roster';
    case 'undeclared':
      return 'undeclared';
  }
}

const isOneOf = (accounts: readonly string[], account: string) => accounts.includes(account);

/** By unit: the inspections that were concluded in the window, and those that are open at its end. */
async function inspectedIn(
  { window, office: { zone }, balances }: ListSources,
  kind: InspectionKind,
): Promise<ReadonlyMap<UnitId, Inspected>> {
  const rows = await balances({
    ...{ book: inspectionBook, from: window.from, to: window.cutTo },
    ...{ filter: { where: { kind } }, by: ['unit', 'day'] },
  });
  const found = new Map<UnitId, Inspected>();
  for (const { key, account, due, count } of rows) {
    const [unit, day] = key;
    if (typeof unit !== 'string' || count <= 0) continue;
    const of = found.get(unit as UnitId) ?? nothing();
    found.set(unit as UnitId, of);
    if (isOneOf(CONCLUDED, account)) of.concluded.push({ account, day: day as LocalDay });
    if (isOneOf(VISITED, account)) of.visited.push(account);
    const until = account === 'planned' && due !== null ? zone.dayOf(due - 1) : null;
    if (until !== null && window.from <= until && until <= window.to) of.plannedUntil.push(until);
  }
  return found;
}
