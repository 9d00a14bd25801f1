import { randomUUID } from 'node:crypto';
import { newerType } from '../../../shared/alerting/newer-type.ts';
import {
  applySilence,
  type Silence,
  type SilenceFact,
  silenceFact,
} from '../../../shared/alerting/silence.ts';
import { streamName } from '../../../shared/contracts/ids.ts';
import { eventsOfStream } from '../../../shared/event-store/events-of-stream.ts';
import { ownEvent } from '../../../shared/event-store/own-events.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';

const STREAM = streamName('silences');
/** Other processes write this stream rarely: three lost races in a row are a fault. */
const MAX_CONFLICTS = 3;

/** The silences of the stream `silences`. */
export class SilenceBook {
  readonly #store: EventStore;
  readonly #clock: Clock;
  #silences: ReadonlyMap<string, Silence> = new Map();
  #next = 0;
  #unknownType: string | undefined;

  constructor(store: EventStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Reads the events written since, by any process. @throws StoreError */
  async load(): Promise<void> {
    for await (const event of eventsOfStream(this.#store, STREAM, this.#next)) {
      const fact = silenceFact(event.type, event.data);
      if (fact) this.#silences = applySilence(this.#silences, fact);
      else this.#unknownType = event.type;
      this.#next = event.revision + 1;
    }
  }

  /**
   * Why silences may hold otherwise than they are known here: a newer version has written to their stream. Alerts are sent meanwhile: one
   * message too many does less harm than none.
   */
  problem(): string | undefined {
    return this.#unknownType && `silences may hold otherwise: ${newerType(this.#unknownType)}`;
  }

  all(): readonly Silence[] {
    return [...this.#silences.values()];
  }

  find(id: string): Silence | undefined {
    return this.#silences.get(id);
  }

  /** @throws StoreError */
  async create(wanted: Omit<Silence, 'id' | 'createdAt'>): Promise<Silence> {
    const silence = { ...wanted, id: randomUUID(), createdAt: this.#clock() };
    await this.#append({ type: 'silence.created.v1', data: silence });
    return silence;
  }

  /** Ends it now if it has not ended. @returns it as it stands then, undefined when there is none. @throws StoreError */
  async end(id: string, by: string): Promise<Silence | undefined> {
    if (this.#silences.has(id)) {
      await this.#append({ type: 'silence.ended.v1', data: { id, at: this.#clock(), by } });
    }
    return this.#silences.get(id);
  }

  async #append(fact: SilenceFact): Promise<void> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
      const event = ownEvent(`silences/${randomUUID()}`, fact.type, fact.data);
      const expected = this.#next === 0 ? 'no-stream' : this.#next - 1;
      const outcome = await this.#store.append(STREAM, expected, [event], this.#clock());
      await this.load();
      if (outcome.kind === 'appended') return;
    }
    throw new Error('the stream of silences is being written by another process');
  }
}
