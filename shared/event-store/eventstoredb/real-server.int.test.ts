import { after, test } from 'node:test';
import { applicationOn, openStore } from '../../../tests/support/eventstore/harness.ts';
import { startEventStoreServer } from '../../../tests/support/eventstore/server.ts';
import { describeEventStore } from '../testing/contract-suite.ts';
import { describeServer } from './testing/server-suite.ts';

/**
 * The same as over the stand-in, on a real server. `npm run test:eventstore` insists on one; elsewhere the stand-in's run has to do.
 */
const start = await startEventStoreServer();
if (start.kind === 'started') {
  const { server } = start;
  const other = applicationOn(server);
  after(async () => {
    await other.close();
    await server.stop();
  });
  const open = () => openStore(server, { deadlineMs: 10_000, retryForMs: 30_000 });
  describeEventStore(`The adapter of EventStoreDB, on a real server (${server.kind}),`, {
    open,
    ids: 'per-stream',
  });
  describeServer(`The adapter of EventStoreDB, sharing a real server (${server.kind}),`, {
    open,
    intrude: other.write,
  });
} else if (process.env.NHIP_TEST_EVENTSTORE_REQUIRED === 'true') {
  test('a real EventStoreDB', () => {
    throw new Error(start.reason);
  });
} else {
  test('a real EventStoreDB', { skip: start.reason }, () => {});
}
