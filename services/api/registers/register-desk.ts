import { randomUUID } from 'node:crypto';
import type { AuditLog } from '../../../shared/audit/audit-log.ts';
import { type ActFact, type Acts, actFact } from '../../../shared/bookkeeping/act.ts';
import { sureMoment } from '../../../shared/bookkeeping/future.ts';
import type { When } from '../../../shared/calendar/when.ts';
import type { Zone } from '../../../shared/calendar/zone.ts';
import { type DomainEvent, toStored } from '../../../shared/contracts/event-kind.ts';
import type { StreamName, UnitId } from '../../../shared/contracts/ids.ts';
import type { OwnKind, SharedKind } from '../../../shared/contracts/own-kind.ts';
import type { Position, RecordedEvent } from '../../../shared/contracts/stored-event.ts';
import { appendNext } from '../../../shared/event-store/append-next.ts';
import { eventsOfStream } from '../../../shared/event-store/events-of-stream.ts';
import { ownEvent } from '../../../shared/event-store/own-events.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import type { Clock, Moment } from '../../../shared/kernel/clock.ts';
import type { KnownOffice } from '../../../shared/measures/office-source.ts';
import type { Caller } from '../../../shared/platform/caller.ts';
import { ProblemError } from '../../../shared/platform/problem.ts';
import { personOf } from '../../../shared/platform/two-people.ts';
import { type Reach, requireUnits } from '../../../shared/platform/unit-limit.ts';
import type { ApiContext } from '../context.ts';
import { requireDeclaredUnit, requireUnitOn } from '../declared-unit.ts';
import { isOfCount, requireIfMatch, statedMeanwhile } from '../if-match.ts';
import { positionText } from '../views.ts';

/** What is common to all registers: each is a book of acts, one stream a subject. */
export interface Register<All extends Acts, Life> {
  /** In messages: `risk`. */
  readonly name: 'risk' | 'opportunity' | 'review' | 'duty' | 'inspection';
  /** In addresses: `risks`. */
  readonly collection: string;
  readonly acts: All;
  readonly streamOf: (id: string) => StreamName;
  /** A stream with so many events takes no further one. */
  readonly mostEvents: number;
  /** @param recorded the events of the stream, of which the facts were read */
  readonly lifeOf: (facts: readonly ActFact<All>[], zone: Zone, recorded: readonly RecordedEvent[]) => Life;
  /** Which units a key that is limited to some may write about; `own` when it is left out. */
  readonly reach?: Reach;
  /** Null while nothing identified it. */
  readonly unitOf: (life: Life) => UnitId | null;
  readonly stateOf: (life: Life) => string | undefined;
  /** The acts that are possible now, for any key: answers offer these acts, and routes take no others. */
  readonly actsNow: (life: Life, office: Pick<KnownOffice, 'riskScales'>) => readonly string[];
  /** Why acts that its state allows have to wait; undefined where none has to. */
  readonly awaits?: (life: Life, office: Pick<KnownOffice, 'riskScales'>) => string | undefined;
  /** Of events that feeds send too: how an act becomes one. Absent: it has the moment, and the person of the key. */
  readonly shared?: SharedEvents;
}

/** Of events that feeds send too, the last stated holds; they have no room for the person of a key. */
export interface SharedEvents {
  /** @param at later than everything stated so far */
  eventOf(data: object, at: Moment): Pick<DomainEvent, 'time' | 'data'>;
  /** What was stated, of the content of an event or of what becomes one: without when. */
  statementIn(data: object): object;
}

/** One subject as its stream has it now. */
export interface OnRecord<Life> {
  readonly id: string;
  /** How many events its stream has: a writer names it. */
  readonly statements: number;
  /** Those events. */
  readonly recorded: readonly RecordedEvent[];
  readonly life: Life;
  /** The last event, as a repeated request would state it. */
  readonly last: { readonly text: string; readonly position: Position } | undefined;
  /** The greatest moment of its facts. */
  readonly until: Moment;
}

export interface DeskParts extends Pick<ApiContext, 'observatory' | 'answers'> {
  readonly store: Pick<EventStore, 'append' | 'readStream'>;
  readonly clock: Clock;
  readonly zone: Zone;
  readonly audit: Pick<AuditLog, 'record'>;
}

/** An act that a person states. */
export interface Statement<Data extends object> {
  readonly kind: OwnKind<Data & { readonly person: ReturnType<typeof personOf> }> | SharedKind<Data>;
  readonly data: Data;
}

