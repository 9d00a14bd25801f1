import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { brotliCompressSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import openapi from '../../openapi.json' with { type: 'json' };
import { problemSchema } from '../../shared/platform/problem-codes.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { type RawAnswer, rawClient } from '../support/raw-http.ts';
import { statusEvent } from '../support/status-event.ts';

const NOW = Date.parse('2026-11-20T03:00:00Z');
const LIMIT = 200_000;
const BATCH = 'application/cloudevents-batch+json';

let running: InProcess;
let port: number;
before(async () => {
  running = await startInProcess(NOW, { MAX_BODY_BYTES: String(LIMIT) });
  await running.server.listen({ port: 0, host: '127.0.0.1' });
  port = (running.server.server.address() as AddressInfo).port;
});
after(() => running.close());

const received = (id: string) => statusEvent(id, 'received', '2026-11-16T08:00:00+07:00');

/** The code of a problem, which must be one in every respect. */
function codeOf({ status, headers, body }: RawAnswer): string {
  assert.equal(headers['content-type'], 'application/problem+json', body);
  const problem = problemSchema.parse(JSON.parse(body));
  assert.equal(problem.status, status);
  return problem.code;
}

/** The answer to bytes as they are. */
async function ask(...pieces: readonly (string | Uint8Array)[]): Promise<RawAnswer> {
  const client = await rawClient(port);
  for (const piece of pieces) client.socket.write(piece);
  try {
    return await client.answer();
  } finally {
    client.socket.destroy();
  }
}

async function post(url: string, payload: string | Buffer, headers: Record<string, string>) {
  const answer = await running.server.inject({ method: 'POST', url, headers, payload });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}

const head = (request: string, ...headers: readonly string[]) =>
  `${[request, 'Host: localhost', ...headers].join('\r\n')}\r\n\r\n`;

const OPERATIONS = Object.entries(openapi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    url: path.replace('{ref}', `p-${'0'.repeat(32)}`).replaceAll(/\{[^}]+\}/g, 'x'),
    needsBody: 'requestBody' in operation && method !== 'get' && !path.endsWith('/retry'),
  })),
);

describe('input that is not HTTP, or too large', () => {
  it('is answered as a problem, and the connection ends', async () => {
    const long = 'x'.repeat(20_000);
    const cases: readonly [string, number, string][] = [
      ['nonsense\r\n\r\n', 400, 'request-invalid'],
      [head('GET /v1/objectives HTTP/1.1', 'Content-Length: x'), 400, 'request-invalid'],
      [head(`GET /v1/objectives?x=${long} HTTP/1.1`), 431, 'headers-too-large'],
      [head('GET /v1/objectives HTTP/1.1', `X-Long: ${long}`), 431, 'headers-too-large'],
      [
        `${head('POST /v1/events HTTP/1.1', 'Transfer-Encoding: chunked', `Content-Type: ${BATCH}`)}2;${long}\r\n[]\r\n0\r\n\r\n`,
        413,
        'body-too-large',
      ],
    ];
    for (const [bytes, status, code] of cases) {
      const client = await rawClient(port);
      client.socket.write(bytes);
      const answer = await client.answer();
      assert.deepEqual([answer.status, codeOf(answer)], [status, code], bytes.slice(0, 60));
      assert.match(answer.headers.connection ?? '', /^close$/, bytes.slice(0, 60));
      client.socket.destroy();
    }
  });

  it('a request without Host is a problem too', async () => {
    assert.equal(codeOf(await ask('GET /v1/objectives HTTP/1.1\r\n\r\n')), 'request-invalid');
  });

  it('a request with two Hosts is refused, the same host twice too', async () => {
    for (const second of ['Host: evil.example', 'host: localhost']) {
      const answer = await ask(head('GET /v1/objectives HTTP/1.1', second));
      assert.deepEqual([answer.status, codeOf(answer)], [400, 'request-invalid'], second);
    }
  });
});

