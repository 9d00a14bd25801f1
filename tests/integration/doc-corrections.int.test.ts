import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type InProcess, startInProcess } from '../support/in-process.ts';

/** The worked samples of docs/events.md have the effect that the page states. */
interface Sample {
  readonly id: string;
}
const samples = [...readFileSync('docs/events.md', 'utf8').matchAll(/^```json\n([\s\S]*?)^```/gm)]
  .map(([, json = '']) => json)
  .filter((json) => json.includes('"specversion"'))
  .flatMap((json) => JSON.parse(json) as Sample[] | Sample);
const named = (...ids: readonly string[]) => samples.filter(({ id }) => ids.includes(id));

const hour = 3_600_000;
const firstRead = Date.parse('2026-11-22T08:00:00+07:00');
let office: InProcess;
before(async () => {
  office = await startInProcess(firstRead);
});
after(() => office.close());

const figure = async (query: string) => {
  const { body } = await office.get(`/v1/objectives/dossier-on-time?window=year&${query}`);
  return [body.numerator, body.denominator];
};

test('a correction turns late into on time from the moment it is known', async () => {
  await office.send(...named('c1', 'c2'));
  assert.deepEqual(await figure('basis=original'), [0, 1]);
  office.now = Date.parse('2026-11-24T09:05:00+07:00');
  await office.send(...named('c3'));
  assert.deepEqual(await figure('basis=original'), [1, 1]);
  assert.deepEqual(await figure('asOf=2026-11-23&basis=original'), [0, 1]);
  const { body } = await office.get('/v1/dossiers/H19.12-261116-0042');
  assert.match(JSON.stringify(body), /"use":"replaced"/);
});

test('a supplement moves the due date by its basis, and an end without a date waits for one', async () => {
  office.now = Date.parse('2026-11-26T08:00:00+07:00');
  await office.send(...named('d1', 'd2', 'd3', 'd4'));
  const [, before] = await figure('basis=adjusted');
  assert.equal(before, 1, 'without finish date it is not in the fraction');
  office.now += hour;
  await office.send({
    specversion: '1.0',
    source: '/one-stop/office',
    id: 'd5',
    type: 'dossier.status.v1',
    time: '2026-11-24',
    data: {
      dossierId: 'H19.12-261116-0043',
      status: 'completed',
      finishedAt: '2026-11-24',
      corrects: 'd4',
      assertedAt: '2026-11-26',
    },
  });
  assert.deepEqual(await figure('basis=adjusted'), [2, 2]);
  assert.deepEqual(await figure('basis=original'), [1, 2]);
});
