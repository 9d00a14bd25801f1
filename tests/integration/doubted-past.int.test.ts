import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { nhip } from '../support/process.ts';
import { describeProduction } from '../support/production.ts';
import { statusEvent } from '../support/status-event.ts';

await describeProduction('a past that was changed in the store of the production topology', (production) => {
  test('stops the projector, which says so, is a doubt of the figures, and fails nhip verify', async () => {
    const { start, store, env } = production;
    const [ingest, projector] = await Promise.all([start('ingest'), start('projector')]);
    const readiness = async ({ url }: { readonly url: string }) => (await fetch(`${url}/readyz`)).text();
    await eventually(async () => (await readiness(ingest)).includes('"ready":true'), { timeoutMs: 20_000 });
    const sent = await fetch(`${ingest.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(
        ['0001', '0002', '0003'].map((number) =>
          statusEvent(`H19.12-260105-${number}`, 'received', '2026-01-05T08:00:00+07:00', {
            unitId: 'H19.12',
          }),
        ),
      ),
    });
    assert.equal(sent.status, 200);
    const metrics = async () => (await fetch(`${projector.url}/metrics`)).text();
    await eventually(async () => (await metrics()).includes('nhip_ledger_posted_events_total 3'), {
      timeoutMs: 20_000,
    });
    const head = /^nhip_event_chain_head_info\{(.+)\} 1$/m.exec(await metrics())?.[1] ?? '';
    for (const label of [/store="[0-9a-f-]{36}"/, /position="[1-9]\d*"/, /link="[0-9a-f]{64}"/])
      assert.match(head, label);
    const well = await nhip(['verify'], env);
    assert.match(well.stdout, /ok {6}events: chain: no event has been altered/);
    assert.equal(well.code, 0, well.stdout);
    assert.equal(await projector.stop(), 0);

    await store.kill();
    const lines = readFileSync(store.file, 'utf8').split('\n');
    const index = lines.findIndex((line) => line.includes('dossier-H19.12-260105-0002'));
    const event = JSON.parse(lines[index] ?? '');
    const text = Buffer.from(event.data, 'base64').toString().replace('"H19.12"', '"H19.13"');
    lines[index] = JSON.stringify({ ...event, data: Buffer.from(text).toString('base64') });
    writeFileSync(store.file, lines.join('\n'));
    await store.restart();

    const [again, api] = await Promise.all([start('projector'), start('api')]);
    const reason = new RegExp(`the event at position ${event.position} \\(${event.id}\\) was altered`);
    await eventually(async () => reason.test(await readiness(again)), { timeoutMs: 20_000 });
    await eventually(
      async () => {
        const answer = await fetch(`${api.url}/v1/objectives`);
        const { objectives = [] } = (await answer.json()) as {
          readonly objectives?: readonly { readonly trust: { readonly state: string } }[];
        };
        return objectives.length > 0 && objectives.every(({ trust }) => trust.state === 'unverified');
      },
      { timeoutMs: 20_000 },
    );
    const { code, stdout } = await nhip(['verify'], env);
    assert.match(stdout, reason);
    assert.equal(code, 1);
  });
});
