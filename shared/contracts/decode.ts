import type { z } from 'zod';
import { REASON_LIMIT } from '../books/dossier/status.v1.ts';
import type { Zone } from '../calendar/zone.ts';
import { composed } from '../kernel/written-text.ts';
import { withSuffixesHidden, withSuffixesShown } from './axis-suffix.ts';
import { unpackBase64 } from './data-base64.ts';
import {
  type DomainEvent,
  EVENT_TYPES,
  type EventMetadata,
  type EventToRecord,
  type FormerForms,
  isEventType,
  namesDays,
  streamOf,
  toStored,
  toStoredInMoments,
  whenFieldsOf,
} from './event.ts';
import { type Fault, pointerOf, shown } from './fault.ts';
import { eventId } from './ids.ts';
import {
  ANYTHING,
  type Fields,
  fieldsOf,
  type Notes,
  noNotes,
  type Place,
  readFields,
} from './read-fields.ts';
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

/** More than a person mends at once. */
const FAULT_LIMIT = 20;

/** Turns one CloudEvent 1.0 in structured form (parsed JSON) into an event to record, or says all that is wrong with it. */
export type Decoder = (input: unknown, origin?: string) => Decoded;

/** Attributes that CloudEvents itself names and nobody here reads; all others are extensions. */
const UNREAD_ATTRIBUTES = ['subject', 'dataschema', 'data_base64'];

/** @param zone for times without a zone (Asia/Ho_Chi_Minh unless configured). */
export function decoder(zone: Zone, feedOf: FeedOf): Decoder {
  const envelope = envelopeSchema(zone);
  const attributes = attributeFields(envelope);
  const contracts = new Map<string, { readonly schema: z.ZodObject; readonly fields: Fields }>(
    Object.entries(dataSchemas(zone)).map(([type, schema]) => [
      type,
      { schema, fields: fieldsOf(schema, isEventType(type) ? whenFieldsOf(type) : []) },
    ]),
  );

  /** The event with its texts as they were written, if it would have been taken so. */
  const asWritten = (input: unknown): FormerForms['asWritten'] => {
    const head = envelope.safeParse(input);
    if (!head.success) return undefined;
    const { type, source, id, time, data } = head.data;
    const body = contracts.get(type)?.schema.safeParse(withSuffixesHidden(data));
    if (!body?.success) return undefined;
    const event = cut({ type, time, data: body.data } as DomainEvent);
    return { id: eventId(source, id), data: withSuffixesShown(toStoredInMoments(event, zone)) };
  };

  const formerForms = (event: DomainEvent, input: unknown, { altered }: Notes): FormerForms | undefined => {
    const written = altered ? asWritten(input) : undefined;
    const days = namesDays(event);
    if (!written && !days) return undefined;
    return {
      ...(days && { inMoments: toStoredInMoments(event, zone) }),
      ...(written && { asWritten: written }),
    };
  };

  const decode: Decoder = (input, origin) => {
    const notes = noNotes();
    const attributesRead = readFields(input, attributes, notes, ENVELOPE);
    const head = envelope.safeParse(attributesRead);
    if (!head.success || notes.misspelt.length > 0) {
      return {
        kind: 'invalid',
        faults: faultsOf(notes, head, input, [], ENVELOPE.code),
        ...named(input),
      };
    }
    const { type, source, id, time } = head.data;
    const contract = contracts.get(type);
    if (!contract || !isEventType(type)) {
      const fault: Fault = {
        code: 'type-unknown',
        pointer: '/type',
        was: shown(type),
        expected: `one of ${EVENT_TYPES.join(', ')}`,
      };
      return { kind: 'invalid', faults: [fault], type, source };
    }
    const given = property(input, 'data');
    const body = contract.schema.safeParse(readFields(given, contract.fields, notes, DATA));
    if (!body.success || notes.misspelt.length > 0) {
      return { kind: 'invalid', faults: faultsOf(notes, body, given, ['data'], DATA.code), type, source };
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
    const former = formerForms(event, input, notes);
    return {
      kind: 'event',
      droppedFields: [...notes.dropped],
      event: {
        id: eventId(source, id),
        type,
        stream: streamOf(event),
        data: toStored(event),
        ...(former && { former }),
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

  return (input, origin) => {
    const unpacked = unpackBase64(input);
    return unpacked.kind === 'input'
      ? decode(unpacked.input, origin)
      : { kind: 'invalid', faults: [unpacked.fault], ...named(input) };
  };
}

const ENVELOPE: Place = { code: 'envelope-invalid', path: [], prefix: '' };
const DATA: Place = { code: 'data-invalid', path: ['data'], prefix: '' };

/** The attributes of the envelope. Its data are read by the fields of their type. */
function attributeFields(envelope: z.ZodObject): Fields {
  const { names, byName } = fieldsOf(envelope, ['time']);
  const unread = UNREAD_ATTRIBUTES.map((name) => [name, ANYTHING] as const);
  return {
    names: new Map([...names, ...unread.map(([name]) => [name, name] as const)]),
    byName: new Map([...byName, ...unread]),
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

/** Names that are misspelt come first: what seems to be missing may stand there. */
function faultsOf(
  { misspelt }: Notes,
  { error }: { readonly error?: z.ZodError | undefined },
  input: unknown,
  base: readonly string[],
  code: Fault['code'],
): Fault[] {
  const wrong = (error?.issues ?? []).slice(0, FAULT_LIMIT).map((issue) => ({
    code,
    pointer: pointerOf([...base, ...issue.path]),
    was: shown(issue.path.reduce<unknown>(property, input)),
    expected: expectedBy(issue),
  }));
  return [...misspelt, ...wrong].slice(0, FAULT_LIMIT);
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
    ...(typeof source === 'string' ? { source: composed(source.slice(0, 500).toWellFormed()) } : {}),
  };
}
