import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeSmallDisk } from '../support/chaos/small-disk.ts';
import { eventually } from '../support/eventually.ts';
import { startInProcess } from '../support/in-process.ts';

const NOW = Date.parse('2026-11-20T10:00:00+07:00');
const NAME =
  'the embedded server on a full disk names it, goes on reading, and takes events once there is room';

const small = makeSmallDisk(64);
if (small.kind === 'unavailable') test(NAME, { skip: small.reason }, () => {});
else
  test(NAME, { timeout: 60_000 }, async (t) => {
    const { disk } = small;
    t.after(() => disk.remove());
    const folder = join(disk.folder, 'data');
    mkdirSync(folder);
    const server = await startInProcess(NOW, { DATA_DIR: folder });
    t.after(() => server.close());
    let sent = 0;
    const send = async () => {
      sent += 1;
      const answer = await server.server.inject({
        method: 'POST',
        url: '/v1/events',
        headers: { 'content-type': 'application/cloudevents+json' },
        payload: JSON.stringify({
          specversion: '1.0',
          id: String(sent),
          source: '/one-stop',
          type: 'dossier.status.v1',
          time: '2026-11-20T09:00:00+07:00',
          data: {
            dossierId: `H19.12-261120-${String(sent).padStart(4, '0')}`,
            status: 'received',
            reason: randomBytes(900).toString('hex'),
          },
        }),
      });
      return answer.statusCode;
    };
    const diskCheck = async () => {
      const { status, body } = await server.get('/readyz');
      const checks = body.checks as { name: string; ok: boolean; reason?: string }[];
      return { status, ...checks.find(({ name }) => name === 'disk') };
    };
    assert.equal(await send(), 200);
    assert.equal((await diskCheck()).ok, true);

    disk.fill();
    // What the log of the store holds in reserve is used up first.
    await eventually(async () => (await send()) === 507, { timeoutMs: 20_000 });
    const { status, ok, reason } = await diskCheck();
    assert.deepEqual([status, ok], [200, false], 'it goes on serving reads');
    assert.match(reason ?? '', /disk is full/);
    assert.equal((await server.server.inject('/v1/objectives')).statusCode, 200);

    disk.makeRoom();
    // Without a sender that tries.
    await eventually(async () => (await diskCheck()).ok, { timeoutMs: 20_000 });
    assert.equal(await send(), 200);
  });
