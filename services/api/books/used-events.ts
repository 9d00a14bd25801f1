import { z } from 'zod';
import { firstMomentOf, type When } from '../../../shared/calendar/when.ts';
import type { Zone } from '../../../shared/calendar/zone.ts';
import type { EventId } from '../../../shared/contracts/ids.ts';
import type { Position, RecordedEvent } from '../../../shared/contracts/stored-event.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import { type History, heading, headingFields, type Outline, outlineOf } from './history.ts';

/** @param uses how an event may be taken, in words */
export const usedEventsSchema = (uses: string) =>
  z.array(
    z.object({
      ...headingFields,
      type: z.string(),
      use: z.string().meta({ description: `How it was taken: ${uses}.` }),
      data: z.record(z.string(), z.unknown()),
    }),
  );

interface Fact {
  readonly id: EventId;
  readonly time: When;
}

/** How the events of a subject are read. */
interface Reading<Of extends Fact> {
  readonly zone: Zone;
  /** Undefined for an event of another book. */
  readonly factOf: (recorded: RecordedEvent) => Of | undefined;
  /** Each fact that its timeline took, with its use. */
  readonly usesOf: (facts: readonly Of[]) => readonly { readonly fact: Of; readonly use: string }[];
  readonly cursor: string | undefined;
}

/** A page of the events of a subject in the order of their time, each with its content and how it was used. */
export async function usedEvents<Of extends Fact>(
  history: History,
  { zone, factOf, usesOf, cursor }: Reading<Of>,
) {
  const outlines: (Outline & { readonly time: When; readonly at: Moment; readonly position: Position })[] =
    [];
  const facts: Of[] = [];
  for await (const recorded of history.known()) {
    const fact = factOf(recorded);
    if (!fact) continue;
    const { time } = fact;
    facts.push(fact);
    outlines.push({
      ...outlineOf(recorded),
      time,
      at: firstMomentOf(time, zone),
      position: recorded.position,
    });
  }
  const uses = new Map(usesOf(facts).map(({ fact, use }) => [fact.id, use]));
  const inOrder = outlines
    .flatMap((one) => {
      const use = uses.get(one.id);
      return use === undefined ? [] : [{ ...one, use }];
    })
    .sort((left, right) => left.at - right.at || left.position - right.position);
  return history.page(inOrder, cursor, (recorded, { time, use }) => ({
    ...heading(recorded, time),
    ...{ type: recorded.type, use, data: writtenData(recorded) },
  }));
}

/** As it stands in the store: moments as RFC 3339. */
function writtenData({ data: text }: RecordedEvent): Record<string, unknown> {
  const { time: _, ...data } = JSON.parse(text);
  return data;
}
