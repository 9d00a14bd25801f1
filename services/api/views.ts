import type { Knowledge } from '../../shared/bookkeeping/balance.ts';
import type { Finding } from '../../shared/bookkeeping/leg.ts';
import { type When, whenText } from '../../shared/calendar/when.ts';
import { formatDay, type LocalDay } from '../../shared/calendar/zone.ts';
import { momentText, momentTextOrNull } from '../../shared/kernel/clock.ts';
import type { Checkpoint } from '../../shared/ledger/port.ts';
import type { Pin } from '../../shared/measures/standpoint.ts';

export const whenOrNull = (when: When | null): string | null => (when === null ? null : whenText(when));
export const dayOrNull = (day: LocalDay | null): string | null => (day === null ? null : formatDay(day));
export const positionText = ({ position }: Pick<Checkpoint, 'position'>): string => String(position);

/** Where an answer stands in the ledger and in time. */
export const momentOf = ({ upTo, now }: Pick<Pin, 'upTo' | 'now'>) => ({
  position: positionText({ position: upTo }),
  asOf: momentText(now),
});

/** In a refusal: up to when it is known. */
export const untilText = ({ knownAt }: Knowledge): string =>
  knownAt === undefined ? '' : ` by ${momentText(knownAt)}`;

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
    at: momentText(at),
    ...(since !== undefined && { since: momentText(since) }),
    ...(subject && {
      subject:
        'lastEventAt' in subject
          ? { ...subject, lastEventAt: momentTextOrNull(subject.lastEventAt) }
          : subject,
    }),
  };
}
