import type { Window } from '../../../shared/calendar/windows.ts';
import { formatDay } from '../../../shared/calendar/zone.ts';
import { momentText, momentTextOrNull } from '../../../shared/kernel/clock.ts';
import type { Outlook } from '../../../shared/measures/cumulative.ts';
import type { Figure, Measurement } from '../../../shared/measures/evaluate.ts';
import type { FigureFrame } from '../../../shared/measures/figure-frame.ts';
import type { AppliedMeasure, FigureSettings, Formula } from '../../../shared/measures/measure.ts';
import type { NamedRow, ObjectiveFigure } from '../../../shared/measures/observatory.ts';
import { type PlanProgress, statedPlan } from '../../../shared/measures/plan.ts';
import type { Fraction } from '../../../shared/measures/rate.ts';
import { disclosed, OTHER } from '../../../shared/measures/small-groups.ts';
import type { PartCount } from '../../../shared/measures/tally.ts';
import { dayOrNull, positionText } from '../views.ts';

export function frameView(
  { definition, understood, measure, path, window, shownFor, stage, asOf, pin }: FigureFrame,
  { basis }: Pick<Measurement, 'basis'>,
) {
  return {
    id: definition.id,
    title: definition.title,
    unit: definition.unit,
    field: definition.field ?? null,
    procedure: definition.procedure ?? null,
    target: understood ? Number(definition.target) : null,
    comparator: understood ? definition.comparator : null,
    measuredIn: measure.scale.kind === 'value' ? measure.scale.measuredIn : null,
    kind: measure.judgement.kind,
    path: path && path.numerator / path.denominator,
    window: windowView(window),
    shownFor: shownFor ? windowView(shownFor) : null,
    stage,
    basis,
    asOf: momentText(asOf),
    position: positionText({ position: pin.upTo }),
  };
}

/** The parent that an objective has, and the one that it names in vain. */
export const parentView = ({ definition, parent }: Pick<FigureFrame, 'definition' | 'parent'>) => ({
  parent,
  parentInCircle: parent === null ? (definition.parent ?? null) : null,
});

const windowView = ({ name, from, to, cutTo, current }: Window) => ({
  ...{ name, current },
  from: formatDay(from),
  to: formatDay(to),
  cutTo: formatDay(cutTo),
});

export function figureView(figure: Figure) {
  const { value, reason, denominator, excluded, lateBudget, settleNow, open } = figure;
  const { status, numerator } = disclosed(figure);
  const outlook = figure.outlook && outlookView(figure.outlook);
  return { value, status, reason, numerator, denominator, excluded, lateBudget, settleNow, outlook, open };
}

const outlookView = ({ worst, best, planned, needed }: Outlook) => ({
  worst: shareView(worst),
  best: shareView(best),
  planned: planned && shareView(planned),
  needed,
});

export const shareView = ({ numerator, denominator }: Fraction) => ({
  numerator,
  denominator,
  value: numerator / denominator,
});

export const partView = ({ name, title, count, counts, fault, urgent, missing, of }: PartCount) => ({
  name,
  title,
  count,
  counts,
  ...(fault && { fault }),
  ...(urgent && { urgent }),
  ...(missing && { missing }),
  ...(of && { of: [...of] }),
});

export const rowView = ({ key, name, figure }: NamedRow) => ({
  ...(key === OTHER ? { key: 'other', together: true } : { key: key === null ? null : String(key) }),
  name,
  ...figureView(figure),
});

/** @param row of a breakdown */
export const countedRowView = (row: NamedRow) => ({
  ...rowView(row),
  partCounts: Object.fromEntries(row.figure.parts.map(({ name, count }) => [name, count])),
});

export const planProgressView = (progress: PlanProgress | null) =>
  progress && { ...progress, nextDue: dayOrNull(progress.nextDue) };

const optionsOf = ({ name: _, version: __, ...options }: Formula) => options;

/** The books of one measure list alike. */
const collectionOf = ({ counted }: AppliedMeasure): string | null =>
  counted.kind === 'list' ? counted.collection : (counted.populations[0]?.book.collection ?? null);

export function objectiveView(figure: ObjectiveFigure, settings: FigureSettings) {
  const { definition, measure, carriedOver, definitionsDiffer, measurement, worstUnit, worstField } = figure;
  const { bases, formula, trust, assured } = measurement;
  return {
    ...frameView(figure, measurement),
    ...figureView(measurement),
    parts: measurement.parts.map(partView),
    lists: collectionOf(measure),
    failing: measure.failing,
    pending: measure.pending,
    words: measure.words,
    dimensions: measure.dimensions.map(({ name, title, overlaps }) => ({
      name,
      title,
      ...(overlaps && { overlaps }),
    })),
    text: definition.text,
    source: definition.source,
    owner: definition.owner,
    ...parentView(figure),
    plan: definition.plan ? statedPlan(definition.plan) : null,
    planProgress: planProgressView(figure.planProgress),
    version: definition.version,
    carriedOver,
    definitionsDiffer,
    aspirational: definition.aspirational,
    bases: { adjusted: figureView(bases.adjusted), original: figureView(bases.original) },
    formula: {
      ...formula,
      options: optionsOf(definition.formula),
      settings: Object.fromEntries((measure.settings ?? []).map((name) => [name, settings[name]])),
    },
    trust: {
      state: trust.state,
      doubts: [...trust.doubts],
      deadLetters: trust.deadLetters,
      setAside: trust.setAside,
      lost: trust.lost,
      acceptedLosses: trust.acceptedLosses.map(({ at, ...note }) => ({ at: momentText(at), ...note })),
      quarantined: trust.quarantined,
    },
    assured,
    freshness: trust.freshness.map(({ feed, lastRecordedAt, silent, coverageFrom }) => ({
      feed,
      lastRecordedAt: momentTextOrNull(lastRecordedAt),
      silent,
      coverageFrom: dayOrNull(coverageFrom),
    })),
    worst: { unit: worstUnit ? rowView(worstUnit) : null, field: worstField ? rowView(worstField) : null },
  };
}