/** Writes what people state about the subjects of one register. */
export class RegisterDesk<All extends Acts, Life> {
  readonly #parts: DeskParts;
  readonly register: Register<All, Life>;

  constructor(parts: DeskParts, register: Register<All, Life>) {
    this.#parts = parts;
    this.register = register;
  }

  get #reach(): Reach {
    return this.register.reach ?? 'own';
  }

  /** The address of a subject. */
  readonly pathOf = (id: string): string => `/v1/${this.register.collection}/${encodeURIComponent(id)}`;

  /** @throws StoreError */
  async load(id: string): Promise<OnRecord<Life>> {
    const { store } = this.#parts;
    return this.#read(id, await Array.fromAsync(eventsOfStream(store, this.register.streamOf(id))));
  }

  #read(id: string, recorded: readonly RecordedEvent[]): OnRecord<Life> {
    const { zone } = this.#parts;
    const { acts, lifeOf, shared } = this.register;
    const facts = recorded.flatMap((event) => actFact(acts, event) ?? []);
    const event = recorded.at(-1);
    const content = (event && actFact(acts, event)?.data) ?? {};
    const statement = shared ? shared.statementIn(content) : content;
    return {
      ...{ id, recorded, statements: event ? event.revision + 1 : 0, life: lifeOf(facts, zone, recorded) },
      last: event && {
        text: textOf(event.type, statement, event.metadata.by),
        position: event.position,
      },
      until: Math.max(0, ...facts.map((fact) => sureMoment(statedAt(fact), fact, zone))),
    };
  }

  /**
   * The subject as its writer saw it, where one statement came since: perhaps that of the writer, whose answer was lost. A repeated
   * request then states the same as at first.
   */
  asSeen(now: OnRecord<Life>, ifMatch: string | undefined): OnRecord<Life> {
    const before = now.statements - 1;
    const isOneBehind = before > 0 && ifMatch !== undefined && isOfCount(ifMatch, before);
    return isOneBehind ? this.#read(now.id, now.recorded.slice(0, -1)) : now;
  }

  /** @throws ProblemError where nothing identified it */
  async known(id: string): Promise<OnRecord<Life>> {
    const seen = await this.load(id);
    if (this.register.stateOf(seen.life) !== undefined) return seen;
    throw new ProblemError('not-found', `There is no ${this.register.name} ${id}.`);
  }

  /**
   * States an act upon a subject as it is on record, after what its writer has seen. A request that is repeated, since its answer was
   * lost, states nothing anew.
   * @param allowed throws a ProblemError where the state does not allow it @throws ProblemError
   */
  async stateAfter<Data extends object>(
    seen: OnRecord<Life>,
    ifMatch: string | undefined,
    statement: Statement<Data>,
    caller: Caller | undefined,
    allowed: () => void | Promise<void>,
  ) {
    await this.requireUnits(caller, [this.register.unitOf(seen.life)]);
    requireIfMatch(ifMatch, `the number of \`statements\` in GET ${this.pathOf(seen.id)}, in quotes`);
    if (isOfCount(ifMatch, seen.statements - 1) && this.#isRepeated(seen, statement, caller))
      return answerOf(seen, this.register);
    if (!isOfCount(ifMatch, seen.statements)) throw this.#meanwhile(seen.id);
    await allowed();
    return this.state(seen, statement, caller);
  }

  /** @throws ProblemError where an act is not possible now */
  async requireNow(act: string, { life }: Pick<OnRecord<Life>, 'life'>): Promise<void> {
    const { name, actsNow, awaits, stateOf } = this.register;
    const { riskScales } = await this.#parts.observatory.from({}, async (_, office) => office);
    const possible = actsNow(life, { riskScales });
    if (possible.includes(act)) return;
    const next = possible.length === 0 ? '' : ` It can be ${possible.join(', ')}.`;
    const reason = awaits?.(life, { riskScales });
    throw new ProblemError(
      'conflict',
      `The ${name} is ${stateOf(life)}: it cannot be ${act} now.${next}${reason === undefined ? '' : ` ${reason}`}`,
    );
  }

  /** States the first act upon a subject. @throws ProblemError where there is one of this id */
  async begin<Data extends object>(id: string, statement: Statement<Data>, caller: Caller | undefined) {
    const state = await this.beginning(id, statement, caller);
    return state();
  }

  /** The same in two steps, for several subjects: where one of them cannot begin, none begins. @throws ProblemError */
  async beginning<Data extends object>(id: string, statement: Statement<Data>, caller: Caller | undefined) {
    const seen = await this.load(id);
    if (seen.statements === 0) return () => this.state(seen, statement, caller);
    if (seen.statements === 1 && this.#isRepeated(seen, statement, caller))
      return async () => answerOf(seen, this.register);
    throw new ProblemError('conflict', `There is a ${this.register.name} ${id}: see GET ${this.pathOf(id)}.`);
  }

  /** States an act upon what was seen. @throws ProblemError where another came meanwhile */
  async state<Data extends object>(
    { id, statements, recorded, until }: OnRecord<Life>,
    { kind, data }: Statement<Data>,
    caller: Caller | undefined,
  ) {
    const { store, clock, audit } = this.#parts;
    const { name, mostEvents, streamOf, shared } = this.register;
    if (statements >= mostEvents)
      throw new ProblemError(
        'conflict',
        `The ${name} ${id} has ${mostEvents} statements: no more are taken.`,
      );
    // Of two acts the later in time follows, so no two have the same time.
    const time = Math.max(clock(), until + 1);
    const stated = shared?.eventOf(data, time) ?? { time, data: { ...data, person: personOf(caller) } };
    const event = {
      ...ownEvent(`registers/${randomUUID()}`, kind.type, {}, caller?.name),
      data: toStored(kind, stated),
    };
    const appended = await appendNext(store, streamOf(id), { read: statements, event, recordedAt: clock() });
    if (!appended) throw this.#meanwhile(id);
    await audit.record(
      { type: 'audit.register-entry.v1', data: { register: name, id, act: kind.type } },
      caller?.name,
    );
    return answerOf(this.#read(id, [...recorded, appended]), this.register);
  }

  /**
   * Every unit that a body names passes here. @param pointer of its field
   * @throws ProblemError where the key may not write about it, or nothing declares it
   */
  async requireNamed(
    caller: Caller | undefined,
    pointer: string,
    unit: UnitId | undefined,
    reach = this.#reach,
  ): Promise<void> {
    if (unit === undefined) return;
    await this.requireUnits(caller, [unit], reach);
    await requireDeclaredUnit(this.#parts, pointer, unit);
  }

  /**
   * The same for a unit about which something is entered anew: it has not ended by then. @param on `yyyy-MM-dd`; today when it is left out
   * @throws ProblemError
   */
  async requireStanding(
    caller: Caller | undefined,
    pointer: string,
    unit: UnitId,
    { on, reach }: { readonly on?: string; readonly reach?: Reach } = {},
  ): Promise<void> {
    await this.requireNamed(caller, pointer, unit, reach);
    await requireUnitOn(this.#parts, pointer, unit, on);
  }

  /** @throws ProblemError where the key may not write about each of the units */
  requireUnits(
    caller: Caller | undefined,
    units: readonly (UnitId | null)[],
    reach = this.#reach,
  ): Promise<void> {
    return requireUnits(caller, units, this.#parts.observatory, reach);
  }

  #isRepeated<Data extends object>(
    { last }: OnRecord<Life>,
    { kind, data }: Statement<Data>,
    caller: Caller | undefined,
  ): boolean {
    const statement = this.register.shared?.statementIn(data) ?? { ...data, person: personOf(caller) };
    return last?.text === textOf(kind.type, statement, caller?.name);
  }

  readonly #meanwhile = (id: string) => statedMeanwhile(`The ${this.register.name} ${id}`, this.pathOf(id));
}

/** When a fact was stated, which an event of a feed may name. */
const statedAt = <All extends Acts>({ time, data }: ActFact<All>): When => {
  const { assertedAt = time }: { readonly assertedAt?: When } = data;
  return assertedAt;
};

/** The content of an event without its time, in one order. */
const textOf = (type: string, data: object, by: string | undefined): string =>
  JSON.stringify([type, by ?? null, Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))]);

const answerOf = <Life>(
  { id, statements, life, last }: OnRecord<Life>,
  { stateOf }: Pick<Register<Acts, Life>, 'stateOf'>,
) => ({
  id,
  statements,
  state: stateOf(life) ?? 'unknown',
  position: last ? positionText(last) : '0',
});
