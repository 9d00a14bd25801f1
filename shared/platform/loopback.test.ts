import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForeign, isLoopback } from './loopback.ts';

test('only names and addresses of this machine are loopback', () => {
  for (const host of ['localhost', '127.0.0.1', '127.8.8.8', '::1', '[::1]'])
    assert.ok(isLoopback(host), host);
  for (const host of [
    '',
    '0.0.0.0',
    '10.0.0.1',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '[::]',
    '1127.0.0.1',
  ])
    assert.ok(!isLoopback(host), host);
});

test('a request under a name of this machine is its own, at any port', () => {
  for (const host of ['localhost', 'localhost:8080', '127.0.0.1:9000', '[::1]:8080', 'LOCALHOST:80'])
    assert.ok(!isForeign({ host }), host);
});

test('a name that merely resolves to this machine is foreign', () => {
  for (const host of [
    'evil.example',
    'evil.example:8080',
    '127.0.0.1.nip.io',
    'localhost.evil.example:80',
    '',
    undefined,
    ':',
    '%',
  ])
    assert.ok(isForeign({ host }), String(host));
});

test('a page is its own only under the very host and port that it calls', () => {
  assert.ok(!isForeign({ host: 'localhost:8080', origin: 'http://localhost:8080' }));
  assert.ok(!isForeign({ host: 'localhost', origin: 'http://localhost' }));
  for (const origin of ['http://evil.example', 'http://localhost:3000', 'http://127.0.0.1:8080', 'null', ''])
    assert.ok(isForeign({ host: 'localhost:8080', origin }), origin);
});
