import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type InProcess, startInProcess } from '../support/in-process.ts';

let nhip: InProcess;
let assets: readonly string[] = [];
before(async () => {
  nhip = await startInProcess(Date.now());
  const { body } = await nhip.server.inject({ url: '/' });
  assets = [...body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address = '']) => `/${address}`);
});
after(() => nhip.close());

const gzip = { 'accept-encoding': 'gzip' };

test('the start page is asked for anew each time, and allows nothing from elsewhere', async () => {
  const { statusCode, headers } = await nhip.server.inject({ url: '/' });
  assert.equal(statusCode, 200);
  assert.match(String(headers['content-type']), /^text\/html/);
  assert.equal(headers['cache-control'], 'no-cache');
  assert.match(String(headers['content-security-policy']), /^default-src 'self'; object-src 'none';/);
});

test('each file has a digest in its name, which lets a browser keep it for good', async () => {
  assert.equal(assets.length, 4);
  for (const url of assets) {
    assert.match(url, /^\/assets\/\w+-[A-Z0-9]{8}\.(js|css|svg)$/);
    const { statusCode, headers } = await nhip.server.inject({ url });
    assert.equal(statusCode, 200, url);
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.match(String(headers['content-type']), /^(text\/javascript|text\/css|image\/svg\+xml)/);
  }
});

test('a file is compressed once, and not sent to a client that has it', async () => {
  const ofDocs = ['swagger-ui-bundle.js', 'swagger-ui.css'].map((name) => `/docs/static/${name}`);
  for (const url of ['/', ...assets, ...ofDocs]) {
    const plain = await nhip.server.inject({ url });
    const small = await nhip.server.inject({ url, headers: gzip });
    assert.equal(small.headers['content-encoding'], 'gzip', url);
    // What is compressed anew for each answer has no length before.
    assert.equal(Number(small.headers['content-length']), small.rawPayload.length, url);
    if (/\.(js|css)$/.test(url)) assert.ok(small.rawPayload.length * 2 < plain.rawPayload.length, url);
    assert.deepEqual(gunzipSync(small.rawPayload), plain.rawPayload, url);
    const known = { ...gzip, 'if-none-match': String(small.headers.etag) };
    const again = await nhip.server.inject({ url, headers: known });
    assert.deepEqual([again.statusCode, again.rawPayload.length], [304, 0], url);
  }
});

test('the files name no address of another server', async () => {
  for (const url of assets) {
    const { body } = await nhip.server.inject({ url });
    const elsewhere = [...body.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address);
    assert.deepEqual(
      elsewhere.filter((address) => !/^http:\/\/www\.w3\.org$/.test(address)),
      [],
      url,
    );
  }
});
