import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { documentId, streamName, unitId } from '../../contracts/ids.ts';
import {
  identifierSchema,
  identifierSetSchema,
  lineSchema,
  whenSchema,
} from '../../contracts/schema-parts.ts';
import { DOCUMENT_EVENTS } from './exchange.v1.ts';

/** Trong nội bộ Văn phòng, or giữa các cơ quan hành chính. */
export const SCOPES = ['internal', 'inter-agency'] as const;
export type Scope = (typeof SCOPES)[number];

/** The planned channel to a recipient: trục liên thông, phần mềm nội bộ, thư điện tử, bản giấy, khác. */
export const EXCHANGE_CHANNELS = ['axis', 'internal-system', 'email', 'paper', 'other'] as const;
export type ExchangeChannel = (typeof EXCHANGE_CHANNELS)[number];

const id = identifierSchema(300);

const recipientSchema = z.object({
  unitId: described(id.transform(unitId), {
    meaning: 'The recipient',
    vi: 'cơ quan nhận',
    example: 'H19.12',
  }),
  channel: described(z.enum(EXCHANGE_CHANNELS), {
    meaning: 'How the document was to go to this recipient',
    vi: 'phương thức gửi',
    example: 'axis',
    values: {
      axis: 'The document axis (trục liên thông văn bản)',
      'internal-system': 'A system inside the office (phần mềm nội bộ)',
      email: 'E-mail (thư điện tử)',
      paper: 'Paper (bản giấy)',
      other: 'Another way (khác)',
    },
  }),
  exemption: described(
    z.object({
      reason: described(z.enum(['classified', 'regulated']), {
        meaning: 'Why it may not go electronically',
        vi: 'lý do miễn trừ',
        example: 'classified',
        values: {
          classified: 'A state secret (bí mật nhà nước)',
          regulated: 'A regulation requires paper; needs `citation` (theo quy định)',
        },
      }),
      citation: described(lineSchema(500), {
        meaning: 'The regulation that requires paper',
        vi: 'căn cứ pháp lý',
        example: 'Khoản 2 Điều 5 NĐ 30/2020/NĐ-CP',
        omit: 'the reason is `classified`',
      }).optional(),
    }),
    {
      meaning: 'Takes this recipient out of the figure',
      vi: 'miễn trừ',
      example: { reason: 'classified' },
      omit: 'the document should go electronically',
    },
  ).optional(),
});

/** `document.registered.v1`: an entry in the register of outgoing documents (sổ văn bản đi); the last statement is in force. */
export function documentRegisteredV1(zone: Zone) {
  const when = whenSchema(zone);
  return z.object({
    documentId: described(id.transform(documentId), {
      meaning: 'Document as it is known on the axis: agency, day of promulgation, number/notation',
      vi: 'mã văn bản',
      example: 'H19.01,2026-11-20,15/VP-HC',
    }),
    scope: described(z.enum(SCOPES), {
      meaning: 'Which objective the document counts for',
      vi: 'phạm vi trao đổi',
      example: 'inter-agency',
      values: {
        internal: 'Inside the office (trong nội bộ cơ quan)',
        'inter-agency': 'Between agencies (giữa các cơ quan hành chính)',
      },
    }),
    fromUnitId: described(id.transform(unitId), {
      meaning: 'Unit that issued the document',
      vi: 'cơ quan ban hành',
      example: 'H19.01',
    }),
    issuedAt: described(when, {
      meaning: 'When the document was issued; the grace for its proof begins here',
      vi: 'ngày ban hành',
      example: '2026-11-20',
    }),
    aliases: described(identifierSetSchema(documentId), {
      meaning: 'Other ids of the same document; once stated they stay linked. Up to 20',
      vi: 'mã văn bản khác',
      example: ['H19.01,17'],
      omit: 'the document has one id',
    }).optional(),
    recipients: described(z.array(recipientSchema).max(2_000), {
      meaning: 'All recipients with the channel planned for each; each recipient counts as one. Up to 2,000',
      vi: 'nơi nhận',
      example: [{ unitId: 'H19.12', channel: 'axis' }],
    }),
    paperCopy: described(z.boolean(), {
      meaning: 'Whether a paper copy was sent as well; kept for people, no figure reads it',
      vi: 'có gửi kèm bản giấy',
      example: false,
      omit: 'it is unknown',
    }).optional(),
    /** CloudEvents `id`, at the same source, of the event this one replaces. */
    corrects: described(identifierSchema(500), {
      meaning: 'CloudEvents `id`, at the same `source`, of the event of this document that this one replaces',
      vi: 'sự kiện được đính chính',
      example: 'doc-15',
      omit: 'the event corrects none; a later statement about the document replaces the earlier one anyway',
    }).optional(),
    assertedAt: described(when, {
      meaning: 'When this was stated; the last statement about the document holds',
      vi: 'thời điểm xác nhận',
      example: '2026-11-21T08:00:00+07:00',
      omit: 'it was stated at `time`',
    }).optional(),
  });
}

export type DocumentRegisteredV1 = z.output<ReturnType<typeof documentRegisteredV1>>;

export const documentRegistered: EventKind<DocumentRegisteredV1> = {
  type: 'document.registered.v1',
  schema: documentRegisteredV1,
  whenFields: ['issuedAt', 'assertedAt'],
  streamOf: ({ documentId }) => streamName(`document-${documentId}`),
  streamLimit: DOCUMENT_EVENTS,
};
