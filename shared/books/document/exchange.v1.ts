import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { documentId, streamName, unitId } from '../../contracts/ids.ts';
import { marksSchema } from '../../contracts/marks.ts';
import { identifierSchema, whenSchema } from '../../contracts/schema-parts.ts';

/**
 * Steps that the axis (trục liên thông văn bản) carried or a recipient answered; edXML status codes 01-06, 13, 15, 16 and the
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

const STEP_MEANINGS: Readonly<Record<ExchangeStep, string>> = {
  sent: "Sent; the sender's word, proves nothing yet (đã gửi)",
  arrived: 'Arrived at the recipient (01, đã đến)',
  rejected: 'Rejected by the recipient (02, từ chối tiếp nhận)',
  accepted: 'Accepted (03, đã tiếp nhận)',
  assigned: 'Assigned to a person (04, phân công)',
  'in-progress': 'Being processed (05, đang xử lý)',
  completed: 'Processed (06, hoàn thành)',
  'recall-requested': 'The sender asks for it back (13, lấy lại)',
  'recall-agreed': 'The recipient agrees to the recall or update; leaves the figure (15, đồng ý)',
  'change-refused': 'The recipient refuses the recall or update (16, từ chối)',
  replaced: 'Another document replaces it; leaves the figure (thay thế)',
};

const id = identifierSchema(300);

/** `document.exchange.v1`: one step of one document towards one recipient. */
export function documentExchangeV1(zone: Zone) {
  return z.object({
    documentId: described(id.transform(documentId), {
      meaning: 'Document: agency, day of promulgation, number/notation',
      vi: 'mã văn bản',
      example: 'H19.01,2026-11-20,15/VP-HC',
    }),
    recipientUnitId: described(id.transform(unitId), {
      meaning: 'Recipient that this step concerns',
      vi: 'cơ quan nhận',
      example: 'H19.12',
    }),
    step: described(z.enum(EXCHANGE_STEPS), {
      meaning: 'What happened to the document on its way to this recipient',
      vi: 'trạng thái gửi nhận',
      example: 'arrived',
      values: STEP_MEANINGS,
    }),
    at: described(whenSchema(zone), {
      meaning: 'When it happened',
      vi: 'thời điểm',
      example: '2026-11-20T09:31:00+07:00',
    }),
    marks: marksSchema.optional(),
  });
}

export type DocumentExchangeV1 = z.output<ReturnType<typeof documentExchangeV1>>;

/** The most recipients that a document may have, with 25 events each: the steps of an exchange are ten. */
export const DOCUMENT_EVENTS = 50_000;

export const documentExchange: EventKind<DocumentExchangeV1> = {
  type: 'document.exchange.v1',
  schema: documentExchangeV1,
  whenFields: ['at'],
  streamOf: ({ documentId }) => streamName(`document-${documentId}`),
  streamLimit: DOCUMENT_EVENTS,
};
