import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import openapi from '../../openapi.json' with { type: 'json' };
import { createApiKey, RIGHTS, revokeApiKey } from '../../shared/platform/keys-file.ts';
import { eventually } from '../support/eventually.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { nhip } from '../support/process.ts';
import { emptyDir } from '../support/standalone.ts';

const NOW = Date.parse('2026-11-20T03:00:00Z');

/** Every operation of the published document, with its parameters filled in. */
const OPERATIONS = Object.entries(openapi.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({
    method: method.toUpperCase() as 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: path.replaceAll(/\{[^}]+\}/g, 'x'),
  })),
);

type Operation = (typeof OPERATIONS)[number];

describe('a server without keys', () => {
  let running: InProcess;
  before(async () => {
    running = await startInProcess(NOW);
  });
  after(() => running.close());

  it('refuses requests under a name that is not of this machine: a rebound name reads nothing', async () => {
    for (const url of ['/', '/v1/objectives', '/v1/webhooks', '/metrics', '/docs/json', '/nowhere']) {
      const answer = await running.server.inject({ url, headers: { host: 'evil.example:8080' } });
      assert.equal(answer.statusCode, 403, url);
      assert.equal(answer.json().code, 'foreign', url);
    }
  });

  it('accepts nothing from a page of another site, with any content type', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json']) {
      for (const url of ['/v1/events', '/v1/rebuild', '/v1/webhooks', '/v1/deliveries/x/replay']) {
        const headers = { host: 'localhost:8080', origin: 'http://evil.example', 'content-type': type };
        const answer = await running.server.inject({ method: 'POST', url, headers, payload: '{}' });
        assert.equal(answer.json().code, 'foreign', `${url} ${type}`);
      }
    }
    const rebuild = await running.server.inject({ url: '/v1/rebuild' });
    assert.equal(rebuild.json().state, 'idle');
  });

  it('serves its own page, and programs, which name no origin', async () => {
    const own = { host: 'localhost:8080', origin: 'http://localhost:8080' };
    assert.equal((await running.server.inject({ url: '/', headers: own })).statusCode, 200);
    assert.equal(
      (await running.server.inject({ url: '/v1/objectives', headers: { host: '127.0.0.1' } })).statusCode,
      200,
    );
  });

  it('grants no other origin anything: there are no CORS headers', async () => {
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' };
    const answer = await running.server.inject({ method: 'OPTIONS', url: '/v1/events', headers });
    assert.ok(Object.keys(answer.headers).every((name) => !name.startsWith('access-control-')));
  });

  it('lets no other site frame or embed anything, the OpenAPI page included', async () => {
    for (const url of ['/', '/docs', '/docs/', '/v1/objectives', '/nowhere']) {
      const { headers } = await running.server.inject({ url });
      assert.equal(headers['x-frame-options'], 'DENY', url);
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin', url);
    }
  });

  it('lets the OpenAPI page load nothing from elsewhere, and be framed by nobody', async () => {
    for (const url of [
      '/docs',
      '/docs/',
      '/docs/static/swagger-initializer.js',
      '/docs/static/swagger-ui.css',
    ]) {
      const policy = (await running.server.inject({ url })).headers['content-security-policy'];
      for (const part of [
        "default-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ])
        assert.ok(String(policy).includes(part), `${url}: ${part}`);
    }
  });

  it('answers a path that is no text as a problem', async () => {
    for (const path of ['%', '%ED%A0%80', '%C0%AF', 'a'.repeat(501)]) {
      const answer = await running.server.inject({ url: `/v1/dossiers/${path}` });
      assert.equal(answer.statusCode, 400, path);
      assert.equal(answer.json().code, 'request-invalid', path);
    }
    assert.equal((await running.get('/v1/dossiers/%00')).status, 404);
  });

  it('answers that no keys are in force', async () => {
    const { body } = await running.get('/v1/me');
    assert.deepEqual(body, { key: null, rights: [...RIGHTS], writesAbout: null, asks: null });
  });

  it('registers no webhook at an address of this machine or office, however it is written', async () => {
    for (const url of [
      'http://127.0.0.1/',
      'http://2130706433/',
      'http://0x7f000001/',
      'http://0177.0.0.1/',
      'http://127.1/',
      'http://0/',
      'http://10.0.0.1:8080/',
      'http://169.254.169.254/latest/meta-data',
      'http://168.63.129.16/machine?comp=goalstate',
      'http://１２７.0.0.1/',
      'http://[::1]/',
      'http://[::]/',
      'http://[::ffff:10.0.0.1]/',
      'http://[::ffff:7f00:1]/',
      'http://[fe80::1%25eth0]/',
      'http://[fd00::1]/',
      'http://[64:ff9b::a00:1]/',
      'http://[2002:a00:1::]/',
      'http://user:secret@example.com/',
      'file:///etc/passwd',
      'gopher://8.8.8.8/',
      'http://',
      'x',
    ]) {
      const answer = await running.server.inject({ method: 'POST', url: '/v1/webhooks', payload: { url } });
      assert.equal(answer.statusCode, 400, url);
    }
  });

  it('serves the files of the page and no others', async () => {
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2f..%2fpackage.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/..%2fpackage.json',
      '/assets/__proto__',
      '/assets/main.tsx',
      '/docs/static/%2e%2e/package.json',
      '/tsconfig.json',
      '/main.tsx',
      '/state/lists.test.ts',
      '/problems/__proto__',
      '/problems/%2e%2e%2f',
    ]) {
      const { statusCode, body } = await running.server.inject({ url: path });
      assert.ok(statusCode === 404 || statusCode === 400, `${path}: ${statusCode}`);
      assert.ok(!body.includes('"dependencies"'), path);
    }
  });
});

