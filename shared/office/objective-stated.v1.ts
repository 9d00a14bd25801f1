import { z } from 'zod';
import type { EventKind } from '../contracts/event-kind.ts';
import { type StreamName, streamName } from '../contracts/ids.ts';

/** Every statement about one objective, in order. */
export const objectiveStream = (id: string): StreamName => streamName(`objective-${id}`);

/**
 * `objective.defined.v1`, `objective.changed.v1`: what an objective (mục tiêu chất lượng) is from now on: its first version; a further
 * version, or another content of one. They belong to this system and are taken at no door. Of one version the statement with the
 * greatest `time` and id is in force. Its author is `by` in the metadata; the instrument is `source` of the definition.
 */
const objectiveStatedV1 = () =>
  z.object({
    id: z.string(),
    version: z.int(),
    /** As a file states it. Measures read it: a newer version of this system may have written what this one does not understand. */
    definition: z.record(z.string(), z.unknown()),
    /** Why. */
    reason: z.string(),
    /** OBJECTIVES_FILE, or the definitions that are built in, state it: it counts as known from the beginning. */
    fromFile: z.literal(true).optional(),
  });
export type ObjectiveStatedV1 = z.output<ReturnType<typeof objectiveStatedV1>>;

/** `objective.closed.v1`: the last day of an objective; it is not carried over after it. */
const objectiveClosedV1 = () =>
  z.object({
    id: z.string(),
    /** Inclusive. Null takes an earlier closing back. */
    lastDay: z.iso.date().nullable(),
    /** Why. */
    reason: z.string(),
    /** The decision that ends it. */
    instrument: z.string().nullable(),
  });
export type ObjectiveClosedV1 = z.output<ReturnType<typeof objectiveClosedV1>>;

const statedKind = (type: 'objective.defined.v1' | 'objective.changed.v1'): EventKind<ObjectiveStatedV1> => ({
  type,
  schema: objectiveStatedV1,
  whenFields: [],
  streamOf: ({ id }) => objectiveStream(id),
});

export const objectiveDefined = statedKind('objective.defined.v1');
export const objectiveChanged = statedKind('objective.changed.v1');
export const objectiveClosed: EventKind<ObjectiveClosedV1> = {
  type: 'objective.closed.v1',
  schema: objectiveClosedV1,
  whenFields: [],
  streamOf: ({ id }) => objectiveStream(id),
};
