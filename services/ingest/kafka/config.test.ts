import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readKafkaConfig } from './config.ts';

const least = { KAFKA_BROKERS: 'kafka-1:9092, kafka-2:9092', KAFKA_TOPICS: 'hoso, van-ban' };

function config(env: Record<string, string>) {
  const reading = readKafkaConfig({ ...least, ...env });
  assert.equal(reading.kind, 'config', JSON.stringify(reading));
  return reading.config;
}

function faults(env: Record<string, string>) {
  const reading = readKafkaConfig({ ...least, ...env });
  assert.equal(reading.kind, 'invalid');
  return reading.faults;
}

test('off unless brokers are named', () => {
  assert.deepEqual(readKafkaConfig({ KAFKA_TOPICS: 'a' }), { kind: 'off' });
  assert.deepEqual(readKafkaConfig({ ...least, KAFKA_BROKERS: '' }), { kind: 'off' });
});

test('brokers and topics are lists', () => {
  const { brokers, topics, groupId, tls, sasl } = config({});
  assert.deepEqual(brokers, ['kafka-1:9092', 'kafka-2:9092']);
  assert.deepEqual(topics, { names: ['hoso', 'van-ban'] });
  assert.deepEqual([groupId, tls, sasl], ['nhip', undefined, undefined]);
});

test('a pattern must match the whole name of a topic', () => {
  const { topics } = config({ KAFKA_TOPICS: '/hoso|vanban\\.[a-z]+/' });
  assert.ok('pattern' in topics);
  const names = ['hoso', 'hoso-2', 'vanban.di', 'x.vanban.di', 'vanban.'];
  assert.deepEqual(
    names.filter((name) => topics.pattern.test(name)),
    ['hoso', 'vanban.di'],
  );
});

test('TLS comes with any of its files, and SASL with its three parts', () => {
  assert.deepEqual(config({ KAFKA_TLS_CA_FILE: '/ca.pem' }).tls, {
    caFile: '/ca.pem',
    certFile: undefined,
    keyFile: undefined,
  });
  const sasl = { mechanism: 'scram-sha-512', username: 'nhip', password: 'p' };
  assert.deepEqual(
    config({
      KAFKA_SASL_MECHANISM: sasl.mechanism,
      KAFKA_SASL_USERNAME: sasl.username,
      KAFKA_SASL_PASSWORD: sasl.password,
    }).sasl,
    sasl,
  );
});

test('brokers without topics are told what is missing', () => {
  const [fault] = faults({ KAFKA_TOPICS: '' });
  assert.deepEqual(fault, {
    variable: 'KAFKA_TOPICS',
    was: '',
    expected: 'topic names separated by commas, or one /regular expression/',
  });
});

test('a wrong value names its variable, what it was and what it should be', () => {
  const named = (env: Record<string, string>) => faults(env).map(({ variable, was }) => [variable, was]);
  assert.deepEqual(named({ KAFKA_BROKERS: 'kafka' }), [['KAFKA_BROKERS', 'kafka']]);
  assert.deepEqual(named({ KAFKA_TOPICS: 'hồ sơ' }), [['KAFKA_TOPICS', 'hồ sơ']]);
  assert.deepEqual(named({ KAFKA_TOPICS: '/(/' }), [['KAFKA_TOPICS', '/(/']]);
  assert.deepEqual(named({ KAFKA_MAX_BYTES: 'much' }), [['KAFKA_MAX_BYTES', 'much']]);
  assert.deepEqual(named({ KAFKA_TLS_KEY_FILE: '/k' }), [['KAFKA_TLS_CERT_FILE', '']]);
  assert.deepEqual(named({ KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u' }), [
    ['KAFKA_SASL_PASSWORD', ''],
  ]);
  assert.match(faults({ KAFKA_SASL_MECHANISM: 'gssapi' })[0]?.expected ?? '', /scram-sha-512/);
});
