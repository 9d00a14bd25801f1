import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { type Description, described } from '../../contracts/described.ts';
import { type StreamName, streamName } from '../../contracts/ids.ts';
import type { PersonRef } from '../../contracts/pseudonym.ts';
import { identifierSchema, lineSchema, whenSchema } from '../../contracts/schema-parts.ts';

/** Beyond it only corrections: a career has some tens. */
export const PERSON_EVENTS = 1_000;

/** Văn bản pháp lý làm căn cứ xếp loại: NĐ 90/2020 as amended by NĐ 48/2023, NĐ 335/2025, NĐ 233/2026. */
export const RULE_SETS = ['nd-90-48', 'nd-335', 'nd-233'] as const;
export type RuleSet = (typeof RULE_SETS)[number];

/** Hoàn thành xuất sắc, hoàn thành tốt, hoàn thành, không hoàn thành nhiệm vụ. */
export const LEVELS = ['excellent', 'good', 'completed', 'not-completed'] as const;
export type Level = (typeof LEVELS)[number];

const isPlausible = (day: string): boolean => day >= '1950-01-01' && day <= '2099-12-31';
export const daySchema = z.iso.date().refine(isPlausible, 'a day from 1950-01-01 to 2099-12-31');

/** The first year that a rule set rates at all: NĐ 90 is of 2020, NĐ 335 and NĐ 233 rate 2026 first. */
const FIRST_RATED: Readonly<Record<RuleSet, number>> = { 'nd-90-48': 2020, 'nd-335': 2026, 'nd-233': 2026 };

export const personField = described(
  // Sealed by the decoder once the whole event is valid.
  identifierSchema().transform((ref) => ref as PersonRef),
  {
    meaning:
      'The person, by an id that the office uses for them. Only a pseudonym made of it is stored; see docs/staff.md',
    vi: 'mã công chức, viên chức',
    example: 'CB-0417',
  },
);

export const ratedYearField = described(z.int().min(2020).max(2099), {
  meaning: 'The year that is rated, whenever that is decided',
  vi: 'năm xếp loại',
  example: 2026,
});

/** Of the field `level`. */
export const LEVEL: Description = {
  meaning: 'The level of the rating',
  vi: 'mức xếp loại chất lượng',
  example: 'good',
  values: {
    excellent: 'Hoàn thành xuất sắc nhiệm vụ',
    good: 'Hoàn thành tốt nhiệm vụ',
    completed: 'Hoàn thành nhiệm vụ',
    'not-completed': 'Không hoàn thành nhiệm vụ',
  },
};

export const ruleSetField = described(z.enum(RULE_SETS), {
  meaning: 'The rules that rate this person; they belong to the record, not to the year',
  vi: 'quy định xếp loại',
  example: 'nd-335',
  values: {
    'nd-90-48': 'NĐ 90/2020/NĐ-CP, amended by NĐ 48/2023/NĐ-CP',
    'nd-335': 'NĐ 335/2025/NĐ-CP: civil servants, from 2026 on',
    'nd-233': 'NĐ 233/2026/NĐ-CP: public employees, from 2026 on',
  },
});

/** The decision that states a rating: of several about one year the last by day is in force. */
export const decisionFields = {
  decisionNumber: described(lineSchema(200).min(1), {
    meaning: 'Number of the decision',
    vi: 'số quyết định',
    example: '512/QĐ-VP',
  }),
  decisionDate: described(daySchema, {
    meaning: 'Day of the decision; of several about one year the last holds',
    vi: 'ngày quyết định',
    example: '2026-12-12',
  }),
};

/** A rule set rates no year before it is in force. */
export const yearOfRules = {
  holds: ({ ruleSet, ratedYear }: { readonly ruleSet: RuleSet; readonly ratedYear: number }): boolean =>
    ratedYear >= FIRST_RATED[ruleSet],
  fault: {
    path: ['ruleSet'],
    message: 'a rule set that rates that year: nd-335 and nd-233 rate from 2026 on, nd-90-48 from 2020 on',
  },
};

/** No year is rated before it has begun. */
export const yearDecided = {
  holds: ({ ratedYear, decisionDate }: { readonly ratedYear: number; readonly decisionDate: string }) =>
    ratedYear <= Number(decisionDate.slice(0, 4)),
  fault: { path: ['ratedYear'], message: 'the year of the decision, or one before' },
};

export const correctionFields = (zone: Zone) => ({
  /** CloudEvents `id`, at the same source, of the event this one replaces. */
  corrects: described(identifierSchema(500), {
    meaning: 'CloudEvents `id`, at the same `source`, of the event about this subject that this one replaces',
    vi: 'sự kiện được đính chính',
    example: 'staff-17',
    omit: 'the event corrects none',
  }).optional(),
  assertedAt: described(whenSchema(zone), {
    meaning: 'When this was stated; of several statements about the same the last holds',
    vi: 'thời điểm xác nhận',
    example: '2026-12-14T08:00:00+07:00',
    omit: 'it was stated at `time`',
  }).optional(),
});

export const personStream = ({ staffRef }: { readonly staffRef: PersonRef }): StreamName =>
  streamName(`staff-${staffRef}`);
