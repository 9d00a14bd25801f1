import type { DeadLetters } from '../dead-letters/port.ts';

/** How many letters are open, by the type that they told; `''` counts those that told none. */
export async function openByType(letters: Pick<DeadLetters, 'open'>): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { type, open } of await letters.open())
    counts.set(type ?? '', (counts.get(type ?? '') ?? 0) + open);
  return counts;
}
