import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import { fieldId, type StreamName, streamName, unitId } from '../../contracts/ids.ts';
import { addressIdSchema, identifierSchema, whenSchema } from '../../contracts/schema-parts.ts';
import { INSPECTION_KINDS, INSPECTION_MODES } from './kinds.ts';

/** Some visits, a conclusion, and as many findings as no conclusion has. */
export const INSPECTION_EVENTS = 1_000;

const id = identifierSchema();

const inspectionId = described(addressIdSchema(200), {
  meaning: 'Inspection of one unit: one that visits several units has an id for each',
  vi: 'mã cuộc kiểm tra',
  example: '26/KH-UBND-H19.02.03',
});

export const findingId = described(id, {
  meaning: 'The finding, within its inspection',
  vi: 'mã tồn tại, hạn chế',
  example: '1',
});

/** The fields of every event of an inspection: which it is, and what the event does to earlier ones. */
export const eventFields = (zone: Zone) => ({
  inspectionId,
  corrects: described(identifierSchema(500), {
    meaning: 'CloudEvents `id`, at the same `source`, of the event of this inspection that this one replaces',
    vi: 'sự kiện được đính chính',
    example: 'kt-14',
    omit: 'the event corrects none; a later statement of the same replaces the earlier one anyway',
  }).optional(),
  assertedAt: described(whenSchema(zone), {
    meaning: 'When this was stated; of several statements the last holds',
    vi: 'thời điểm xác nhận',
    example: '2026-04-20T08:00:00+07:00',
    omit: 'it was stated at `time`',
  }).optional(),
});

/** What an inspection is. Each event states it, so that each makes sense without the others. */
export const inspectionFields = (zone: Zone) => ({
  ...eventFields(zone),
  unitId: described(id.transform(unitId), {
    meaning: 'Unit that is inspected',
    vi: 'đơn vị được kiểm tra',
    example: 'H19.02.03',
  }),
  kind: described(z.enum(INSPECTION_KINDS), {
    meaning: 'What is inspected; each measure of inspections counts one kind',
    vi: 'loại kiểm tra',
    example: 'par',
    values: {
      par: 'Administrative reform (kiểm tra cải cách hành chính)',
      procedures: 'Control of administrative procedures (kiểm tra kiểm soát thủ tục hành chính)',
      'iso-audit': 'Internal audit by ISO 9001 (đánh giá nội bộ theo ISO 9001)',
    },
  }),
  fieldId: described(id.transform(fieldId), {
    meaning: 'Field of administration, where the inspection is limited to one',
    vi: 'lĩnh vực',
    example: 'Đất đai',
    omit: 'it covers all that the unit does, or another event states the field',
  }).optional(),
  mode: described(z.enum(INSPECTION_MODES), {
    meaning: 'How the unit is inspected; both count alike',
    vi: 'hình thức kiểm tra',
    example: 'on-site',
    omit: 'another event states it, or it is unknown',
    values: {
      'on-site': 'On the spot (kiểm tra trực tiếp)',
      'by-file': 'By report and file (kiểm tra qua báo cáo, hồ sơ)',
    },
  }).optional(),
  announced: described(z.boolean(), {
    meaning: 'Whether the unit knew of it before; both count alike',
    vi: 'có báo trước',
    example: true,
    omit: 'another event states it, or it is unknown',
  }).optional(),
});

export const inspectionStream = ({ inspectionId: name }: { readonly inspectionId: string }): StreamName =>
  streamName(`inspection-${name}`);
