import { randomUUID } from 'node:crypto';
import type { When } from '../calendar/when.ts';
import { fromStored, toStored } from '../contracts/event-kind.ts';
import type { Position, RecordedEvent } from '../contracts/stored-event.ts';
import { eventsOfStream } from '../event-store/events-of-stream.ts';
import { ownEvent } from '../event-store/own-events.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Clock, Moment } from '../kernel/clock.ts';
import type { ObjectiveDefinition } from '../measures/definition.ts';
import type { FileObjectives } from '../measures/known-objectives.ts';
import { statedDefinition } from '../measures/stated-definition.ts';
import {
  type ObjectiveClosedV1,
  type ObjectiveStatedV1,
  objectiveChanged,
  objectiveClosed,
  objectiveDefined,
  objectiveStream,
} from '../office/objective-stated.v1.ts';

/** What a person states, or a file. */
export type ObjectiveContent =
  | { readonly kind: 'defined' | 'changed'; readonly data: ObjectiveStatedV1 }
  | { readonly kind: 'closed'; readonly data: ObjectiveClosedV1 };

/** One statement about an objective, as it stands in its stream. */
export interface ObjectiveStatement {
  /** The first has 0. */
  readonly revision: number;
  readonly position: Position;
  /** When it was stated. */
  readonly at: Moment;
  /** The name of the key; null where it came without one, and where a file states it. */
  readonly by: string | null;
  readonly content: ObjectiveContent;
}

/** What was stated of one objective until now. */
export interface ObjectiveState {
  /** How many events its stream has: a writer names it, so that no statement is overwritten unseen. */
  readonly statements: number;
  readonly last: ObjectiveStatement | undefined;
  /** The last statement about each version, by number. */
  readonly versions: ReadonlyMap<number, ObjectiveStatedV1>;
  /** Null while it is open. */
  readonly closing: (ObjectiveClosedV1 & Pick<ObjectiveStatement, 'at' | 'by'>) | null;
}

/** The streams `objective-{id}`. */
export class ObjectiveBook {
  readonly #store: Pick<EventStore, 'append' | 'readStream'>;
  readonly #clock: Clock;
  readonly #file: ReadonlyMap<string, readonly ObjectiveDefinition[]>;

  constructor(
    store: Pick<EventStore, 'append' | 'readStream'>,
    clock: Clock,
    { definitions }: Pick<FileObjectives, 'definitions'>,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#file = Map.groupBy(definitions, ({ id }) => id);
  }

  /** What the file states of an objective, by version; nothing where it does not name it. */
  ofFile(id: string): readonly ObjectiveStatedV1[] {
    const versions = this.#file.get(id)?.toSorted((a, b) => a.version - b.version) ?? [];
    return versions.map((definition) => ({
      ...contentOf(definition, 'from the file of objectives'),
      fromFile: true,
    }));
  }

  /** Every statement about an objective, in order, few of them in memory at a time. @throws StoreError @throws the reason of the signal */
  async *statements(id: string, signal?: AbortSignal): AsyncGenerator<ObjectiveStatement> {
    for await (const event of eventsOfStream(this.#store, objectiveStream(id), 0, signal)) {
      const statement = statementIn(event);
      if (statement) yield statement;
    }
  }

  /** @throws StoreError */
  async load(id: string): Promise<ObjectiveState> {
    const versions = new Map<number, ObjectiveStatedV1>();
    let closing: ObjectiveState['closing'] = null;
    let last: ObjectiveStatement | undefined;
    let statements = 0;
    for await (const event of eventsOfStream(this.#store, objectiveStream(id))) {
      statements = event.revision + 1;
      const statement = statementIn(event);
      if (!statement) continue;
      last = statement;
      const { content, at, by } = statement;
      if (content.kind !== 'closed') versions.set(content.data.version, content.data);
      else closing = content.data.lastDay === null ? null : { ...content.data, at, by };
    }
    return { statements, last, versions, closing };
  }

  /**
   * Appends a statement after what was seen; to a stream without any after what the file states, so that the past keeps it.
   * @param by the name of the key
   * @returns its position, and how many there are with it; undefined where another statement came meanwhile: its writer decides anew
   * @throws StoreError
   */
  async state(
    content: ObjectiveContent,
    { statements, last }: Pick<ObjectiveState, 'statements' | 'last'>,
    by: string | undefined,
  ): Promise<{ readonly position: Position; readonly statements: number } | undefined> {
    const { id } = content.data;
    const now = this.#clock();
    // Of two statements about one version the later in time holds, so no two have the same.
    const time = Math.max(now, (last?.at ?? 0) + 1);
    const before = statements === 0 ? this.#imported(id, time) : [];
    const events = [...before, eventOf(content, time + before.length, randomUUID(), by)];
    const expected = statements === 0 ? 'no-stream' : statements - 1;
    const outcome = await this.#store.append(objectiveStream(id), expected, events, now);
    if (outcome.kind !== 'appended' && outcome.kind !== 'duplicate') return undefined;
    return { position: outcome.position, statements: statements + events.length };
  }

  #imported(id: string, time: Moment) {
    return this.ofFile(id).map((data, index) =>
      // Its id is permanent: the same import is the same event, by whatever process.
      eventOf(
        { kind: index === 0 ? 'defined' : 'changed', data },
        time + index,
        `import/${id}/${data.version}`,
      ),
    );
  }
}

/** What is stated of a version. */
export const contentOf = (definition: ObjectiveDefinition, reason: string): ObjectiveStatedV1 => ({
  id: definition.id,
  version: definition.version,
  definition: statedDefinition(definition),
  reason,
});

const KINDS = { defined: objectiveDefined, changed: objectiveChanged, closed: objectiveClosed } as const;

const eventOf = ({ kind, data }: ObjectiveContent, time: Moment, name: string, by?: string) =>
  ownEvent(`objectives/${name}`, `objective.${kind}.v1`, toStored(KINDS[kind], { time, data }), by);

/** Undefined for an event that this version of the system does not know. */
function statementIn(event: RecordedEvent): ObjectiveStatement | undefined {
  const { type, data: text, revision, position, recordedAt, metadata } = event;
  const of = (content: ObjectiveContent, time: When): ObjectiveStatement => ({
    ...{ revision, position, content, by: metadata.by ?? null },
    at: typeof time === 'number' ? time : recordedAt,
  });
  switch (type) {
    case objectiveDefined.type: {
      const { time, data } = fromStored(objectiveDefined, text);
      return of({ kind: 'defined', data }, time);
    }
    case objectiveChanged.type: {
      const { time, data } = fromStored(objectiveChanged, text);
      return of({ kind: 'changed', data }, time);
    }
    case objectiveClosed.type: {
      const { time, data } = fromStored(objectiveClosed, text);
      return of({ kind: 'closed', data }, time);
    }
    default:
      return undefined;
  }
}
