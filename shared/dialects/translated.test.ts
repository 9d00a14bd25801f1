import assert from 'node:assert/strict';
import { test } from 'node:test';
import { books } from '../books/registry.ts';
import { zoneOf } from '../calendar/zone.ts';
import { decoder } from '../contracts/decode.ts';
import { eventId, feedName } from '../contracts/ids.ts';
import { identified } from './translated.ts';

const decode = decoder(books.kinds, zoneOf('Asia/Ho_Chi_Minh'), () => ({
  feed: feedName('portal'),
  rank: 2,
}));
const translated = (data: Record<string, unknown>, time = '2026-11-20', source = '/feeds/dvcqg/H19.12') => {
  const { decoded } = identified({ source, type: 'dossier.status.v1', time, data }, { decode });
  assert.equal(decoded.kind, 'event', JSON.stringify(decoded));
  return decoded.event;
};

test('a translated event is known by the hash of its content as the first version wrote it, days as midnights', () => {
  const event = translated({ dossierId: 'H19.12-261120-0001', status: 'received', dueAt: '2026-11-27' });
  // printf 'dossier.status.v1\n{"time":"2026-11-19T17:00:00.000Z","dossierId":"H19.12-261120-0001","status":"received",
  // "dueAt":"2026-11-26T17:00:00.000Z"}' | sha256sum
  const id = 'f19fbf3f08729c004a14f1ccce464ebf034051c28f4ee740cd979148360940f5';
  assert.equal(event.metadata.sourceId, id);
  assert.equal(event.id, eventId('/feeds/dvcqg/H19.12', id));
  assert.match(event.data, /"dueAt":"2026-11-27"/);
  assert.match(event.former?.inMoments ?? '', /"dueAt":"2026-11-26T17:00:00.000Z"/);
});

test('written decomposed it is the same event, known also by its decomposed form in the store', () => {
  const data = { dossierId: 'H19.12-261120-0001', status: 'stopped', reason: 'Thiếu giấy tờ' };
  const nfd = (text: string) => text.normalize('NFD');
  const [one, other] = [
    translated(data, '2026-11-20T08:00:00+07:00', '/một-cửa'),
    translated({ ...data, reason: nfd(data.reason) }, '2026-11-20T08:00:00+07:00', nfd('/một-cửa')),
  ];
  assert.deepEqual([other.id, other.data, other.metadata], [one.id, one.data, one.metadata]);
  assert.equal(one.former, undefined);
  const stored = one.data.replace('Thiếu giấy tờ', nfd('Thiếu giấy tờ'));
  assert.equal(other.former?.asWritten?.data, stored);
  assert.notEqual(other.former?.asWritten?.id, one.id);
});
