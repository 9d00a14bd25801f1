import { z } from 'zod';
import { described } from '../../contracts/described.ts';
import { streamName, unitId } from '../../contracts/ids.ts';
import { dueField, ownerField, prose } from '../../contracts/register-fields.ts';
import { addressIdSchema, identifierSchema } from '../../contracts/schema-parts.ts';

/** More statements about one review than a person reads. */
export const REVIEW_EVENTS = 2_000;
const MOST_FINDINGS = 50;
export const MOST_ACTIONS = 100;

export const reviewStream = (reviewId: string) => streamName(`review-${reviewId}`);
export const reviewIdField = described(addressIdSchema(100, ['actions']), {
  meaning: 'Id of the review',
  vi: 'mã cuộc rà soát',
  example: 'RS-2026-11',
});

export const heldFields = {
  objectiveId: described(identifierSchema(100), {
    meaning: 'Objective that was reviewed',
    vi: 'mục tiêu',
    example: 'dossier-on-time',
  }),
  unitId: described(identifierSchema().transform(unitId), {
    meaning: 'Unit whose objective was reviewed',
    vi: 'đơn vị',
    example: 'H19.12',
    omit: 'that of the whole office was',
  }).optional(),
  findings: described(z.array(prose).min(1).max(MOST_FINDINGS), {
    meaning: `Causes and facts that the review found. Up to ${MOST_FINDINGS}`,
    vi: 'kết quả rà soát',
    example: ['Hồ sơ đất đai trễ do thiếu người thẩm định'],
  }),
  conclusion: described(prose, {
    meaning: 'What the review concluded',
    vi: 'kết luận',
    example: 'Bổ sung người, rút ngắn luân chuyển hồ sơ',
  }),
};

export const actionFields = {
  what: described(prose, {
    meaning: 'What is done',
    vi: 'hành động',
    example: 'Điều hai người sang thẩm định',
  }),
  owner: ownerField,
  due: dueField,
};

const OUTCOME = {
  meaning: 'How the action ended',
  vi: 'kết luận',
  example: 'done',
  values: { done: 'It was done (đã thực hiện)', dropped: 'It was given up (không thực hiện)' },
};
const RESULT = {
  meaning: 'What came of it, with its evidence',
  vi: 'kết quả',
  example: 'Đã điều người từ 01/12, báo cáo số 15/BC-VP',
};
const outcome = z.enum(['done', 'dropped']);
export const endFields = { outcome: described(outcome, OUTCOME), result: described(prose, RESULT) };

const omit = 'it is open';
/** The end of an action in the row that states the action, too. */
export const optionalEnd = {
  outcome: described(outcome, { ...OUTCOME, omit }).optional(),
  result: described(prose, { ...RESULT, omit }).optional(),
};