describe('a body above the limit', () => {
  const large = Buffer.alloc(LIMIT * 30, ' ');
  const sizes = [`Content-Length: ${large.length}`, `Content-Type: ${BATCH}`];

  it('is refused so that a client that writes all of it before it reads gets to read the refusal', async () => {
    for (const more of [[], ['Connection: close']]) {
      const client = await rawClient(port);
      client.socket.pause();
      client.socket.write(head('POST /v1/events HTTP/1.1', ...sizes, ...more));
      await new Promise<void>((done, failed) => {
        client.socket.once('error', failed);
        client.socket.write(large, () => done());
      });
      client.socket.resume();
      const answer = await client.answer();
      assert.deepEqual([answer.status, codeOf(answer)], [413, 'body-too-large']);
      client.socket.destroy();
    }
  });

  it('the same in chunks, without a length; and the connection is of use afterwards', async () => {
    const client = await rawClient(port);
    client.socket.write(
      head('POST /v1/events HTTP/1.1', `Content-Type: ${BATCH}`, 'Transfer-Encoding: chunked'),
    );
    client.socket.write(`${large.length.toString(16)}\r\n`);
    client.socket.write(large);
    client.socket.write('\r\n0\r\n\r\n');
    assert.equal(codeOf(await client.answer()), 'body-too-large');
    client.socket.write(head('GET /v1/units HTTP/1.1'));
    assert.equal((await client.answer()).status, 200);
    client.socket.destroy();
  });

  it('no 100 Continue invites it; one below the limit is invited', async () => {
    const refused = await ask(head('POST /v1/events HTTP/1.1', ...sizes, 'Expect: 100-continue'));
    assert.deepEqual([refused.status, codeOf(refused)], [413, 'body-too-large']);
    assert.equal(refused.headers.connection, 'close');
    const body = JSON.stringify([received('H19.12-261116-0001')]);
    const client = await rawClient(port);
    const length = `Content-Length: ${Buffer.byteLength(body)}`;
    client.socket.write(
      head('POST /v1/events HTTP/1.1', `Content-Type: ${BATCH}`, length, 'Expect: 100-continue'),
    );
    assert.equal((await client.answer()).status, 100);
    client.socket.write(body);
    assert.equal((await client.answer()).status, 200);
    client.socket.destroy();
  });

  it('any other refusal before the body was read is read as well: no address, no method, a wrong type', async () => {
    for (const [line, status] of [
      ['POST /nowhere HTTP/1.1', 404],
      ['PUT /v1/events HTTP/1.1', 405],
      ['POST /v1/feeds/edxml HTTP/1.1', 415],
    ] as const) {
      const client = await rawClient(port);
      client.socket.pause();
      client.socket.write(head(line, ...sizes));
      await new Promise<void>((done) => client.socket.write(large, () => done()));
      client.socket.resume();
      const answer = await client.answer();
      codeOf(answer);
      assert.equal(answer.status, status, line);
      client.socket.destroy();
    }
  });
});

describe('a refusal before the body has come', () => {
  it('is there at once and as it is, also for a client that reads gzip', async () => {
    const client = await rawClient(port);
    const sizes = ['Content-Length: 5000', 'Content-Type: image/png', 'Accept-Encoding: gzip'];
    client.socket.write(head('POST /v1/events HTTP/1.1', ...sizes));
    const answer = await client.answer();
    assert.deepEqual([answer.status, answer.headers['content-encoding']], [415, undefined]);
    codeOf(answer);
    client.socket.destroy();
  });
});

