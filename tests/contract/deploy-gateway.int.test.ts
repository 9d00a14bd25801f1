import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type ProblemCode, problem, problemSchema } from '../../shared/platform/problem-codes.ts';
import { findCommand } from '../support/command.ts';
import { apiPaths } from '../support/deploy/ingest-paths.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/kafka/free-ports.ts';
import { rawClient } from '../support/raw-http.ts';

const CONFIG = 'deploy/gateway/nginx.conf';
const nginx = findCommand('nginx', 'nginx-light');
const skip = nginx.kind === 'missing' && nginx.reason;
const command = nginx.kind === 'found' ? nginx.path : '';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function stub(t: TestContext, answer: Answer): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Says which service was asked, and what its address was. */
const named =
  (name: string): Answer =>
  (incoming, response) => {
    incoming.resume().on('end', () => response.end(`${name} ${incoming.url}`));
  };

/** The committed configuration with other ports and folders; @throws when a place to change is gone. */
function configured(folder: string, changes: Readonly<Record<string, string>>): string {
  const text = Object.entries(changes).reduce(
    (config, [from, to]) => {
      assert.ok(config.includes(from), `${CONFIG} says ${from}`);
      return config.replaceAll(from, to);
    },
    readFileSync(CONFIG, 'utf8'),
  );
  const path = join(folder, 'nginx.conf');
  writeFileSync(path, text);
  return path;
}

