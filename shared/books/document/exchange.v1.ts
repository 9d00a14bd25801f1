import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { documentId, unitId } from '../../contracts/ids.ts';
import { identifierSchema, whenSchema } from '../../contracts/schema-parts.ts';
import { marksSchema } from '../dossier/status.v1.ts';

/**
 * What the axis (trục liên thông văn bản) carried or a receiver answered; edXML status codes 01-06, 13, 15, 16 and the
 * business types of a document message translate to these.
 */
export const EXCHANGE_STEPS = [
  'sent',
  'arrived',
  'rejected',
  'accepted',
  'assigned',
  'in-progress',
  'completed',
  'recall-requested',
  'recall-agreed',
  'change-refused',
  'replaced',
] as const;
export type ExchangeStep = (typeof EXCHANGE_STEPS)[number];

const id = identifierSchema(300);

/** `document.exchange.v1`: one step of one document towards one recipient. */
export function documentExchangeV1(zone: Zone) {
  return z.object({
    documentId: id.transform(documentId),
    recipientUnitId: id.transform(unitId),
    step: z.enum(EXCHANGE_STEPS),
    at: whenSchema(zone),
    marks: marksSchema.optional(),
  });
}

export type DocumentExchangeV1 = z.output<ReturnType<typeof documentExchangeV1>>;
