import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { emptyDir } from '../../tests/support/standalone.ts';
import { makeStaffKey, readPeopleKey } from './people-key.ts';

const KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const sealOf = (config: Parameters<typeof readPeopleKey>[0]) => {
  const reading = readPeopleKey(config);
  return reading.kind === 'key' ? reading.key?.seal : assert.fail(JSON.stringify(reading.faults));
};
const embedded = (DATA_DIR: string, STAFF_KEY_FILE?: string) => ({
  ...{ DATA_DIR, STAFF_KEY_FILE },
  EVENTSTORE_URL: undefined,
});

test('a pseudonym is HMAC-SHA256 under the key, of the trimmed id in NFC; a pseudonym stays', () => {
  const dir = emptyDir();
  writeFileSync(join(dir, 'staff.key'), `${KEY}\n`, { mode: 0o600 });
  const seal = sealOf(embedded(dir)) ?? assert.fail();
  // printf %s 'CB-0417' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0001…1f
  assert.equal(seal('CB-0417'), 'p-697ad81ddac13940332611900e13a3ba');
  assert.equal(seal(' CB-0417 '), seal('CB-0417'));
  assert.equal(seal('Hu\u1ebf'), seal('Hue\u0302\u0301'));
  assert.equal(seal(seal('CB-0417')), seal('CB-0417'));
});

test('embedded, the key is made for its owner alone when the first person is named, and stays', () => {
  const dir = emptyDir();
  const path = join(dir, 'keys', 'staff.key');
  const seal = sealOf(embedded(dir, path)) ?? assert.fail();
  assert.equal(existsSync(path), false);
  const first = seal('CB-1');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.match(readFileSync(path, 'utf8'), /^[0-9a-f]{64}\n$/);
  assert.equal(sealOf(embedded(dir, path))?.('CB-1'), first, 'after a restart');
});

test('a key is made where there is none, and never a second one', () => {
  const path = join(emptyDir(), 'staff', 'staff.key');
  assert.equal(makeStaffKey(path), true);
  const made = readFileSync(path, 'utf8');
  assert.match(made, /^[0-9a-f]{64}\n$/);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(makeStaffKey(path), false);
  assert.equal(readFileSync(path, 'utf8'), made);
  writeFileSync(path, 'half a key');
  assert.throws(() => makeStaffKey(path), /64 hexadecimal digits/);
  assert.equal(readFileSync(path, 'utf8'), 'half a key');
});

test('servers that share a store are given the key, and a file that is no key is refused by name', () => {
  const dir = emptyDir();
  const shared = { ...embedded(dir), EVENTSTORE_URL: 'esdb://store:2113' };
  assert.equal(sealOf(shared), undefined, 'then no event about a person is taken');
  const path = join(dir, 'staff.key');
  const fault = (config: Parameters<typeof readPeopleKey>[0]) => {
    const reading = readPeopleKey(config);
    return reading.kind === 'invalid' ? reading.faults[0] : assert.fail();
  };
  assert.equal(fault({ ...shared, STAFF_KEY_FILE: path })?.variable, 'STAFF_KEY_FILE');
  writeFileSync(path, 'secret', { mode: 0o600 });
  assert.match(fault(embedded(dir))?.expected ?? '', /64 hexadecimal digits/);
  writeFileSync(path, KEY);
  chmodSync(path, 0o644);
  assert.match(fault(embedded(dir))?.expected ?? '', /mode 0644/);
});
