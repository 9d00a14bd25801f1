import { z } from 'zod';
import type { Entry, PeriodFigure } from '../../../shared/books/period-figure/entries.ts';
import type { DecisionFact, RowFact } from '../../../shared/books/period-figure/fact.ts';
import { formatDay } from '../../../shared/calendar/zone.ts';
import { momentText } from '../../../shared/kernel/clock.ts';
import { type ListedPeriod, PERIODS } from '../../../shared/measures/hand-entered.ts';
import { bilingual, day, timestamp } from '../schema-parts.ts';
import type { ItemView } from './item-view.ts';

const byFields = {
  at: timestamp,
  by: z.string().nullable().meta({ description: 'The name of the key; null on a server without keys.' }),
  person: z.string().nullable().meta({ description: 'The person of the key; null where it names none.' }),
};

export const entrySchema = z
  .object({
    state: z.enum(['unapproved', 'approved', 'refused', 'replaced']),
    numerator: z.int().nullable(),
    denominator: z.int().nullable(),
    value: z.string().nullable().meta({ description: 'Decimal text; null where a share was entered.' }),
    measuredIn: bilingual.nullable(),
    evidence: z.string(),
    reason: z.string().nullable().meta({ description: 'Why it replaces the entry before.' }),
    ...byFields,
    decisions: z
      .array(
        z.object({
          kind: z.enum(['approved', 'refused']),
          reason: z.string().nullable(),
          ...byFields,
        }),
      )
      .meta({ description: 'Every approval and refusal, in order. An approval by the same person is none.' }),
  })
  .meta({ id: 'FigureEntry' });

export const rowSchema = z
  .object({
    ...{ numerator: z.int().nullable(), denominator: z.int().nullable(), value: z.string().nullable() },
    evidence: z.string(),
    enteredBy: z.string().nullable().meta({ description: 'As the file has it; it stands for no person.' }),
    source: z.string(),
    at: timestamp,
  })
  .meta({ id: 'RecordedFigure' });

const recorded = rowSchema.nullable().meta({
  description: 'What a file states, and no person has entered since: it never counts by itself.',
});

/** What people have entered for a period, and files have stated. */
export const figureFields = {
  approved: entrySchema.nullable().meta({ description: 'The entry that counts.' }),
  recorded,
  latest: entrySchema.nullable().meta({ description: 'The entry that was made last.' }),
  statements: z.int().meta({
    description:
      'How many entries, approvals, refusals and rows of files there are; `If-Match: "{statements}"` names them.',
  }),
};

export const periodSchema = z
  .object({
    period: z.string(),
    from: day,
    to: day,
    due: day.meta({ description: 'The last day on which its figure is entered in time.' }),
    state: z.enum(['open', 'recorded', 'late', 'waiting', 'approved', 'replacing', 'refused']).meta({
      description:
        '`open`: nothing was entered yet, in time; `recorded`: nor was it, and a file states a figure; `late`: nothing was, too late; `waiting`: for a second person; `approved`: it counts; `replacing`: one counts, and another waits; `refused`.',
    }),
    ...figureFields,
  })
  .meta({ id: 'EnteredPeriod' });

export function entryView({ fact, state, decisions }: Entry) {
  const { amount, evidence, reason } = fact;
  const share = 'numerator' in amount ? amount : { numerator: null, denominator: null };
  const value = 'value' in amount ? amount : { value: null, measuredIn: null };
  return {
    ...{ state, ...share, ...value, evidence, reason, ...madeBy(fact) },
    decisions: decisions.map((one) => ({
      ...{ kind: one.kind, reason: one.kind === 'refused' ? one.reason : null, ...madeBy(one) },
    })),
  };
}

export function rowView(row: RowFact | undefined) {
  if (!row) return null;
  const { amount, evidence, enteredBy, source, at } = row;
  const { numerator = null, denominator = null, value = null } = amount;
  return { numerator, denominator, value, evidence, enteredBy, source, at: momentText(at) };
}

const madeBy = ({ at, by, person }: Pick<DecisionFact, 'at' | 'by' | 'person'>) => ({
  at: momentText(at),
  by,
  person,
});

export function figureView(figure: PeriodFigure | null) {
  const { entries = [], approved } = figure ?? {};
  const latest = entries.at(-1);
  return {
    approved: approved ? entryView(approved) : null,
    latest: latest ? entryView(latest) : null,
    recorded: rowView(figure?.recorded),
    statements: figure?.statements ?? 0,
  };
}

export function periodView({ period, figure, due, state }: ListedPeriod) {
  return {
    ...{ period: period.id, from: formatDay(period.from), to: formatDay(period.to), due: formatDay(due) },
    ...{ state, ...figureView(figure) },
  };
}

/** The periods behind a figure that people enter. Their routes stand with those of objectives. */
export const periodsView: ItemView<ListedPeriod> = {
  collection: PERIODS,
  schema: periodSchema,
  itemView: periodView,
};
