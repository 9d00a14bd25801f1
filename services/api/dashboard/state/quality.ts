import type { DeadLetters, Objective, Part, Readiness } from '../client/api.ts';
import type { Words } from '../text/words.ts';

export interface Quality {
  readonly rejected: number;
  /** Undefined when the key may not see them. */
  readonly letters: DeadLetters | undefined;
  /** The parts whose data has a fault. */
  readonly faulty: readonly { readonly objective: string; readonly part: Part }[];
}

/** The faults of the data; null when there are none. */
export function qualityOf(
  objectives: readonly Objective[],
  letters: DeadLetters | undefined,
): Quality | null {
  // A letter of no known type is a doubt of several objectives, so that their sum would count it twice.
  const rejected = letters?.total ?? Math.max(0, ...objectives.map(({ trust }) => trust.deadLetters));
  const all = objectives.flatMap(({ id, formula, parts }) =>
    parts
      .filter(({ fault, count }) => fault && count > 0)
      .map((part) => ({ objective: id, part, key: `${formula.name} ${part.name}` })),
  );
  // Objectives of one formula count the same subjects, and would list the same fault again.
  const faulty = all.filter(({ key }, index) => all.findIndex((one) => one.key === key) === index);
  return rejected === 0 && faulty.length === 0 ? null : { rejected, letters, faulty };
}

/** A sentence for each part that is not ready. */
export const notReady = ({ checks }: Readiness, { t, since }: Words): readonly string[] =>
  checks
    .filter(({ ok }) => !ok)
    .map((check) =>
      t('notReady', { name: check.name, time: since(check.since ?? Date.now()), reason: check.reason ?? '' }),
    );
