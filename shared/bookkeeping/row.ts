/**
 * A part of a row of a file, if it is stated otherwise than in the row before it: thus a row that is sent again undoes nothing that
 * people stated since. Undefined where it says the same, or nothing.
 */
export const statedAnew = <Part extends object>(
  part: Part | undefined,
  before: Part | undefined,
): Part | undefined => (JSON.stringify(part) === JSON.stringify(before) ? undefined : part);
