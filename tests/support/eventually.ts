import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `check` returns a truthy value without throwing, and returns it. @throws the last failure at the deadline. */
export async function eventually<Value>(
  check: () => Value | Promise<Value>,
  { timeoutMs = 10_000, everyMs = 10 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Exclude<Value, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let failure: unknown = new Error(`condition not met within ${timeoutMs} ms: ${check}`);
    try {
      const value = await check();
      if (value) return value as Exclude<Value, false | null | undefined | 0 | ''>;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) throw failure;
    await pause(everyMs);
  }
}
