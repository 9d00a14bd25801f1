import { startEventStoreStandIn } from '../../../eventstore/stand-in.ts';

/** The event store's stand-in as the one process of a container. */
const standIn = await startEventStoreStandIn({
  host: '0.0.0.0',
  port: 2113,
  file: '/var/lib/kurrentdb/events.ndjson',
});
process.on('SIGTERM', async () => {
  await standIn.stop();
  process.exit();
});
