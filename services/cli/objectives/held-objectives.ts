import { z } from 'zod';
import { localDaySchema } from '../../../shared/calendar/local-day-schema.ts';
import { MEASURES } from '../../../shared/measures/registry.ts';
import { definitionReader, type ReadDefinition } from '../../../shared/measures/stated-definition.ts';
import type { HeldObjective } from '../../../shared/objectives/file-differences.ts';
import type { CommandContext } from '../command.ts';
import { allItems, request } from '../server-request.ts';

const versions = z.array(z.looseObject({ id: z.string(), version: z.int() }));
const pageSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      versions,
      lastDay: localDaySchema.nullable(),
      definitionsDiffer: z.boolean(),
    }),
  ),
  next: z.string().optional(),
});
const oneSchema = z.object({
  id: z.string(),
  versions,
  closing: z.object({ lastDay: localDaySchema }).nullable(),
});

/** The definitions of every objective that a server knows, by id. */
export async function heldObjectives(
  base: string,
  context: CommandContext,
): Promise<readonly (HeldObjective & { readonly definitionsDiffer: boolean })[]> {
  const held = await allItems(new URL('/v1/objectives/definitions', base), pageSchema, context);
  return held.map((one) => ({ ...one, versions: readAll(one.versions) }));
}

/** One objective as its statements have it now, with the ETag that a change of it names. */
export async function heldObjective(
  url: string,
  context: CommandContext,
): Promise<HeldObjective & { readonly etag: string }> {
  const { body, etag } = await request('GET', url, context);
  const { id, versions: stated, closing } = oneSchema.parse(body);
  return { id, versions: readAll(stated), lastDay: closing?.lastDay ?? null, etag };
}

const read = definitionReader(MEASURES);
const readAll = (stated: z.output<typeof versions>): readonly ReadDefinition[] =>
  stated.map((definition) =>
    read({ id: definition.id, version: definition.version, definition, knownAt: 0 }),
  );
