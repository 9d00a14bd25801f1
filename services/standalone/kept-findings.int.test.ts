import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { ScrubReport } from '../../shared/event-store/scrub-report.ts';
import { startInProcess } from '../../tests/support/in-process.ts';
import { OFFICE_NOW } from '../../tests/support/office-dir.ts';
import { emptyDir } from '../../tests/support/standalone.ts';
import { findingsIn } from './kept-findings.ts';

const FAULT = 'the event at position 7 (a) was altered';

/** A scrubber as after a start on the folder. */
function report(dir: string): ScrubReport {
  const parts = { log: pino({ level: 'silent' }), registry: new Registry() };
  return new ScrubReport(parts, () => undefined, findingsIn(dir));
}

it('a fault that was found stands over starts, until a whole comparison finds nothing', (t) => {
  const dir = emptyDir();
  t.after(() => rmSync(dir, { recursive: true }));
  assert.equal(report(dir).first, undefined);
  report(dir).fault(FAULT);
  const second = report(dir);
  assert.equal(second.first, FAULT);
  second.fault(FAULT);
  second.complete(0);
  const third = report(dir);
  assert.equal(third.first, FAULT);
  third.complete(0);
  assert.equal(third.first, undefined);
  assert.equal(report(dir).first, undefined);
  assert.equal(existsSync(join(dir, 'scrub.json')), false);
});

it('a note of a fault that cannot be read is a fault', (t) => {
  const dir = emptyDir();
  t.after(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'scrub.json'), '');
  assert.match(report(dir).first ?? '', /^scrub\.json.* cannot be read$/);
});

it('a fault that was found before a start makes the first figures unverified, before anything is compared', async (t) => {
  const dir = emptyDir();
  findingsIn(dir).keep([FAULT]);
  const nhip = await startInProcess(OFFICE_NOW, { DATA_DIR: dir });
  t.after(async () => {
    await nhip.close();
    rmSync(dir, { recursive: true });
  });
  const { body } = await nhip.get('/v1/objectives/dossier-on-time');
  assert.match(JSON.stringify(body.trust), /"unverified"/);
  const { status, body: ready } = await nhip.get('/readyz');
  assert.equal(status, 200, 'reading and recording go on');
  assert.ok(JSON.stringify(ready).includes(`{"name":"stored-data","ok":false,"reason":"${FAULT}"`));
});
