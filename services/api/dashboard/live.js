import { Problem, request } from './api.js';
import { pauseAfter } from './backoff.js';
import { sseParser } from './sse.js';

/** The server sends something at least every 15 s; three times that without a byte means that the line is dead. */
const DEAD_MS = 45_000;

/**
 * Follows `/v1/stream` for ever: resumes after the last event, waits longer after each failure, and comes back at once when
 * the machine is online again or the page is looked at.
 * @param {object} listener
 * @param {(event: import('./sse.js').ServerEvent) => void} listener.event
 * @param {() => void} listener.up
 * @param {(problem: Problem) => void} listener.down
 */
export async function follow({ event, up, down }) {
  let last = '';
  let failures = 0;
  for (;;) {
    try {
      await once(
        last,
        () => {
          failures = 0;
          up();
        },
        (one) => {
          last = one.id || last;
          event(one);
        },
      );
      down(new Problem(0, { code: 'stream-ended' }));
    } catch (error) {
      down(error instanceof Problem ? error : new Problem(0, { code: 'unreachable' }));
    }
    failures += 1;
    await pause(pauseAfter(failures));
  }
}

/**
 * One connection, until it ends.
 * @param {string} last id of the event to resume after
 * @param {() => void} up
 * @param {(event: import('./sse.js').ServerEvent) => void} event
 */
async function once(last, up, event) {
  const abort = new AbortController();
  const watchdog = { timer: 0 };
  const alive = () => {
    clearTimeout(watchdog.timer);
    watchdog.timer = window.setTimeout(() => abort.abort(), DEAD_MS);
  };
  const headers = { accept: 'text/event-stream', ...(last && { 'last-event-id': last }) };
  alive();
  try {
    const response = await request('/v1/stream', { headers, signal: abort.signal });
    alive();
    up();
    const take = sseParser(event);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      alive();
      take(piece.value);
    }
  } finally {
    clearTimeout(watchdog.timer);
    abort.abort();
  }
}

/** @param {number} ms @returns {Promise<void>} resolves sooner when there is reason to hope */
function pause(ms) {
  return new Promise((resolve) => {
    const seen = () => document.visibilityState === 'visible' && finish();
    const finish = () => {
      clearTimeout(timer);
      removeEventListener('online', finish);
      document.removeEventListener('visibilitychange', seen);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    addEventListener('online', finish);
    document.addEventListener('visibilitychange', seen);
  });
}
