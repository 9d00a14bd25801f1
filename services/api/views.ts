import type { Finding } from '../../shared/bookkeeping/leg.ts';
import type { ExchangeSummary } from '../../shared/books/document/summary.ts';
import { notableAt } from '../../shared/books/document/timeline.ts';
import type { DossierSummary } from '../../shared/books/dossier/summary.ts';
import { type When, whenText } from '../../shared/calendar/when.ts';
import { formatDay } from '../../shared/calendar/zone.ts';
import type { Moment } from '../../shared/kernel/clock.ts';
import type { Checkpoint } from '../../shared/ledger/port.ts';
import type { BreakdownRow, Figure, Measurement } from '../../shared/measures/evaluate.ts';
import type { FigureFrame } from '../../shared/measures/figure-frame.ts';
import type { ObjectiveFigure } from '../../shared/measures/observatory.ts';
import type { PartCount } from '../../shared/measures/tally.ts';
import { latenessOf, type Seen } from './lateness.ts';

export const instant = (moment: Moment): string => new Date(moment).toISOString();
const whenOrNull = (when: When | null): string | null => (when === null ? null : whenText(when));
const instantOrNull = (moment: Moment | null): string | null => (moment === null ? null : instant(moment));
export const positionText = ({ position }: Pick<Checkpoint, 'position'>): string => String(position);

export function frameView(
  { definition, window, asOf, pin }: FigureFrame,
  { basis }: Pick<Measurement, 'basis'>,
) {
  return {
    id: definition.id,
    title: definition.title,
    unit: definition.unit,
    target: Number(definition.target),
    comparator: definition.comparator,
    window: {
      name: window.name,
      from: formatDay(window.from),
      to: formatDay(window.to),
      cutTo: formatDay(window.cutTo),
      current: window.current,
    },
    basis,
    asOf: instant(asOf),
    position: positionText({ position: pin.upTo }),
  };
}

export function figureView(figure: Figure) {
  const { value, status, reason, numerator, denominator, excluded, lateBudget, settleNow, open } = figure;
  return { value, status, reason, numerator, denominator, excluded, lateBudget, settleNow, open };
}

export const partView = ({ name, title, count, counts, of }: PartCount) => ({
  name,
  title,
  count,
  counts,
  ...(of && { of: [...of] }),
});

export const rowView = ({ key, figure }: BreakdownRow) => ({
  key: key === null ? null : String(key),
  ...figureView(figure),
});

export function objectiveView(figure: ObjectiveFigure) {
  const { definition, measure, carriedOver, measurement, worstUnit, worstField } = figure;
  const { bases, formula, trust, assured } = measurement;
  return {
    ...frameView(figure, measurement),
    ...figureView(measurement),
    parts: measurement.parts.map(partView),
    failing: measure.failing,
    pending: measure.pending,
    words: measure.words,
    dimensions: [...measure.dimensions],
    text: definition.text,
    source: definition.source,
    owner: definition.owner,
    version: definition.version,
    carriedOver,
    aspirational: definition.aspirational,
    bases: { adjusted: figureView(bases.adjusted), original: figureView(bases.original) },
    formula,
    trust: { state: trust.state, doubts: [...trust.doubts], deadLetters: trust.deadLetters },
    assured,
    freshness: trust.freshness.map(({ feed, lastRecordedAt, silent, coverageFrom }) => ({
      feed,
      lastRecordedAt: instantOrNull(lastRecordedAt),
      silent,
      coverageFrom: coverageFrom === null ? null : formatDay(coverageFrom),
    })),
    worst: { unit: worstUnit ? rowView(worstUnit) : null, field: worstField ? rowView(worstField) : null },
  };
}

const findingView = ({ code, detail, event }: Finding) => ({
  code,
  detail,
  ...(event !== undefined && { event }),
});

export function dossierView(dossier: DossierSummary, seen: Seen) {
  const { receivedAt, dueAt, originalDueAt, overdueFrom, endedAt, original, findings, aliases, ...rest } =
    dossier;
  return {
    ...rest,
    aliases: [...aliases],
    receivedAt: whenOrNull(receivedAt),
    dueAt: whenOrNull(dueAt),
    originalDueAt: whenOrNull(originalDueAt),
    overdueFrom: instantOrNull(overdueFrom),
    endedAt: whenOrNull(endedAt),
    late: latenessOf(dossier, seen),
    originalTiming: original,
    findings: findings.map(findingView),
  };
}

/** A (document × recipient) pair as it is seen at a moment. */
export function exchangeView(pair: ExchangeSummary, now: Moment) {
  const { issuedAt, graceUntil, ...rest } = pair;
  return {
    ...rest,
    issuedAt: whenOrNull(issuedAt),
    graceUntil: instantOrNull(graceUntil),
    findings: notableAt(now, pair).map(findingView),
  };
}

/** A step of an alert as it is told: what its event holds, moments as RFC 3339. */
export function alertStepView(stored: string): Record<string, unknown> {
  const { at, since, subject, ...rest } = JSON.parse(stored);
  return {
    ...rest,
    at: instant(at),
    ...(since !== undefined && { since: instant(since) }),
    ...(subject && {
      subject:
        'lastEventAt' in subject ? { ...subject, lastEventAt: instantOrNull(subject.lastEventAt) } : subject,
    }),
  };
}