const REGISTERS = 'risks|opportunities|reviews|duties|inspections';
/** What is open to keys of these rights, and to no others. */
const OPEN_TO: Readonly<Record<string, RegExp>> = {
  'feed admin': /^POST \/v1\/(events|feeds\/(dvcqg|edxml|refused))$/,
  'read define enter approve staff admin': /^GET /,
  'duty admin': /\/v1\/(alerts|silences|webhooks|deliveries)/,
  'read duty define enter approve staff admin': /^GET \/v1\/(alerts|silences)/,
  'define admin': new RegExp(`^(POST|PUT) /v1/(objectives|${REGISTERS})`),
  'define enter admin': /^POST \/v1\/objectives\/x\/figures$/,
  'approve admin': new RegExp(`^POST /v1/(objectives/x/figures|${REGISTERS})/x/(approve|refuse)$`),
  'define approve admin': new RegExp(`^POST /v1/(${REGISTERS})/x/(verify|judge)$`),
  'staff admin': /\/v1\/staff/,
  'feed read duty define enter approve staff admin': /^GET \/v1\/me$/,
  // A change of names needs staff and feed, which no key here has both.
  admin: /\/(dead-letters|set-aside|losses|clock|audit)|^(PUT|DELETE) \/v1\/(feeds|staff\/names)/,
};

