import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Position } from '../contracts/stored-event.ts';
import type { ChainHead, Link, StoreId } from './chain.ts';
import {
  newCheckpointKey,
  privateKeyOf,
  publicKeyOf,
  readCheckpoint,
  signedCheckpoint,
} from './signed-checkpoint.ts';

/** RFC 8032 §7.1, test 1. */
const SECRET = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
const pem = (label: string, prefix: string, key: string) =>
  `-----BEGIN ${label}-----\n${Buffer.from(prefix + key, 'hex').toString('base64')}\n-----END ${label}-----\n`;
const privateKey = privateKeyOf(pem('PRIVATE KEY', '302e020100300506032b657004220420', SECRET));
const publicKey = publicKeyOf(pem('PUBLIC KEY', '302a300506032b6570032100', PUBLIC));

const HEAD: ChainHead = {
  store: '0f7b6a0e-9d53-4b1e-8a07-6d0f1f437a07' as StoreId,
  position: 1_066_195 as Position,
  link: 'ab'.repeat(32) as Link,
};
const NOTE = signedCheckpoint(HEAD, 'kpi.example.vn', privateKey);

describe('A signed checkpoint', () => {
  /** The signature was computed by OpenSSL (`pkeyutl -sign -rawin`), the key id by `sha256sum`. */
  it('is the note that other programs make of the same head with the same key', () => {
    assert.equal(
      NOTE,
      `kpi.example.vn/0f7b6a0e-9d53-4b1e-8a07-6d0f1f437a07\n1066195\nq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n\n— kpi.example.vn/0f7b6a0e-9d53-4b1e-8a07-6d0f1f437a07 XRFypRfSYL1sOYwe5Sltgzue9cZMYYtuG2fXCltg/iiBy9XnXX5XEH6PNNUxLb9xbzK4MWDmO4D57dL0dh323E/uFwA=\n`,
    );
  });

  it('gives back the head that was signed, also beside signatures of others', () => {
    const other = signedCheckpoint(HEAD, 'witness.example', privateKeyOf(newCheckpointKey().privateKey));
    const both = NOTE + other.split('\n\n')[1];
    for (const note of [NOTE, both])
      assert.deepEqual(readCheckpoint(note, publicKey), { kind: 'signed', head: HEAD });
  });

  it('states nothing with another key', () => {
    const other = publicKeyOf(newCheckpointKey().publicKey);
    assert.deepEqual(readCheckpoint(NOTE, other), { kind: 'refused', reason: 'the key has not signed it' });
  });

  it('states nothing once a character of it was changed', () => {
    fc.assert(
      fc.property(fc.nat(NOTE.length - 1), fc.constantFrom(...'0aA/\n '), (at, char) => {
        const changed = NOTE.slice(0, at) + char + NOTE.slice(at + 1);
        const reading = readCheckpoint(changed, publicKey);
        assert.equal(reading.kind, changed === NOTE ? 'signed' : 'refused');
      }),
    );
  });

  it('is signed by Ed25519 alone', () => {
    const rsa =
      '-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==\n-----END PUBLIC KEY-----\n';
    assert.throws(() => publicKeyOf(rsa), /it is a key of rsa, not of Ed25519/);
  });
});
