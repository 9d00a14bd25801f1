/**
 * One ingest process for tests to kill, or to die of the event `DEADLY_ID`: the feed, the intake and both databases in `DATA_DIR`. Writes one line to
 * standard output for each chunk that became durable: the number of events that this process has stored so far.
 */

import { join } from 'node:path';
import { openSqliteDeadLetters } from '../../services/ingest/dead-letters/dead-letters-sqlite.ts';
import { DroppedFields } from '../../services/ingest/intake/dropped-fields.ts';
import { intakeOver } from '../../services/ingest/intake/intake-service.ts';
import { readKafkaConfig } from '../../services/ingest/kafka/config.ts';
import { startKafkaFeed } from '../../services/ingest/kafka/kafkajs.ts';
import { books } from '../../shared/books/registry.ts';
import { zoneOf } from '../../shared/calendar/zone.ts';
import { decoder, type FeedOf } from '../../shared/contracts/decode.ts';
import { feedName } from '../../shared/contracts/ids.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { createLog } from '../../shared/platform/log.ts';

const { DATA_DIR = '', DEADLY_ID } = process.env;
const reading = readKafkaConfig(process.env);
if (reading.kind !== 'config') throw new Error(JSON.stringify(reading));

const log = createLog('silent');
const store = await openEventStore(join(DATA_DIR, 'events.db'));
const deadLetters = openSqliteDeadLetters(join(DATA_DIR, 'dead-letters.db'));
const feedOf: FeedOf = (source) => ({ feed: feedName(source), rank: 1 });
const clock = Date.now;

const decode = decoder(books.kinds, zoneOf('Asia/Ho_Chi_Minh'), feedOf);
let stored = 0;
const feed = startKafkaFeed(
  { ...reading.config, sessionTimeoutMs: 1_000 },
  {
    decode(input, origin) {
      // Stands in for a message whose decoding takes all memory.
      if (DEADLY_ID !== undefined && JSON.stringify(input).includes(`"${DEADLY_ID}"`))
        process.kill(process.pid, 'SIGKILL');
      return decode(input, origin);
    },
    intake: intakeOver({
      store,
      deadLetters,
      droppedFields: new DroppedFields(),
      feedOf,
      clock,
      sealed: (letter) => letter,
    }),
    messageBytes: 5 * 1_024 * 1_024,
    log,
    clock,
    observer: {
      received({ messages }) {
        stored += messages;
        process.stdout.write(`${stored}\n`);
      },
    },
    keepLoss: () => Promise.reject(new Error('nothing is removed here')),
    onFatal: () => process.exit(1),
  },
);

process.on('SIGTERM', async () => {
  await feed.stop();
  await deadLetters.close();
  await store.close();
  process.exit(0);
});