describe('a server with keys', () => {
  const keysFile = join(emptyDir(), 'keys.json');
  const keys = new Map(RIGHTS.map((right) => [right, createApiKey(keysFile, right, [right], new Date(NOW))]));
  let running: InProcess;
  before(async () => {
    running = await startInProcess(NOW, { API_KEYS_FILE: keysFile });
  });
  after(() => running.close());

  const status = async (operation: Operation, key?: string) => {
    const headers = key === undefined ? {} : { authorization: key };
    const { statusCode, headers: answered } = await running.server.inject({ ...operation, headers });
    if (statusCode === 401) assert.match(String(answered['www-authenticate']), /^Bearer/);
    return statusCode;
  };
  const PUBLIC = ['/healthz', '/readyz'];

  it('refuses every published operation without a key, with a false one, and with one in the query', async () => {
    const guarded = OPERATIONS.filter(({ url }) => !PUBLIC.includes(url));
    assert.ok(guarded.length >= 30, `only ${guarded.length} operations`);
    // Many at the same time, since wrong keys are slowed down; fewer than 100, since more are not answered one by one.
    for (let from = 0; from < guarded.length; from += 80)
      await Promise.all(guarded.slice(from, from + 80).map(refused));
    async function refused(operation: Operation) {
      const name = `${operation.method} ${operation.url}`;
      const admin = keys.get('admin') ?? '';
      assert.equal(await status(operation), 401, name);
      assert.equal(await status(operation, 'Bearer nhip_00000000_false'), 401, name);
      assert.equal(await status(operation, `Basic ${admin}`), 401, name);
      assert.equal(await status(operation, admin), 401, name);
      const inQuery = { ...operation, url: `${operation.url}?access_token=${admin}&key=${admin}` };
      assert.equal(await status(inQuery), 401, name);
    }
  });

  it('slows who tries keys, logs the address, and never slows a valid key', async () => {
    const tries = Array.from({ length: 150 }, () =>
      status({ method: 'GET', url: '/v1/units' }, 'Bearer wrong'),
    );
    const codes = await Promise.all(tries);
    assert.ok(codes.includes(401) && codes.includes(429), String(new Set(codes)));
    assert.equal(await status({ method: 'GET', url: '/v1/units' }, `Bearer ${keys.get('read')}`), 200);
  });

  it('ends an open stream with its key', async () => {
    const address = await running.listen();
    const stream = (key: string) =>
      fetch(`${address}/v1/stream`, { headers: { authorization: `Bearer ${key}` } });
    const short = createApiKey(keysFile, 'short', ['read'], new Date(NOW));
    await eventually(
      async () => (await status({ method: 'GET', url: '/v1/units' }, `Bearer ${short}`)) === 200,
    );
    const [mine, other] = await Promise.all([stream(short), stream(keys.get('read') ?? '')]);
    const ended = mine.text().then(
      () => 'ended',
      () => 'ended',
    );
    revokeApiKey(keysFile, short.split('_')[1] ?? '');
    assert.equal(await ended, 'ended');
    const beginning = await other.body?.getReader().read();
    assert.equal(beginning?.done, false, 'the stream of another key goes on');
    await other.body?.cancel().catch(() => {});
  });

  it('lets each key do what its rights say, and admin everything', async () => {
    const holders = async (operation: Operation) => {
      const codes = await Promise.all(RIGHTS.map((right) => status(operation, `bearer ${keys.get(right)}`)));
      return RIGHTS.filter((_, index) => codes[index] !== 403 && codes[index] !== 401).join(' ');
    };
    // Of the two that are left out one would begin a rebuild, the other would stay open.
    const asked = OPERATIONS.filter(
      ({ url }) => url.startsWith('/v1/') && !['/v1/rebuild', '/v1/stream'].includes(url),
    );
    const found = await Promise.all(
      asked.map(async (one) => ({ ...one, name: `${one.method} ${one.url}`, may: await holders(one) })),
    );
    for (const { name, may } of found) assert.match(name, OPEN_TO[may] ?? /^nothing is/, `open to ${may}`);
    assert.deepEqual(new Set(found.map(({ may }) => may)), new Set(Object.keys(OPEN_TO)));
  });

  it('answers each key what it may do, without the key', async () => {
    for (const [right, also] of [
      ['feed', []],
      ['read', []],
      ['duty', []],
      ['approve', ['read']],
      ['admin', RIGHTS.filter((one) => one !== 'admin')],
    ] as const) {
      const key = keys.get(right) ?? '';
      const { status: code, headers, body } = await running.get('/v1/me', { authorization: `Bearer ${key}` });
      assert.deepEqual([code, headers['cache-control']], [200, 'no-store']);
      assert.deepEqual(body, {
        key: { name: right, person: null, units: null, sources: null },
        rights: RIGHTS.filter((one) => one === right || also.some((other) => other === one)),
        ...{ writesAbout: null, asks: null },
      });
    }
  });

  it('guards HEAD like GET', async () => {
    const answer = await running.server.inject({ method: 'HEAD', url: '/v1/objectives' });
    assert.equal(answer.statusCode, 401);
  });

  it('forgets a revoked key within a second, and shuts while the file is damaged or gone', async () => {
    const get = { method: 'GET', url: '/v1/objectives' } as const;
    const reader = `Bearer ${keys.get('read')}`;
    const [{ id }] = JSON.parse(readFileSync(keysFile, 'utf8')).filter(
      ({ name }: { name: string }) => name === 'read',
    );
    assert.equal(await status(get, reader), 200);
    revokeApiKey(keysFile, id);
    const revokedAt = performance.now();
    await eventually(async () => (await status(get, reader)) === 401);
    assert.ok(performance.now() - revokedAt < 1_500);

    const admin = `Bearer ${keys.get('admin')}`;
    const whole = readFileSync(keysFile, 'utf8');
    writeFileSync(keysFile, whole.slice(0, -10));
    await eventually(async () => (await status(get, admin)) === 503);
    // Not only the request that found the damage is refused.
    for (let again = 0; again < 3; again += 1) assert.equal(await status(get, admin), 503);
    rmSync(keysFile);
    assert.equal(await status(get, admin), 503);
    writeFileSync(keysFile, whole, { mode: 0o600 });
    await eventually(async () => (await status(get, admin)) === 200);
  });
});

describe('nhip keys', () => {
  it('makes the file for its owner alone', async () => {
    const env = { DATA_DIR: emptyDir() };
    await nhip(['keys', 'create', '--name', 'duty room', '--scope', 'read'], env);
    assert.equal(statSync(join(env.DATA_DIR, 'keys.json')).mode & 0o077, 0);
  });
});
