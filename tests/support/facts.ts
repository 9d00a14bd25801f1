import type { OfficeThen } from '../../shared/bookkeeping/book.ts';
import { DEFAULT_EXTENSION_RULE } from '../../shared/bookkeeping/extension-rule.ts';
import type { Leg } from '../../shared/bookkeeping/leg.ts';
import type { DossierFact } from '../../shared/books/dossier/fact.ts';
import { type DossierTimeline, dossierTimeline } from '../../shared/books/dossier/timeline.ts';
import { firstMomentOf, parseWhen, type When } from '../../shared/calendar/when.ts';
import { workingCalendar } from '../../shared/calendar/working-calendar.ts';
import { formatDay, parseMoment, type Zone, zoneOf } from '../../shared/calendar/zone.ts';
import type { EventId } from '../../shared/contracts/ids.ts';
import type { Moment } from '../../shared/kernel/clock.ts';

export const OFFICE = zoneOf('Asia/Ho_Chi_Minh');

/** The office without holidays, under the rules by default. */
export const OFFICE_THEN: OfficeThen = {
  zone: OFFICE,
  calendar: workingCalendar({ zone: OFFICE, holidays: [] }),
  extensionRule: DEFAULT_EXTENSION_RULE,
};

/** `2024-05-02 09:00`, wall clock of the zone. */
export function at(text: string, zone: Zone = OFFICE): Moment {
  const moment = parseMoment(text, zone);
  if (moment === undefined) throw new Error(`not a moment: ${text}`);
  return moment;
}

/** `2024-05-02 09:00` as that moment, `2024-05-02` as that day. */
export function when(text: string, zone: Zone = OFFICE): When {
  const read = parseWhen(text, zone);
  if (read === undefined) throw new Error(`neither a moment nor a day: ${text}`);
  return read;
}

/** The fields of a fact that a test states beyond status and time; moments and days as text. */
export type Stated = Partial<
  Omit<DossierFact, 'time' | 'status' | 'receivedAt' | 'dueAt' | 'finishedAt' | 'recordedAt' | 'assertedAt'>
> & {
  readonly received?: string;
  readonly due?: string | null;
  readonly finished?: string;
  readonly asserted?: string;
  /** A minute after `time` by default. */
  readonly recorded?: string;
};

/** Status, time, and other stated fields. */
export type Line = readonly [DossierFact['status'], string, Stated?];

/** The facts of a life in lines; ids are e0, e1, ... in the order of the lines. */
export function life(lines: readonly Line[], zone: Zone = OFFICE): DossierFact[] {
  return lines.map(([status, time, stated = {}], index) => {
    const { received, due, finished, asserted, recorded, ...rest } = stated;
    return {
      id: eventNamed(`e${index}`),
      recordedAt:
        recorded === undefined ? firstMomentOf(when(time, zone), zone) + 60_000 : at(recorded, zone),
      rank: 1,
      time: when(time, zone),
      status,
      ...(received === undefined ? {} : { receivedAt: when(received, zone) }),
      ...(due === undefined ? {} : { dueAt: due === null ? null : when(due, zone) }),
      ...(finished === undefined ? {} : { finishedAt: when(finished, zone) }),
      ...(asserted === undefined ? {} : { assertedAt: when(asserted, zone) }),
      ...rest,
    };
  });
}

export const eventNamed = (name: string) => name as EventId;

/** Each leg as its day and the account it enters. */
export const entries = (legs: readonly Leg[]): string[] =>
  legs.map(({ day, to }) => `${formatDay(day)} ${to.account}`);

/** The timeline of a life in lines. */
export const timelineOf = (...lines: Line[]): DossierTimeline => dossierTimeline(life(lines), OFFICE);

export const codes = ({ findings }: DossierTimeline): string[] => findings.map(({ code }) => code);

export const uses = ({ classified }: DossierTimeline): string[] =>
  classified.map(({ fact, use }) => `${fact.id} ${use}`);

/** The beginning of most lives: on Thursday 2 May 2024 at 09:00, due on Friday the 10th. */
export const RECEIVED: Line = [
  'received',
  '2024-05-02 09:00',
  { received: '2024-05-02 09:00', due: '2024-05-10 17:00' },
];
