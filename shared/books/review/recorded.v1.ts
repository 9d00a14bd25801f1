import { z } from 'zod';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { roomOfRows } from '../../contracts/register-fields.ts';
import { dateSchema, identifierSchema } from '../../contracts/schema-parts.ts';
import {
  actionFields,
  heldFields,
  optionalEnd,
  REVIEW_EVENTS,
  reviewIdField,
  reviewStream,
} from './fields.ts';

/** The amount of the review itself: no id of an action. */
export const REVIEW = 'review';

/**
 * `review.recorded.v1`: a row of the table of reviews of objectives (bảng rà soát mục tiêu) as an office keeps it in a file: one row for
 * each action, with the review repeated. A later row changes what it states otherwise; it opens no action again.
 */
export const reviewRecordedV1 = () =>
  z.object({
    reviewId: reviewIdField,
    on: described(dateSchema, {
      meaning: 'Day on which the review was held',
      vi: 'ngày rà soát',
      example: '2026-11-20',
    }),
    ...heldFields,
    action: described(
      z
        .object({
          id: described(
            identifierSchema(10).refine((id) => id !== REVIEW, `another id than ${REVIEW}`),
            { meaning: 'Id of the action in the review', vi: 'số thứ tự', example: '1' },
          ),
          ...actionFields,
          ...optionalEnd,
        })
        .superRefine(({ outcome, result }, context) => {
          if (!outcome === !result) return;
          const [path, beside] = outcome ? ['result', 'outcome'] : ['outcome', 'result'];
          context.addIssue({ code: 'custom', path: [path], message: `given, beside \`${beside}\`` });
        }),
      {
        meaning: 'An action that follows; each in a row of its own',
        vi: 'hành động',
        example: {
          ...{ id: '1', what: 'Điều hai người sang thẩm định', owner: 'Trưởng phòng Đất đai' },
          due: '2026-12-15',
        },
        omit: 'none follows',
      },
    ).optional(),
  });

export type ReviewRecordedV1 = z.output<ReturnType<typeof reviewRecordedV1>>;

export const reviewRecorded: EventKind<ReviewRecordedV1> = {
  type: 'review.recorded.v1',
  schema: reviewRecordedV1,
  whenFields: [],
  streamOf: ({ reviewId }) => reviewStream(reviewId),
  streamLimit: roomOfRows(REVIEW_EVENTS),
};
