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
import { type Position, type RecordedEvent, START } from '../contracts/stored-event.ts';
import { ownEvent } from '../event-store/own-events.ts';
import { OwnStream } from '../event-store/own-stream.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Clock, Moment } from '../kernel/clock.ts';

/** What a person states about the figure of one objective and period. */
export type FigureStatement =
  | { readonly kind: 'entered'; readonly data: FigureEnteredV1 }
  | { readonly kind: 'approved'; readonly data: FigureApprovedV1 }
  | { readonly kind: 'refused'; readonly data: FigureRefusedV1 };

/** What was stated of one objective and period until now. */
export interface FigureState extends PeriodFigure {
  /** How many events its stream has: a writer names it, so that nothing unseen is overwritten. */
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
    const { stream, state } = this.#open(objectiveId, period);
    await stream.read();
    return state();
  }

  /**
   * Appends a statement to a stream that has so many. @param by the name of the key
   * @returns the state with it; undefined where another statement came meanwhile: its writer decides anew @throws StoreError
   */
  async state(
    statement: FigureStatement,
    statements: number,
    by: string | undefined,
  ): Promise<FigureState | undefined> {
    const { objectiveId, period } = statement.data;
    const { stream, state } = this.#open(objectiveId, period);
    const position = await stream.append(() => {
      const known = state();
      if (known.statements !== statements) return [];
      // Of two entries the later holds, so no two statements have the same time.
      const time = Math.max(this.#clock(), (known.last?.fact.at ?? 0) + 1);
      return [eventOf(statement, time, by)];
    }, this.#clock);
    if (position === undefined) return undefined;
    await stream.read();
    return state();
  }

  #open(objectiveId: string, period: string) {
    const facts: FigureFact[] = [];
    let [statements, position] = [0, START];
    const stream = new OwnStream(this.#store, figureStream(objectiveId, period), (event) => {
      statements = event.revision + 1;
      ({ position } = event);
      const fact = factIn(event, this.#zone);
      if (fact) facts.push(fact);
    });
    const state = (): FigureState => {
      const fact = facts.at(-1);
      return { ...periodFigure(facts), statements, last: fact && { position, fact } };
    };
    return { stream, state };
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
