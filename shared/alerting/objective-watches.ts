import { MINUTE } from '../calendar/zone.ts';
import type { AlertRule } from '../measures/definition.ts';
import type { AppliedMeasure } from '../measures/measure.ts';
import type { MeasuredFigure } from '../measures/observatory.ts';
import { isHidden } from '../measures/small-groups.ts';
import type { Doubt } from '../measures/trust.ts';
import { OFFICE, type Rule, type Watch } from './rule.ts';

/** The doubts under which bad news can be believed, and good news cannot. */
const NO_GOOD_NEWS: ReadonlySet<Doubt> = new Set(['stale', 'incomplete', 'unverified']);

/** Every alert rule of an objective, with the figure that it is asked about. */
export function objectiveWatches({ definition, measure, measurement }: MeasuredFigure): readonly Watch[] {
  const { status, numerator, denominator, settleNow, trust, lateBudget, outlook } = measurement;
  return definition.alerts.map((alert) => ({
    rule: ruleOf(alert),
    subject: {
      kind: 'objective',
      objective: definition.id,
      scope: definition.unit ?? OFFICE,
      status,
      ...(measure.judgement.kind === 'cumulative' && { cumulative: true }),
      target: definition.target,
      ...(definition.comparator !== '>=' && { comparator: definition.comparator }),
      ...(measure.scale.kind === 'value' && { measuredIn: measure.scale.measuredIn }),
      numerator,
      denominator,
      ...(isHidden(measurement) && { smallGroup: true }),
      settleNowDenominator: settleNow?.denominator ?? denominator,
      doubted: trust.doubts.some((doubt) => NO_GOOD_NEWS.has(doubt)),
      evidence: `/v1/objectives/${definition.id}/evidence`,
      meaning: {
        title: definition.title,
        owner: definition.owner,
        words: measure.words,
        ...partOf(measure, alert),
        window: definition.window,
        lateBudget,
        ...(outlook && { needed: outlook.needed }),
      },
    },
  }));
}

/** Failures are behind a breach, pending cases behind a risk. */
function partOf({ parts, failing, pending }: AppliedMeasure, { rule }: AlertRule) {
  const part = parts.find(({ name }) => name === (rule === 'breach' ? failing : pending));
  return part && { part: { name: part.name, title: part.title } };
}

const ruleOf = ({ rule, forMinutes, margin, minimumVolume, repeatMinutes }: AlertRule): Rule => ({
  kind: rule,
  for: forMinutes * MINUTE,
  margin,
  minimumVolume,
  repeatInterval: repeatMinutes === null ? null : repeatMinutes * MINUTE,
});
