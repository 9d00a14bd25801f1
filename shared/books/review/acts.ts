import { z } from 'zod';
import type { ActFact } from '../../bookkeeping/act.ts';
import type { ChartOfAccounts, DimensionPlan } from '../../bookkeeping/book.ts';
import { described } from '../../contracts/described.ts';
import { streamName } from '../../contracts/ids.ts';
import { ownKind, personField } from '../../contracts/own-kind.ts';
import { dueField, ownerField, prose, seenFigure, unitField } from '../../contracts/register-fields.ts';
import { identifierSchema } from '../../contracts/schema-parts.ts';

/** The states of an action (hành động), each an account. A review itself is in `held`. */
export const ACTION_STATES = ['action-open', 'action-done', 'action-dropped'] as const;
export type ActionState = (typeof ACTION_STATES)[number];

/** The index of an account is its number in storage: append only. */
export const reviewChart = {
  names: ['unrecorded', 'held', ...ACTION_STATES],
  source: 'unrecorded',
  neverReceived: [],
  open: ['action-open'],
} satisfies ChartOfAccounts;

/** A review has an amount of its own, and one for each action. */
export const reviewDimensions = {
  by: ['unit', 'objective'],
  apart: 'action',
  sums: [[], ['unit'], ['unit', 'objective']],
} as const satisfies DimensionPlan;

export const REVIEW_EVENTS = 2_000;
const MOST_FINDINGS = 50;
export const MOST_ACTIONS = 100;

export const reviewStream = (reviewId: string) => streamName(`review-${reviewId}`);
const streamOf = ({ reviewId }: { readonly reviewId: string }) => reviewStream(reviewId);
export const reviewIdField = described(identifierSchema(100), {
  meaning: 'Id of the review',
  vi: 'mã cuộc rà soát',
  example: 'RS-2026-11',
});
const subject = { reviewId: reviewIdField, ...personField };

export const heldFields = {
  objectiveId: described(identifierSchema(100), {
    meaning: 'Objective that was reviewed',
    vi: 'mục tiêu',
    example: 'dossier-on-time',
  }),
  unitId: unitField.optional(),
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
/** `review.held.v1`: a review (rà soát) of an objective, with the figure that it had in view; a later one replaces it as a whole. */
export const reviewHeld = ownKind(
  'review.held.v1',
  { ...subject, ...heldFields, seen: seenFigure.nullable() },
  streamOf,
);

export const actionFields = {
  what: described(prose, {
    meaning: 'What is done',
    vi: 'hành động',
    example: 'Điều hai người sang thẩm định',
  }),
  owner: ownerField,
  due: dueField,
};
const actionId = z.string();
/** `review.action-planned.v1`: an action; a later one of the same number replaces it, and opens it again. */
export const actionPlanned = ownKind(
  'review.action-planned.v1',
  { ...subject, actionId, ...actionFields },
  streamOf,
);

export const endFields = {
  outcome: described(z.enum(['done', 'dropped']), {
    meaning: 'How the action ended',
    vi: 'kết luận',
    example: 'done',
    values: { done: 'It was done (đã thực hiện)', dropped: 'It was given up (không thực hiện)' },
  }),
  result: described(prose, {
    meaning: 'What came of it, with its evidence',
    vi: 'kết quả',
    example: 'Đã điều người từ 01/12, báo cáo số 15/BC-VP',
  }),
};
/** `review.action-ended.v1`: the result of an action. */
export const actionEnded = ownKind(
  'review.action-ended.v1',
  { ...subject, actionId, ...endFields },
  streamOf,
);

export const REVIEW_ACTS = { held: reviewHeld, planned: actionPlanned, ended: actionEnded } as const;
export type ReviewFact = ActFact<typeof REVIEW_ACTS>;
