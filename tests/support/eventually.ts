import { setTimeout as pause } from 'node:timers/promises';

/** The first waits are short, for what comes at once; what takes long is asked for ten times a second. */
const FIRST_MS = 10;
const LONGEST_MS = 100;

/**
 * Waits until `check` returns a truthy value without throwing, and returns it. @throws the last failure at the deadline
 * @param options.everyMs between two checks; a tenth of the time waited so far by default, from 10 to 100 ms
 */
export async function eventually<Value>(
  check: () => Value | Promise<Value>,
  { timeoutMs = 10_000, everyMs }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Exclude<Value, false | null | undefined | 0 | ''>> {
  const began = performance.now();
  for (;;) {
    let failure: unknown = new Error(`condition not met within ${timeoutMs} ms: ${check}`);
    try {
      const value = await check();
      if (value) return value as Exclude<Value, false | null | undefined | 0 | ''>;
    } catch (error) {
      failure = error;
    }
    const waited = performance.now() - began;
    if (waited > timeoutMs) throw failure;
    await pause(everyMs ?? Math.min(Math.max(FIRST_MS, waited / 10), LONGEST_MS));
  }
}
