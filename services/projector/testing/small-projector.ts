/**
 * A projector with little memory, for a test to start again as a supervisor would: follows the store at argv[2] into the ledger at argv[3]
 * with argv[4] MiB, writes its log, and ends with 0 once it has reached the head.
 */

import { pino } from 'pino';
import { Registry } from 'prom-client';
import { DEFAULT_EXTENSION_RULE } from '../../../shared/bookkeeping/extension-rule.ts';
import { books } from '../../../shared/books/registry.ts';
import { DEFAULT_OFFICE_HOURS } from '../../../shared/calendar/working-calendar.ts';
import { openEventReader } from '../../../shared/event-store/sqlite/store.ts';
import { type Projector, startProjector } from '../app.ts';

const [eventsPath = '', ledgerPath = '', memoryMb = ''] = process.argv.slice(2);
const events = openEventReader(eventsPath);
const head = await events.head();
await events.close();
const reached = Promise.withResolvers<void>();
const projector: Projector = await startProjector({
  eventsPath,
  ledgerPath,
  zone: 'Asia/Ho_Chi_Minh',
  holidays: [],
  hours: DEFAULT_OFFICE_HOURS,
  extensionRule: DEFAULT_EXTENSION_RULE,
  books: books.module,
  log: pino(pino.destination({ dest: 1, sync: true })),
  onCommit: ({ position }) => {
    if (position === head) reached.resolve();
  },
  registry: new Registry(),
  tracing: { endpoint: undefined, ratio: 0 },
  followerMemoryMb: Number(memoryMb),
});
await reached.promise;
await projector.stop();
