import { z } from 'zod';
import { type Acts, actFact } from '../../../shared/bookkeeping/act.ts';
import type { Knowledge } from '../../../shared/bookkeeping/balance.ts';
import type { StreamName } from '../../../shared/contracts/ids.ts';
import type { ReadOptions } from '../../../shared/ledger/port.ts';
import {
  type EventReader,
  History,
  heading,
  headingFields,
  type Outline,
  outlineOf,
} from '../books/history.ts';
import { historyFields } from '../schema-parts.ts';

/** Of one subject of a register: a page of the acts upon it, and the number of all, which a further act names. */
export const actSchema = {
  statements: z.int().meta({ description: 'A further act names this number, in quotes, in `If-Match`.' }),
  acts: z
    .array(
      z.object({
        ...headingFields,
        type: z.string(),
        by: z.string().nullable().meta({ description: 'The name of the key; null where none is known.' }),
        content: z.record(z.string(), z.unknown()),
      }),
    )
    .meta({ description: 'In the order in which they were recorded.' }),
  ...historyFields,
};

/** A page of the acts upon a subject. @param streams the subject's own first, then those of its other names */
export async function actHistory(
  events: EventReader,
  { acts, streams }: { readonly acts: Acts; readonly streams: readonly StreamName[] },
  known: Knowledge,
  cursor: string | undefined,
  reading: ReadOptions,
) {
  const history = new History(events, [...new Set(streams)], known, reading);
  const outlines: Outline[] = [];
  let statements = 0;
  for await (const recorded of history.known()) {
    if (recorded.stream === streams[0]) statements += 1;
    if (actFact(acts, recorded)) outlines.push(outlineOf(recorded));
  }
  const { events: shown, ...next } = await history.page(outlines, cursor, (recorded) => {
    const fact = actFact(acts, recorded);
    return (
      fact && {
        ...heading(recorded, fact.time),
        ...{ type: recorded.type, by: recorded.metadata.by ?? null, content: fact.data },
      }
    );
  });
  return { statements, acts: shown, ...next };
}
