import type { Place } from '../../bookkeeping/book.ts';
import type { Finding, Timing } from '../../bookkeeping/leg.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { When } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { DossierId, FieldId, ProcedureId, UnitId } from '../../contracts/ids.ts';
import type { Moment } from '../../kernel/clock.ts';
import { OPEN_ACCOUNTS } from './accounts.ts';
import type { DossierFact } from './fact.ts';
import { isSilent } from './path.ts';
import { type DossierTimeline, dossierTimeline } from './timeline.ts';

/** Letters that an item shows: an office issues one or two. All of them are events of the timeline. */
export const LETTERS_SHOWN = 20;

/** A letter of apology that is in force. */
export interface ApologyLetter {
  readonly number: string;
  readonly date: When;
  /** The due date that it names, if any. */
  readonly newDueAt: When | null;
  /** Whether it moved the due date. */
  readonly moved: boolean;
}

/** The present state of a dossier. */
export interface DossierSummary {
  readonly id: DossierId;
  readonly aliases: readonly DossierId[];
  readonly account: string;
  readonly unit: UnitId | null;
  readonly field: FieldId | null;
  readonly procedure: ProcedureId | null;
  readonly channel: string | null;
  readonly receivedAt: When | null;
  readonly dueAt: When | null;
  readonly originalDueAt: When | null;
  /** First moment at which it counts, or would count, as overdue; null without a due date. */
  readonly overdueFrom: Moment | null;
  readonly endedAt: When | null;
  readonly original: Timing | null;
  readonly reversions: number;
  /** In order of their dates, the last {@link LETTERS_SHOWN}. */
  readonly letters: readonly ApologyLetter[];
  readonly findings: readonly Finding[];
}

/** A dossier evaluated from its facts. */
export function dossierSummary({ known, names }: Subject<DossierFact>, zone: Zone): DossierSummary {
  const timeline = dossierTimeline(
    known.map(({ fact }) => fact),
    zone,
  );
  const { dimensions, standing } = timeline;
  const id = primaryName(known);
  return {
    id: id as DossierId,
    aliases: names
      .map(({ name }) => name as DossierId)
      .filter((name) => name !== id)
      .sort(),
    account: standing.account,
    unit: dimensions.unit,
    field: dimensions.field,
    procedure: dimensions.procedure,
    channel: dimensions.channel,
    receivedAt: timeline.receivedAt,
    dueAt: timeline.dueAt,
    originalDueAt: timeline.originalDueAt,
    overdueFrom: timeline.overdueFrom,
    endedAt: timeline.endedAt,
    original: standing.original,
    reversions: timeline.reversions,
    letters: lettersIn(timeline),
    findings: timeline.findings,
  };
}

/** The smallest id in the statuses of the best-ranked feed, so that the order of arrival is irrelevant. */
function primaryName(known: Subject<DossierFact>['known']): string {
  const statuses = known.filter(({ fact }) => fact.status !== 'apology');
  const named = statuses.length > 0 ? statuses : known;
  const best = Math.min(...named.map(({ fact }) => fact.rank));
  const names = named.filter(({ fact }) => fact.rank === best).map(({ name }) => name);
  return names.sort()[0] ?? '';
}

/** A dossier in its account on the day of a list, with its present state. */
export const standingAt = (dossier: DossierSummary, { account, due }: Place): DossierSummary =>
  account === dossier.account
    ? dossier
    : { ...dossier, account, ...(isOpen(account) && { overdueFrom: due }) };

const isOpen = (account: string): boolean => OPEN_ACCOUNTS.some((one) => one === account);

function lettersIn({ classified, dueChanges = [] }: DossierTimeline): readonly ApologyLetter[] {
  const letters = classified.flatMap((item) => {
    const { id, letter: number, time: date, dueAt: newDueAt = null } = item.fact;
    if (number === undefined || isSilent(item)) return [];
    return [{ number, date, newDueAt, moved: dueChanges.some(({ by }) => by.fact.id === id) }];
  });
  return letters.slice(-LETTERS_SHOWN);
}
