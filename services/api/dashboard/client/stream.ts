import { Backoff } from '../../../../shared/kernel/backoff.ts';
import { send } from './api.ts';
import type { KeyRing } from './key-ring.ts';
import { type ServerEvent, sseParser } from './sse.ts';

/** The server sends something at least every 15 s; three times that without a byte means that the line is dead. */
const DEAD_MS = 45_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export interface Listener {
  readonly event: (event: ServerEvent) => void;
  readonly up: () => void;
  readonly down: () => void;
}

/**
 * Follows `/v1/stream` without end: resumes after the last event, waits longer after each failure, and comes back at once when
 * the machine is online again or the user looks at the page.
 */
export async function follow(url: string, keys: KeyRing, { event, up, down }: Listener): Promise<never> {
  let last = '';
  const backoff = new Backoff({ firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS });
  const opened = () => {
    backoff.reset();
    up();
  };
  const heard = (one: ServerEvent) => {
    last = one.id || last;
    event(one);
  };
  for (;;) {
    // Whether the server ended the stream or could not be reached, the page waits and tries again.
    await once(url, keys, last, opened, heard).catch(() => {});
    down();
    await pause(backoff.next());
  }
}

/** One connection, until it ends. `last` is the id of the event to resume after. */
async function once(
  url: string,
  keys: KeyRing,
  last: string,
  up: () => void,
  event: (event: ServerEvent) => void,
): Promise<void> {
  const abort = new AbortController();
  const watchdog = { timer: 0 };
  const alive = () => {
    clearTimeout(watchdog.timer);
    watchdog.timer = window.setTimeout(() => abort.abort(), DEAD_MS);
  };
  const headers = { accept: 'text/event-stream', ...(last && { 'last-event-id': last }) };
  alive();
  try {
    const request = new Request(url, { headers, signal: abort.signal, cache: 'no-store' });
    const response = await send(request, keys);
    alive();
    up();
    const read = sseParser(event);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      alive();
      read(piece.value);
    }
  } finally {
    clearTimeout(watchdog.timer);
    abort.abort();
  }
}

/** Resolves sooner than after `ms` when there is reason to hope. */
function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const finish = () => {
    clearTimeout(timer);
    removeEventListener('online', finish);
    document.removeEventListener('visibilitychange', seen);
    resolve();
  };
  const seen = () => document.visibilityState === 'visible' && finish();
  const timer = setTimeout(finish, ms);
  addEventListener('online', finish);
  document.addEventListener('visibilitychange', seen);
  return promise;
}
