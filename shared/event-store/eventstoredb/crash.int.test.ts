import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startStandInProcess } from '../../../tests/support/eventstore/child.ts';
import { openStore } from '../../../tests/support/eventstore/harness.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import type { EventToRecord } from '../../contracts/stored-event.ts';
import { type RecordedEvent, START } from '../../contracts/stored-event.ts';
import { StoreError } from '../../kernel/store-error.ts';
import { freshStream, idsOf, newEvent, RECORDED_AT } from '../testing/contract-support.ts';
import type { RemoteEventStore } from './store.ts';

const KILLS = 5;

const folder = mkdtempSync(join(tmpdir(), 'nhip-eventstoredb-'));
after(() => rmSync(folder, { recursive: true }));

/** What a caller does whose call failed because the server was away: the same again. */
async function persist<Result>(call: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      assert.ok(error instanceof StoreError && error.code === 'unavailable', String(error));
    }
  }
}

class Traffic {
  readonly acknowledged: EventToRecord[] = [];
  readonly seen: RecordedEvent[] = [];
  readonly #store: RemoteEventStore;
  readonly #streams = Array.from({ length: 20 }, freshStream);
  readonly #reading = new AbortController();
  #stopped = false;

  constructor(store: RemoteEventStore) {
    this.#store = store;
  }

  async write(): Promise<void> {
    while (!this.#stopped) {
      const batch = this.#streams.map((stream) => newEvent(stream));
      const { outcomes } = await persist(() => this.#store.record(batch, RECORDED_AT));
      assert.ok(outcomes.every(({ kind }) => kind !== 'id-reused'));
      this.acknowledged.push(...batch);
    }
  }

  async read(): Promise<void> {
    while (!this.#stopped) await persist(() => this.#store.readAll(START, 300));
  }

  async subscribe(): Promise<void> {
    const options = { after: START, signal: this.#reading.signal, pageSize: 50 };
    for await (const { events } of this.#store.subscribe(options)) this.seen.push(...events);
  }

  stopWriting(): void {
    this.#stopped = true;
  }

  stopReading(): void {
    this.#reading.abort();
  }
}

describe('The adapter of EventStoreDB, while its server is killed again and again (kill -9),', {
  timeout: 120_000,
}, () => {
  it('loses nothing, stores nothing twice, and ends cleanly', async (context) => {
    const server = await startStandInProcess(join(folder, 'events.jsonl'));
    context.after(() => server.stop());
    const store = await openStore(server, { deadlineMs: 300, retryForMs: 1_000, silenceMs: 1_000 });
    const traffic = new Traffic(store);
    const subscribing = traffic.subscribe();
    const working = [traffic.write(), traffic.write(), traffic.write(), traffic.read()];
    for (let kill = 0; kill < KILLS; kill++) {
      const before = traffic.acknowledged.length;
      await eventually(() => traffic.acknowledged.length > before, { timeoutMs: 30_000 });
      await server.kill();
      await eventually(() => store.problem() !== undefined);
      await server.restart();
    }
    traffic.stopWriting();
    await Promise.all(working);
    const wanted = idsOf(traffic.acknowledged).sort();
    await eventually(() => traffic.seen.length >= wanted.length, { timeoutMs: 30_000 });
    assert.deepEqual(idsOf(traffic.seen).sort(), wanted);
    const { events } = await store.readAll(START, 100_000);
    assert.deepEqual(idsOf(events).sort(), wanted);
    traffic.stopReading();
    await subscribing;
    await store.close();
  });
});
