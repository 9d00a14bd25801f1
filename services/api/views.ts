import type { Knowledge } from '../../shared/bookkeeping/balance.ts';
import type { Finding } from '../../shared/bookkeeping/leg.ts';
import { type When, whenText } from '../../shared/calendar/when.ts';
import type { Moment } from '../../shared/kernel/clock.ts';
import type { Checkpoint } from '../../shared/ledger/port.ts';

export const instant = (moment: Moment): string => new Date(moment).toISOString();
export const whenOrNull = (when: When | null): string | null => (when === null ? null : whenText(when));
export const instantOrNull = (moment: Moment | null): string | null =>
  moment === null ? null : instant(moment);
export const positionText = ({ position }: Pick<Checkpoint, 'position'>): string => String(position);

/** In a refusal: up to when it is known. */
export const untilText = ({ knownAt }: Knowledge): string =>
  knownAt === undefined ? '' : ` by ${instant(knownAt)}`;

export const findingView = ({ code, detail, event }: Finding) => ({
  code,
  detail,
  ...(event !== undefined && { event }),
});

/** A step of an alert as answers show it: the content of its event, moments as RFC 3339. */
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
