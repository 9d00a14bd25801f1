import type { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { REASON_LIMIT } from './dossier-status.v1.ts';
import {
  type DomainEvent,
  EVENT_TYPES,
  type EventMetadata,
  type EventToRecord,
  isEventType,
  streamOf,
  toStored,
} from './event.ts';
import { type Fault, pointerOf, shown } from './fault.ts';
import { eventId } from './ids.ts';
import { dataSchemas, envelopeSchema } from './schemas.ts';
import { traceparentOf } from './traceparent.ts';

/** Which feed a CloudEvents `source` is, and how it ranks. */
export type FeedOf = (source: string) => Pick<EventMetadata, 'feed' | 'rank'>;

export type Decoded =
  | {
      readonly kind: 'event';
      readonly event: EventToRecord;
      /** Names that no contract has; their values were dropped (that is how personal data stays out). */
      readonly droppedFields: readonly string[];
    }
  | {
      readonly kind: 'invalid';
      readonly faults: readonly Fault[];
      readonly type?: string;
      readonly source?: string;
    };

/** Turns one CloudEvent 1.0 in structured form (parsed JSON) into an event to record, or says all that is wrong with it. */
export type Decoder = (input: unknown, origin?: string) => Decoded;

/** Envelope attributes that are read here or that CloudEvents itself names; all others are extensions nobody reads. */
const ENVELOPE_NAMES = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'time',
  'subject',
  'datacontenttype',
  'dataschema',
  'traceparent',
  'data',
]);

/** @param zone for times without a zone (Asia/Ho_Chi_Minh unless configured). */
export function decoder(zone: Zone, feedOf: FeedOf): Decoder {
  const envelope = envelopeSchema(zone);
  const schemas = dataSchemas(zone);

  return (input, origin) => {
    const head = envelope.safeParse(input);
    if (!head.success) {
      return {
        kind: 'invalid',
        faults: faultsOf(head.error, input, [], 'envelope-invalid'),
        ...named(input),
      };
    }
    const { type, source, id, time } = head.data;
    if (!isEventType(type)) {
      const fault: Fault = {
        code: 'type-unknown',
        pointer: '/type',
        was: shown(type),
        expected: `one of ${EVENT_TYPES.join(', ')}`,
      };
      return { kind: 'invalid', faults: [fault], type, source };
    }
    const body = schemas[type].safeParse(head.data.data);
    if (!body.success) {
      const faults = faultsOf(body.error, head.data.data, ['data'], 'data-invalid');
      return { kind: 'invalid', faults, type, source };
    }
    const event = cut({ type, time, data: body.data } as DomainEvent);
    if ('corrects' in event.data && event.data.corrects === id) {
      const fault: Fault = {
        code: 'data-invalid',
        pointer: '/data/corrects',
        was: shown(id),
        expected: 'the id of another event than this one',
      };
      return { kind: 'invalid', faults: [fault], type, source };
    }
    const traceparent = traceparentOf(head.data.traceparent);
    return {
      kind: 'event',
      droppedFields: droppedNames(input, head.data.data, body.data),
      event: {
        id: eventId(source, id),
        type,
        stream: streamOf(event),
        data: toStored(event),
        metadata: {
          source,
          sourceId: id,
          ...feedOf(source),
          ...(origin === undefined ? {} : { origin }),
          ...(traceparent === undefined ? {} : { traceparent }),
        },
      },
    };
  };
}

/** A reason beyond the limit is cut and marked: it informs people, no figure depends on it. */
function cut(event: DomainEvent): DomainEvent {
  if (event.type !== 'dossier.status.v1') return event;
  const { reason, marks = [] } = event.data;
  if (reason === undefined || reason.length <= REASON_LIMIT) return event;
  return {
    ...event,
    data: {
      ...event.data,
      // The cut may leave half of a character behind.
      reason: reason.slice(0, REASON_LIMIT).replace(/\p{Cs}$/u, ''),
      marks: [...marks, 'reason-cut'],
    },
  };
}

function faultsOf(error: z.ZodError, input: unknown, base: readonly string[], code: Fault['code']): Fault[] {
  return error.issues.slice(0, 20).map((issue) => ({
    code,
    pointer: pointerOf([...base, ...issue.path]),
    was: shown(issue.path.reduce<unknown>(property, input)),
    expected: expectedBy(issue),
  }));
}

/** What should stand there, without what did: that is told beside it. */
function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input'))
    return `a value of type ${issue.expected}`;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

const isRecord = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === 'object' && value !== null;

const property = (value: unknown, name: PropertyKey): unknown => (isRecord(value) ? value[name] : undefined);

/** What an invalid input says of itself, shortened: it may say anything. */
function named(input: unknown): { type?: string; source?: string } {
  const type = property(input, 'type');
  const source = property(input, 'source');
  return {
    ...(typeof type === 'string' ? { type: type.slice(0, 200).toWellFormed() } : {}),
    ...(typeof source === 'string' ? { source: source.slice(0, 500).toWellFormed() } : {}),
  };
}

/** Names in the envelope, and dotted names in the data, that were not kept; each once. */
function droppedNames(envelope: unknown, data: unknown, kept: unknown): readonly string[] {
  const names = isRecord(envelope) ? Object.keys(envelope).filter((name) => !ENVELOPE_NAMES.has(name)) : [];
  addDropped(names, data, kept, '');
  return names.length > 1 ? [...new Set(names)] : names;
}

/** Compares what came with what its schema kept. It goes no deeper than a schema does. */
function addDropped(names: string[], came: unknown, kept: unknown, prefix: string): void {
  if (Array.isArray(came) && Array.isArray(kept)) {
    if (!isRecord(kept[0])) return;
    for (const [index, element] of came.entries()) addDropped(names, element, kept[index], prefix);
  } else if (isRecord(came) && isRecord(kept)) {
    for (const name of Object.keys(came)) {
      if (!Object.hasOwn(kept, name)) names.push(prefix + name);
      else if (isRecord(came[name])) addDropped(names, came[name], kept[name], `${prefix}${name}.`);
    }
  }
}
