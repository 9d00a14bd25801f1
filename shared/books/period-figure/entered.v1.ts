import { z } from 'zod';
import type { DataOf } from '../../contracts/event-kind.ts';
import { type EventId, type StreamName, streamName, unitId } from '../../contracts/ids.ts';
import { ownKind, personField } from '../../contracts/own-kind.ts';

/** Every statement about the figure of one objective and period. */
export const figureStream = (objectiveId: string, period: string): StreamName =>
  streamName(`figure-${objectiveId}/${period}`);

/** What a person enters: an exact share, or a decimal number of so many of something. */
const amountSchema = z.union([
  z.object({ numerator: z.int(), denominator: z.int() }),
  z.object({
    /** Decimal text: a number of JSON is a float. */
    value: z.string(),
    measuredIn: z.object({ vi: z.string(), en: z.string() }),
  }),
]);
export type EnteredAmount = z.output<typeof amountSchema>;

const subject = { objectiveId: z.string(), period: z.string() };
const decision = { ...subject, entry: z.custom<EventId>(), ...personField };

const streamOf = ({ objectiveId, period }: { readonly objectiveId: string; readonly period: string }) =>
  figureStream(objectiveId, period);

/**
 * `figure.entered.v1`: the figure of an objective for one period (số liệu nhập tay), which replaces an earlier entry of that period. It
 * counts once a second person has approved it.
 */
export const figureEntered = ownKind(
  'figure.entered.v1',
  {
    ...subject,
    /** First and last day of the period. */
    from: z.iso.date(),
    to: z.iso.date(),
    /** The unit of the objective; null: the office. */
    unitId: z.string().transform(unitId).nullable(),
    amount: amountSchema,
    /** Reference to what proves it: the number of a report, an address. */
    evidence: z.string(),
    /** Why it replaces the entry before; null for the first. */
    reason: z.string().nullable(),
    ...personField,
  },
  streamOf,
);

/** `figure.approved.v1`: a person approves an entry. Whether it was a second person follows from the two ids. */
export const figureApproved = ownKind('figure.approved.v1', decision, streamOf);

/** `figure.refused.v1`: a person refuses an entry; the one that was approved before, if any, goes on to count. */
export const figureRefused = ownKind('figure.refused.v1', { ...decision, reason: z.string() }, streamOf);

export type FigureEnteredV1 = DataOf<typeof figureEntered>;
export type FigureApprovedV1 = DataOf<typeof figureApproved>;
export type FigureRefusedV1 = DataOf<typeof figureRefused>;
