import { z } from 'zod';
import { described } from '../../contracts/described.ts';
import { dueField, ownerField, prose, sourceField, unitField } from '../../contracts/register-fields.ts';
import { addressIdSchema, identifierSchema } from '../../contracts/schema-parts.ts';
import type { ScaleSteps } from './cell.ts';

export const TREATMENTS = ['avoid', 'reduce', 'transfer', 'accept'] as const;
export type Treatment = (typeof TREATMENTS)[number];

/** Fields of a risk that a person writes. */
export const riskIdField = described(addressIdSchema(100, ['matrix', 'scale', 'suggestions']), {
  meaning: 'Id of the risk in the register of the office',
  vi: 'mã rủi ro',
  example: 'R-2026-01',
});

export const descriptionFields = {
  unitId: unitField,
  description: described(prose, {
    meaning: 'What may happen, with its effect',
    vi: 'mô tả rủi ro',
    example: 'Hồ sơ đất đai dồn vào cuối tháng, quá hạn hàng loạt',
  }),
  source: sourceField,
  cause: described(prose, {
    meaning: 'Why it may happen',
    vi: 'nguyên nhân',
    example: 'Thiếu người ở bộ phận thẩm định',
    omit: 'it is not known',
  }).optional(),
  objectiveId: described(identifierSchema(100), {
    meaning: 'Objective that it threatens',
    vi: 'mục tiêu liên quan',
    example: 'dossier-on-time',
    omit: 'it concerns none',
  }).optional(),
  controls: described(prose, {
    meaning: 'Controls in place; likelihood and impact are assessed with them',
    vi: 'biện pháp kiểm soát hiện có',
    example: 'Nhắc việc hằng ngày',
    omit: 'there are none',
  }).optional(),
};

const step = z.int().min(1).max(5);
export const likelihoodField = described(step, {
  meaning: 'How likely it is, from 1 to the steps of the scale',
  vi: 'khả năng xảy ra',
  example: 4,
});
export const impactField = described(step, {
  meaning: 'How grave its effect is, from 1 to the steps of the scale',
  vi: 'mức độ ảnh hưởng',
  example: 3,
});
export const scaleField = z
  .int()
  .min(3)
  .max(5)
  .transform((steps, context): ScaleSteps => {
    if (steps === 3 || steps === 5) return steps;
    context.addIssue({ code: 'custom', message: '3 or 5' });
    return z.NEVER;
  });

export const planFields = {
  treatment: described(z.enum(TREATMENTS), {
    meaning: 'How the risk is treated',
    vi: 'phương án xử lý',
    example: 'reduce',
    values: {
      avoid: 'Stop what brings it (tránh)',
      reduce: 'Make it less likely or less grave (giảm thiểu)',
      transfer: 'Let another bear it (chuyển giao)',
      accept: 'Keep it and watch it; the head decides so (chấp nhận)',
    },
  }),
  measures: described(prose, {
    meaning: 'What is done, with which resources',
    vi: 'biện pháp xử lý',
    example: 'Điều hai người từ bộ phận tiếp nhận sang thẩm định',
  }),
  owner: ownerField,
  due: dueField,
};

export const evidenceField = described(prose, {
  meaning: 'What proves it: number and date of a document, an address',
  vi: 'bằng chứng',
  example: 'Báo cáo số 15/BC-VP ngày 10/12/2026',
});
