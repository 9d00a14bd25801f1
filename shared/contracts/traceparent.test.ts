import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traceparentOf } from './traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

// The examples and rules of https://www.w3.org/TR/trace-context/, §3.2.2 and §4.3.
test('a valid traceparent of W3C Trace Context is kept unchanged', () => {
  for (const good of [
    `00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-00`,
    `cc-${TRACE}-${SPAN}-01-what-may-come`,
  ])
    assert.equal(traceparentOf(good), good);
  assert.equal(traceparentOf(` 00-${TRACE}-${SPAN}-01\t`), `00-${TRACE}-${SPAN}-01`);
});

test('anything else is none', () => {
  for (const damaged of [
    undefined,
    null,
    7,
    {},
    '',
    'no',
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `cc-${TRACE}-${SPAN}-01-${'x'.repeat(100)}`,
    `cc-${TRACE}-${SPAN}-01-Hồ sơ`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  ])
    assert.equal(traceparentOf(damaged), undefined, String(damaged));
});