describe('a method that an address does not have', () => {
  it('is 405 with the methods that it has; OPTIONS names them', async () => {
    const table: Readonly<Record<string, string>> = {
      '/v1/events': 'OPTIONS, POST',
      '/v1/objectives': 'GET, HEAD, OPTIONS, POST',
      '/v1/objectives/dossier-on-time/breakdown?by=unit': 'GET, HEAD, OPTIONS',
      '/v1/webhooks/x': 'DELETE, GET, HEAD, OPTIONS, PATCH',
      '/v1/silences': 'GET, HEAD, OPTIONS, POST',
      '/': 'GET, HEAD, OPTIONS',
      '/openapi.json': 'GET, HEAD, OPTIONS',
    };
    for (const [url, allow] of Object.entries(table)) {
      for (const headers of [{}, { 'content-type': 'application/json' }, { 'content-type': 'a/b' }]) {
        const refused = await running.server.inject({ method: 'PUT', url, headers, payload: '[]' });
        assert.deepEqual(
          [refused.statusCode, refused.json().code, refused.headers.allow],
          [405, 'method-not-allowed', allow],
          url,
        );
      }
      const options = await running.server.inject({ method: 'OPTIONS', url });
      assert.deepEqual([options.statusCode, options.body, options.headers.allow], [204, '', allow], url);
    }
    const odd = await ask(head('PROPFIND /v1/events HTTP/1.1'));
    assert.deepEqual(
      [odd.status, codeOf(odd), odd.headers.allow],
      [405, 'method-not-allowed', 'OPTIONS, POST'],
    );
  });

  it('an address that is nowhere is 404 for all', async () => {
    for (const method of ['GET', 'PUT', 'OPTIONS'] as const)
      assert.equal((await running.server.inject({ method, url: '/v1/nowhere' })).statusCode, 404);
    assert.equal((await ask(head('OPTIONS * HTTP/1.1'))).status, 204);
  });
});

describe('an empty body', () => {
  it('is reported as a fault where a body is required, with any headers; elsewhere it is none', async () => {
    for (const { method, url, path, needsBody } of OPERATIONS) {
      if (method === 'GET' || path === '/v1/rebuild') continue;
      for (const headers of [
        {},
        { 'content-type': 'application/json' },
        { 'content-type': 'application/json', 'content-length': '0' },
      ]) {
        const answer = await running.server.inject({ method: method as 'POST', url, headers });
        const name = `${method} ${path} ${JSON.stringify(headers)}: ${answer.body}`;
        if (needsBody) assert.ok([400, 415].includes(answer.statusCode), name);
        else assert.ok([200, 204, 404].includes(answer.statusCode), name);
      }
    }
  });

  it('the answer to the portal names the missing parts', async () => {
    const { status, body } = await post('/v1/events', '', {});
    assert.deepEqual([status, body.code], [400, 'request-invalid']);
    assert.match(body.detail, /body/);
  });
});

