import type { Book } from '../bookkeeping/book.ts';
import { HOUR } from '../calendar/zone.ts';
import type { EventKinds } from '../contracts/event-kind.ts';
import type { LostEvents } from '../contracts/lost-events.ts';
import type { Clock, Moment } from '../kernel/clock.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import type { EvaluationContext } from './evaluate.ts';
import type { FigureFrame, FigureRequest } from './figure-frame.ts';
import { type Basis, booksOf } from './measure.ts';
import type { KnownOffice } from './office-source.ts';
import type { Standpoint } from './standpoint.ts';
import { type GeneralDoubt, type OpenLetters, type TrustInputs, trustOf } from './trust.ts';

/** What the figures of one snapshot lack, read once for all of them. */
export interface Missing extends Pick<TrustInputs, 'setAside'> {
  readonly letters: readonly OpenLetters[];
  readonly lost: readonly LostEvents[];
}

export interface ContextRules {
  /** The types of events that feeds may send. */
  readonly kinds: EventKinds;
  readonly clock: Clock;
  /** The doubts that apply to every figure now. Asked with every answer. */
  readonly doubts: () => readonly GeneralDoubt[];
}

/** From where the figures of one answer are evaluated: what several of them need is found once. */
export class EvaluationContexts {
  readonly #ledger: LedgerSnapshot;
  readonly #from: Standpoint & KnownOffice;
  readonly #inputs: Omit<TrustInputs, 'from'>;
  readonly #seen: ReadonlySet<string>;
  /** The moment up to which events count: later than that of the figure where the past is looked at by what is known now. */
  readonly #knownBy: Moment;
  readonly #since = new Map<Book, Moment | null>();
  readonly #known = new Map<string, Promise<EvaluationContext>>();

  constructor(
    ledger: LedgerSnapshot,
    from: Standpoint & KnownOffice,
    { letters, setAside, lost }: Missing,
    { kinds, clock, doubts }: ContextRules,
  ) {
    const { feeds, calendar, pin } = from;
    const { now } = pin;
    // A ledger that is behind still knows all of a moment before the last event that it has.
    const isPast = now < ledger.checkpoint.knownAt;
    const knownBy = Math.max(now, pin.knownAt);
    this.#knownBy = knownBy;
    const judged = lost.map((loss) => from.acceptedLosses.judge(loss));
    const heard = feeds.filter((one) => one.firstRecordedAt !== null && one.firstRecordedAt <= knownBy);
    this.#ledger = ledger;
    this.#from = from;
    this.#seen = new Set(heard.flatMap(({ types }) => types));
    this.#inputs = {
      ...{ feeds, deadLetters: letters, setAside, lost: judged, kinds, calendar, now, present: clock() },
      general: doubts().filter((doubt) => !(isPast && doubt === 'behind')),
    };
  }

  /** One value for all objectives of a formula and window with the same limits: what is derived from it is derived once. */
  of(frame: FigureFrame, { basis = 'adjusted' }: FigureRequest): Promise<EvaluationContext> {
    const { definition, understood, window } = frame;
    const { formula, dueSoonWorkingHours: soon, feedSilentWorkingHours: silent } = definition;
    const key = JSON.stringify([formula, understood, soon, silent, window, basis]);
    const known = this.#known.get(key) ?? this.#contextOf(frame, basis);
    this.#known.set(key, known);
    return known;
  }

  async #contextOf(frame: FigureFrame, basis: Basis): Promise<EvaluationContext> {
    const { definition, measure, window } = frame;
    const { pin, calendar } = this.#from;
    return {
      ...{ now: pin.now, window, basis, seen: this.#seen },
      dueSoonUntil: calendar.reach(pin.now, definition.dueSoonWorkingHours * HOUR),
      knownSince: await this.#knownSince(frame),
      trust: trustOf(definition, measure, { ...this.#inputs, from: window.from }),
    };
  }

  async #knownSince({ measure }: FigureFrame): Promise<Moment | null> {
    const since: Moment[] = [];
    for (const book of booksOf(measure)) {
      const known = this.#since.get(book);
      const moment = known === undefined ? await this.#ledger.knownSince(book) : known;
      this.#since.set(book, moment);
      if (moment !== null) since.push(moment);
    }
    const first = Math.min(...since);
    return since.length === 0 || first <= this.#knownBy ? null : first;
  }
}
