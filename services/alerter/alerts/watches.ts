import type { Rule, Watch } from '../../../shared/alerting/rule.ts';
import { MINUTE } from '../../../shared/calendar/zone.ts';
import type { Commits } from '../../../shared/ledger/commits.ts';
import type { AlertRule } from '../../../shared/measures/definition.ts';
import type { AppliedMeasure } from '../../../shared/measures/measure.ts';
import type { MeasuredFigure, Observatory } from '../../../shared/measures/observatory.ts';
import type { Doubt } from '../../../shared/measures/trust.ts';
import type { Observations } from './observations.ts';

/** The whole office, as the scope of an objective without a unit. */
const OFFICE = 'office';

/** The present subjects of the rules, and the store position that they reflect. @throws StoreError */
export async function observe(observatory: Observatory, { latest }: Commits): Promise<Observations> {
  const { figures, closed } = await observatory.measureAll();
  const position = figures[0]?.pin.upTo ?? latest.position;
  const general = figures[0]?.measurement.trust.doubts ?? [];
  const undecided = general.map((doubt) => UNDECIDED[doubt]).find((reason) => reason !== undefined);
  const understood = figures.filter((figure) => figure.understood).map(({ definition }) => definition.id);
  return {
    position,
    watches: watchesOf(figures),
    complete: new Set([...understood, ...closed]),
    ...(undecided !== undefined && { undecided }),
  };
}

/** The doubts under which neither good news nor bad news can be believed. */
const UNDECIDED: Partial<Record<Doubt, string>> = {
  behind: 'the ledger has not caught up with the store',
  clock: 'the present time is not sure',
};

/** The doubts under which bad news can be believed, and good news cannot. */
const NO_GOOD_NEWS: ReadonlySet<Doubt> = new Set(['stale', 'incomplete', 'unverified']);

/** Every alert rule of the objectives, with the figures it is asked about; and each feed they need, for its silence. */
function watchesOf(figures: readonly MeasuredFigure[]): readonly Watch[] {
  return [...figures.flatMap(objectiveWatches), ...feedWatches(figures)];
}

function objectiveWatches({ definition, measure, measurement }: MeasuredFigure): readonly Watch[] {
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
      numerator,
      denominator,
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

const SILENCE: Rule = { kind: 'feed-silent', for: 0, margin: '0', minimumVolume: 0, repeatInterval: null };

function feedWatches(figures: readonly MeasuredFigure[]): readonly Watch[] {
  const needs = figures.flatMap(({ definition, measurement }) =>
    measurement.trust.freshness.map((freshness) => ({ ...freshness, objective: definition.id })),
  );
  return [...Map.groupBy(needs, ({ feed }) => feed)].map(([feed, needed]) => ({
    rule: SILENCE,
    subject: {
      kind: 'feed',
      feed,
      objectives: needed.map(({ objective }) => objective),
      silent: needed.some(({ silent }) => silent),
      lastEventAt: needed[0]?.lastRecordedAt ?? null,
      evidence: '/v1/objectives',
    },
  }));
}
