import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { WorkingCalendar } from '../../../shared/calendar/working-calendar.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import type { ApiContext } from '../context.ts';

/** From when and by which calendar an item is looked at. */
export interface Seen {
  readonly now: Moment;
  readonly calendar: WorkingCalendar;
}

/**
 * How the api shows the items of one collection: those of a book, or of a list that a measure counts. Its functions are methods, so
 * that views of different items stand in one list.
 */
export interface ItemView<Item extends object = object> {
  /** The name of its list in an answer, as the book or the list states it. */
  readonly collection: string;
  /** Of one item in a list. */
  readonly schema: z.ZodType;
  itemView(item: Item, seen: Seen): object;
  /** Its work lists, and one subject with its history; undefined where there are none. */
  routes?(context: ApiContext): FastifyPluginAsyncZod;
}
