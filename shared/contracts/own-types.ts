/**
 * Every type of event that this system itself states, in one place: an event of another type, which no feed can send either, was
 * written by a newer version.
 */
const TYPES = [
  'alert.transitioned.v1',
  'alert.acknowledged.v1',
  'silence.created.v1',
  'silence.ended.v1',
  'webhook.pending.v1',
  'webhook.delivered.v1',
  'webhook.failed.v1',
  'clock.accepted.v1',
  'audit.key-created.v1',
  'audit.key-changed.v1',
  'audit.key-revoked.v1',
  'audit.keys-refused.v1',
  'audit.webhook-created.v1',
  'audit.webhook-changed.v1',
  'audit.webhook-deleted.v1',
  'audit.webhook-secret-rotated.v1',
  'audit.silence-created.v1',
  'audit.silence-ended.v1',
  'audit.alert-acknowledged.v1',
  'audit.dead-letter-dismissed.v1',
  'audit.rebuild-started.v1',
  'audit.restored.v1',
  'audit.file-begun-anew.v1',
  'audit.staff-key-used.v1',
  'audit.staff-names-set.v1',
  'audit.staff-names-deleted.v1',
  'audit.feed-declared.v1',
  'audit.feed-retired.v1',
  'feed.declared.v1',
  'objective.defined.v1',
  'objective.changed.v1',
  'objective.closed.v1',
  'audit.objective-defined.v1',
  'audit.objective-changed.v1',
  'audit.objective-closed.v1',
  'loss.accepted.v1',
  'audit.loss-accepted.v1',
  'risk-scale.stated.v1',
  'risk.identified.v1',
  'risk.assessed.v1',
  'risk.treatment-planned.v1',
  'risk.treatment-approved.v1',
  'risk.treated.v1',
  'risk.verified.v1',
  'risk.judged.v1',
  'risk.reviewed.v1',
  'risk.suggestion-dismissed.v1',
  'opportunity.identified.v1',
  'opportunity.planned.v1',
  'opportunity.concluded.v1',
  'review.held.v1',
  'review.action-planned.v1',
  'review.action-ended.v1',
  'objective.communicated.v1',
  'report.requested.v1',
  'report.submitted.v1',
  'duty.withdrawn.v1',
  'audit.register-entry.v1',
  'figure.entered.v1',
  'figure.approved.v1',
  'figure.refused.v1',
  'audit.figure-entered.v1',
  'audit.figure-approved.v1',
  'audit.figure-refused.v1',
] as const;
export type OwnType = (typeof TYPES)[number];

/** Types of events that feeds send, and that this system states too where people write the same. */
export type SharedType =
  | 'inspection.planned.v1'
  | 'inspection.visited.v1'
  | 'inspection.concluded.v1'
  | 'inspection.finding.v1'
  | 'inspection.finding-closed.v1';

const OWN: ReadonlySet<string> = new Set(TYPES);

export const isOwnType = (type: string): boolean => OWN.has(type);
