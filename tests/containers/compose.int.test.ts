import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { composeProgram } from '../support/containers/compose-program.ts';
import { describeWithContainers, rightsOfProcess } from '../support/containers/describe.ts';
import { STAND_INS } from '../support/containers/stand-ins.ts';
import { readYaml } from '../support/deploy/files.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/kafka/free-ports.ts';
import { statusEvent } from '../support/status-event.ts';
import { startReceiver } from '../support/webhook-receiver.ts';

const execute = promisify(execFile);
const SOON = { timeoutMs: 60_000, everyMs: 200 };
const PROJECT = 'nhip-test';
const container = (service: string) => `${PROJECT}-${service}-1`;

const fileSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      restart: z.string(),
      deploy: z.object({
        resources: z.object({ limits: z.object({ memory: z.string(), pids: z.number() }) }),
      }),
    }),
  ),
});
const inspectionSchema = z.array(
  z.object({
    Name: z.string(),
    State: z.object({ Pid: z.number(), Status: z.string(), ExitCode: z.number() }),
    RestartCount: z.number(),
    HostConfig: z.object({ ReadonlyRootfs: z.boolean(), Memory: z.number(), PidsLimit: z.number() }),
  }),
);
const figureSchema = z.object({ numerator: z.number(), denominator: z.number() });

/**
 * The file as a host uses it, on stand-ins of the images of a registry. Left out: Grafana, of which no package registry has the
 * program, and compose's own build, since the image is built by the tests. One line is changed: the receiver of the test stands
 * at a private address, where the file lets no webhook go.
 */
