import type { Fault } from '../../../shared/contracts/fault.ts';
import { shown } from '../../../shared/contracts/fault.ts';
import { isAtOrBelow } from '../../../shared/feeds/sources.ts';
import type { Caller } from '../../../shared/platform/caller.ts';
import type { IntakeInput } from './intake.ts';

/**
 * The inputs, with those refused that name a source which the key may not speak for. What the decoder refused keeps its other
 * faults: its sender shall see all of them.
 */
export function spokenFor(
  inputs: readonly IntakeInput[],
  caller: Caller | undefined,
): readonly IntakeInput[] {
  const sources = caller?.sources;
  if (caller === undefined || sources === undefined) return inputs;
  return inputs.map((input) => {
    const { decoded } = input;
    const { source, type } =
      decoded.kind === 'event' ? { ...decoded.event, ...decoded.event.metadata } : decoded;
    if (source === undefined || sources.some((one) => isAtOrBelow(source, one))) return input;
    const faults = [
      forbidden(caller.name, sources, source),
      ...(decoded.kind === 'event' ? [] : decoded.faults),
    ];
    return { ...input, decoded: { kind: 'invalid', faults, source, ...(type !== undefined && { type }) } };
  });
}

/** So many are named to a sender. */
const NAMED = 10;

const forbidden = (key: string, sources: readonly string[], source: string): Fault => ({
  code: 'source-forbidden',
  pointer: '/source',
  was: shown(source),
  expected: `a source that the key ${shown(key)} may speak for: ${sources.slice(0, NAMED).join(', ')}, or below`,
});
