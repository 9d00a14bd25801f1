export interface Remembered<Value> {
  /** The last answer while it is fresh, else a new one; callers during the request share it. */
  get(): Promise<Value>;
  /** Forces a new request for the next call. */
  forget(): void;
}

/** Sends a request up to once in a period, for any number of calls. A failure is not remembered. */
export function remembered<Value>(
  ask: () => Promise<Value>,
  forMs: number,
  monotonic: () => number = () => performance.now(),
): Remembered<Value> {
  let last: { readonly answer: Promise<Value>; readonly until: number } | undefined;
  return {
    get() {
      if (last !== undefined && monotonic() < last.until) return last.answer;
      const asked = { answer: ask(), until: monotonic() + forMs };
      last = asked;
      asked.answer.catch(() => {
        if (last === asked) last = undefined;
      });
      return asked.answer;
    },
    forget() {
      last = undefined;
    },
  };
}