describe('an answer', () => {
  const gzip = { 'accept-encoding': 'gzip' };
  const get = (url: string, headers = {}) => running.server.inject({ url, headers });

  it('is compressed once, whatever it answers, for a client that reads gzip', async () => {
    const comment = 'Lý do '.repeat(150);
    const silence = {
      matchers: { rule: 'breach' },
      endsAt: '2026-12-01T00:00:00Z',
      createdBy: 'An',
      comment,
    };
    const json = { 'content-type': 'application/json' };
    assert.equal((await post('/v1/silences', JSON.stringify(silence), json)).status, 201);
    const unknown = [{ ...received('H19.12-261116-0003'), type: 'x'.repeat(900) }];
    assert.equal((await post('/v1/events', JSON.stringify(unknown), { 'content-type': BATCH })).status, 200);
    const [script] = (await get('/')).body.match(/assets\/[^"]+\.js/) ?? [''];
    for (const url of ['/v1/silences', '/v1/dead-letters', '/openapi.json', '/metrics', `/${script}`]) {
      const [plain, small] = [await get(url), await get(url, gzip)];
      assert.deepEqual([plain.statusCode, small.statusCode], [200, 200], url);
      assert.equal(plain.headers['content-encoding'], undefined, url);
      assert.equal(small.headers['content-encoding'], 'gzip', url);
      assert.match(String(small.headers.vary), /accept-encoding/i, url);
      const unfolded = gunzipSync(small.rawPayload).toString('utf8');
      if (url !== '/metrics') assert.equal(unfolded, plain.body, url);
      else assert.match(unfolded, /^# HELP /);
    }
  });

  it('that is short is sent as it is', async () => {
    const { headers, statusCode } = await get('/v1/alerts', gzip);
    assert.deepEqual([statusCode, headers['content-encoding']], [200, undefined]);
  });
});

describe('a compressed body', () => {
  const events = JSON.stringify([received('H19.12-261116-0002')]);

  it('is accepted as gzip and br', async () => {
    for (const [encoding, bytes] of [
      ['gzip', gzipSync(events)],
      ['x-gzip', gzipSync(events)],
      ['GZIP', gzipSync(events)],
      ['br', brotliCompressSync(events)],
      ['identity', Buffer.from(events)],
    ] as const) {
      const answer = await post('/v1/events', bytes, { 'content-type': BATCH, 'content-encoding': encoding });
      assert.equal(answer.status, 200, `${encoding} ${JSON.stringify(answer.body)}`);
      assert.equal(answer.body.accepted + answer.body.duplicates, 1);
    }
    const silence = JSON.stringify({
      matchers: { rule: 'breach' },
      endsAt: '2026-12-01T00:00:00Z',
      createdBy: 'An',
      comment: 'x',
    });
    const gzip = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    assert.equal((await post('/v1/silences', gzipSync(silence), gzip)).status, 201);
  });

  it('in another coding is 415 and names the accepted ones', async () => {
    for (const encoding of ['deflate', 'zstd', 'gzip, br', 'constructor']) {
      const headers = { 'content-type': BATCH, 'content-encoding': encoding };
      const answer = await post('/v1/events', deflateSync(events), headers);
      assert.deepEqual([answer.status, answer.body.code], [415, 'media-type-unsupported'], encoding);
      assert.equal(answer.headers['accept-encoding'], 'gzip, br');
    }
  });

  it('that is damaged or cut off is unparseable; one that unfolds beyond the limit is too large', async () => {
    const gzip = { 'content-type': BATCH, 'content-encoding': 'gzip' };
    for (const bytes of [Buffer.from(events), gzipSync(events).subarray(0, -6)]) {
      const answer = await post('/v1/events', bytes, gzip);
      assert.deepEqual([answer.status, answer.body.code], [400, 'unparseable']);
    }
    const bomb = gzipSync(Buffer.alloc(20_000_000, ' '));
    assert.ok(bomb.length < LIMIT);
    const answer = await post('/v1/events', bomb, gzip);
    assert.deepEqual([answer.status, answer.body.code], [413, 'body-too-large']);
    const real = await ask(
      head(
        'POST /v1/events HTTP/1.1',
        `Content-Type: ${BATCH}`,
        'Content-Encoding: gzip',
        `Content-Length: ${bomb.length}`,
      ),
      bomb,
    );
    assert.equal(codeOf(real), 'body-too-large');
  });
});

describe('a media type', () => {
  it('may name its charset in quotes; another charset is refused', async () => {
    const body = JSON.stringify([received('H19.12-261116-0003')]);
    for (const type of [
      `${BATCH};charset=utf-8`,
      `${BATCH}; charset="utf-8"`,
      `${BATCH};charset="UTF-8"`,
      `${BATCH} ; charset="utf-8"`,
      `${BATCH}; note="a;charset=latin1"`,
      `Application/CloudEvents-Batch+JSON;  charset="utf-8"; x="a;b"`,
    ]) {
      assert.equal((await post('/v1/events', body, { 'content-type': type })).status, 200, type);
    }
    const other = await post('/v1/events', body, { 'content-type': `${BATCH}; charset="windows-1258"` });
    assert.equal(other.status, 415);
    const silence = await post('/v1/silences', '{}', { 'content-type': 'application/json; charset=latin1' });
    assert.equal(silence.status, 415);
    const quoted = await post('/v1/silences', '{}', { 'content-type': 'application/json; charset="utf-8"' });
    assert.equal(quoted.status, 400);
    assert.equal((await post('/v1/silences', '{}', { 'content-type': 'text/plain' })).status, 415);
  });
});
