import { randomUUID } from 'node:crypto';
import { newerType } from '../../../shared/alerting/newer-type.ts';
import {
  applySilence,
  type Silence,
  type SilenceFact,
  silenceFact,
} from '../../../shared/alerting/silence.ts';
import { streamName } from '../../../shared/contracts/ids.ts';
import { ownEvent } from '../../../shared/event-store/own-events.ts';
import { OwnStream } from '../../../shared/event-store/own-stream.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';

const STREAM = streamName('silences');

/** The silences of the stream `silences`. */
export class SilenceBook {
  readonly #stream: OwnStream;
  readonly #clock: Clock;
  #silences: ReadonlyMap<string, Silence> = new Map();
  #unknownType: string | undefined;

  constructor(store: EventStore, clock: Clock) {
    this.#stream = new OwnStream(store, STREAM, ({ type, data }) => {
      const fact = silenceFact(type, data);
      if (fact) this.#silences = applySilence(this.#silences, fact);
      else this.#unknownType = type;
    });
    this.#clock = clock;
  }

  /** Reads the events written since, by any process. @throws StoreError */
  load(): Promise<void> {
    return this.#stream.read();
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
    const event = ownEvent(`silences/${randomUUID()}`, fact.type, fact.data);
    await this.#stream.append(() => [event], this.#clock);
    await this.load();
  }
}
