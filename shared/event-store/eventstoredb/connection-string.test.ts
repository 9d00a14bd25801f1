import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionStringError, parseConnectionString } from './connection-string.ts';

describe('The connection string of EventStoreDB', () => {
  it('names hosts, credentials and TLS', () => {
    assert.deepEqual(parseConnectionString('esdb://admin:ch%40nge%3Ait@db.example.vn:2114/?tls=false'), {
      hosts: [{ address: 'db.example.vn', port: 2114 }],
      discover: false,
      credentials: { username: 'admin', password: 'ch@nge:it' },
      tls: { insecure: true },
      client: {},
      discovery: {},
    });
  });

  it('may be written for KurrentDB, for a cluster by names or by DNS, with port 2113 and TLS unless told', () => {
    const cluster = parseConnectionString(
      'kurrentdb://a,b:2000,c?node_preference=ReadOnlyReplica&keepAliveInterval=-1&MaxDiscoverAttempts=3',
    );
    assert.deepEqual(
      cluster.hosts.map(({ address, port }) => `${address}:${port}`),
      ['a:2113', 'b:2000', 'c:2113'],
    );
    assert.deepEqual(cluster.discovery, { maxDiscoverAttempts: 3, nodePreference: 'read_only_replica' });
    assert.deepEqual(cluster.client, { keepAliveInterval: -1 });
    assert.equal(cluster.tls.insecure, false);
    assert.equal(parseConnectionString('esdb+discover://cluster.example.vn').discover, true);
    assert.equal(parseConnectionString('kurrentdb+discover://cluster.example.vn').discover, true);
  });

  const REFUSED: readonly (readonly [string, RegExp])[] = [
    ['', /want esdb:/],
    ['http://u:secret@host', /want esdb:/],
    ['esdb://', /want esdb:/],
    ['esdb://u:sec@ret@host', /want esdb:/],
    ['esdb://u:sec:ret@host', /%3A/],
    ['esdb://secret@host', /user:password/],
    ['esdb://u:secret%zz@host', /hexadecimal/],
    ['esdb://u:secret@ho st', /"ho st" is not host:port/],
    ['esdb://u:secret@host:port', /is not host:port/],
    ['esdb://admin:secret', /"admin" is not host:port/],
    ['esdb://admin:secret?tls=true', /"admin" is not host:port/],
    ['esdb://u:secret@host?connectionName=%zz', /connectionName.*hexadecimal/],
    ['esdb://u:secret@host?tsl=false', /"tsl" is not an option; known are tls/],
    ['esdb://u:secret@host?tls=no', /tls must be true or false/],
    ['esdb://u:secret@host?tlsVerifyCert=false', /tlsCAFile/],
    ['esdb://u:secret@host?throwOnAppendFailure=false', /throwOnAppendFailure must be true/],
    ['esdb://u:secret@host?keepAliveTimeout=soon', /keepAliveTimeout must be a whole number/],
    ['esdb://u:secret@host?tlsCAFile=/no/such/file.crt', /\/no\/such\/file\.crt, cannot be read/],
    ['esdb://u:secret@host?userCertFile=/no/such/file.crt', /both or neither/],
  ];
  for (const [text, message] of REFUSED) {
    it(`is refused as ${JSON.stringify(text)}, without a word of its secrets`, () => {
      assert.throws(
        () => parseConnectionString(text),
        (error) =>
          error instanceof ConnectionStringError &&
          message.test(error.message) &&
          !/sec.?ret/.test(error.message),
      );
    });
  }
});
