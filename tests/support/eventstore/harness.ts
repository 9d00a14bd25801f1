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

interface Server {
  readonly connectionString: string;
}

/** The adapter, with waits as short as a test wants them. */
export const openStore = (
  { connectionString }: Server,
  limits: Partial<Limits> = {},
): Promise<RemoteEventStore> =>
  openEventStoreDb({
    connectionString,
    log: createLog(process.env.LOG_LEVEL ?? 'silent'),
    limits: { deadlineMs: 2_000, retryForMs: 10_000, silenceMs: 5_000, ...limits },
  });

/** The same for one test. */
export async function openFor(
  context: TestContext,
  server: Server,
  limits?: Partial<Limits>,
): Promise<RemoteEventStore> {
  const store = await openStore(server, limits);
  context.after(() => store.close());
  return store;
}

/** Another application on the server, by the vendor's client as it is. */
export function applicationOn({ connectionString }: Server) {
  // The client knows none of the newer names of its scheme.
  const client = EventStoreDBClient.connectionString(connectionString.replace(/^k[a-z]*/, 'esdb'));
  return {
    write: (stream: string, events: EventData[]): Promise<unknown> => client.appendToStream(stream, events),
    close: () => client.dispose(),
  };
}
