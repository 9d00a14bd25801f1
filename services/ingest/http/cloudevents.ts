import type { IncomingHttpHeaders } from 'node:http';
import { shown } from '../../../shared/contracts/fault.ts';
import { elementTexts, type JsonText } from '../../../shared/contracts/json-text.ts';
import { ProblemError } from '../../../shared/platform/problem.ts';
import { mediaTypeOf } from './bodies.ts';
import { type KeptBody, UnreadableBody } from './unreadable-body.ts';

/** One CloudEvent of a request: its value in structured form, and its text as it came. */
export interface HttpEvent {
  readonly value: unknown;
  readonly raw: () => string;
}

export const STRUCTURED = 'application/cloudevents+json';
export const BATCH = 'application/cloudevents-batch+json';
export const PLAIN = 'application/json';
/** What else is JSON: in binary mode the media type is that of the data. */
export const JSON_SUFFIX = /^application\/[\w.-]+\+json\b/i;

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
  if (isBinary(mediaType, headers)) {
    const attributes = { ...attributesOf(headers), datacontenttype: mediaType };
    // The data keeps its text: writing the value out again would change big numbers, and fail for a very deep one.
    const raw = () => `${JSON.stringify(attributes).slice(0, -1)},"data":${text}}`;
    return [{ value: { ...attributes, data: value }, raw }];
  }
  if (!isEnvelope(mediaType) && mediaType !== PLAIN) {
    const detail = `Bodies of ${mediaType} are data: their attributes come as headers, ce-specversion and others.`;
    throw new ProblemError('media-type-unsupported', detail);
  }
  if (Array.isArray(value)) {
    if (mediaType === STRUCTURED) throw notExpected(value, `one event, since an array is sent as ${BATCH}`);
    let texts: readonly string[] | undefined;
    return value.map((element: unknown, index) => ({
      value: element,
      raw: () => {
        texts ??= elementTexts(text);
        return texts[index] ?? '';
      },
    }));
  }
  if (mediaType === BATCH) throw notExpected(value, 'an array of events');
  return [{ value, raw: () => text }];
}

const isEnvelope = (mediaType: string): boolean => mediaType === STRUCTURED || mediaType === BATCH;

const isBinary = (mediaType: string, headers: IncomingHttpHeaders): boolean =>
  !isEnvelope(mediaType) && (headers['ce-specversion'] !== undefined || headers['ce-id'] !== undefined);

const notExpected = (value: unknown, expected: string) =>
  new UnreadableBody({ code: 'unparseable', pointer: '', was: shown(value), expected });

/** A body that is no JSON as a dead letter keeps it: in binary mode within its event, so that it can be mended as one. */
export function keptBody(
  { headers }: { readonly headers: IncomingHttpHeaders },
  bytes: Uint8Array,
): KeptBody {
  const mediaType = mediaTypeOf(headers['content-type']);
  if (!isBinary(mediaType, headers)) return { raw: bytes, path: [] };
  const { source, type, ...rest } = attributesOf(headers);
  const data_base64 = Buffer.from(bytes).toString('base64');
  return {
    raw: JSON.stringify({ source, type, ...rest, datacontenttype: mediaType, data_base64 }),
    path: ['data'],
    ...(typeof source === 'string' ? { source } : {}),
    ...(typeof type === 'string' ? { type } : {}),
  };
}

/** The data are the body, and no attribute. */
const NO_ATTRIBUTES = new Set(['ce-data', 'ce-data_base64', 'ce-datacontenttype']);

/** Binary mode carries the attributes as `ce-*` headers, perhaps quoted, percent-encoded where not printable ASCII (§3.1.3.2). */
function attributesOf(headers: IncomingHttpHeaders): Record<string, unknown> {
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') && typeof value === 'string' && !NO_ATTRIBUTES.has(name)
      ? [[name.slice(3), decodedHeader(name, value)]]
      : [],
  );
  return Object.fromEntries(attributes);
}

function decodedHeader(name: string, value: string): string {
  const unquoted = /^"(.*)"$/.exec(value)?.[1]?.replace(/\\(.)/g, '$1') ?? value;
  const text = /^[ -~]*$/.test(unquoted) ? percentDecoded(unquoted) : undefined;
  if (text !== undefined) return text;
  const expected = 'printable ASCII, all else percent-encoded as UTF-8, a percent sign as %25';
  throw new ProblemError('request-invalid', `The header ${name} should be ${expected}.`, {
    errors: [{ pointer: `/${name}`, detail: expected }],
  });
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
