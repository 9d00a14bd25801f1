import type { Zone } from '../../calendar/zone.ts';
import { type Fault, shown } from '../../contracts/fault.ts';
import { readJson, readText } from '../../contracts/json-text.ts';
import { type DialectOptions, identified, type Translated, type TranslatedInput } from '../translated.ts';
import { type Element, type Field, fieldAt, type Parsed, unreadable } from './element.ts';
import { hasComment, parseJsonForm } from './json.ts';
import { letterOf } from './letter.ts';
import { type Message, messagesIn, misshapen } from './messages.ts';
import { fromBase64, looksLikeMime, rootPart } from './mime.ts';
import { type Step, stepsOf } from './steps.ts';
import { parseXml } from './xml.ts';

/** The source of this dialect's events: the axis (trục liên thông văn bản), through any gateway. */
export const EDXML_SOURCE = '/feeds/edxml';

/** The one event type that the axis reports. */
export const EDXML_TYPE = 'document.exchange.v1';
/** Up to so many faults of one message are reported. */
const FAULT_LIMIT = 20;

/** One body comes to at most so many events: a replacement of many documents for many recipients multiplies. */
export const EVENT_LIMIT = 10_000;

export interface EdxmlOptions extends DialectOptions {
  /** Of times that name none, and of days. */
  readonly zone: Zone;
  /** Of the request, where it holds the header of a MIME body. */
  readonly contentType?: string | undefined;
}

/**
 * Translates the edXML messages of a body into `document.exchange.v1` events, one for each recipient: a document message states
 * that it was sent (or recalled, updated, replaced), a status message the step of its receiver. The form is read from the body: that
 * of QCVN 102:2016, the older one in a SOAP envelope, that of a province's axis in MIME, the one that a `<message>` carries in
 * base64, and JSON. Attachments and the names of people are not read.
 */
export function decodeEdxml(body: Uint8Array, options: EdxmlOptions): Translated {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const found = messagesOf(bytes, options.contentType);
  if (found.kind === 'invalid') return found;
  const inputs: TranslatedInput[] = [];
  for (const [record, message] of found.messages.entries()) {
    const made = inputsOf(message, EVENT_LIMIT - inputs.length, options);
    if (made === undefined) {
      const expected = `messages that come to at most ${EVENT_LIMIT} events`;
      return unreadable('more events', expected, message.header.pointer);
    }
    inputs.push(...made.map((input) => ({ ...input, record })));
  }
  return { kind: 'inputs', inputs };
}

type Messages =
  | { readonly kind: 'messages'; readonly messages: readonly Message[] }
  | (Parsed & { kind: 'invalid' });

/** Every message of a body, or none: the good ones must be neither lost nor repeated, so all are sent again once mended. */
function messagesOf(
  bytes: Buffer,
  contentType: string | undefined,
  wrapper?: { readonly at: string; readonly sentAt: Field | undefined },
): Messages {
  const tree = treeOf(bytes, contentType, wrapper?.at);
  if (tree.kind === 'invalid') return tree;
  const places = messagesIn(tree.root, wrapper?.sentAt);
  if (places.kind === 'invalid') return places;
  const messages: Message[] = [];
  for (const place of places.found) {
    if (place.kind === 'message') {
      messages.push(place.message);
      continue;
    }
    const content = fieldAt(place.element, 'content');
    if (wrapper) return unreadable('a message in a message', 'edXML', content.pointer);
    const inner = unwrapped(place.element, content);
    if (inner.kind === 'invalid') return inner;
    messages.push(...inner.messages);
  }
  return { kind: 'messages', messages };
}

/** The content of a gateway's `<message>`, as it is or in base64. */
function unwrapped(element: Element, { value = '', pointer }: Field): Messages {
  const bytes = value.startsWith('<') ? Buffer.from(value) : fromBase64(value);
  const sentAt = fieldAt(element, 'send-date');
  return bytes
    ? messagesOf(bytes, undefined, { at: pointer, sentAt: sentAt.written === undefined ? undefined : sentAt })
    : unreadable(shown(value), 'edXML, as it is or in base64', pointer);
}

const BYTE_ORDER_MARK = '\xef\xbb\xbf';

