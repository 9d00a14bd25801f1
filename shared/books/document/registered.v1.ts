import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { documentId, unitId } from '../../contracts/ids.ts';
import {
  identifierSchema,
  identifierSetSchema,
  lineSchema,
  whenSchema,
} from '../../contracts/schema-parts.ts';

/** Trong nội bộ Văn phòng, or giữa các cơ quan hành chính. */
export const SCOPES = ['internal', 'inter-agency'] as const;
export type Scope = (typeof SCOPES)[number];

/** How a recipient was to get it: trục liên thông, phần mềm nội bộ, thư điện tử, bản giấy, khác. */
export const EXCHANGE_CHANNELS = ['axis', 'internal-system', 'email', 'paper', 'other'] as const;
export type ExchangeChannel = (typeof EXCHANGE_CHANNELS)[number];

const id = identifierSchema(300);

/** `document.registered.v1`: the register of outgoing documents (sổ văn bản đi) has a document; its last statement holds. */
export function documentRegisteredV1(zone: Zone) {
  const when = whenSchema(zone);
  return z.object({
    documentId: id.transform(documentId),
    scope: z.enum(SCOPES),
    fromUnitId: id.transform(unitId),
    issuedAt: when,
    aliases: identifierSetSchema(documentId).optional(),
    recipients: z
      .array(
        z.object({
          unitId: id.transform(unitId),
          channel: z.enum(EXCHANGE_CHANNELS),
          exemption: z
            .object({
              reason: z.enum(['classified', 'regulated']),
              citation: lineSchema(500).optional(),
            })
            .optional(),
        }),
      )
      .max(2_000),
    paperCopy: z.boolean().optional(),
    /** CloudEvents `id`, at the same source, of the event this one replaces. */
    corrects: identifierSchema(500).optional(),
    assertedAt: when.optional(),
  });
}

export type DocumentRegisteredV1 = z.output<ReturnType<typeof documentRegisteredV1>>;
