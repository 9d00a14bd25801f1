import type { FileObjectives } from '../../../shared/measures/known-objectives.ts';
import { statedDefinition } from '../../../shared/measures/stated-definition.ts';
import { type FileDifference, fileDifferences } from '../../../shared/objectives/file-differences.ts';
import { type CommandContext, EXIT, type ExitCode } from '../command.ts';
import { request } from '../server-request.ts';
import { differenceLines } from './difference-lines.ts';
import { heldObjective, heldObjectives } from './held-objectives.ts';

/** A version that the file has and the server has not, or has otherwise. */
type Wanted = Extract<FileDifference, { readonly kind: 'changed' | 'only-in-file' }>;
const isWanted = (one: FileDifference): one is Wanted =>
  one.kind === 'changed' || one.kind === 'only-in-file';

/** States each version that the file has otherwise. @param reason none for a dry run */
export async function apply(
  file: FileObjectives,
  reason: string | undefined,
  base: string,
  context: CommandContext,
): Promise<ExitCode> {
  const held = await heldObjectives(base, context);
  const all = fileDifferences(file, held);
  let stated = 0;
  for (const [id, differences] of Map.groupBy(all, (one) => one.id)) {
    if (reason !== undefined && differences.some(isWanted)) {
      const isKnown = held.some((one) => one.id === id);
      stated += await stateAll({ id, isKnown, file, reason, base }, context);
    } else for (const line of differences.flatMap(differenceLines)) context.out(line);
  }
  context.out(reason === undefined ? `to be stated: ${all.filter(isWanted).length}` : `stated: ${stated}`);
  return all.some(({ kind }) => kind === 'closed') ? EXIT.wrong : EXIT.well;
}

interface Stated {
  readonly id: string;
  readonly isKnown: boolean;
  readonly file: FileObjectives;
  readonly reason: string;
  readonly base: string;
}

/** Each statement names what it was decided on, so that a change by another person meanwhile is refused and not overwritten. @returns how many */
async function stateAll(
  { id, isKnown, file, reason, base }: Stated,
  context: CommandContext,
): Promise<number> {
  const url = new URL(`/v1/objectives/${id}/definition`, base).href;
  const now = isKnown ? await heldObjective(url, context) : undefined;
  const ofFile = { ...file, definitions: file.definitions.filter((one) => one.id === id) };
  let etag = now?.etag;
  let stated = 0;
  for (const difference of fileDifferences(ofFile, now ? [now] : [])) {
    for (const line of differenceLines(difference)) context.out(line);
    const definition = isWanted(difference)
      ? ofFile.definitions.find(({ version }) => version === difference.version)
      : undefined;
    if (!definition) continue;
    const json = { definition: statedDefinition(definition), reason };
    ({ etag } =
      etag === undefined
        ? await request('POST', new URL('/v1/objectives', base).href, context, { json })
        : await request('PUT', url, context, { json, ifMatch: etag }));
    stated += 1;
  }
  return stated;
}
