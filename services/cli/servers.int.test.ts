import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPostgres } from '../../tests/support/postgres/server.ts';
import { nhip } from '../../tests/support/process.ts';

const start = await startPostgres();
const skip = start.kind === 'unavailable' && start.reason;

test('a command that cannot use one of its servers ends at once, and repeats no secret', {
  skip,
}, async (t) => {
  if (start.kind === 'unavailable') return;
  t.after(() => start.server.stop());
  const began = performance.now();
  const { code, stderr } = await nhip(['verify'], {
    DATABASE_URL: start.server.url,
    EVENTSTORE_URL: 'esdb://admin:changeit',
  });
  assert.equal(code, 3);
  assert.match(stderr, /connection string of the event store/);
  assert.doesNotMatch(stderr, /changeit/);
  // A connection that nobody uses would keep the process for 10 s.
  assert.ok(performance.now() - began < 8_000);
});
