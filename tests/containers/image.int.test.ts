import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { describeWithContainers, inspect, rightsOfProcess } from '../support/containers/describe.ts';
import { HardenedNhip } from '../support/containers/hardened.ts';
import { eventually } from '../support/eventually.ts';
import { assertKept, batchBody } from '../support/overload.ts';
import { statusEvent } from '../support/status-event.ts';

const SOON = { timeoutMs: 60_000, everyMs: 100 };

await describeWithContainers('the image', (containers) => {
  const { docker, image } = containers;

  const running: string[] = [];
  // Each is asked every second whether it is healthy, which starts a process.
  afterEach(async () => {
    for (const name of running.splice(0)) await docker('rm', '--force', name);
  });

  const run = async (name: string) => {
    running.push(name);
    const container = await new HardenedNhip(image, name).start();
    const exec = async (...command: string[]) => {
      const { exitCode, output } = await container.exec(command);
      return { exitCode, output: output.trim() };
    };
    const state = () => inspect(containers, name);
    /** The requests of the first key. After each start the engine chooses the port anew. */
    const client = async () => {
      const { output: key } = await exec('cat', '/data/first-key');
      const port = (await state()).NetworkSettings.Ports['8080/tcp']?.[0]?.HostPort;
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/cloudevents-batch+json',
      };
      return (path: string, init: RequestInit = {}) =>
        fetch(`http://127.0.0.1:${port}${path}`, { headers, ...init });
    };
    const ask = async (path: string, init: RequestInit = {}) => (await client())(path, init);
    return { container, state, exec, client, ask };
  };
  const event = (number: number) =>
    statusEvent(`H19.12-260105-${number}`, 'received', new Date().toISOString(), { unitId: 'H19.12' });

  it('runs the embedded server by itself: healthy, closed but for the first key, which the log names', async () => {
    const nhip = await run('first');
    const { output: key } = await nhip.exec('cat', '/data/first-key');
    const log = await docker('logs', 'first');
    assert.match(log, /"file":"\/data\/first-key"/);
    assert.ok(!log.includes(key));
    assert.match((await nhip.exec('stat', '--format=%a %U', '/data/first-key')).output, /^600 node$/);
    assert.equal((await nhip.ask('/v1/objectives', { headers: {} })).status, 401);
    const sent = await nhip.ask('/v1/events', { method: 'POST', body: JSON.stringify([event(1_001)]) });
    assert.equal(sent.status, 200);
  });

  it('is not root, holds no capability, can get none, and writes nowhere but to its volume', async () => {
    const nhip = await run('rights');
    const { State, HostConfig } = await nhip.state();
    assert.deepEqual(rightsOfProcess(State.Pid), { uid: 1000, capabilities: 0n, newPrivileges: false });
    assert.equal(HostConfig.ReadonlyRootfs, true);
    for (const place of ['/app/x', '/etc/x', '/usr/local/bin/x']) {
      const { exitCode, output } = await nhip.exec('touch', place);
      assert.notEqual(exitCode, 0);
      assert.match(output, /Read-only|Permission denied/);
    }
    // Nor may it change its program where the root is writable.
    const changed = docker('run', '--rm', '--entrypoint=touch', image, '/app/package.json');
    await assert.rejects(changed, /Permission denied/);
  });

  it('has no package manager and no second Node', async () => {
    const sh = (script: string) => docker('run', '--rm', '--entrypoint=sh', image, '-c', script);
    const managers = 'npm npx yarn corepack pnpm apt apt-get apt-cache dpkg dpkg-deb pip pip3';
    assert.equal(await sh(`for one in ${managers}; do command -v $one || true; done`), '');
    assert.equal(
      await sh('find / -xdev \\( -name npm-cli.js -o -type f -name node -perm -1 \\) 2>/dev/null || true'),
      '/usr/local/bin/node',
    );
  });

  it('ends in order at SIGTERM, and a crash is followed by a start that has what was acknowledged', async () => {
    const nhip = await run('crash');
    const sent = await nhip.ask('/v1/events', { method: 'POST', body: JSON.stringify([event(1_002)]) });
    assert.equal(sent.status, 200);
    process.kill((await nhip.state()).State.Pid, 'SIGKILL');
    await eventually(async () => (await nhip.state()).RestartCount === 1, SOON);
    await eventually(async () => (await nhip.ask('/v1/dossiers/H19.12-260105-1002')).status === 200, SOON);
    await nhip.container.stop({ timeout: 30_000, remove: false });
    // 137 if the engine had to kill it.
    assert.equal((await nhip.state()).State.ExitCode, 0);
  });

  it('lives through 200 batches at once within its memory, and keeps each that it acknowledged', async (t) => {
    const nhip = await run('burst');
    const ask = await nhip.client();
    const send = async (number: number) => {
      const answer = await ask('/v1/events', { method: 'POST', body: batchBody(number) });
      await answer.arrayBuffer();
      return answer.status;
    };
    const statuses = await Promise.all(Array.from({ length: 200 }, (_, number) => send(number)));
    assert.deepEqual([...new Set(statuses)].sort(), [200, 503]);
    await eventually(async () => (await send(99_999)) === 200, SOON);
    const { State, RestartCount } = await nhip.state();
    assert.deepEqual([State.Running, State.OOMKilled, RestartCount], [true, false, 0]);

    await nhip.container.stop({ timeout: 30_000, remove: false });
    const folder = mkdtempSync(join(tmpdir(), 'nhip-burst-'));
    t.after(() => rmSync(folder, { recursive: true }));
    await docker('cp', 'burst:/data/.', folder);
    const acknowledged = statuses.flatMap((status, number) => (status === 200 ? [number] : []));
    await assertKept(folder, [...acknowledged, 99_999]);
  });

  for (const fixture of ['first', 'before-books']) {
    it(`upgrades the volume that a server of ${fixture} has left, and every figure can be proved`, async (t) => {
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
      const nhip = await run(volume);
      await eventually(async () => (await nhip.ask('/readyz')).status === 200, SOON);
      assert.match((await nhip.exec('node', 'services/cli/main.ts', 'verify')).output, /: all is well$/);
      assert.equal((await nhip.ask('/v1/objectives')).status, 200);
    });
  }
});
