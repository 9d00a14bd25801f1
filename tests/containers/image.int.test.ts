import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { describeWithContainers, rightsOfProcess } from '../support/containers/describe.ts';
import { eventually } from '../support/eventually.ts';
import { statusEvent } from '../support/status-event.ts';

const SOON = { timeoutMs: 60_000, everyMs: 100 };
const stateSchema = z.tuple([
  z.object({
    State: z.object({ Pid: z.number(), ExitCode: z.number(), Health: z.object({ Status: z.string() }) }),
    HostConfig: z.object({ ReadonlyRootfs: z.boolean(), Memory: z.number() }),
    RestartCount: z.number(),
  }),
]);

await describeWithContainers('the image', (containers) => {
  const run = async (name: string, volume: string, ...more: readonly string[]) => {
    const { docker, image } = containers;
    const hardened = [
      '--read-only',
      '--tmpfs=/tmp',
      '--cap-drop=ALL',
      '--security-opt=no-new-privileges',
      '--memory=1g',
    ];
    const common = [
      `--name=${name}`,
      '--restart=unless-stopped',
      '--health-interval=1s',
      '--publish=127.0.0.1::8080',
    ];
    await docker('run', '--detach', ...common, ...hardened, `--volume=${volume}:/data`, ...more, image);
    const inspect = async () => stateSchema.parse(JSON.parse(await docker('inspect', name)))[0];
    return {
      inspect,
      healthy: () => eventually(async () => (await inspect()).State.Health.Status === 'healthy', SOON),
      exec: (...command: readonly string[]) => docker('exec', name, ...command),
      /** After each start the engine chooses the port anew. */
      ask: async (path: string, init: RequestInit = {}) => {
        const key = (await docker('exec', name, 'cat', '/data/first-key')).trim();
        const address = (await docker('port', name, '8080')).split('\n')[0] ?? '';
        const headers = {
          authorization: `Bearer ${key}`,
          'content-type': 'application/cloudevents-batch+json',
        };
        return fetch(`http://${address}${path}`, { headers, ...init });
      },
    };
  };

  it('runs the embedded server by itself: healthy, closed but for the first key, which the log names', async () => {
    const nhip = await run('first', 'first');
    await nhip.healthy();
    const log = await containers.docker('logs', 'first');
    const key = await nhip.exec('cat', '/data/first-key');
    assert.match(log, /"file":"\/data\/first-key"/);
    assert.ok(!log.includes(key.trim()));
    assert.match(await nhip.exec('stat', '--format=%a %U', '/data/first-key'), /^600 node$/);
    assert.equal((await nhip.ask('/v1/objectives', { headers: {} })).status, 401);
    const event = statusEvent('H19.12-260105-0001', 'received', new Date().toISOString(), {
      unitId: 'H19.12',
    });
    const sent = await nhip.ask('/v1/events', { method: 'POST', body: JSON.stringify([event]) });
    assert.equal(sent.status, 200);
  });

  it('is not root, holds no capability, can get none, and writes nowhere but to its volume', async () => {
    const { docker } = containers;
    const nhip = await run('rights', 'rights');
    await nhip.healthy();
    const { State, HostConfig } = await nhip.inspect();
    assert.deepEqual(rightsOfProcess(State.Pid), { uid: 1000, capabilities: 0n, newPrivileges: false });
    assert.equal(HostConfig.ReadonlyRootfs, true);
    for (const place of ['/app/x', '/etc/x', '/usr/local/bin/x'])
      await assert.rejects(docker('exec', 'rights', 'touch', place), /Read-only|Permission denied/);
    // Nor may it change its program where the root is writable.
    const changed = docker('run', '--rm', '--entrypoint=touch', containers.image, '/app/package.json');
    await assert.rejects(changed, /Permission denied/);
  });

  it('has no package manager and no second Node', async () => {
    const { docker, image } = containers;
    const sh = (script: string) => docker('run', '--rm', '--entrypoint=sh', image, '-c', script);
    const managers = 'npm npx yarn corepack pnpm apt apt-get apt-cache dpkg dpkg-deb pip pip3';
    assert.equal(await sh(`for one in ${managers}; do command -v $one || true; done`), '');
    assert.equal(await sh('find / -xdev -name "npm-cli.js" 2>/dev/null || true'), '');
    assert.equal(
      await sh('find / -xdev -type f -name node -perm -1 2>/dev/null || true'),
      '/usr/local/bin/node',
    );
  });

  it('ends in order at SIGTERM, and a crash is followed by a start that has what was acknowledged', async () => {
    const { docker } = containers;
    const nhip = await run('crash', 'crash');
    await nhip.healthy();
    const event = statusEvent('H19.12-260105-0002', 'received', new Date().toISOString(), {
      unitId: 'H19.12',
    });
    assert.equal(
      (await nhip.ask('/v1/events', { method: 'POST', body: JSON.stringify([event]) })).status,
      200,
    );
    const { Pid } = (await nhip.inspect()).State;
    process.kill(Pid, 'SIGKILL');
    await eventually(async () => (await nhip.inspect()).RestartCount === 1, SOON);
    await eventually(async () => (await nhip.ask('/v1/dossiers/H19.12-260105-0002')).status === 200, SOON);
    await docker('stop', '--time=30', 'crash');
    // 137 if the engine had to kill it.
    assert.equal((await nhip.inspect()).State.ExitCode, 0);
  });

  for (const fixture of ['first', 'before-books']) {
    it(`upgrades the volume that a server of ${fixture} has left, and every figure can be proved`, async (t) => {
      const { docker, image } = containers;
      const folder = mkdtempSync(join(tmpdir(), 'nhip-volume-'));
      t.after(() => rmSync(folder, { recursive: true }));
      for (const name of ['events.db', 'ledger.db']) {
        const packed = readFileSync(join(import.meta.dirname, `../fixtures/upgrade/${fixture}/${name}.gz`));
        writeFileSync(join(folder, name), gunzipSync(packed));
      }
      const volume = `upgrade-${fixture}`;
      const fill = ['--user=0', '--entrypoint=sh', `--volume=${volume}:/data`, `--volume=${folder}:/from:ro`];
      const copy = 'cp /from/* /data/ && chown 1000:1000 /data/*';
      await docker('run', '--rm', ...fill, image, '-c', copy);
      const nhip = await run(volume, volume);
      await eventually(async () => (await nhip.ask('/readyz')).status === 200, SOON);
      assert.match(await nhip.exec('node', 'services/cli/main.ts', 'verify'), /: all is well$/);
      assert.equal((await nhip.ask('/v1/objectives')).status, 200);
    });
  }
});
