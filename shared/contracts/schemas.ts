import { z } from 'zod';
import { documentExchangeV1 } from '../books/document/exchange.v1.ts';
import { documentRegisteredV1 } from '../books/document/registered.v1.ts';
import { dossierStatusV1 } from '../books/dossier/status.v1.ts';
import type { Zone } from '../calendar/zone.ts';
import { agencyIdMappedV1 } from '../office/agency-id-mapped.v1.ts';
import { calendarDayDeclaredV1 } from '../office/calendar-day-declared.v1.ts';
import { unitDeclaredV1 } from '../office/unit-declared.v1.ts';
import { EVENT_TYPES, type EventType } from './event.ts';
import { identifierSchema, whenSchema } from './schema-parts.ts';

/** The envelope of CloudEvents 1.0, as far as it is read; `time` is required here, since no event is timed by its arrival. */
export function envelopeSchema(zone: Zone) {
  return z.object({
    specversion: z.literal('1.0'),
    id: identifierSchema(500),
    source: identifierSchema(500),
    type: identifierSchema(200),
    time: whenSchema(zone),
    // CloudEvents JSON format §2.2: null is the same as unset.
    datacontenttype: z
      .string()
      .regex(/^application\/([\w.-]+\+)?json\s*(;|$)/i, 'application/json')
      .nullish(),
    // Whatever is no W3C trace context is left out when it is decoded.
    traceparent: z
      .unknown()
      .optional()
      .meta({ type: ['string', 'null'], description: 'W3C Trace Context; anything else is ignored.' }),
    data: z.unknown().optional(),
  });
}

/** The schema of each type's data. */
export function dataSchemas(zone: Zone) {
  return {
    'dossier.status.v1': dossierStatusV1(zone),
    'document.registered.v1': documentRegisteredV1(zone),
    'document.exchange.v1': documentExchangeV1(zone),
    'unit.declared.v1': unitDeclaredV1(zone),
    'calendar.day-declared.v1': calendarDayDeclaredV1(zone),
    'agency-id.mapped.v1': agencyIdMappedV1(zone),
  } satisfies Record<EventType, z.ZodObject>;
}

/** JSON Schema (2020-12) of an event of each type as a feed sends it, for the OpenAPI document. */
export function eventJsonSchemas(zone: Zone): Record<EventType, Record<string, unknown>> {
  const envelope = envelopeSchema(zone);
  const schemas = dataSchemas(zone);
  const written = EVENT_TYPES.map((type) => {
    const event = envelope.extend({ type: z.literal(type), data: schemas[type] });
    const { $schema: _, ...schema } = z.toJSONSchema(event, { io: 'input' });
    return [type, schema];
  });
  return Object.fromEntries(written);
}
