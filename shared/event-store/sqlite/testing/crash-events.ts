import { eventId, feedName, streamName } from '../../../contracts/ids.ts';
import type { EventToRecord } from '../../../contracts/stored-event.ts';

/** The event of a number, the same in every process. */
export function crashEvent(number: number): EventToRecord {
  return {
    id: eventId('urn:crash', String(number)),
    type: 'test.happened.v1',
    stream: streamName(`crash-${number % 50}`),
    data: JSON.stringify({ number, filler: 'x'.repeat(200) }),
    metadata: { source: 'urn:crash', sourceId: String(number), feed: feedName('crash'), rank: 1 },
  };
}
