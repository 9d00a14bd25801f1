import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { calendarDayDeclaredV1 } from './calendar-day-declared.v1.ts';
import { documentExchangeV1 } from './document-exchange.v1.ts';
import { documentRegisteredV1 } from './document-registered.v1.ts';
import { dossierStatusV1, REASON_LIMIT } from './dossier-status.v1.ts';
import {
  type DomainEvent,
  EVENT_TYPES,
  type EventMetadata,
  type EventToRecord,
  type EventType,
  isEventType,
  streamOf,
  toStored,
} from './event.ts';
import { type Fault, pointerOf, shown } from './fault.ts';
import { eventId } from './ids.ts';
import { identifierSchema, momentSchema } from './schema-parts.ts';
import { unitDeclaredV1 } from './unit-declared.v1.ts';

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

/** @param zone for times without a zone (Asia/Ho_Chi_Minh unless configured). */
export function decoder(zone: Zone, feedOf: FeedOf): Decoder {
  const envelope = z.object({
    specversion: z.literal('1.0'),
    id: identifierSchema(500),
    source: identifierSchema(500),
    type: z.string(),
    time: momentSchema(zone),
    datacontenttype: z
      .string()
      .regex(/^application\/(.+\+)?json\b/i, 'application/json')
      .optional(),
    traceparent: z.string().max(100).optional(),
    data: z.unknown(),
  });
  const schemas = {
    'dossier.status.v1': dossierStatusV1(zone),
    'document.registered.v1': documentRegisteredV1(zone),
    'document.exchange.v1': documentExchangeV1(zone),
    'unit.declared.v1': unitDeclaredV1(),
    'calendar.day-declared.v1': calendarDayDeclaredV1(),
  } satisfies Record<EventType, z.ZodObject>;

  return (input, origin) => {
    const head = envelope.safeParse(input);
    if (!head.success) {
      return {
        kind: 'invalid',
        faults: faultsOf(head.error, input, [], 'envelope-invalid'),
        ...named(input),
      };
    }
    const { type, source, id, time, traceparent } = head.data;
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
    return {
      kind: 'event',
      droppedFields: unknownNames(head.data.data, schemas[type]),
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
      reason: reason.slice(0, REASON_LIMIT).toWellFormed(),
      marks: [...marks, 'reason-cut'],
    },
  };
}

function faultsOf(error: z.ZodError, input: unknown, base: readonly string[], code: Fault['code']): Fault[] {
  return error.issues.slice(0, 20).map((issue) => ({
    code,
    pointer: pointerOf([...base, ...issue.path]),
    was: shown(issue.path.reduce<unknown>(property, input)),
    expected: issue.message,
  }));
}

const isRecord = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === 'object' && value !== null;

const property = (value: unknown, name: PropertyKey): unknown => (isRecord(value) ? value[name] : undefined);

function named(input: unknown): { type?: string; source?: string } {
  const type = property(input, 'type');
  const source = property(input, 'source');
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(typeof source === 'string' ? { source } : {}),
  };
}

function unknownNames(data: unknown, schema: z.ZodObject): string[] {
  return isRecord(data) ? Object.keys(data).filter((name) => !Object.hasOwn(schema.shape, name)) : [];
}
