import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR, MINUTE } from '../calendar/zone.ts';
import { readConfig } from './config.ts';

const faults = (env: Record<string, string>) => {
  const reading = readConfig(env);
  return reading.kind === 'invalid'
    ? reading.faults.map(({ variable, was, expected }) => `${variable}=${was}: ${expected}`)
    : [];
};
const read = (env: Record<string, string>) => {
  const reading = readConfig(env);
  return reading.kind === 'config' ? reading.config : assert.fail(JSON.stringify(reading.faults));
};

/** Each whole number of the table in README.md with its bounds. */
const WHOLE = [
  ['PORT', 0, 65_535],
  ['MAX_BODY_BYTES', 1_024, 268_435_456],
  ['MAX_EVENT_BYTES', 1_024, 268_435_456],
  ['MAX_BATCH_EVENTS', 1, 100_000],
  ['DEAD_LETTER_DAYS', 1, 3_650],
  ['SHUTDOWN_GRACE_SECONDS', 1, 600],
] as const;

test('a whole number is read from its least to its greatest value, and no further', () => {
  for (const [variable, least, most] of WHOLE) {
    const expected = `a whole number from ${least} to ${most}`;
    for (const value of [least, most])
      assert.equal(read({ [variable]: String(value) })[variable], value, variable);
    for (const value of [least - 1, most + 1])
      assert.deepEqual(faults({ [variable]: String(value) }), [`${variable}=${value}: ${expected}`]);
  }
});

test('a whole number has digits only', () => {
  for (const was of ['1.5', '1e2', ' 8080', '80 80', 'port', '٣'])
    assert.deepEqual(faults({ PORT: was }), [`PORT=${was}: a whole number from 0 to 65535`]);
});

test('a share reaches from 0 to 1', () => {
  for (const share of [0, 0.25, 1])
    assert.equal(read({ OTEL_TRACES_SAMPLER_ARG: String(share) }).OTEL_TRACES_SAMPLER_ARG, share);
  for (const was of ['-0.1', '1.1', 'half'])
    assert.deepEqual(faults({ OTEL_TRACES_SAMPLER_ARG: was }), [
      `OTEL_TRACES_SAMPLER_ARG=${was}: a share from 0 to 1`,
    ]);
});

test('office hours are stretches in order within one day', () => {
  assert.deepEqual(read({ OFFICE_HOURS: '07:30-11:45, 13:00-24:00' }).OFFICE_HOURS, [
    { opens: 7 * HOUR + 30 * MINUTE, closes: 11 * HOUR + 45 * MINUTE },
    { opens: 13 * HOUR, closes: 24 * HOUR },
  ]);
  for (const was of [
    '08:00',
    '08:00-08:00',
    '13:00-17:00,07:00-11:00',
    '07:00-11:00,10:00-12:00',
    '7:00-11:00',
    '25:00-26:00',
  ])
    assert.match(faults({ OFFICE_HOURS: was })[0] ?? was, /opening hours in order/);
});

test('the unit that is the office is known by any of its identifiers', () => {
  assert.equal(read({ OFFICE_UNIT: '000.00.02.H19' }).OFFICE_UNIT, 'H19.02');
  assert.equal(read({}).OFFICE_UNIT, undefined);
  assert.deepEqual(faults({ OFFICE_UNIT: ' H19.02' }), [
    'OFFICE_UNIT= H19.02: an identifier of a unit, e.g. H19.02',
  ]);
});

test('what is empty is unset, and what is wrong is named, without the value of a secret', () => {
  const { PORT, HOST, DATA_DIR } = read({ PORT: '', HOST: '' });
  assert.deepEqual([PORT, HOST, DATA_DIR], [8080, '127.0.0.1', './data']);
  assert.deepEqual(faults({ DATABASE_URL: 'mysql://secret@db', TZ_OFFICE: 'Asia/Hanoi?' }), [
    'TZ_OFFICE=Asia/Hanoi?: an IANA time zone, e.g. Asia/Ho_Chi_Minh',
    'DATABASE_URL=(not shown): an address of PostgreSQL, e.g. postgres://nhip@db/nhip',
  ]);
});
