import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from './log.ts';

/** A stand-in for a terminal, which keeps what is written to it. */
function terminal() {
  const lines: string[] = [];
  return { lines, stream: { fd: 1, isTTY: true, write: (text: string) => lines.push(text) } };
}

test('a terminal gets readable lines, and the address to open', () => {
  const { lines, stream } = terminal();
  const log = createLog('info', stream).child({ component: 'http' });
  log.info({ version: '0.1.0', address: 'http://127.0.0.1:8080' }, 'ready');
  log.warn({ feed: 'one-stop', late: 3 }, 'no events');
  log.debug('not asked for');
  assert.match(
    lines[0] ?? '',
    /^\d\d:\d\d:\d\d {2}ready: open http:\/\/127\.0\.0\.1:8080 {2}component=http {2}version=0\.1\.0\n$/,
  );
  assert.match(
    lines[1] ?? '',
    /^\d\d:\d\d:\d\d {2}WARN {2}no events {2}component=http {2}feed=one-stop {2}late=3\n$/,
  );
  assert.equal(lines.length, 2);
});

test('a terminal shows where an error comes from, and no secret', () => {
  const { lines, stream } = terminal();
  createLog('info', stream).error({ err: new Error('broken'), hook: { secret: 'whsec_x' } }, 'failed');
  assert.match(lines.join(''), /ERROR {2}failed {2}hook={"secret":"\[Redacted\]"}\nError: broken\n {4}at /);
});
