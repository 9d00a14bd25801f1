import { z } from 'zod';
import type { EventKind } from './event-kind.ts';
import type { StreamName } from './ids.ts';
import type { OwnType, SharedType } from './own-types.ts';
import type { PersonId } from './two-people.ts';

/** The person of the key with which an act was made; null without one. Written by the server, never by the caller. */
export const personField = { person: z.custom<PersonId>().nullable() };

/** A type of event that this system itself states. */
export interface OwnKind<Data extends object = object> extends EventKind<Data> {
  readonly type: OwnType;
}

/** A type of event that feeds send, and that this system states too. */
export interface SharedKind<Data extends object = object> extends EventKind<Data> {
  readonly type: SharedType;
}

/** A type of event that this system itself states about a subject, of these fields. */
export function ownKind<Shape extends z.ZodRawShape>(
  type: OwnType,
  shape: Shape,
  streamOf: (data: z.output<z.ZodObject<Shape>>) => StreamName,
): OwnKind<z.output<z.ZodObject<Shape>>> {
  return { type, schema: () => z.object(shape), whenFields: [], streamOf };
}
