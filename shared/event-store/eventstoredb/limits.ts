/** How hard the server is used, and how long it is waited for. */
export interface Limits {
  /** Calls that write or read streams and are under way at a time: more of them gain nothing and can stall the client. */
  readonly inFlight: number;
  /** Bytes of one append, as the server counts them. Its own limit (`MaxAppendSize`) is 1 MiB unless it was changed. */
  readonly appendBytes: number;
  /** Milliseconds without an answer, or without the next event of a page, after which the outcome of a call is unknown. */
  readonly deadlineMs: number;
  /** Milliseconds for which a call is retried while the server is unreachable. */
  readonly retryForMs: number;
  /** Milliseconds without a word after which a subscription is doubted. */
  readonly silenceMs: number;
  /** Events of streams used lately that are remembered, some 250 bytes each. */
  readonly rememberedEvents: number;
}

export const DEFAULT_LIMITS: Limits = {
  inFlight: 64,
  appendBytes: 1_040_000,
  deadlineMs: 10_000,
  retryForMs: 15_000,
  silenceMs: 30_000,
  rememberedEvents: 200_000,
};
