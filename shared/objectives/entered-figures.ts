import { randomUUID } from 'node:crypto';
import {
  type FigureApprovedV1,
  type FigureEnteredV1,
  type FigureRefusedV1,
  figureApproved,
  figureEntered,
  figureRefused,
  figureStream,
} from '../books/period-figure/entered.v1.ts';
import { type PeriodFigure, periodFigure } from '../books/period-figure/entries.ts';
import {
  approvalFact,
  entryFact,
  type FigureFact,
  refusalFact,
  rowFact,
} from '../books/period-figure/fact.ts';
import { figureRecorded } from '../books/period-figure/recorded.v1.ts';
import type { Zone } from '../calendar/zone.ts';
import { fromStored, toStored } from '../contracts/event-kind.ts';
import type { Position, RecordedEvent } from '../contracts/stored-event.ts';
import { appendNext } from '../event-store/append-next.ts';
import { eventsOfStream } from '../event-store/events-of-stream.ts';
import { ownEvent } from '../event-store/own-events.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Clock, Moment } from '../kernel/clock.ts';

/** What a person states about the figure of one objective and period. */
export type FigureStatement =
  | { readonly kind: 'entered'; readonly data: FigureEnteredV1 }
  | { readonly kind: 'approved'; readonly data: FigureApprovedV1 }
  | { readonly kind: 'refused'; readonly data: FigureRefusedV1 };

/** What was stated of one objective and period until now. */
export interface FigureState extends PeriodFigure {
  /** Those of its stream. */
  readonly events: readonly RecordedEvent[];
  /** How many there are: a writer names it, so that nothing unseen is overwritten. */
  readonly statements: number;
  readonly last: { readonly position: Position; readonly fact: FigureFact } | undefined;
}

/** The streams `figure-{objective}/{period}`. */
export class EnteredFigures {
  readonly #store: Pick<EventStore, 'append' | 'readStream'>;
  readonly #clock: Clock;
  readonly #zone: Zone;

  constructor(store: Pick<EventStore, 'append' | 'readStream'>, clock: Clock, zone: Zone) {
    this.#store = store;
    this.#clock = clock;
    this.#zone = zone;
  }

  /** @throws StoreError */
  async load(objectiveId: string, period: string): Promise<FigureState> {
    return this.#of(await Array.fromAsync(eventsOfStream(this.#store, figureStream(objectiveId, period))));
  }

  /**
   * Appends a statement to what was seen. @param by the name of the key
   * @returns the state with it; undefined where another statement came meanwhile: its writer decides anew @throws StoreError
   */
  async state(
    statement: FigureStatement,
    seen: FigureState,
    by: string | undefined,
  ): Promise<FigureState | undefined> {
    const { objectiveId, period } = statement.data;
    // Of two entries the later holds, so no two statements have the same time.
    const time = Math.max(this.#clock(), (seen.last?.fact.at ?? 0) + 1);
    const appended = await appendNext(this.#store, figureStream(objectiveId, period), {
      ...{ read: seen.statements, event: eventOf(statement, time, by), recordedAt: this.#clock() },
    });
    return appended && this.#of([...seen.events, appended]);
  }

  #of(events: readonly RecordedEvent[]): FigureState {
    const facts = events.flatMap((event) => factIn(event, this.#zone) ?? []);
    const [event, fact] = [events.at(-1), facts.at(-1)];
    return {
      ...periodFigure(facts),
      ...{ events, statements: event ? event.revision + 1 : 0 },
      last: event && fact && { position: event.position, fact },
    };
  }
}

function eventOf(statement: FigureStatement, time: Moment, by: string | undefined) {
  return ownEvent(`figures/${randomUUID()}`, `figure.${statement.kind}.v1`, textOf(statement, time), by);
}

function textOf({ kind, data }: FigureStatement, time: Moment): string {
  switch (kind) {
    case 'entered':
      return toStored(figureEntered, { time, data });
    case 'approved':
      return toStored(figureApproved, { time, data });
    case 'refused':
      return toStored(figureRefused, { time, data });
  }
}

/** Undefined for an event that this version of the system does not know. */
function factIn(event: RecordedEvent, zone: Zone): FigureFact | undefined {
  switch (event.type) {
    case figureEntered.type:
      return entryFact(event, fromStored(figureEntered, event.data), zone);
    case figureApproved.type:
      return approvalFact(event, fromStored(figureApproved, event.data), zone);
    case figureRefused.type:
      return refusalFact(event, fromStored(figureRefused, event.data), zone);
    case figureRecorded.type:
      return rowFact(event, fromStored(figureRecorded, event.data), zone);
    default:
      return undefined;
  }
}
