import type { TestContext } from 'node:test';
import { type EventData, EventStoreDBClient } from '@eventstore/db-client';
import type { Limits } from '../../../shared/event-store/eventstoredb/limits.ts';
import { openEventStoreDb, type RemoteEventStore } from '../../../shared/event-store/eventstoredb/store.ts';
import { createLog } from '../../../shared/platform/log.ts';
import { type EventStoreStandIn, type StandInOptions, startEventStoreStandIn } from './stand-in.ts';

/** A stand-in for one test. */
export async function standInFor(context: TestContext, options?: StandInOptions): Promise<EventStoreStandIn> {
  const standIn = await startEventStoreStandIn(options);
  context.after(() => standIn.stop());
  return standIn;
}

/** The adapter for one test, with waits as short as a test wants them. */
export async function openFor(
  context: TestContext,
  { connectionString }: { readonly connectionString: string },
  limits: Partial<Limits> = {},
): Promise<RemoteEventStore> {
  const store = await openEventStoreDb({
    connectionString,
    log: createLog(process.env.LOG_LEVEL ?? 'silent'),
    limits: { deadlineMs: 2_000, retryForMs: 10_000, silenceMs: 5_000, ...limits },
  });
  context.after(() => store.close());
  return store;
}

/** Writes as another application does, by the vendor's client as it is. */
export function otherApplication(
  context: TestContext,
  { connectionString }: { readonly connectionString: string },
): (stream: string, events: EventData[]) => Promise<unknown> {
  const client = EventStoreDBClient.connectionString(connectionString);
  context.after(() => client.dispose());
  // With credentials of its own an append is a call of its own; without TLS they are not sent.
  const credentials = { username: 'other', password: 'other' };
  return (stream, events) => client.appendToStream(stream, events, { credentials });
}
