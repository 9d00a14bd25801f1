import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { eventually } from '../support/eventually.ts';
import { describeProduction } from '../support/production.ts';

const PATHS = [
  '/v1/objectives',
  '/v1/objectives/dossier-on-time',
  '/v1/objectives/dossier-on-time/series',
  '/v1/objectives/dossier-on-time/breakdown?by=unit',
  '/v1/objectives/dossier-on-time/evidence',
  '/v1/dossiers?state=open',
  '/v1/dossiers/H19.12-260101-0001',
  '/v1/documents/X',
  '/v1/units',
];

await describeProduction('an api without a ledger that it can read', ({ start, env }) => {
  test('answers 503, whether none was made yet or the one in force is of another version', async () => {
    const api = await start('api');
    const problems = async (path: string) => {
      const answer = await fetch(api.url + path);
      const { code, detail } = (await answer.json()) as { code: string; detail: string };
      return { status: answer.status, code, detail, retryAfter: answer.headers.get('retry-after') };
    };
    const wanted = { status: 503, code: 'unavailable', retryAfter: '5' };
    // Before the database has answered for the first time its absence is the reason.
    await eventually(async () => /no ledger yet/.test(await (await fetch(`${api.url}/readyz`)).text()));
    for (const path of PATHS) {
      const { detail, ...problem } = await problems(path);
      assert.deepEqual(problem, wanted, path);
      assert.match(detail, /no ledger yet/);
    }
    assert.equal((await fetch(`${api.url}/`)).status, 200);
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    assert.doesNotMatch(
      metrics,
      /^nhip_projection_lag_seconds\{/m,
      'it states nothing that it does not know',
    );

    const client = new pg.Client(env.DATABASE_URL);
    await client.connect();
    await client.query("INSERT INTO nhip.ledger_in_force (schema, version) VALUES ('ledger_999', 999)");
    await client.end();
    for (const path of PATHS) {
      const { detail, ...problem } = await problems(path);
      assert.deepEqual(problem, wanted, path);
      assert.match(detail, /version 999/);
    }
  });
});
