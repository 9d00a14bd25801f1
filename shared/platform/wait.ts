import { setTimeout as pause } from 'node:timers/promises';

/**
 * Resolves after so many milliseconds, or as soon as the signal aborts; never rejects.
 * @param options `ref: false` lets the process end meanwhile
 */
export async function wait(
  ms: number,
  signal: AbortSignal,
  options: { readonly ref?: boolean } = {},
): Promise<void> {
  try {
    await pause(ms, undefined, { ...options, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
