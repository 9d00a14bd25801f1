import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { described, withExamples } from './described.ts';
import type { EventKinds } from './event-kind.ts';
import { identifierSchema, whenSchema } from './schema-parts.ts';
import { isOwnSource } from './stored-event.ts';

/** The envelope of CloudEvents 1.0, as far as it is read; `time` is required here, since the time of arrival never stands in for it. */
export function envelopeSchema(zone: Zone) {
  return z.object({
    specversion: described(z.literal('1.0'), {
      meaning: 'Version of CloudEvents',
      vi: 'phiên bản CloudEvents',
      example: '1.0',
    }),
    id: described(identifierSchema(500), {
      meaning: 'Id of the event at its `source`; the same id with the same content is a duplicate',
      vi: 'mã sự kiện',
      example: '18',
    }),
    source: described(
      identifierSchema(500).refine(
        (source) => !isOwnSource(source),
        'a source of a feed; `nhip`, and what begins with `nhip/`, is kept for this system',
      ),
      {
        meaning: 'Where the event comes from; decides the feed',
        vi: 'nguồn',
        example: '/one-stop/office',
      },
    ),
    type: described(identifierSchema(200), {
      meaning: 'Type of the event',
      vi: 'loại sự kiện',
      example: 'dossier.status.v1',
    }),
    time: described(whenSchema(zone), {
      meaning: 'When it happened, not when it was sent',
      vi: 'thời điểm xảy ra',
      example: '2026-11-16T08:00:00+07:00',
    }),
    // CloudEvents JSON format §2.2: null is the same as unset.
    datacontenttype: described(
      z
        .string()
        .regex(/^application\/([\w.-]+\+)?json\s*(;|$)/i, 'application/json')
        .nullable(),
      {
        meaning: 'Media type of `data`: JSON',
        vi: 'kiểu nội dung',
        example: 'application/json',
        omit: 'it is `application/json`',
      },
    ).optional(),
    // The decoder leaves out any value that is not a W3C trace context.
    traceparent: described(z.unknown(), {
      meaning: 'W3C Trace Context; anything else is ignored',
      vi: 'mã truy vết',
      example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      omit: 'the sender does not trace',
    })
      .meta({ type: ['string', 'null'] })
      .optional(),
    data: z.unknown().optional(),
  });
}

/** JSON Schema (2020-12) of an event of each type as a feed sends it, for the OpenAPI document. */
export function eventJsonSchemas(
  kinds: EventKinds,
  zone: Zone,
): ReadonlyMap<string, Record<string, unknown>> {
  const envelope = envelopeSchema(zone);
  return new Map(
    [...kinds.values()].map((kind) => {
      const type = described(z.literal(kind.type), {
        meaning: 'Type of the event',
        vi: 'loại sự kiện',
        example: kind.type,
      });
      const event = envelope.extend({ type, data: kind.schema(zone) });
      const { $schema: _, ...schema } = z.toJSONSchema(event, { io: 'input', override: withExamples });
      return [kind.type, schema];
    }),
  );
}