/** nginx on a free port before these services. */
async function gateway(
  t: TestContext,
  ports: { readonly ingest: number; readonly api: number; readonly alerter: number },
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-gateway-'));
  t.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  const [port = 0, healthPort = 0] = await freePorts(2);
  const config = configured(folder, {
    'http://ingest:8080': `http://127.0.0.1:${ports.ingest}`,
    'http://api:8080': `http://127.0.0.1:${ports.api}`,
    'http://alerter:8080': `http://127.0.0.1:${ports.alerter}`,
    'listen 8080;': `listen 127.0.0.1:${port};`,
    'listen 127.0.0.1:8081;': `listen 127.0.0.1:${healthPort};`,
    '/tmp/': `${folder}/`,
    '/dev/stdout': `${folder}/access.log`,
  });
  // One process: run by root, workers would be somebody else, who cannot write here.
  const child = spawn(command, ['-c', config, '-g', 'daemon off; master_process off;'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  t.after(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  await eventually(async () => {
    assert.equal(child.exitCode, null, said);
    return (await fetch(`http://127.0.0.1:${healthPort}/`)).status === 204;
  });
  return `http://127.0.0.1:${port}`;
}

/** Asks for a path exactly as it is written; `fetch` would tidy it up. */
async function ask(base: string, path: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(base);
  const asking = request({ hostname, port, path, agent: false }).end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

test('nginx accepts the configuration', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-gateway-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const config = configured(folder, { '/tmp/': `${folder}/` });
  const child = spawn(command, ['-t', '-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, said);
  assert.doesNotMatch(said, /\[(warn|error|emerg)\](?! the "user" directive)/);
});

test('each path goes to its service, and what is for operators goes nowhere', { skip }, async (t) => {
  const base = await gateway(t, {
    ingest: await stub(t, named('ingest')),
    api: await stub(t, named('api')),
    alerter: await stub(t, named('alerter')),
  });
  const table: Readonly<Record<string, string>> = {
    '/v1/events': 'ingest',
    '/v1/feeds/dvcqg': 'ingest',
    '/v1/feeds/edxml': 'ingest',
    '/v1/dead-letters?state=open': 'ingest',
    '/v1/dead-letters/7/retry': 'ingest',
    '/v1/staff/pseudonym': 'ingest',
    '/v1/staff/names/find': 'ingest',
    '/v1/staff?state=good': 'api',
    '/v1/alerts': 'alerter',
    '/v1/alerts/a%2Fb/acknowledge': 'alerter',
    '/v1/silences/3': 'alerter',
    '/v1/webhooks/w1/test': 'alerter',
    '/v1/deliveries/9/replay': 'alerter',
    '/': 'api',
    '/docs/json': 'api',
    '/problems': 'api',
    '/main.js': 'api',
    '/v1/objectives/dossier-on-time?minPosition=2': 'api',
    '/v1/dossiers/H19.12-261116-0001': 'api',
    '/v1/stream': 'api',
    // Not below one of the names, only alike.
    '/v1/eventsource': 'api',
    '/v1/alertsome': 'api',
    '/metricsome': 'api',
  };
  for (const [path, service] of Object.entries(table)) {
    assert.deepEqual(await ask(base, path), { status: 200, text: `${service} ${path}` });
  }
  for (const path of [
    '/metrics',
    '/metrics/',
    '/healthz',
    '/readyz',
    '/readyz?x=1',
    '//metrics',
    '/%6Detrics',
  ]) {
    assert.equal((await ask(base, path)).status, 404, path);
  }
  assert.equal((await ask(base, '/v1/../metrics')).status, 404);
});

test('each path that ingest alone serves goes to ingest, and no other one does', { skip }, async (t) => {
  const other = await stub(t, named('other'));
  const base = await gateway(t, { ingest: await stub(t, named('ingest')), api: other, alerter: other });
  const { ingest, others } = await apiPaths(JSON.parse(readFileSync('openapi.json', 'utf8')));
  assert.ok(ingest.length >= 8 && others.length > 20);
  for (const [service, paths] of Object.entries({ ingest, other: others })) {
    for (const path of paths.map((one) => one.replaceAll(/\{\w+\}/g, 'x'))) {
      const { status, text } = await ask(base, path);
      if (status === 200) assert.equal(text, `${service} ${path}`);
      else assert.match(path, /^\/(metrics|healthz|readyz)$/);
    }
  }
});

test('an event of the stream arrives while the answer is still being written', { skip }, async (t) => {
  let first: ServerResponse | undefined;
  const api = await stub(t, (_incoming, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: one\n\n');
    first = response;
  });
  const base = await gateway(t, { ingest: api, api, alerter: api });
  const answer = await fetch(`${base}/v1/stream`, { signal: AbortSignal.timeout(10_000) });
  const reader = answer.body?.getReader();
  assert.ok(reader);
  const decoder = new TextDecoder();
  assert.equal(decoder.decode((await reader.read()).value), 'data: one\n\n');
  // Only now is there a second one: a gateway that waits for more before it passes anything on never gets here.
  first?.write('data: two\n\n');
  assert.equal(decoder.decode((await reader.read()).value), 'data: two\n\n');
  await reader.cancel();
});

test('a listener that does not read is felt by the service, which drops such ones', { skip }, async (t) => {
  const size = 32 * 1_024 * 1_024;
  const handedOver = Promise.withResolvers<'handed over'>();
  const api = await stub(t, (_incoming, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(Buffer.alloc(size, 'x'), () => handedOver.resolve('handed over'));
  });
  const base = await gateway(t, { ingest: api, api, alerter: api });
  const asking = request(`${base}/v1/stream`, { agent: false }).end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  // A gateway that buffers takes all of it within this second, to its disk.
  assert.equal(await Promise.race([handedOver.promise, pause(1_000, 'held back')]), 'held back');
  let read = 0;
  for await (const chunk of response) read += (chunk as Buffer).length;
  assert.equal(read, size);
});

test('a service that is away is a problem that can be read; a refusal of its own passes unchanged', {
  skip,
}, async (t) => {
  const [nobody = 0] = await freePorts(1);
  const refusing = await stub(t, (incoming, response) => {
    incoming.resume().on('end', () => {
      response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '9' });
      response.end('{"title":"mine"}');
    });
  });
  const base = await gateway(t, { ingest: nobody, api: refusing, alerter: nobody });
  const away = await fetch(`${base}/v1/events`, { method: 'POST', body: '{}' });
  assert.equal(away.status, 503);
  assert.equal(away.headers.get('content-type'), 'application/problem+json');
  assert.equal(away.headers.get('retry-after'), '5');
  assert.deepEqual(await away.json(), problem('unavailable', 'The service behind this path is away.'));

  const own = await fetch(`${base}/v1/objectives?minPosition=9`);
  assert.equal(own.headers.get('retry-after'), '9');
  assert.equal(await own.text(), '{"title":"mine"}');
});

test('a body beyond the services’ own limit still reaches them, to be refused as they refuse', {
  skip,
}, async (t) => {
  let bytes = 0;
  const ingest = await stub(t, (incoming, response) => {
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    incoming.on('end', () => response.writeHead(413).end('mine'));
  });
  const base = await gateway(t, { ingest, api: ingest, alerter: ingest });
  const size = 6 * 1_024 * 1_024;
  const answer = await fetch(`${base}/v1/events`, { method: 'POST', body: Buffer.alloc(size) });
  assert.deepEqual([answer.status, await answer.text(), bytes], [413, 'mine', size]);
});

test('what the gateway refuses itself is a problem, as from a service', { skip }, async (t) => {
  const api = await stub(t, named('api'));
  const base = await gateway(t, { ingest: api, api, alerter: api });
  const port = Number(new URL(base).port);
  const long = 'x'.repeat(20_000);
  const large = Buffer.alloc(9 * 1_024 * 1_024);
  const cases: readonly [string, number, ProblemCode][] = [
    ['nonsense\r\n\r\n', 400, 'request-invalid'],
    ['GET / HTTP/1.1\r\n\r\n', 400, 'request-invalid'],
    [`GET /?${long} HTTP/1.1\r\nHost: a\r\n\r\n`, 431, 'headers-too-large'],
    [`GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${long}\r\n\r\n`, 431, 'headers-too-large'],
    [`POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: ${large.length}\r\n\r\n`, 413, 'body-too-large'],
  ];
  for (const [bytes, status, code] of cases) {
    const client = await rawClient(port);
    client.socket.write(bytes);
    if (status === 413) client.socket.write(large);
    const answer = await client.answer();
    client.socket.destroy();
    assert.deepEqual(
      [answer.status, answer.headers['content-type']],
      [status, 'application/problem+json'],
      code,
    );
    const told = problemSchema.parse(JSON.parse(answer.body));
    assert.deepEqual(told, problem(code, told.detail));
  }
  assert.equal((await ask(base, '/_problem/400')).status, 404);
});

test('headers that a service takes pass the gateway', { skip }, async (t) => {
  const api = await stub(t, named('api'));
  const base = await gateway(t, { ingest: api, api, alerter: api });
  const answer = await fetch(`${base}/v1/objectives`, { headers: { 'x-long': 'x'.repeat(12_000) } });
  assert.equal(answer.status, 200);
});

test('refusals of a service keep their headers on the way', { skip }, async (t) => {
  const ingest = await stub(t, (incoming, response) => {
    incoming.resume().on('end', () => {
      response
        .writeHead(405, { allow: 'OPTIONS, POST', 'content-type': 'application/problem+json' })
        .end('{}');
    });
  });
  const base = await gateway(t, { ingest, api: ingest, alerter: ingest });
  const answer = await fetch(`${base}/v1/events`, { method: 'PUT', body: '[]' });
  assert.deepEqual(
    [answer.status, answer.headers.get('allow'), await answer.text()],
    [405, 'OPTIONS, POST', '{}'],
  );
});
