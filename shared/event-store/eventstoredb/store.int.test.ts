import { after } from 'node:test';
import { applicationOn, openStore } from '../../../tests/support/eventstore/harness.ts';
import { startEventStoreStandIn } from '../../../tests/support/eventstore/stand-in.ts';
import { describeEventStore } from '../testing/contract-suite.ts';
import { describeServer } from './testing/server-suite.ts';

const standIn = await startEventStoreStandIn();
const other = applicationOn(standIn);
after(async () => {
  await other.close();
  await standIn.stop();
});
const open = () => openStore(standIn);

describeEventStore('The adapter of EventStoreDB, over a stand-in,', { open, ids: 'per-stream' });
describeServer('The adapter of EventStoreDB, sharing a stand-in,', { open, intrude: other.write });
