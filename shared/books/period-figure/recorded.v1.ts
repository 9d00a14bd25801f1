import { z } from 'zod';
import { periodNamed } from '../../calendar/periods.ts';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { identifierSchema } from '../../contracts/schema-parts.ts';
import { figureStream } from './entered.v1.ts';

/** Rows of files about one period. People have room beyond them: see the routes. */
export const FIGURE_ROWS = 100;

export const PERIOD_FORM = 'a period, e.g. 2026, 2026-Q1, 2026-03 or reporting-2026-Q1';
export const DECIMAL = /^-?(?:0|[1-9]\d{0,8})(?:\.\d{1,4})?$/;
export const DECIMAL_FORM = 'a decimal as text, up to 9 digits and 4 decimals, e.g. "12.5"';
const MOST_CASES = 1_000_000_000;
export const casesSchema = z.int().min(0).max(MOST_CASES);

/** What a row states: cases, or a value in the unit that the definition names. */
const amountSchema = z
  .object({
    numerator: described(casesSchema, {
      meaning: 'Cases that reach the target',
      vi: 'tử số',
      example: 1_942,
      omit: 'a value is stated',
    }).optional(),
    denominator: described(casesSchema, {
      meaning: 'All cases; 0 where the period has none',
      vi: 'mẫu số',
      example: 2_000,
      omit: 'a value is stated',
    }).optional(),
    value: described(z.string().regex(DECIMAL, DECIMAL_FORM), {
      meaning: 'The value, in the unit of the objective: decimal text of up to 9 digits and 4 decimals',
      vi: 'giá trị',
      example: '12.5',
      omit: 'numerator and denominator are stated',
    }).optional(),
  })
  .superRefine(({ numerator, denominator, value }, context) => {
    const fault = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (value !== undefined) {
      for (const [field, given] of Object.entries({ numerator, denominator }))
        if (given !== undefined) fault(field, 'left out, since a value is stated');
    } else if (numerator === undefined) fault('numerator', `a whole number of 0 to ${MOST_CASES}`);
    else if (denominator === undefined) fault('denominator', `a whole number of 0 to ${MOST_CASES}`);
    else if (numerator > denominator) fault('numerator', `up to the denominator, ${denominator}`);
  });
export type RecordedAmount = z.output<typeof amountSchema>;

/**
 * `figure.recorded.v1`: a row of the sheet in which an office keeps figures that people enter (bảng số liệu nhập tay). It never counts by
 * itself: a person with a key confirms it, which makes an entry, and another approves that.
 */
export const figureRecordedV1 = () =>
  z.object({
    objectiveId: described(identifierSchema(100), {
      meaning: 'Objective that the figure is for',
      vi: 'mục tiêu',
      example: 'satisfaction',
    }),
    period: described(
      z.string().refine((text) => periodNamed(text) !== undefined, PERIOD_FORM),
      {
        meaning:
          'Period of the figure: `2026`, `2026-Q1`, `2026-03`; of a reporting period `reporting-2026-Q1`',
        vi: 'kỳ số liệu',
        example: '2026-Q1',
      },
    ),
    amount: described(amountSchema, {
      meaning: 'The figure: numerator and denominator, or a value',
      vi: 'số liệu',
      example: { numerator: 1_942, denominator: 2_000 },
    }),
    evidence: described(identifierSchema(500), {
      meaning: 'What proves it: number and date of a report, an address',
      vi: 'căn cứ',
      example: 'Báo cáo 45/BC-VP ngày 08/4/2026',
    }),
    enteredBy: described(identifierSchema(), {
      meaning: 'Who filled in the row, as the sheet has it. It stands for no person',
      vi: 'người nhập',
      example: 'Bộ phận Một cửa',
      omit: 'the sheet does not say',
    }).optional(),
  });

export type FigureRecordedV1 = z.output<ReturnType<typeof figureRecordedV1>>;

export const figureRecorded: EventKind<FigureRecordedV1> = {
  type: 'figure.recorded.v1',
  schema: figureRecordedV1,
  whenFields: [],
  streamOf: ({ objectiveId, period }) => figureStream(objectiveId, period),
  streamLimit: FIGURE_ROWS,
};
