import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { errorText } from '../../../shared/kernel/error-text.ts';

/**
 * Two plain clients of two servers in one process, each with an append under way: prints their outcomes on standard output.
 * Not a test: the parent breaks one of the connections.
 */
const append = async (name: string, connectionString: string) => {
  try {
    await EventStoreDBClient.connectionString(connectionString).appendToStream(
      'some-stream',
      jsonEvent({ type: 'test.happened.v1', data: {} }),
    );
    process.stdout.write(`${name} appended\n`);
  } catch (error) {
    process.stdout.write(`${name} ${errorText(error)}\n`);
  }
};

const [one = '', other = ''] = process.argv.slice(2);
await Promise.all([append('one', one), append('other', other)]);
// Stays to hear the answer that comes late.
setInterval(() => {}, 1_000);
