import { randomUUID } from 'node:crypto';
import { streamName } from '../contracts/ids.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import { ownEvent } from '../event-store/own-events.ts';
import { OwnStream } from '../event-store/own-stream.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Clock } from '../kernel/clock.ts';
import type { KeyAudit } from '../platform/key-audit.ts';
import type { ApiKeyRecord } from '../platform/keys-file.ts';
import type { RefusedMinute } from '../platform/refused-keys.ts';
import type { Act, KeyFacts } from './acts.ts';

export const AUDIT = streamName('audit');

/**
 * The stream `audit`: every act with its author, in the store itself, so that its backup and its proof hold for it. Every act goes through here.
 * What is no event otherwise (webhooks, a rebuild, names) is recorded before it is done: an act that failed leaves a trace, and none
 * is without one.
 */
export class AuditLog implements KeyAudit {
  readonly #store: Pick<EventStore, 'append' | 'readStream'>;
  readonly #clock: Clock;
  readonly #stream: OwnStream;
  #hadKeys = false;
  readonly #keys = new Map<string, KeyFacts>();
  #staffKey: string | undefined;

  constructor(store: Pick<EventStore, 'append' | 'readStream'>, clock: Clock) {
    this.#store = store;
    this.#stream = new OwnStream(store, AUDIT, (event) => this.#fold(event));
    this.#clock = clock;
  }

  /**
   * @param by the name of the key; undefined without keys. @param name of an act that may be recorded again: it counts once
   * @throws StoreError
   */
  async record(act: Act, by: string | undefined, name?: string): Promise<void> {
    await this.#store.append(AUDIT, 'any', [eventOf(act, by, name)], this.#clock());
  }

  /** @throws StoreError */
  async hadKeys(): Promise<boolean> {
    await this.#stream.read();
    return this.#hadKeys;
  }

  /** @throws StoreError */
  async keysAre(records: readonly ApiKeyRecord[]): Promise<void> {
    await this.#stream.append(
      () => [...this.#differences(records)].map((act) => eventOf(act, undefined)),
      this.#clock,
    );
  }

  /** The fingerprint of the key that the people of this store are under; undefined before the first person. @throws StoreError */
  async staffKey(): Promise<string | undefined> {
    await this.#stream.read();
    return this.#staffKey;
  }

  /** Records a key for people, unless one is in use. @returns the fingerprint of that which is @throws StoreError */
  async staffKeyIs(fingerprint: string): Promise<string> {
    const used: Act = { type: 'audit.staff-key-used.v1', data: { fingerprint } };
    await this.#stream.append(
      () => (this.#staffKey === undefined ? [eventOf(used, undefined)] : []),
      this.#clock,
    );
    return this.#staffKey ?? fingerprint;
  }

  /** @throws StoreError */
  keysRefused(minute: RefusedMinute): Promise<void> {
    return this.record({ type: 'audit.keys-refused.v1', data: minute }, undefined);
  }

  *#differences(records: readonly ApiKeyRecord[]): Generator<Act> {
    const now = new Map(records.map((record) => [record.id, factsOf(record)]));
    for (const [id, { name }] of this.#keys)
      if (!now.has(id)) yield { type: 'audit.key-revoked.v1', data: { id, name } };
    for (const [id, facts] of now) {
      const before = this.#keys.get(id);
      if (before === undefined) yield { type: 'audit.key-created.v1', data: facts };
      else if (JSON.stringify(before) !== JSON.stringify(facts))
        yield { type: 'audit.key-changed.v1', data: facts };
    }
  }

  #fold({ type, data }: RecordedEvent): void {
    if (type === 'audit.key-created.v1' || type === 'audit.key-changed.v1') {
      const facts: KeyFacts = JSON.parse(data);
      this.#keys.set(facts.id, facts);
      this.#hadKeys = true;
    } else if (type === 'audit.key-revoked.v1') {
      this.#keys.delete(JSON.parse(data).id);
    } else if (type === 'audit.staff-key-used.v1') {
      this.#staffKey = JSON.parse(data).fingerprint;
    } else if (type === 'audit.file-begun-anew.v1') {
      if (JSON.parse(data).file === 'staff.key') this.#staffKey = undefined;
    } else if (type.startsWith('audit.key-')) {
      // A newer version wrote it. Without a keys file the server stays closed.
      this.#hadKeys = true;
    }
  }
}

const factsOf = ({ id, name, scopes, sources, person, units }: ApiKeyRecord): KeyFacts => ({
  id,
  name,
  rights: scopes,
  sources: sources ?? null,
  // Left out rather than null: a key from before there were any is no changed key.
  ...(person !== undefined && { person }),
  ...(units !== undefined && { units }),
});

const eventOf = ({ type, data }: Act, by: string | undefined, name: string = randomUUID()) =>
  ownEvent(`audit/${name}`, type, data, by);
