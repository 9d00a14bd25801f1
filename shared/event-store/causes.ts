import type { RecordedEvent } from '../contracts/stored-event.ts';
import { OWN_SOURCE } from '../contracts/stored-event.ts';

/** The `traceparent`s of what feeds sent, the newest first; what this system states of itself causes nothing. */
export function* causesIn(events: readonly RecordedEvent[]): Generator<string | undefined> {
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index];
    if (event && event.metadata.source !== OWN_SOURCE) yield event.metadata.traceparent;
  }
}
