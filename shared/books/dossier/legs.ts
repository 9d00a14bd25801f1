import { type Leg, type Side, sideIn } from '../../bookkeeping/leg.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { DossierAccount, DossierDimensions } from './accounts.ts';
import { type DueDate, timingOf } from './due-date.ts';
import type { DueHistory } from './due-history.ts';
import type { Phase, Step } from './path.ts';

const atRest: (account: DossierAccount) => Side = sideIn;

/** The standing of every dossier before its first leg. */
export const OUTSIDE = atRest('outside');
const AT_REST = {
  outside: OUTSIDE,
  'refused-at-intake': atRest('refused-at-intake'),
  paused: atRest('paused'),
  withdrawn: atRest('withdrawn'),
} as const;
const NO_FINISH_DATE = atRest('settled/no-finish-date');

/**
 * Turns the steps of a dossier and the changes of its due date into legs, one for each change of the account or of its
 * qualities; their days never decrease. A change of due date in progress is a separate leg, so that "overdue on day D" is a
 * sum; a change during a pause has effect from the resumption.
 */
export class LegJournal {
  readonly legs: Leg[] = [];
  private readonly history: DueHistory;
  private readonly dimensions: DossierDimensions;
  private readonly zone: Zone;
  private due: DueDate;
  /** The side of a dossier in progress, with the due date in force. */
  private open: Side;
  private changesDone = 0;
  private phase: Phase = 'outside';
  standing: Side = OUTSIDE;

  constructor(history: DueHistory, dimensions: DossierDimensions, zone: Zone) {
    this.history = history;
    this.dimensions = dimensions;
    this.zone = zone;
    this.due = history.original;
    this.open = this.inProgress();
  }

  /** Follows all further steps and changes of the due date. */
  followAll(steps: Iterable<Step>): void {
    for (const step of steps) this.follow(step);
    this.changeDue(Number.POSITIVE_INFINITY);
  }

  private follow(step: Step): void {
    // Every accepted change was made before the end, also one on the same day without an hour.
    this.changeDue(step.end === null ? step.at : Number.POSITIVE_INFINITY, step.by.place);
    this.phase = step.phase;
    this.post(step.at, this.sideOf(step));
  }

  /** Applies changes of the due date up to a moment, and at that moment up to a fact. */
  private changeDue(until: Moment, place = Number.POSITIVE_INFINITY): void {
    for (;;) {
      const change = this.history.changes?.[this.changesDone];
      if (!change || change.at > until || (change.at === until && change.by.place > place)) return;
      this.changesDone += 1;
      this.due = change.due;
      this.open = this.inProgress();
      if (this.phase === 'in-progress') this.post(change.at, this.open);
    }
  }

  private inProgress(): Side {
    const { overdueFrom } = this.due;
    const account = overdueFrom === null ? 'in-progress/no-due-date' : 'in-progress/timed';
    return { account, due: overdueFrom, dueOriginal: this.history.original.overdueFrom, original: null };
  }

  private sideOf(step: Step): Side {
    if (step.phase === 'in-progress') return this.open;
    if (step.phase !== 'settled') return AT_REST[step.phase];
    if (step.end === null) return NO_FINISH_DATE;
    return {
      account: `settled/${timingOf(step.end, this.due, this.zone)}`,
      due: null,
      dueOriginal: null,
      original: timingOf(step.end, this.history.original, this.zone),
    };
  }

  private post(at: Moment, to: Side): void {
    if (to === this.standing) return;
    this.legs.push({ day: this.zone.dayOf(at), from: this.standing, to, dimensions: this.dimensions });
    this.standing = to;
  }
}
