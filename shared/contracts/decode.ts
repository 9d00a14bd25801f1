import type { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { composed } from '../kernel/written-text.ts';
import { withSuffixesHidden, withSuffixesShown } from './axis-suffix.ts';
import { unpackBase64 } from './data-base64.ts';
import {
  type DomainEvent,
  type EventKind,
  type EventKinds,
  namesDays,
  toStored,
  toStoredInMoments,
} from './event-kind.ts';
import { type Fault, shown } from './fault.ts';
import { eventId } from './ids.ts';
import { wrongFields } from './issue-text.ts';
import { NOT_SHOWN, PERSON_FIELD, pointsAtPerson, type Seal } from './pseudonym.ts';
import {
  ANYTHING,
  type Fields,
  fieldsOf,
  type Notes,
  noNotes,
  type Place,
  readFields,
} from './read-fields.ts';
import { envelopeSchema } from './schemas.ts';
import type { EventMetadata, EventToRecord, FormerForms } from './stored-event.ts';
import { traceparentOf } from './traceparent.ts';

/** The feed of a CloudEvents `source`, and its rank. */
export type FeedOf = (source: string) => Pick<EventMetadata, 'feed' | 'rank'>;

export type Decoded =
  | {
      readonly kind: 'event';
      readonly event: EventToRecord;
      /** Field names that no contract has; the decoder dropped their values (this keeps personal data out). */
      readonly droppedFields: readonly string[];
    }
  | {
      readonly kind: 'invalid';
      readonly faults: readonly Fault[];
      readonly type?: string;
      readonly source?: string;
    };

/** More faults than a person corrects at once. */
const FAULT_LIMIT = 20;

/** Limit of an event's canonical content unless configured: a register entry of 2,000 recipients has half of it. */
export const EVENT_BYTES = 256 * 1_024;

/** Decodes one CloudEvent 1.0 in structured form (parsed JSON) to an event to record, or lists all its faults. */
export type Decoder = (input: unknown, origin?: string) => Decoded;

/** Attributes of CloudEvents that the decoder ignores; all other unknown ones are extensions. */
const UNREAD_ATTRIBUTES = ['subject', 'dataschema', 'data_base64'];

/** A kind of event with its reader. */
interface Contract {
  readonly kind: EventKind;
  readonly schema: z.ZodObject;
  readonly fields: Fields;
}

/**
 * @param zone for times without a zone (Asia/Ho_Chi_Minh unless configured)
 * @param mostBytes of an event's canonical content in UTF-8: what it costs everybody after the door
 * @param seal the key of the office for people; without it no event that names a person is taken
 */
export function decoder(
  kinds: EventKinds,
  zone: Zone,
  feedOf: FeedOf,
  mostBytes: number = EVENT_BYTES,
  seal?: Seal,
): Decoder {
  const envelope = envelopeSchema(zone);
  const attributes = attributeFields(envelope);
  const contracts = new Map<string, Contract>(
    [...kinds.values()].map((kind) => {
      const schema = kind.schema(zone);
      return [kind.type, { kind, schema, fields: fieldsOf(schema, kind.whenFields) }];
    }),
  );

  /** The event with its texts as sent, if an earlier version would have recorded it so. */
  const asWritten = ({ kind, schema }: Contract, input: unknown): FormerForms['asWritten'] => {
    const head = envelope.safeParse(input);
    if (!head.success) return undefined;
    const { source, id, time, data } = head.data;
    const body = schema.safeParse(withSuffixesHidden(data));
    if (!body.success) return undefined;
    const event = eventOf(kind, time, body.data);
    return { id: eventId(source, id), data: withSuffixesShown(toStoredInMoments(kind, event, zone)) };
  };

  const formerForms = (
    contract: Contract,
    event: DomainEvent,
    input: unknown,
    { altered }: Notes,
  ): FormerForms | undefined => {
    const written = altered ? asWritten(contract, input) : undefined;
    const days = namesDays(contract.kind, event);
    if (!written && !days) return undefined;
    return {
      ...(days && { inMoments: toStoredInMoments(contract.kind, event, zone) }),
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
    if (!contract) {
      const fault: Fault = {
        code: 'type-unknown',
        pointer: '/type',
        was: shown(type),
        expected: `one of ${[...kinds.keys()].join(', ')}`,
      };
      return { kind: 'invalid', faults: [fault], type, source };
    }
    const written = property(input, 'data');
    const body = contract.schema.safeParse(readFields(written, contract.fields, notes, DATA));
    if (!body.success || notes.misspelt.length > 0) {
      return { kind: 'invalid', faults: faultsOf(notes, body, written, ['data'], DATA.code), type, source };
    }
    const { kind } = contract;
    const given = identified(kind, body.data, id, seal);
    if (!given) return { kind: 'invalid', faults: [NO_KEY], type, source };
    const { sourceId } = given;
    const event = eventOf(kind, time, given.data);
    const stored = toStored(kind, event);
    const fault = correctsItself(event, sourceId) ?? tooLarge(stored, mostBytes);
    if (fault) return { kind: 'invalid', faults: [fault], type, source };
    const traceparent = traceparentOf(head.data.traceparent);
    // Events about people came later than the forms that an earlier version wrote.
    const former = kind.ofPerson ? undefined : formerForms(contract, event, input, notes);
    return {
      kind: 'event',
      droppedFields: [...notes.dropped],
      event: {
        id: eventId(source, sourceId),
        type,
        stream: kind.streamOf(event.data),
        data: stored,
        ...(former && { former }),
        ...streamLimitOf(kind, event),
        metadata: {
          source,
          sourceId,
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

const eventOf = (kind: EventKind, time: DomainEvent['time'], data: object): DomainEvent => ({
  type: kind.type,
  time,
  data: kind.bounded?.(data) ?? data,
});

interface Identified {
  readonly data: object;
  readonly sourceId: string;
}

/**
 * An event of a person as they are known behind the door; its own id and the one that it corrects may be made of theirs. Undefined
 * without a key.
 */
function identified(kind: EventKind, data: object, id: string, seal?: Seal): Identified | undefined {
  if (!kind.ofPerson) return { data, sourceId: id };
  if (!seal) return undefined;
  const person = property(data, PERSON_FIELD);
  const corrects = property(data, 'corrects');
  return {
    data: {
      ...data,
      [PERSON_FIELD]: seal(String(person)),
      ...(corrects !== undefined && { corrects: seal(String(corrects)) }),
    },
    sourceId: seal(id),
  };
}

/** A correction is taken beyond the limit, too. */
const streamLimitOf = ({ streamLimit }: EventKind, { data }: DomainEvent) =>
  streamLimit !== undefined && property(data, 'corrects') === undefined ? { streamLimit } : {};

function correctsItself({ data }: DomainEvent, id: string): Fault | undefined {
  if (property(data, 'corrects') !== id) return undefined;
  const expected = 'the id of another event than this one';
  return { code: 'data-invalid', pointer: '/data/corrects', was: shown(id), expected };
}

function tooLarge(stored: string, mostBytes: number): Fault | undefined {
  const bytes = Buffer.byteLength(stored);
  if (bytes <= mostBytes) return undefined;
  return {
    code: 'too-large',
    pointer: '/data',
    was: `${bytes} bytes, in the form in which they are stored`,
    expected: `up to ${mostBytes}, the limit of an event (MAX_EVENT_BYTES)`,
  };
}

const NO_KEY: Fault = {
  code: 'data-invalid',
  pointer: `/data/${PERSON_FIELD}`,
  was: NOT_SHOWN,
  expected: 'a server that has the key for people (STAFF_KEY_FILE)',
};

const ENVELOPE: Place = { code: 'envelope-invalid', path: [], prefix: '' };
const DATA: Place = { code: 'data-invalid', path: ['data'], prefix: '' };

/** The attributes of the envelope. The reader of the type reads the data. */
function attributeFields(envelope: z.ZodObject): Fields {
  const { names, byName } = fieldsOf(envelope, ['time']);
  const unread = UNREAD_ATTRIBUTES.map((name) => [name, ANYTHING] as const);
  return {
    names: new Map([...names, ...unread.map(([name]) => [name, name] as const)]),
    byName: new Map([...byName, ...unread]),
  };
}

/** Misspelt names come first: a field that seems to be missing may stand there. */
function faultsOf(
  { misspelt }: Notes,
  { error }: { readonly error?: z.ZodError | undefined },
  input: unknown,
  base: readonly string[],
  code: Fault['code'],
): Fault[] {
  const wrong = (error?.issues ?? [])
    .slice(0, FAULT_LIMIT)
    .flatMap((issue) => wrongFields(issue, input, base).map((field) => ({ code, ...field })));
  return [...misspelt, ...wrong]
    .map((fault) => (pointsAtPerson(fault.pointer) ? { ...fault, was: NOT_SHOWN } : fault))
    .slice(0, FAULT_LIMIT);
}

const isRecord = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === 'object' && value !== null;

const property = (value: unknown, name: PropertyKey): unknown => (isRecord(value) ? value[name] : undefined);

/** A text of an invalid input, shortened: it may have any content. */
function named(input: unknown): { type?: string; source?: string } {
  const type = property(input, 'type');
  const source = property(input, 'source');
  return {
    ...(typeof type === 'string' ? { type: type.slice(0, 200).toWellFormed() } : {}),
    ...(typeof source === 'string' ? { source: composed(source.slice(0, 500).toWellFormed()) } : {}),
  };
}
