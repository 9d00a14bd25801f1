import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneOf } from '../../calendar/zone.ts';
import { dayField, timeField } from './dates.ts';

const office = zoneOf('Asia/Ho_Chi_Minh');
const field = (written: string) => ({ pointer: '/Timestamp', written, value: written });
const time = (written: string, zone = office) => timeField(field(written), zone).value;
const day = (written: string) => dayField(field(written), office).value;

test('a date without hours is that day; one with hours is a moment with its offset, also at midnight', () => {
  assert.equal(time('2026/11/20'), '2026-11-20');
  assert.equal(time('4/9/2015'), '2015-09-04');
  assert.equal(time('2026-11-20'), '2026-11-20');
  assert.equal(time('2026/11/20 09:31:00'), '2026-11-20T09:31:00+07:00');
  assert.equal(time('20/11/2026 9:31'), '2026-11-20T09:31:00+07:00');
  assert.equal(time('2026/11/20 00:00:00'), '2026-11-20T00:00:00+07:00');
  assert.equal(time('2026-11-20T02:31:00Z'), '2026-11-20T09:31:00+07:00');
  assert.equal(time('2026-11-20T02:31:00.250Z'), '2026-11-20T09:31:00.250+07:00');
  assert.equal(time('1795141860000'), '2026-11-20T09:31:00+07:00');
});

test('the offset is that of the zone at that moment', () => {
  const newYork = zoneOf('America/New_York');
  assert.equal(time('2026/07/01 08:00:00', newYork), '2026-07-01T08:00:00-04:00');
  assert.equal(time('2026/12/01 08:00:00', newYork), '2026-12-01T08:00:00-05:00');
  assert.equal(time('2026/12/01 08:00:00', zoneOf('Asia/Kathmandu')), '2026-12-01T08:00:00+05:45');
});

test('a date that is a day by its nature is one at midnight too', () => {
  assert.equal(day('2026/11/20 00:00:00'), '2026-11-20');
  assert.equal(day('20/11/2026'), '2026-11-20');
  assert.equal(day('2026/11/20 09:31:00'), '2026-11-20T09:31:00+07:00');
});

test('a date that does not exist, or lies outside of 1990 to 2099, is a fault that shows the text', () => {
  for (const wrong of [
    '30/02/2026',
    '2026/11/31 08:00:00',
    '2026/11/20 24:01:00',
    '1989/12/31',
    '2100/01/01',
    'nay',
  ]) {
    const { fault, value } = timeField(field(wrong), office);
    assert.equal(fault?.was, JSON.stringify(wrong), wrong);
    assert.equal(value, wrong, 'it is kept as it was written');
  }
});

test('a date that was never set states nothing', () => {
  assert.deepEqual(timeField(field('0001-01-01T00:00:00'), office), { pointer: '/Timestamp' });
  assert.deepEqual(timeField({ pointer: '/Timestamp' }, office), { pointer: '/Timestamp' });
});
