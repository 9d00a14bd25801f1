import { z } from 'zod';
import { described } from '../../contracts/described.ts';
import { streamName, unitId } from '../../contracts/ids.ts';
import { prose } from '../../contracts/register-fields.ts';
import { addressIdSchema, dateSchema, identifierSchema } from '../../contracts/schema-parts.ts';

/** More statements about one duty than a person reads. */
export const DUTY_EVENTS = 500;
export const dutyStream = (id: string) => streamName(`duty-${id}`);

export const dutyIdField = described(addressIdSchema(300), {
  meaning: 'Id of the duty; that of a report is made of the request and the unit',
  vi: 'mã việc',
  example: 'BC-2026-06:H19.12',
});
export const unitField = described(identifierSchema().transform(unitId), {
  meaning: 'Unit that has the duty',
  vi: 'đơn vị',
  example: 'H19.12',
});
const evidence = described(prose, {
  meaning: 'What proves it: number and date of a document, an address',
  vi: 'bằng chứng',
  example: 'Biên bản họp số 07/BB-VP ngày 15/01/2026',
});
const count = z.int().min(0).max(1_000_000);

export const communicationFields = {
  year: described(z.int().min(2000).max(2099), {
    meaning: 'Year whose objectives were passed on',
    vi: 'năm',
    example: 2026,
  }),
  objectiveId: described(identifierSchema(100), {
    meaning: 'The only objective that was passed on',
    vi: 'mục tiêu',
    example: 'dossier-on-time',
    omit: 'all of the year were',
  }).optional(),
  on: described(dateSchema, {
    meaning: 'Day on which it was done',
    vi: 'ngày phổ biến',
    example: '2026-01-15',
  }),
  means: described(prose, {
    meaning: 'How: meeting, document, message',
    vi: 'hình thức',
    example: 'Họp toàn đơn vị',
  }),
  reached: described(count, {
    meaning: 'How many of the staff it reached',
    vi: 'số người nhận',
    example: 18,
  }),
  of: described(count, { meaning: 'How many staff there are', vi: 'tổng số người', example: 20 }),
  evidence,
};
/** Adds a fault to a communication that reached more people than there are. */
export function checkReached(
  { reached, of }: { readonly reached: number; readonly of: number },
  context: z.RefinementCtx,
): void {
  if (reached > of)
    context.addIssue({ code: 'custom', path: ['reached'], message: `up to the ${of} in \`of\`` });
}

export const requestFields = {
  askedBy: described(identifierSchema(), {
    meaning: 'Person or committee that asks',
    vi: 'nơi yêu cầu',
    example: 'Ban Chỉ đạo ISO',
  }),
  form: described(identifierSchema(300), {
    meaning: 'What is asked for: form, subject',
    vi: 'biểu mẫu',
    example: 'Mẫu số 05: tình hình thực hiện mục tiêu',
  }),
  from: described(dateSchema, { meaning: 'First day of the period', vi: 'từ ngày', example: '2026-01-01' }),
  to: described(dateSchema, { meaning: 'Last day of the period', vi: 'đến ngày', example: '2026-06-30' }),
  on: described(dateSchema, { meaning: 'Day of the request', vi: 'ngày yêu cầu', example: '2026-06-20' }),
  due: described(dateSchema, {
    meaning: 'Last day on which it is in time',
    vi: 'hạn nộp',
    example: '2026-07-10',
  }),
};
type Days = Readonly<Record<'from' | 'to' | 'on' | 'due', string>>;
/** Adds a fault to a request whose days are not in their order. */
export function checkDays({ from, to, on, due }: Days, context: z.RefinementCtx): void {
  if (to < from)
    context.addIssue({ code: 'custom', path: ['to'], message: `not before the first day, ${from}` });
  if (due < on)
    context.addIssue({ code: 'custom', path: ['due'], message: `not before the day of the request, ${on}` });
}

export const submissionFields = {
  on: described(dateSchema, { meaning: 'Day of the report', vi: 'ngày nộp', example: '2026-07-08' }),
  number: described(identifierSchema(), {
    meaning: 'Number of the report',
    vi: 'số văn bản',
    example: '15/BC-VP',
  }),
  evidence,
};
