import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { TRANSITIONED } from '../../shared/alerting/facts.ts';
import { eventId, feedName, streamName } from '../../shared/contracts/ids.ts';
import { type Position, START } from '../../shared/contracts/stored-event.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { Commits } from '../../shared/ledger/commits.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { type HubMessage, StreamHub } from './stream-hub.ts';

/** A store of its own, and hubs over it as processes have them: none has heard of a commit when it begins. */
async function office(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-hub-'));
  const store = await openEventStore(join(folder, 'events.db'));
  const hubs: StreamHub[] = [];
  t.after(async () => {
    for (const hub of hubs) hub.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return {
    store,
    hub(events: Pick<EventStore, 'head' | 'subscribe'> = store) {
      const commits = new Commits({ position: START, knownAt: 0, entry: 0, office: 0, generation: '' });
      const observatory = { measureAllWithWorst: async () => ({ figures: [], closed: [] }) };
      const hub = new StreamHub({
        ...{ observatory, commits, events, log: pino({ level: 'silent' }) },
        settings: { extensionRule: 'any' },
      });
      hubs.push(hub);
      return hub;
    },
    async raise(name: string): Promise<Position> {
      const stream = streamName(`alert-${name}`);
      const metadata = { source: 'urn:test', sourceId: name, feed: feedName('test'), rank: 1 };
      const event = {
        id: eventId('urn:test', name),
        type: TRANSITIONED,
        data: JSON.stringify({ name, at: 0 }),
        metadata,
      };
      const outcome = await store.append(stream, 'any', [event], 0);
      return outcome.kind === 'appended' ? outcome.position : assert.fail(outcome.kind);
    },
  };
}

/** A client, and the names of the alerts that it received. */
async function listening(hub: StreamHub, since?: HubMessage['cursor']) {
  const received: HubMessage[] = [];
  await hub.listen((one) => void received.push(one), since);
  return { received, names: () => received.map(({ data }) => (data as { name: string }).name) };
}

test('an api that starts on a store with a history sends none of it as new', async (t) => {
  const { hub, raise } = await office(t);
  for (const name of ['a', 'b', 'c']) await raise(name);
  const client = await listening(hub());
  await raise('d');
  await eventually(() => client.names().includes('d'));
  assert.deepEqual(client.names(), ['d']);
});

test('a client that comes from another api receives the alerts that it missed, and none twice', async (t) => {
  const { hub, raise } = await office(t);
  const seen = await raise('a');
  await raise('b');
  const client = await listening(hub(), { ledger: START, alerts: seen, figures: '' });
  await raise('c');
  await eventually(() => client.names().includes('c'));
  assert.deepEqual(client.names(), ['b', 'c']);
});

test('an api that is behind the one a client comes from neither repeats itself nor sends the client back', async (t) => {
  const { store, hub, raise } = await office(t);
  await raise('a');
  // It hears of nothing for now.
  const held = Promise.withResolvers<void>();
  const slow = hub({
    head: () => store.head(),
    async *subscribe(options) {
      await held.promise;
      yield* store.subscribe(options);
    },
  });
  await listening(slow);
  await raise('b');
  const seen = await raise('c');
  const client = await listening(slow, { ledger: START, alerts: seen, figures: '' });
  held.resolve();
  await raise('d');
  await eventually(() => client.names().includes('d'));
  assert.deepEqual(client.names(), ['d']);
  assert.ok(client.received.every(({ cursor }) => cursor.alerts > seen));
});

test('a cursor of another store, beyond the end of this one, is taken for none', async (t) => {
  const { hub, raise } = await office(t);
  await raise('a');
  const client = await listening(hub(), {
    ledger: 9_000 as Position,
    alerts: 9_000 as Position,
    figures: '',
  });
  await raise('b');
  await eventually(() => client.names().includes('b'));
  assert.deepEqual(client.names(), ['b']);
});

test('a store that is unreachable at the start is read again, and its history is not sent', async (t) => {
  const { store, hub, raise } = await office(t);
  await raise('a');
  let failures = 1;
  const begun = hub({
    head: () => (failures-- > 0 ? Promise.reject(new Error('away')) : store.head()),
    subscribe: (options) => store.subscribe(options),
  });
  const client = await listening(begun);
  await raise('b');
  await eventually(() => client.names().includes('b'));
  assert.deepEqual(client.names(), ['b']);
});
