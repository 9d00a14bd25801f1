import type { Alert } from '../client/api.ts';
import type { Bilingual } from '../text/words.ts';

const ORDER = ['firing', 'pending', 'resolved'];
/** An alert that is over stays listed for a day, for the next officer on duty. */
const RESOLVED_FOR_MS = 24 * 3_600_000;

/** Those to show, the firing ones first, the newest of each first. */
export const toShow = <Listed extends Pick<Alert, 'phase' | 'since'>>(
  alerts: readonly Listed[],
  now: number,
): readonly Listed[] =>
  alerts
    .filter(
      ({ phase, since }) =>
        phase === 'firing' ||
        phase === 'pending' ||
        (phase === 'resolved' && now - moment(since) < RESOLVED_FOR_MS),
    )
    .sort((a, b) => ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase) || moment(b.since) - moment(a.since));

const moment = (since: string | null): number => (since === null ? 0 : Date.parse(since));

/** The subject of an alert: an objective or a register, of the office or of a unit; or a feed. */
export interface AlertSubject {
  readonly objective: string | undefined;
  /** Of the objective: a key that reads alerts alone has it from nowhere else. */
  readonly title: Bilingual | undefined;
  readonly unit: string | undefined;
  readonly feed: string;
  /** What people keep, with the number of its entries that are overdue. */
  readonly register: string | undefined;
  readonly overdue: number;
  /** Null of a small group of people, of which the denominator is the size. */
  readonly numerator: number | null;
  readonly denominator: number;
  readonly target: number;
  /** Of a value. */
  readonly measuredIn: Bilingual | null;
  readonly lastEventAt: string | null;
}

/** The API gives a subject as an open object, since its fields depend on its kind. */
export function subjectOf({ subject }: Pick<Alert, 'subject'>): AlertSubject {
  const text = (name: string) => {
    const value = subject[name];
    return typeof value === 'string' ? value : undefined;
  };
  const number = (name: string, otherwise: number) => {
    const value = subject[name];
    return typeof value === 'number' ? value : otherwise;
  };
  const scope = text('scope');
  return {
    objective: text('objective'),
    title: isBilingual(subject.title) ? subject.title : undefined,
    unit: scope === 'office' ? undefined : scope,
    feed: text('feed') ?? '',
    register: text('register'),
    overdue: number('overdue', 0),
    numerator: subject.numerator === null ? null : number('numerator', 0),
    denominator: number('denominator', 0),
    target: number('target', 1),
    measuredIn: isBilingual(subject.measuredIn) ? subject.measuredIn : null,
    lastEventAt: text('lastEventAt') ?? null,
  };
}

const isBilingual = (value: unknown): value is Bilingual =>
  typeof value === 'object' && value !== null && 'vi' in value && 'en' in value;
