import { z } from 'zod';
import type { ActFact } from '../../bookkeeping/act.ts';
import type { ChartOfAccounts, DimensionPlan } from '../../bookkeeping/book.ts';
import { ownKind, personField } from '../../contracts/own-kind.ts';
import { seenFigure } from '../../contracts/register-fields.ts';
import { actionFields, endFields, heldFields, reviewIdField, reviewStream } from './fields.ts';
import { reviewRecorded } from './recorded.v1.ts';

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

const streamOf = ({ reviewId }: { readonly reviewId: string }) => reviewStream(reviewId);
const subject = { reviewId: reviewIdField, ...personField };

/** `review.held.v1`: a review (rà soát) of an objective, with the figure that it had in view; a later one replaces it as a whole. */
export const reviewHeld = ownKind(
  'review.held.v1',
  { ...subject, ...heldFields, seen: seenFigure.nullable() },
  streamOf,
);

const actionId = z.string();
/** `review.action-planned.v1`: an action; a later one of the same number replaces it, and opens it again. */
export const actionPlanned = ownKind(
  'review.action-planned.v1',
  { ...subject, actionId, ...actionFields },
  streamOf,
);

/** `review.action-ended.v1`: the result of an action. */
export const actionEnded = ownKind(
  'review.action-ended.v1',
  { ...subject, actionId, ...endFields },
  streamOf,
);

/** Every kind of event about a review, by act, in the order in which acts of one moment follow each other. */
export const REVIEW_ACTS = {
  recorded: reviewRecorded,
  held: reviewHeld,
  planned: actionPlanned,
  ended: actionEnded,
} as const;
export type ReviewFact = ActFact<typeof REVIEW_ACTS>;