/** A body as a tree. Its beginning shows its form; the declared type does not count. */
function treeOf(bytes: Buffer, contentType: string | undefined, at = ''): Parsed {
  const first = /^(?:\xef\xbb\xbf)?\s*([^\s])/.exec(bytes.toString('latin1', 0, 1_000))?.[1];
  if (first === '<') return xmlTree(bytes, at);
  if (first === '{' || first === '[') return jsonTree(bytes, at);
  const marked = bytes.toString('latin1', 0, 3) === BYTE_ORDER_MARK ? bytes.subarray(3) : bytes;
  if (/^\s*multipart\//i.test(contentType ?? '') || looksLikeMime(marked)) {
    const root = rootPart(marked, contentType);
    return root.kind === 'root' ? xmlTree(root.bytes, at) : root;
  }
  const was = /^(?:\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2))
    ? 'UTF-16'
    : shown(bytes.toString('utf8', 0, 100));
  return unreadable(was, 'an edXML message in UTF-8: XML, MIME multipart/related or JSON', at);
}

function xmlTree(bytes: Buffer, at: string): Parsed {
  const reading = readText(bytes);
  return reading.kind === 'text'
    ? parseXml(reading.text, at)
    : { kind: 'invalid', fault: { ...reading.fault, pointer: at } };
}

function jsonTree(bytes: Buffer, at: string): Parsed {
  const reading = readJson(bytes);
  if (reading.kind === 'json') return parseJsonForm(reading.value);
  return hasComment(bytes.toString('utf8'))
    ? unreadable('a comment', 'JSON, which has no comments', at)
    : { kind: 'invalid', fault: { ...reading.fault, pointer: at } };
}

/**
 * The events of a message, and beside them, if something is wrong with it, all that is: that is one refusal. Undefined when the
 * message comes to more events than that.
 */
function inputsOf(
  message: Message,
  limit: number,
  options: EdxmlOptions,
): readonly Omit<TranslatedInput, 'record'>[] | undefined {
  const events: Omit<TranslatedInput, 'record'>[] = [];
  const faults = new Map(misshapen(message).map((fault) => [fault.pointer, fault]));
  let count = 0;
  for (const step of faults.size > 0 ? [] : stepsOf(message, options.zone)) {
    count += 1;
    if (count > limit) return undefined;
    const { made, wrong } = eventOf(step, options);
    // The dropped names of a message are reported once, with the first of its events.
    if (wrong.length === 0) events.push(events.length === 0 ? withDropped(made, message) : made);
    for (const fault of wrong) if (!faults.has(fault.pointer)) faults.set(fault.pointer, fault);
  }
  if (faults.size === 0) return events;
  const letter = letterOf(message);
  const reported = [...faults.values()].slice(0, FAULT_LIMIT);
  const refusal = {
    kind: 'invalid' as const,
    faults: reported.map((fault) => ({ ...fault, pointer: letter.pointer(fault.pointer) })),
    source: EDXML_SOURCE,
    type: EDXML_TYPE,
  };
  return [...events, { decoded: refusal, raw: letter.text, asSent: letter.sentPointer }];
}

const withDropped = ({ decoded, raw }: ReturnType<typeof identified>, { dropped }: Message) =>
  decoded.kind === 'event' ? { decoded: { ...decoded, droppedFields: dropped }, raw } : { decoded, raw };

function eventOf(step: Step, options: DialectOptions) {
  const { documentId, recipient, time, timeInferred } = step;
  const made = identified(
    {
      source: EDXML_SOURCE,
      type: EDXML_TYPE,
      time: time.value,
      data: {
        documentId: documentId.value,
        recipientUnitId: recipient.value,
        step: step.step.value,
        at: time.value,
        ...(timeInferred ? { marks: ['time-inferred'] } : {}),
      },
    },
    options,
  );
  const own = [documentId, recipient, step.step, time].flatMap(({ fault }) => fault ?? []);
  const others =
    made.decoded.kind === 'invalid' ? made.decoded.faults.map((fault) => inMessage(fault, step)) : [];
  return { made, wrong: [...own, ...others] };
}

/** A fault of a translation as one of the message: where the value stood, and how it was written. */
function inMessage(fault: Fault, { documentId, recipient, step, time }: Step): Fault {
  const places = new Map<string, Field>([
    ['/time', time],
    ['/data/at', time],
    ['/data/documentId', documentId],
    ['/data/recipientUnitId', recipient],
    ['/data/step', step],
  ]);
  const place = places.get(fault.pointer);
  return place ? { ...fault, pointer: place.pointer, was: shown(place.written) } : fault;
}
