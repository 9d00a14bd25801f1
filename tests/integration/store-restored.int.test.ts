import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startStandInProcess } from '../support/eventstore/child.ts';
import { eventually } from '../support/eventually.ts';
import { describeProduction } from '../support/production.ts';
import { emptyDir } from '../support/standalone.ts';
import { statusEvent } from '../support/status-event.ts';

await describeProduction('a ledger that is ahead of its event store', ({ start }) => {
  test('is noticed when the projector begins, and not posted to', async (t) => {
    const [ingest, projector] = await Promise.all([start('ingest'), start('projector')]);
    const readiness = async ({ url }: { readonly url: string }) => (await fetch(`${url}/readyz`)).text();
    await eventually(async () => (await readiness(ingest)).includes('"ready":true'), { timeoutMs: 20_000 });
    const sent = await fetch(`${ingest.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify([statusEvent('H19.12-260105-0001', 'received', '2026-01-05T08:00:00+07:00')]),
    });
    assert.equal(sent.status, 200);
    const posted = async () =>
      (await (await fetch(`${projector.url}/metrics`)).text()).includes('nhip_ledger_posted_events_total 1');
    await eventually(posted, { timeoutMs: 20_000 });
    assert.equal(await projector.stop(), 0);

    // As after a restore of the store alone: it holds less than the ledger was built from.
    const older = await startStandInProcess(join(emptyDir(), 'events.ndjson'));
    t.after(() => older.stop());
    const again = await start('projector', { EVENTSTORE_URL: older.connectionString });
    const reason = await eventually(
      async () => /beyond the end of the event store/.exec(await readiness(again)),
      {
        timeoutMs: 20_000,
      },
    );
    assert.ok(reason);
  });
});
