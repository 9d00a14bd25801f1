/** What was thrown, which may be any value, as an error. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));

/** The message of what was thrown. */
export const errorText = (thrown: unknown): string => asError(thrown).message;
