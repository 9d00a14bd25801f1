import { z } from 'zod';
import { localDaySchema } from '../calendar/local-day-schema.ts';
import { formatDay, type LocalDay } from '../calendar/zone.ts';
import { lineSchema } from '../contracts/schema-parts.ts';

/** So many lines of so many characters that a whole plan fits into a definition. */
export const MOST_LINES = 20;
const text = lineSchema(300).min(1);

/** The plan to reach an objective (kế hoạch thực hiện): ISO 9001:2015, 6.2.2. */
export const planSchema = z
  .array(
    z
      .strictObject({
        /** What is done. */
        what: text,
        /** With which resources. */
        resources: text,
        /** Who does it. */
        who: text,
        /** Its last day, inclusive. */
        due: localDaySchema,
        /** How its result is evaluated. */
        judgedBy: text,
        /** The day on which it was done. */
        doneOn: localDaySchema.optional(),
        /** What came of it, with what proves it. */
        result: text.optional(),
      })
      .refine(({ doneOn, result }) => (doneOn === undefined) === (result === undefined), {
        path: ['result'],
        message: 'together with doneOn: what came of it, and what proves it',
      }),
  )
  .min(1)
  .max(MOST_LINES);
export type Plan = z.output<typeof planSchema>;

/** A plan as a file states it. */
export const statedPlan = (plan: Plan) =>
  plan.map(({ due, doneOn, ...line }) => ({
    ...line,
    due: formatDay(due),
    ...(doneOn !== undefined && { doneOn: formatDay(doneOn) }),
  }));

/** How far a plan is carried out. */
export interface PlanProgress {
  readonly lines: number;
  readonly done: number;
  /** Not done, and their last day is over. */
  readonly overdue: number;
  /** The next last day of what is neither done nor overdue; null where there is none. */
  readonly nextDue: LocalDay | null;
}

/** @param today what was done later, is not done yet */
export function planProgressOn(plan: Plan, today: LocalDay): PlanProgress {
  const open = plan.filter(({ doneOn }) => doneOn === undefined || doneOn > today);
  const toCome = open.filter(({ due }) => due >= today).map(({ due }) => due);
  return {
    lines: plan.length,
    done: plan.length - open.length,
    overdue: open.length - toCome.length,
    nextDue: toCome.toSorted((a, b) => a - b)[0] ?? null,
  };
}
