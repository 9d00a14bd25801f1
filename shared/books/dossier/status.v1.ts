import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { dossierId, fieldId, procedureId, streamName, unitId } from '../../contracts/ids.ts';
import { marksSchema, REASON_LIMIT, withBoundedReason } from '../../contracts/marks.ts';
import {
  identifierSchema,
  identifierSetSchema,
  proseSchema,
  whenSchema,
} from '../../contracts/schema-parts.ts';

/**
 * The ten dossier statuses (trạng thái hồ sơ), in the order of the national portal's codes 1-10. The order is also the
 * lifecycle order that breaks ties between events of one moment.
 */
export const DOSSIER_STATUSES = [
  'registered',
  'received',
  'intake-refused',
  'in-progress',
  'supplement-requested',
  'payment-requested',
  'withdrawn',
  'stopped',
  'completed',
  'returned',
] as const;
export type DossierStatus = (typeof DOSSIER_STATUSES)[number];

const STATUS_MEANINGS: Readonly<Record<DossierStatus, string>> = {
  registered: 'Submitted, not yet received; no clock runs (1, mới đăng ký)',
  received: 'Received; the clock starts (2, được tiếp nhận)',
  'intake-refused': 'Refused at intake; outside the figure (3, không được tiếp nhận)',
  'in-progress': 'Being processed; ends a pause (4, đang xử lý)',
  'supplement-requested': 'The applicant has to supply more; the clock pauses (5, yêu cầu bổ sung giấy tờ)',
  'payment-requested': 'The applicant has to pay; the clock pauses (6, yêu cầu thực hiện nghĩa vụ tài chính)',
  withdrawn: 'The applicant withdrew it (7, công dân yêu cầu rút hồ sơ)',
  stopped: 'Processing was stopped (8, dừng xử lý)',
  completed: 'Processing has ended; this end is compared with the due date (9, đã xử lý xong)',
  returned: 'The result was handed over; ends no clock (10, đã trả kết quả)',
};

/** Kênh thực hiện: trực tiếp, trực tuyến, bưu chính công ích. */
export const CHANNELS = ['in-person', 'online', 'postal'] as const;
export type Channel = (typeof CHANNELS)[number];

/** The act that sets or moves a due date (hạn trả): phiếu hẹn, bổ sung, nghĩa vụ tài chính, gia hạn. */
export const DUE_BASES = ['receipt-slip', 'supplement', 'payment', 'extension'] as const;
export type DueBasis = (typeof DUE_BASES)[number];

const id = identifierSchema();

/** Fields of every event of a dossier. */
export const dossierIdField = described(id.transform(dossierId), {
  meaning: 'Code of the dossier, as printed on the receipt slip',
  vi: 'mã hồ sơ',
  example: 'H19.12-261116-0001',
});
export const correctsField = described(identifierSchema(500), {
  meaning: 'CloudEvents `id`, at the same `source`, of the event of this dossier that this one replaces',
  vi: 'sự kiện được đính chính',
  example: '17',
  omit: 'the event corrects none',
}).optional();

