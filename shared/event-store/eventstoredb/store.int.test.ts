import { after } from 'node:test';
import { startEventStoreStandIn } from '../../../tests/support/eventstore/stand-in.ts';
import { createLog } from '../../platform/log.ts';
import { describeEventStore } from '../contract-suite.ts';
import { openEventStoreDb } from './store.ts';

const standIn = await startEventStoreStandIn();
after(() => standIn.stop());
const log = createLog(process.env.LOG_LEVEL ?? 'silent');

describeEventStore('The adapter of EventStoreDB, over a stand-in,', {
  open: () => openEventStoreDb({ connectionString: standIn.connectionString, log }),
  ids: 'per-stream',
});
