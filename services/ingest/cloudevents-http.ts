import type { IncomingHttpHeaders } from 'node:http';
import { elementTexts, type JsonText } from '../../shared/contracts/json-text.ts';
import { ProblemError } from '../../shared/platform/problem.ts';

/** One CloudEvent of a request: its value in structured form, and its text as it came. */
export interface HttpEvent {
  readonly value: unknown;
  readonly raw: () => string;
}

export const STRUCTURED = 'application/cloudevents+json';
export const BATCH = 'application/cloudevents-batch+json';
export const PLAIN = 'application/json';

/**
 * The events of a request (CloudEvents HTTP binding 1.0 §3): structured, batch or binary mode, and plain JSON holding one event
 * or an array.
 * @throws ProblemError `unparseable` when the body is one event where many were announced, or the other way round.
 */
export function eventsOf(
  mediaType: string,
  headers: IncomingHttpHeaders,
  body: JsonText,
): readonly HttpEvent[] {
  const { text, value } = body;
  const binary = headers['ce-specversion'] !== undefined || headers['ce-id'] !== undefined;
  if (mediaType === PLAIN && binary) {
    const { data: _, ...given } = attributesOf(headers);
    const attributes = { ...given, datacontenttype: PLAIN };
    // The data keeps its text: writing the value out again would change big numbers, and fail for a very deep one.
    const raw = () => `${JSON.stringify(attributes).slice(0, -1)},"data":${text}}`;
    return [{ value: { ...attributes, data: value }, raw }];
  }
  if (Array.isArray(value)) {
    if (mediaType === STRUCTURED)
      throw new ProblemError('unparseable', `An array of events is sent as ${BATCH}.`);
    let texts: readonly string[] | undefined;
    return value.map((element: unknown, index) => ({
      value: element,
      raw: () => {
        texts ??= elementTexts(text);
        return texts[index] ?? '';
      },
    }));
  }
  if (mediaType === BATCH) throw new ProblemError('unparseable', 'The body should be an array of events.');
  return [{ value, raw: () => text }];
}

/** Binary mode carries the attributes as `ce-*` headers, perhaps quoted, percent-encoded where not printable ASCII (§3.1.3.2). */
function attributesOf(headers: IncomingHttpHeaders): Record<string, unknown> {
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') && typeof value === 'string' ? [[name.slice(3), decodedHeader(value)]] : [],
  );
  return Object.fromEntries(attributes);
}

function decodedHeader(value: string): string {
  const unquoted = /^"(.*)"$/.exec(value)?.[1]?.replace(/\\(.)/g, '$1') ?? value;
  try {
    return decodeURIComponent(unquoted);
  } catch {
    // A sender that does not encode may well write a lone percent sign: then the text is what it is.
    return unquoted;
  }
}
