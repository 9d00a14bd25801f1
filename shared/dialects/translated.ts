import { hash } from 'node:crypto';
import type { Decoded, Decoder } from '../contracts/decode.ts';
import type { Fault } from '../contracts/fault.ts';
import { eventId } from '../contracts/ids.ts';

/** Options of every dialect. */
export interface DialectOptions {
  /** The one validation path: a dialect writes CloudEvents, the contracts judge them. */
  readonly decode: Decoder;
  /** For people: Kafka coordinates, file and line, `http`. */
  readonly origin?: string;
}

/** One event that a dialect made of a message. */
export interface TranslatedInput {
  readonly decoded: Decoded;
  /**
   * For a dead letter: a text that can be mended and sent again, a CloudEvent or a message of the dialect, which holds nothing
   * of the original (attachments, applicants' data) but the fields that a contract or the dialect names.
   */
  readonly raw: string;
  /** Which record of the message it came from, from 0. */
  readonly record: number;
  /** Faults point into `raw`; gives the place in the message that was sent. */
  readonly asSent?: (pointer: string) => string;
}

/** A message in a dialect as events, good or bad one by one; `invalid` when it cannot be read as that dialect at all. */
export type Translated =
  | { readonly kind: 'inputs'; readonly inputs: readonly TranslatedInput[] }
  | { readonly kind: 'invalid'; readonly fault: Fault };

/** A CloudEvent still without an id. Times are text in a form that the contracts read; an absent one is for them to refuse. */
export interface Statement {
  readonly source: string;
  readonly type: string;
  readonly time: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Checks a statement and gives it its identity: SHA-256 of its canonical content, so that the same statement,
 * sent again in any form of ids and dates, is the same event. The content is hashed in its first form: a message that an earlier
 * version stored is known when it comes again.
 */
export function identified(
  { source, type, time, data }: Statement,
  { decode, origin }: DialectOptions,
): Pick<TranslatedInput, 'decoded' | 'raw'> {
  const cloudEvent = (id: string) => ({ specversion: '1.0', id, source, type, time, data });
  const decoded = decode(cloudEvent('unidentified'), origin);
  if (decoded.kind === 'invalid') {
    const id = hash('sha256', JSON.stringify([type, time, data]));
    return { decoded, raw: JSON.stringify(cloudEvent(id)) };
  }
  const { event } = decoded;
  const { inMoments, asWritten } = event.former ?? {};
  const id = contentId(type, inMoments ?? event.data);
  const former = asWritten && {
    ...event.former,
    asWritten: { id: eventId(source.trim(), contentId(type, asWritten.data)), data: asWritten.data },
  };
  return {
    decoded: {
      ...decoded,
      event: {
        ...event,
        id: eventId(event.metadata.source, id),
        ...(former && { former }),
        metadata: { ...event.metadata, sourceId: id },
      },
    },
    raw: JSON.stringify(cloudEvent(id)),
  };
}

const contentId = (type: string, content: string): string => hash('sha256', `${type}\n${content}`);
