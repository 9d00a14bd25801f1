import type { DeadLetters, Objective, Part, Readiness } from '../client/api.ts';
import type { Words } from '../text/words.ts';

/** The parts that stand outside a figure because a date is missing or wrong, which the sender can mend. */
const FAULTY_DATES = ['no-finish-date', 'no-due-date'];

export interface Quality {
  readonly rejected: number;
  /** Undefined when the key may not see them. */
  readonly letters: DeadLetters | undefined;
  readonly faulty: readonly { readonly objective: string; readonly part: Part }[];
}

/** What is wrong with the data; null when nothing is. */
export function qualityOf(
  objectives: readonly Objective[],
  letters: DeadLetters | undefined,
): Quality | null {
  // A letter of no known type is a doubt of several objectives, so that their sum would count it twice.
  const rejected = letters?.total ?? Math.max(0, ...objectives.map(({ trust }) => trust.deadLetters));
  const faulty = FAULTY_DATES.flatMap((name) => {
    const found = objectives.flatMap((objective) =>
      objective.parts
        .filter((part) => part.name === name && part.count > 0)
        .map((part) => ({ objective: objective.id, part })),
    );
    // Objectives that count the same dossiers would list the same fault again.
    return found.slice(0, 1);
  });
  return rejected === 0 && faulty.length === 0 ? null : { rejected, letters, faulty };
}

/** What is not ready, a sentence for each. */
export const notReady = ({ checks }: Readiness, { t, since }: Words): readonly string[] =>
  checks
    .filter(({ ok }) => !ok)
    .map((check) =>
      t('notReady', { name: check.name, time: since(check.since ?? Date.now()), reason: check.reason ?? '' }),
    );
