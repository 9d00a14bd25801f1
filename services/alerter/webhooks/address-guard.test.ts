import assert from 'node:assert/strict';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { AddressRefused, isPublic, publicLookup, refuseLiteral } from './address-guard.ts';

it('calls these addresses public', () => {
  for (const address of ['8.8.8.8', '1.1.1.1', '203.162.4.191', '2606:4700:4700::1111', '2405:4800::1']) {
    assert.ok(isPublic(address), address);
  }
});

it('calls none of these public, however they are wrapped', () => {
  const reserved = {
    'RFC 1918': ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    loopback: ['127.0.0.1', '127.255.255.254', '::1'],
    'link-local': ['169.254.0.1', 'fe80::1'],
    // AWS, Google and others; AWS ECS; Azure; Oracle; Alibaba; AWS, Google and Scaleway by IPv6; OpenStack by IPv6.
    'metadata of a cloud': [
      '169.254.169.254',
      '169.254.170.2',
      '168.63.129.16',
      '::ffff:168.63.129.16',
      '192.0.0.192',
      '100.100.100.200',
      'fd00:ec2::254',
      'fd20:ce::254',
      'fd00:42::42',
      'fe80::a9fe:a9fe',
    ],
    'carrier-grade NAT': ['100.64.0.1', '100.127.255.255'],
    'unique local': ['fc00::1', 'fdff::1'],
    'IPv4 in IPv6': [
      '::ffff:127.0.0.1',
      '::ffff:10.0.0.1',
      '::ffff:a9fe:a9fe',
      '::127.0.0.1',
      '64:ff9b::a9fe:a9fe',
      '2002:7f00:1::',
    ],
    'of no host': [
      '0.0.0.0',
      '::',
      '255.255.255.255',
      '224.0.0.1',
      'ff02::1',
      '240.0.0.1',
      '192.0.2.1',
      '2001:db8::1',
      '198.18.0.1',
      '4000::1',
    ],
    'no address': ['localhost', ''],
  };
  for (const [kind, addresses] of Object.entries(reserved)) {
    for (const address of addresses) assert.ok(!isPublic(address), `${address} (${kind})`);
  }
});

it('refuses a host written as an address, in brackets too, and leaves names to the lookup', () => {
  assert.throws(() => refuseLiteral('[::1]'), AddressRefused);
  assert.throws(() => refuseLiteral(new URL('http://0x7f.1/').hostname), AddressRefused);
  assert.throws(() => refuseLiteral(new URL('http://2130706433/').hostname), AddressRefused);
  refuseLiteral('8.8.8.8');
  refuseLiteral('localhost');
});

it('refuses a name that the system resolves to the loopback', async () => {
  await assert.rejects(promisify(publicLookup())('localhost', { all: true }), AddressRefused);
});

it('refuses a name with one private address among public ones', async () => {
  const mixed = publicLookup((_host, _options, callback) =>
    callback(null, [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ]),
  );
  await assert.rejects(promisify(mixed)('mixed.example', { all: true }), AddressRefused);
});
