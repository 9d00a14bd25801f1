/**
 * Calls at once, and while calls come faster than `ms` only once in that time, the last one always.
 * @param last when it was called before
 */
export function throttled(call: () => void, ms: number, last = Number.NEGATIVE_INFINITY): () => void {
  let calledAt = last;
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(
      () => {
        isWaiting = false;
        calledAt = performance.now();
        call();
      },
      Math.max(0, calledAt + ms - performance.now()),
    );
  };
}
