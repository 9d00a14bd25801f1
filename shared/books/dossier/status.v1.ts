import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { dossierId, fieldId, procedureId, unitId } from '../../contracts/ids.ts';
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

/** Kênh thực hiện: trực tiếp, trực tuyến, bưu chính công ích. */
export const CHANNELS = ['in-person', 'online', 'postal'] as const;
export type Channel = (typeof CHANNELS)[number];

/** The act that fixes or moves a due date (hạn trả): phiếu hẹn, bổ sung, nghĩa vụ tài chính, gia hạn. */
export const DUE_BASES = ['receipt-slip', 'supplement', 'payment', 'extension'] as const;
export type DueBasis = (typeof DUE_BASES)[number];

/** What was guessed or lost at the door: the status, the time, the end of a long reason. */
export const MARKS = ['defaulted', 'time-inferred', 'reason-cut'] as const;
export type Mark = (typeof MARKS)[number];

/** In UTF-16 units. */
export const REASON_LIMIT = 2_000;

/** Marks as a set, in the order of the list. */
export const marksSchema = z
  .array(z.enum(MARKS))
  .transform((marks) => MARKS.filter((mark) => marks.includes(mark)));

const id = identifierSchema();

/** `dossier.status.v1`: a dossier (hồ sơ) changed status. Moments leave the schema as epoch milliseconds, days as dates. */
export function dossierStatusV1(zone: Zone) {
  const when = whenSchema(zone);
  return z.object({
    dossierId: id.transform(dossierId),
    aliases: identifierSetSchema(dossierId).optional(),
    status: z.enum(DOSSIER_STATUSES),
    unitId: id.transform(unitId).optional(),
    procedureId: id.transform(procedureId).optional(),
    fieldId: id.transform(fieldId).optional(),
    channel: z.enum(CHANNELS).optional(),
    receivedAt: when.optional(),
    dueAt: when.nullable().optional(),
    finishedAt: when.optional(),
    returnedAt: when.optional(),
    limitUnit: z.enum(['days', 'hours']).optional(),
    dueBasis: z.enum(DUE_BASES).optional(),
    outcome: z.enum(['granted', 'refused']).optional(),
    reason: proseSchema.optional(),
    /** CloudEvents `id`, at the same source, of the event this one replaces. */
    corrects: identifierSchema(500).optional(),
    assertedAt: when.optional(),
    sequence: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    marks: marksSchema.optional(),
  });
}

export type DossierStatusV1 = z.output<ReturnType<typeof dossierStatusV1>>;
