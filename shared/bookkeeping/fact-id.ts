import { type EventId, eventId } from '../contracts/ids.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import { composed } from '../kernel/written-text.ts';

/**
 * The id by which facts refer to an event: that of its composed (NFC) source and id. An event stored with decomposed texts is
 * thus corrected by an event that names it composed, as all events do now.
 */
export function factId({ id, metadata }: Pick<RecordedEvent, 'id' | 'metadata'>): EventId {
  const source = composed(metadata.source);
  const sourceId = composed(metadata.sourceId);
  return source === metadata.source && sourceId === metadata.sourceId ? id : eventId(source, sourceId);
}

/** The {@link factId} of the event that this one replaces. */
export const correctedId = ({ metadata }: Pick<RecordedEvent, 'metadata'>, corrects: string): EventId =>
  eventId(composed(metadata.source), composed(corrects));
