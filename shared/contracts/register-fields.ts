import { z } from 'zod';
import { described } from './described.ts';
import { unitId } from './ids.ts';
import { SOURCES } from './register-sources.ts';
import { dateSchema, identifierSchema, isSeen, proseSchema, SEEN } from './schema-parts.ts';

/** Longest free text of a register, in UTF-16 units. */
const PROSE = 2_000;
/** Marks that turn the direction of writing round, so that people read another text than the one that is stored. They cannot be seen. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
export const prose = proseSchema.pipe(
  z
    .string()
    .overwrite((text) => text.replace(TURNING, '').trim())
    .min(1)
    .max(PROSE)
    .refine(isSeen, SEEN),
);

/** Rows of a file about one subject have half of its room: people can act on what an export has filled night by night. */
export const roomOfRows = (events: number): number => events / 2;

/** Fields that the registers of people have in common. */

export const commentField = described(prose, {
  meaning: 'Why',
  vi: 'nhận xét',
  example: 'Đã kiểm tra tại chỗ ngày 12/12/2026',
});

export const unitField = described(identifierSchema().transform(unitId), {
  meaning: 'Unit that keeps it in its table',
  vi: 'đơn vị',
  example: 'H19.12',
});

export const sourceField = described(z.enum(SOURCES), {
  meaning: 'Where it was seen',
  vi: 'nguồn nhận diện',
  example: 'internal-audit',
  values: {
    'internal-audit': 'Internal audit (đánh giá nội bộ)',
    'external-audit': 'External audit (đánh giá bên ngoài)',
    inspection: 'Inspection of administrative reform (kiểm tra CCHC)',
    'management-review': 'Management review (xem xét của lãnh đạo)',
    staff: 'Staff (công chức, viên chức)',
    complaint: 'Complaint or feedback (phản ánh, kiến nghị)',
    figures: 'The figures of this system (số liệu)',
    other: 'Elsewhere (khác)',
  },
});

export const ownerField = described(identifierSchema(), {
  meaning: 'Person or office that does it',
  vi: 'người thực hiện',
  example: 'Trưởng phòng Đất đai',
});

export const dueField = described(dateSchema, {
  meaning: 'Last day on which it may be done',
  vi: 'thời hạn',
  example: '2026-12-15',
});

/** The figure of an objective that a person had in view when writing. */
export const seenFigure = z.object({
  objectiveId: z.string(),
  status: z.string(),
  numerator: z.int(),
  denominator: z.int(),
  from: z.iso.date(),
  to: z.iso.date(),
});
export type SeenFigure = z.output<typeof seenFigure>;