await describeWithContainers('docker compose up', (containers) => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-compose-'));
  let port = 0;
  let compose: (...args: readonly string[]) => Promise<string>;
  const running: string[] = [];
  let key = '';
  const { services } = fileSchema.parse(readYaml('docker-compose.yml'));
  const stays = Object.entries(services).flatMap(([name, { restart }]) =>
    restart === 'unless-stopped' && name !== 'grafana' ? [name] : [],
  );
  const inspect = async (names: readonly string[]) =>
    inspectionSchema.parse(JSON.parse(await containers.docker('inspect', ...names.map(container))));
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...init.headers },
    });

  before(async () => {
    cpSync('docker-compose.yml', join(folder, 'docker-compose.yml'));
    cpSync('deploy', join(folder, 'deploy'), {
      recursive: true,
      filter: (path) => !path.endsWith('/secrets'),
    });
    writeFileSync(
      join(folder, 'receiver.yml'),
      'services:\n  alerter:\n    environment:\n      WEBHOOK_ALLOW_PRIVATE: "true"\n',
    );
    await execute('bash', [join(folder, 'deploy/make-secrets.sh')]);
    [port = 0] = await freePorts(1);
    const program = await composeProgram();
    const env = { ...containers.env, ...STAND_INS, NHIP_LISTEN: `127.0.0.1:${port}` };
    const files = [`--project-name=${PROJECT}`, '--file=docker-compose.yml', '--file=receiver.yml'];
    compose = async (...args) =>
      (await execute(program, [...files, ...args], { cwd: folder, env, maxBuffer: 2 ** 26 })).stdout;
    await compose('up', '--detach', '--no-build', '--pull=never', '--scale=grafana=0').catch(
      async (error) => {
        const logs = await compose('logs', '--no-color', '--tail=20');
        throw new Error(`${error.stderr}\n${logs}`);
      },
    );
    running.push(...stays);
    key = (await compose('exec', '-T', 'api', 'cat', '/var/lib/nhip/keys/first-key')).trim();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('every container stays up without a further command', async () => {
    for (const { Name, State, RestartCount } of await inspect(running)) {
      assert.equal(State.Status, 'running', Name);
      assert.equal(RestartCount, 0, Name);
    }
  });

  it('no container is root, holds a capability or can write to its root; memory and processes have their limits', async () => {
    for (const name of running) {
      const [one] = await inspect([name]);
      assert.ok(one);
      const { uid, capabilities, newPrivileges } = rightsOfProcess(one.State.Pid);
      assert.ok(uid > 0, name);
      assert.equal(capabilities, 0n, name);
      assert.equal(newPrivileges, false, name);
      assert.equal(one.HostConfig.ReadonlyRootfs, true, name);
      const { memory, pids } = services[name]?.deploy.resources.limits ?? assert.fail(name);
      const bytes = Number.parseInt(memory, 10) * 2 ** (memory.endsWith('G') ? 30 : 20);
      assert.equal(one.HostConfig.Memory, bytes, name);
      assert.equal(one.HostConfig.PidsLimit, pids, name);
    }
  });

  it('takes events from Kafka and HTTP to one figure and a webhook', async (t) => {
    const gateway = await containers.docker(
      ...['network', 'inspect', `${PROJECT}_outside`, '--format', '{{(index .IPAM.Config 0).Gateway}}'],
    );
    const receiver = await startReceiver(204, gateway);
    t.after(() => receiver.close());
    const registered = await ask('/v1/webhooks', {
      method: 'POST',
      body: JSON.stringify({ url: receiver.url }),
    });
    assert.equal(registered.status, 201, await registered.text());

    const day = 86_400_000;
    const at = (days: number) => new Date(Date.now() + days * day).toISOString();
    const dossier = (n: number, due: number) => [
      statusEvent(`H19.12-260105-${n}`, 'received', at(-10), {
        unitId: 'H19.12',
        dueAt: at(due),
        dueBasis: 'receipt-slip',
      }),
      statusEvent(`H19.12-260105-${n}`, 'completed', at(0), { finishedAt: at(0) }),
    ];
    // An alert asks for a minimum of dossiers.
    const dossiers = (from: number, due: number) =>
      Array.from({ length: 60 }, (_, n) => dossier(from + n, due)).flat();
    const byKafka = dossiers(1_000, 2);
    const byHttp = dossiers(2_000, -2);
    const send = `
      const { Kafka, logLevel } = require('kafkajs');
      const producer = new Kafka({ brokers: ['kafka:9092'], logLevel: logLevel.ERROR }).producer();
      producer.connect()
        .then(() => producer.send({ topic: 'nhip.dossiers', messages: JSON.parse(process.argv[1]).map((event) => ({ key: event.id, value: JSON.stringify(event) })) }))
        .then(() => producer.disconnect());`;
    await compose('exec', '-T', 'ingest', 'node', '--eval', send, JSON.stringify(byKafka));
    // The gateway is there before ingest, and answers 503 for it until then.
    await eventually(async () => {
      const { status } = await ask('/v1/events', {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: JSON.stringify(byHttp),
      });
      return status === 200;
    }, SOON);

    await eventually(async () => {
      const figure = figureSchema.parse(await (await ask('/v1/objectives/dossier-on-time')).json());
      return figure.denominator === 120 && figure.numerator === 60;
    }, SOON);
    // Half of them late: the objective of 96 % is breached.
    await eventually(() => receiver.deliveries.some(({ body }) => body.includes('dossier-on-time')), SOON);
  });

  it('`tools verify` proves every figure', async () => {
    const proof = await compose('run', '--rm', '-T', 'tools', 'verify', '--json');
    assert.equal(z.object({ ok: z.boolean() }).parse(JSON.parse(proof)).ok, true);
  });

  it('a process that crashes is started again by the policy, and answers', async () => {
    const [before] = await inspect(['api']);
    process.kill(before?.State.Pid ?? assert.fail(), 'SIGKILL');
    await eventually(async () => (await inspect(['api']))[0]?.RestartCount === 1, SOON);
    await eventually(async () => (await ask('/v1/objectives')).status === 200, SOON);
  });

  it('ends in order: no process has to be killed', async () => {
    await compose('stop');
    for (const { Name, State } of await inspect(['ingest', 'projector', 'api', 'alerter']))
      assert.equal(State.ExitCode, 0, Name);
  });
});
