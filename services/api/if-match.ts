import { z } from 'zod';
import { ProblemError } from '../../shared/platform/problem.ts';

/** What a writer has seen of a stream of statements: how many there were, as an ETag, so that nothing unseen is overwritten. */
export const etagOfCount = (statements: number): string => `"${statements}"`;

export const isOfCount = (ifMatch: string, statements: number): boolean =>
  ifMatch.trim() === etagOfCount(statements);

/** The schema of the headers of a write. @param what it names */
export const ifMatchOf = (what: string) =>
  z.looseObject({
    'if-match': z
      .string()
      .max(200)
      .optional()
      .describe(`${capital(what)}, so that nothing unseen is overwritten.`),
  });

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** @throws ProblemError where a write does not name what it changes */
export function requireIfMatch(ifMatch: string | undefined, what: string): asserts ifMatch is string {
  if (ifMatch === undefined) throw new ProblemError('precondition-required', `If-Match is needed: ${what}.`);
}

export const statedMeanwhile = (thing: string, path: string): ProblemError =>
  new ProblemError(
    'precondition-failed',
    `${thing} was stated otherwise meanwhile: look again at GET ${path}.`,
  );
