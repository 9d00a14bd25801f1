import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ServerEvent, sseParser } from './sse.ts';

function parsed(...pieces: string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const read = sseParser((event) => events.push(event));
  for (const piece of pieces) read(piece);
  return events;
}

const STREAM =
  'retry: 2000\n\n: still here\n\nevent: objective\nid: 7-3\ndata: {"a":1}\n\n' +
  'event: alert\r\nid: 8-4\r\ndata: one\r\ndata:two\r\n\r\ndata: bare\r\r';

test('events carry their name, their data and the last id', () => {
  assert.deepEqual(parsed(`${STREAM}\n`), [
    { event: 'objective', data: '{"a":1}', id: '7-3' },
    { event: 'alert', data: 'one\ntwo', id: '8-4' },
    { event: 'message', data: 'bare', id: '8-4' },
  ]);
});

test('comments and a reconnection time are no events', () => {
  assert.deepEqual(parsed(': still here\n\n', 'retry: 2000\n\n'), []);
});

test('an event is reported only once its blank line has come', () => {
  assert.deepEqual(parsed('event: alert\ndata: half'), []);
});

test('it makes no difference where the text is cut', () => {
  const whole = parsed(`${STREAM}\n`);
  fc.assert(
    fc.property(fc.array(fc.nat(STREAM.length)), (cuts) => {
      const ordered = [0, ...cuts.toSorted((a, b) => a - b), STREAM.length];
      const pieces = ordered.slice(1).map((end, index) => STREAM.slice(ordered[index], end));
      assert.deepEqual(parsed(...pieces, '\n'), whole);
    }),
  );
});
