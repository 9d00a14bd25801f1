import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventId, feedName, streamName } from '../../../shared/contracts/ids.ts';
import type { Position, RecordedEvent } from '../../../shared/contracts/stored-event.ts';
import { type EventReader, History, outlineOf } from './history.ts';

const stream = streamName('dossier-H19.12-261120-0001');
const eventAt = (revision: number): RecordedEvent => ({
  position: (revision + 1) as Position,
  stream,
  revision,
  id: eventId('/one-stop', String(revision)),
  type: 'dossier.status.v1',
  data: JSON.stringify({ number: revision }),
  metadata: { source: '/one-stop', sourceId: String(revision), feed: feedName('one-stop'), rank: 1 },
  recordedAt: 1_795_399_200_000,
});

/** The first page of a history of so many events, and how often its first event was read. */
async function firstPage(count: number) {
  let readings = 0;
  const reader: Pick<EventReader, 'readStream'> = {
    async readStream(_, from = 0) {
      if (from === 0) readings += 1;
      return Array.from({ length: Math.min(500, count - from) }, (_, index) => eventAt(from + index));
    },
  };
  const history = new History(reader, [stream], {}, {});
  const outlines = await Array.fromAsync(history.known(), outlineOf);
  // Newest first, so that a long history begins with what came last.
  const { events: numbers } = await history.page(outlines.reverse(), undefined, ({ revision }) => revision);
  return { readings, numbers };
}

test('a history of one page is read once', async () => {
  const { readings, numbers } = await firstPage(1_000);
  assert.equal(readings, 1);
  assert.deepEqual([numbers.length, numbers[0], numbers.at(-1)], [1_000, 999, 0]);
});

test('of a longer one the page is read again, and is whole', async () => {
  const { readings, numbers } = await firstPage(2_500);
  assert.equal(readings, 2);
  assert.deepEqual([numbers.length, numbers[0], numbers.at(-1)], [1_000, 2_499, 1_500]);
});

test('a history that no client waits for any more is not read further than its page', async () => {
  const leaving = new AbortController();
  let pages = 0;
  const endless: Pick<EventReader, 'readStream'> = {
    async readStream(_, from = 0) {
      pages += 1;
      assert.ok(pages <= 2, 'reading goes on');
      if (pages === 2) leaving.abort(new Error('left'));
      return [eventAt(from)];
    },
  };
  const history = new History(endless, [stream], {}, leaving);
  await assert.rejects(Array.fromAsync(history.known()), /left/);
  assert.equal(pages, 2);
});
