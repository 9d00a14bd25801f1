import { eventId, feedName } from '../contracts/ids.ts';
import type { OwnType, SharedType } from '../contracts/own-types.ts';
import { type EventToAppend, OWN_SOURCE } from '../contracts/stored-event.ts';
import { traceparentHere } from '../platform/tracing.ts';

/**
 * An event that this system itself states. @param name its permanent identity among the system's own events.
 * @param data its content, or the text of it as its kind stores it
 */
export function ownEvent(
  name: string,
  type: OwnType | SharedType,
  data: object | string,
  by?: string,
): EventToAppend {
  const traceparent = traceparentHere();
  return {
    id: eventId(OWN_SOURCE, name),
    type,
    data: typeof data === 'string' ? data : JSON.stringify(data),
    metadata: {
      source: OWN_SOURCE,
      sourceId: name,
      feed: feedName('nhip'),
      rank: 1,
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(by === undefined ? {} : { by }),
    },
  };
}