/** `dossier.status.v1`: a dossier (hồ sơ) changed status. Moments leave the schema as epoch milliseconds, days as dates. */
export function dossierStatusV1(zone: Zone) {
  const when = whenSchema(zone);
  return z.object({
    dossierId: dossierIdField,
    aliases: described(identifierSetSchema(dossierId), {
      meaning: 'Other codes of the same dossier; once stated they stay linked. Up to 20',
      vi: 'mã hồ sơ khác',
      example: ['000.00.12.H19-261116-0001'],
      omit: 'the dossier has one code',
    }).optional(),
    status: described(z.enum(DOSSIER_STATUSES), {
      meaning: 'Status that the dossier has from `time` on',
      vi: 'trạng thái hồ sơ',
      example: 'received',
      values: STATUS_MEANINGS,
    }),
    unitId: described(id.transform(unitId), {
      meaning: 'Unit that handles the dossier',
      vi: 'đơn vị thụ lý',
      example: 'H19.12',
      omit: 'an earlier event states it, or the unit is unknown',
    }).optional(),
    procedureId: described(id.transform(procedureId), {
      meaning: "Code of the administrative procedure; the province's suffix is removed",
      vi: 'mã thủ tục hành chính',
      example: '1.001612',
      omit: 'an earlier event states it, or it is unknown',
    }).optional(),
    fieldId: described(id.transform(fieldId), {
      meaning: 'Field of the procedure, as name or code',
      vi: 'lĩnh vực',
      example: 'Đất đai',
      omit: 'an earlier event states it, or it is unknown',
    }).optional(),
    channel: described(z.enum(CHANNELS), {
      meaning: 'How the dossier was submitted',
      vi: 'kênh thực hiện',
      example: 'online',
      omit: 'an earlier event states it, or it is unknown',
      values: {
        'in-person': 'At the counter (trực tiếp)',
        online: 'Online (trực tuyến)',
        postal: 'By the public postal service (bưu chính công ích)',
      },
    }).optional(),
    receivedAt: described(when, {
      meaning: 'When the dossier was received, if that was not at `time`',
      vi: 'ngày tiếp nhận',
      example: '2026-11-16T08:00:00+07:00',
      omit: 'the event is the receipt itself, or another event states it',
    }).optional(),
    dueAt: described(when.nullable(), {
      meaning: 'Due date; `null` states that there is none. A later event moves it only with a `dueBasis`',
      vi: 'ngày hẹn trả',
      example: '2026-11-20T17:00:00+07:00',
      omit: 'the event does not change it',
    }).optional(),
    finishedAt: described(when, {
      meaning: 'When processing ended; compared with the due date',
      vi: 'ngày kết thúc xử lý',
      example: '2026-11-20T16:59:00+07:00',
      omit: 'processing goes on, or it ended at the `time` of this `completed`',
    }).optional(),
    returnedAt: described(when, {
      meaning: 'When the result was handed over; only definitions of other systems read it',
      vi: 'ngày trả kết quả',
      example: '2026-11-21T09:00:00+07:00',
      omit: 'the result was not handed over yet',
    }).optional(),
    limitUnit: described(z.enum(['days', 'hours']), {
      meaning: 'Unit of the time limit: with `hours` the minute decides, with `days` the day',
      vi: 'đơn vị của thời hạn',
      example: 'hours',
      omit: 'the limit is in days',
      values: { days: 'Days (ngày)', hours: 'Hours (giờ)' },
    }).optional(),
    dueBasis: described(z.enum(DUE_BASES), {
      meaning: 'Act that fixes or moves the due date; a moved date without one is ignored and listed',
      vi: 'căn cứ của ngày hẹn trả',
      example: 'receipt-slip',
      omit: 'the event states no due date',
      values: {
        'receipt-slip': 'The receipt slip (phiếu tiếp nhận và hẹn trả)',
        supplement: 'A supplement was requested (yêu cầu bổ sung)',
        payment: 'A payment was requested (nghĩa vụ tài chính)',
        extension: 'The limit was extended with an apology (xin lỗi và gia hạn)',
      },
    }).optional(),
    outcome: described(z.enum(['granted', 'refused']), {
      meaning: 'Result on the merits; kept for people, no figure reads it',
      vi: 'kết quả giải quyết',
      example: 'granted',
      omit: 'the dossier has not ended, or the result is unknown',
      values: { granted: 'Granted (đồng ý)', refused: 'Refused on the merits (từ chối giải quyết)' },
    }).optional(),
    reason: described(proseSchema, {
      meaning: `Reason in words, without personal data; cut at ${REASON_LIMIT} characters`,
      vi: 'lý do',
      example: 'Thiếu bản vẽ',
      omit: 'there is none',
    }).optional(),
    corrects: correctsField,
    assertedAt: described(when, {
      meaning: 'When this was stated; of several statements about one moment the later one holds',
      vi: 'thời điểm xác nhận',
      example: '2026-11-25T10:00:00+07:00',
      omit: 'it was stated at `time`',
    }).optional(),
    sequence: described(z.number().int().min(0).max(Number.MAX_SAFE_INTEGER), {
      meaning: 'Order among the events of one dossier at one `time`; greater comes later',
      vi: 'số thứ tự',
      example: 3,
      omit: 'no two events of the dossier share a moment or day',
    }).optional(),
    marks: marksSchema.optional(),
  });
}

export type DossierStatusV1 = z.output<ReturnType<typeof dossierStatusV1>>;

/** Of 726 dossiers of a real permit office half have eight events or fewer, one in a hundred more than 14, the busiest 27 (docs/decisions/0071). */
export const DOSSIER_EVENTS = 1_000;

export const dossierStatus: EventKind<DossierStatusV1> = {
  type: 'dossier.status.v1',
  schema: dossierStatusV1,
  whenFields: ['receivedAt', 'dueAt', 'finishedAt', 'returnedAt', 'assertedAt'],
  streamOf: ({ dossierId }) => streamName(`dossier-${dossierId}`),
  streamLimit: DOSSIER_EVENTS,
  bounded: withBoundedReason,
};
