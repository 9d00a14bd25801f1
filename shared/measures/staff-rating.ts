import { z } from 'zod';
import { allIn, type Selection } from '../bookkeeping/selection.ts';
import { staffAssigned } from '../books/staff/assigned.v1.ts';
import { staffBook } from '../books/staff/book.ts';
import { RATING_RESULTS, type RatingResult, staffRating } from '../books/staff/rating.v1.ts';
import type { Level } from '../books/staff/staff-fields.ts';
import { STAFF_KIND, UNIT } from './dimensions.ts';
import { type ExcellentCaps, excellentCaps } from './excellent-cap.ts';
import { type Formula, leavesOf, type Marks, measure, type Verdict, type Viewpoint } from './measure.ts';

const options = {
  /**
   * Which levels count. `good-or-better`: good and excellent. `good`: that level alone, as the decision literally says.
   */
  policy: z.enum(['good-or-better', 'good']),
  /**
   * Whether NĐ 335 rates a civil servant who worked less than six months. The text was not found: `not-rated`, as NĐ 90 and NĐ 233,
   * else `rated`, and such a record is none.
   */
  nd335UnderSixMonths: z.enum(['not-rated', 'rated']),
  /** How many of a group may be excellent. A check beside the figure: `GET /v1/staff/excellent-cap`. */
  excellentCaps,
};
type Options = z.output<z.ZodObject<typeof options>>;

const leaf = leavesOf<Options>(staffBook);

/** Rated for the year of the window's last day: on that day, or on the day of leaving within the window. */
export const ratedAs = (
  level: RatingResult,
  { window: { stockAt } }: Pick<Viewpoint, 'window'>,
): readonly Selection[] => [
  { account: `rated/${level}`, due: { on: 'adjusted', after: stockAt } },
  { account: `left/${level}` },
];

const level = (of: Level) => (viewpoint: Viewpoint) => ratedAs(of, viewpoint);

const ruleSets = (chosen: Options, counts: boolean): Pick<Selection, 'among'> => {
  const is335 = chosen.nd335UnderSixMonths === (counts ? 'rated' : 'not-rated');
  const values = counts ? (is335 ? ['nd-335'] : []) : ['nd-90-48', 'nd-233', ...(is335 ? ['nd-335'] : [])];
  return { among: { dimension: 'ruleSet', values } };
};

const MISSING: Marks = { missing: true };

const byLevel: Verdict<Options> = {
  failing: 'below',
  pending: 'not-assessed',
  parts: [
    leaf('excellent', 'for', { vi: 'Hoàn thành xuất sắc', en: 'Excellent' }, (viewpoint, { policy }) =>
      policy === 'good' ? [] : ratedAs('excellent', viewpoint),
    ),
    leaf('good', 'for', { vi: 'Hoàn thành tốt', en: 'Good' }, level('good')),
    {
      name: 'below',
      title: { vi: 'Không đạt mức hoàn thành tốt', en: 'Not rated good' },
      of: ['completed', 'not-completed', 'excellent-not-counted'],
    },
    leaf('completed', 'against', { vi: 'Hoàn thành nhiệm vụ', en: 'Completed' }, level('completed')),
    leaf(
      'not-completed',
      'against',
      { vi: 'Không hoàn thành nhiệm vụ', en: 'Not completed' },
      level('not-completed'),
    ),
    leaf(
      'excellent-not-counted',
      'against',
      { vi: 'Xuất sắc, không tính theo nghĩa đen', en: 'Excellent, not counted literally' },
      (viewpoint, { policy }) => (policy === 'good' ? ratedAs('excellent', viewpoint) : []),
    ),
    leaf(
      'under-six-months',
      'outside',
      { vi: 'Không xếp loại: dưới 6 tháng', en: 'Not rated: under six months' },
      (viewpoint, chosen) =>
        ratedAs('under-six-months', viewpoint).map((one) => ({ ...one, ...ruleSets(chosen, false) })),
    ),
    leaf(
      'not-assessed',
      'open',
      { vi: 'Chưa đánh giá', en: 'Not assessed' },
      (viewpoint, chosen) => [
        ...allIn('not-assessed'),
        // Of an earlier year.
        ...RATING_RESULTS.map((result): Selection => {
          const { stockAt } = viewpoint.window;
          return { account: `rated/${result}`, due: { on: 'adjusted', until: stockAt } };
        }),
        ...ratedAs('under-six-months', viewpoint).map((one) => ({ ...one, ...ruleSets(chosen, true) })),
      ],
      MISSING,
    ),
    leaf(
      'unassigned',
      'outside',
      { vi: 'Có xếp loại, chưa rõ nơi công tác', en: 'Rated, without an assignment' },
      () => allIn('unassigned'),
      { ...MISSING, fault: true },
    ),
  ],
};

/** The share of staff who are rated good or better for the year, at its end (xếp loại chất lượng công chức, viên chức). */
export const staffRatings = measure({
  name: 'staff-rating',
  version: 1,
  judgement: { kind: 'cumulative', undecided: 'outside' },
  options,
  populations: () => [{ book: staffBook, filter: { where: { aspect: 'rating' } }, by: ['ruleSet'] }],
  verdict: byLevel,
  dimensions: [UNIT, STAFF_KIND],
  stock: null,
  words: {
    counted: { vi: 'người đã xếp loại', en: 'people rated' },
    failed: {
      one: { vi: 'người không đạt mức hoàn thành tốt', en: 'person not rated good' },
      many: { vi: 'người không đạt mức hoàn thành tốt', en: 'people not rated good' },
    },
  },
  text: (_, { policy }) =>
    policy === 'good'
      ? {
          vi: 'Người được xếp loại đúng mức hoàn thành tốt ÷ người được xếp loại trong năm; chỉ không tính người mà quy định không xếp loại; người chưa đánh giá được nêu riêng',
          en: 'People rated exactly good ÷ people rated for the year; only those whom their rules do not rate are left out; those not assessed are stated apart',
        }
      : {
          vi: 'Người được xếp loại hoàn thành tốt trở lên ÷ người được xếp loại trong năm; chỉ không tính người mà quy định không xếp loại; người chưa đánh giá được nêu riêng',
          en: 'People rated good or better ÷ people rated for the year; only those whom their rules do not rate are left out; those not assessed are stated apart',
        },
  eventTypes: [staffAssigned.type, staffRating.type],
  requires: { eventTypes: [staffAssigned.type], reason: 'no-staff-list' },
  nothingCounted: 'nothing-rated',
  ofPeople: true,
  onLastDay: true,
  // NĐ 233 art. 13: by 15/12, and by 15/01 where a unit's year ends later.
  yearly: { provisionalUntil: '12-15', regularUntil: '01-15' },
});

/** The caps of a definition; undefined of one with another formula. */
export const capsIn = (formula: Formula): ExcellentCaps | undefined =>
  formula.name === staffRatings.name ? excellentCaps.safeParse(formula.excellentCaps).data : undefined;
