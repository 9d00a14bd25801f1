import type { Filter, Knowledge } from '../bookkeeping/balance.ts';
import { explicitWindow, type NamedWindow, namedWindow, type Window } from '../calendar/windows.ts';
import type { LocalDay, Zone } from '../calendar/zone.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Agencies } from '../office/agencies.ts';
import type { UnitTree } from '../office/unit-tree.ts';
import { type ObjectiveDefinition, pathShare } from './definition.ts';
import { FIELD, PROCEDURE } from './dimensions.ts';
import { definitionOn, type KnownObjectives } from './known-objectives.ts';
import { type AppliedMeasure, type Basis, type Measure, measureOf, unknownMeasure } from './measure.ts';
import { type PlanProgress, planProgressOn } from './plan.ts';
import type { Fraction } from './rate.ts';
import { type Stage, stageOf } from './stages.ts';
import type { AskedMoment, Pin, Standpoint } from './standpoint.ts';

/** A question to one objective. */
export interface FigureRequest extends AskedMoment {
  /** The definition's own window when it is left out. */
  readonly window?: NamedWindow | { readonly from: LocalDay; readonly to: LocalDay };
  /** With its descendants, as the tree stood at the window's end. */
  readonly unit?: UnitId;
  /** Without its descendants. */
  readonly unitAlone?: boolean;
  /** A value for each dimension besides the unit. */
  readonly where?: Filter['where'];
  readonly basis?: Basis;
}

/** The definition, the days, the units and the knowledge that one figure is computed from. */
export interface FigureFrame {
  readonly definition: ObjectiveDefinition;
  readonly measure: AppliedMeasure;
  /** Whether this version of the system understands the definition; else its target and comparator mean nothing. */
  readonly understood: boolean;
  /** The share that its path asks for by now; null where it asks for none. */
  readonly path: Fraction | null;
  /** The parent that counts; null also where its own link would close a circle. */
  readonly parent: string | null;
  /** How far its plan is carried out; null where it has none. */
  readonly planProgress: PlanProgress | null;
  readonly carriedOver: boolean;
  /** The file states the objective otherwise. */
  readonly definitionsDiffer: boolean;
  readonly window: Window;
  /** The running window for which this one is shown, since nothing is decided in it yet. */
  readonly shownFor?: Window;
  /** Of a yearly measure. */
  readonly stage: Stage | null;
  readonly filter: Filter;
  readonly asOf: Moment;
  /** The local day of `asOf`. */
  readonly today: LocalDay;
  readonly pin: Pin;
  readonly known: Knowledge;
}

export type FigureOutcome<Answer> =
  | { readonly kind: 'figure'; readonly figure: Answer }
  | { readonly kind: 'unknown-objective'; readonly known: readonly string[] }
  | { readonly kind: 'not-yet-in-force'; readonly from: LocalDay }
  | { readonly kind: 'closed'; readonly lastDay: LocalDay }
  | { readonly kind: 'window-ends-before-it-begins' };

export interface FrameOptions {
  readonly objectives: KnownObjectives;
  readonly measures: readonly Measure[];
  readonly zone: Zone;
  readonly treeOn: (day: LocalDay) => UnitTree;
}

/** What a question to an objective comes to. @param request names its unit by its own identifier: see {@link withUnit} */
export function frameOf(
  id: string,
  request: FigureRequest,
  { pin, known }: Standpoint,
  { objectives, measures, zone, treeOn }: FrameOptions,
): FigureOutcome<FigureFrame> {
  const asOf = pin.now;
  const objective = objectives.get(id);
  if (!objective) return { kind: 'unknown-objective', known: objectives.ids };
  const today = zone.dayOf(asOf);
  const inForce = definitionOn(objective, today);
  if (inForce.kind !== 'in-force') return inForce;
  const { carriedOver, read } = inForce;
  const { definition, notUnderstood } = read;
  const window = windowOf(request, definition, asOf, zone);
  if (!window) return { kind: 'window-ends-before-it-begins' };
  const { formula } = definition;
  const measure =
    notUnderstood === null ? measureOf(measures, formula) : unknownMeasure(formula, notUnderstood);
  const path = pathShare(definition, window);
  const planProgress = definition.plan ? planProgressOn(definition.plan, today) : null;
  const stage = measure.yearly ? stageOf(measure.yearly, window.cutTo, today) : null;
  const filter = filterOf(request, definition, treeOn(window.cutTo));
  return {
    kind: 'figure',
    figure: {
      definition,
      carriedOver,
      understood: notUnderstood === null,
      definitionsDiffer: objective.differs,
      measure,
      path,
      parent: objectives.parentsOn(today).get(id) ?? null,
      planProgress,
      window,
      stage,
      filter,
      asOf,
      today,
      pin,
      known,
    },
  };
}

function windowOf(
  { window }: FigureRequest,
  definition: ObjectiveDefinition,
  asOf: Moment,
  zone: Zone,
): Window | undefined {
  if (typeof window === 'object') {
    const outcome = explicitWindow(window.from, window.to, asOf, zone);
    return outcome.kind === 'window' ? outcome.window : undefined;
  }
  return namedWindow(window ?? definition.window, asOf, zone);
}

function filterOf(request: FigureRequest, definition: ObjectiveDefinition, tree: UnitTree): Filter {
  const { unit, unitAlone, where } = request;
  const own = definition.unit === null ? undefined : tree.withDescendants(definition.unit);
  const asked = unit === undefined ? undefined : unitAlone ? [unit] : tree.withDescendants(unit);
  const units = own && asked ? asked.filter((one) => own.includes(one)) : (asked ?? own);
  const scope = scopeOf(definition);
  const isElsewhere = Object.entries(scope).some(([name, value]) => (where?.[name] ?? value) !== value);
  const both = { ...where, ...scope };
  return {
    ...(isElsewhere ? { units: [] } : units && { units }),
    ...(Object.keys(both).length > 0 && { where: both }),
  };
}

/** What an objective is limited to besides its unit. */
const scopeOf = ({ field, procedure }: ObjectiveDefinition): Readonly<Record<string, string>> => ({
  ...(field !== undefined && { [FIELD.name]: field }),
  ...(procedure !== undefined && { [PROCEDURE.name]: procedure }),
});

/** The same with the unit for which an identifier stands by the table of agency identifiers. */
export const withUnit = <Asked extends { readonly unit?: UnitId }>(
  asked: Asked,
  agencies: Agencies,
): Asked => (asked.unit === undefined ? asked : { ...asked, unit: agencies.unitOf(asked.unit) });
