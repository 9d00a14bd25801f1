import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type RunningServer, startServer } from '../support/standalone.ts';

/** People try the samples first, so the tests run them as they stand there. */
let server: RunningServer;
before(async () => {
  server = await startServer();
});
after(() => server.kill());

for (const name of ['README.md', 'README.vi.md']) {
  test(`${name}: the events of the sample are accepted, and the figure is the one shown`, async () => {
    const text = readFileSync(name, 'utf8');
    const body = /-d '(\[[\s\S]*?\])'/.exec(text)?.[1];
    const [answer, figure] = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) =>
      JSON.parse(json),
    );
    assert.ok(body);
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const posted = await fetch(`${server.url}/v1/events`, { method: 'POST', headers, body });
    const outcome = (await posted.json()) as Record<string, unknown>;
    // The second README sends the same events again.
    assert.equal(Number(outcome.accepted) + Number(outcome.duplicates), answer.accepted);
    assert.deepEqual([outcome.rejected, outcome.position], [answer.rejected, answer.position]);
    // The samples are dated 2026: asked for that year, they count whenever this runs.
    const query = `minPosition=${answer.position}&from=2026-01-01&to=2026-12-31`;
    const shown = (await (
      await fetch(`${server.url}/v1/objectives/dossier-on-time?${query}`)
    ).json()) as object;
    const { '…': _, ...expected } = figure;
    assert.deepEqual({ ...shown, ...expected }, shown);
  });
}
