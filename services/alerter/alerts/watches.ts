import { objectiveWatches } from '../../../shared/alerting/objective-watches.ts';
import type { Rule, Watch } from '../../../shared/alerting/rule.ts';
import type { MeasuredFigure, Observatory } from '../../../shared/measures/observatory.ts';
import type { Doubt } from '../../../shared/measures/trust.ts';
import type { Observations } from './observations.ts';
import type { RegisterWatches } from './register-watches.ts';

/** The present subjects of the rules, and the store position that they reflect. @throws StoreError */
export function observe(observatory: Observatory, registers: RegisterWatches): Promise<Observations> {
  return observatory.measureAllWith({}, async (ledger, { figures, closed, from }) => {
    const { pin } = from;
    const general = figures[0]?.measurement.trust.doubts ?? [];
    const undecided = general.map((doubt) => UNDECIDED[doubt]).find((reason) => reason !== undefined);
    const understood = figures.filter((figure) => figure.understood).map(({ definition }) => definition.id);
    return {
      position: pin.upTo,
      watches: [...watchesOf(figures), ...(await registers.read(ledger, { figures, from }))],
      complete: new Set([...understood, ...closed]),
      ...(undecided !== undefined && { undecided }),
    };
  });
}

/** The doubts under which neither good news nor bad news can be believed. */
const UNDECIDED: Partial<Record<Doubt, string>> = {
  behind: 'the ledger has not caught up with the store',
  clock: 'the present time is not sure',
};

/** Every alert rule of the objectives, with the figures it is asked about; and each feed they need, for its silence. */
function watchesOf(figures: readonly MeasuredFigure[]): readonly Watch[] {
  return [...figures.flatMap(objectiveWatches), ...feedWatches(figures)];
}

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
