import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openFor, standInFor } from '../../../tests/support/eventstore/harness.ts';
import type { EventStoreStandIn } from '../../../tests/support/eventstore/stand-in.ts';
import type { StreamName } from '../../contracts/ids.ts';
import { eventsOf, freshStream, idsOf, newEvent, RECORDED_AT } from '../testing/contract-support.ts';

type Cut = (standIn: EventStoreStandIn, stream: StreamName) => void;

/** What can be done by hand to a stream of five events, and where the stream begins afterwards. */
const CUTS: readonly { readonly name: string; readonly cut: Cut; readonly left: number }[] = [
  { name: 'cut by $maxCount', cut: ({ log }, stream) => log.cut(stream, { $maxCount: 2 }), left: 2 },
  { name: 'cut by $tb', cut: ({ log }, stream) => log.cut(stream, { $tb: 1 }), left: 4 },
  {
    name: 'of which nothing is shown any more',
    cut: ({ log }, stream) => log.cut(stream, { $tb: 5 }),
    left: 0,
  },
  { name: 'deleted', cut: ({ log }, stream) => log.softDelete(stream), left: 0 },
];

describe('A stream of EventStoreDB that has lost its first events', { timeout: 60_000 }, () => {
  for (const { name, cut, left } of CUTS) {
    it(`is reported and takes what comes, when it was ${name}`, async (context) => {
      const standIn = await standInFor(context);
      const before = await openFor(context, standIn);
      const stream = freshStream();
      const old = eventsOf(stream, 5);
      assert.equal((await before.record(old, RECORDED_AT)).cut, undefined);
      cut(standIn, stream);

      const store = await openFor(context, standIn);
      const fresh = eventsOf(stream, 2);
      const result = await store.record([...fresh, newEvent()], RECORDED_AT);
      assert.deepEqual(
        result.outcomes.map(({ kind }) => kind),
        ['recorded', 'recorded', 'recorded'],
      );
      assert.deepEqual(result.cut, [{ stream, begins: 5 - left }]);
      const kept = left === 2 ? fresh : [...old.slice(5 - left), ...fresh];
      assert.deepEqual(idsOf(await store.readStream(stream)), idsOf(kept));
      assert.deepEqual(
        (await store.readStream(stream)).map(({ revision }) => revision),
        kept.map((_, index) => 7 - kept.length + index),
      );

      const again = await store.record(fresh, RECORDED_AT);
      assert.deepEqual(
        again.outcomes.map(({ kind }) => kind),
        ['duplicate', 'duplicate'],
      );
      assert.equal((await store.append(stream, 6, [newEvent(stream)], RECORDED_AT)).kind, 'appended');
    });
  }

  it('is no stream that only began late, nor one that another application writes to', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn);
    const stream = freshStream();
    standIn.log.append(stream, 'any', [
      { id: 'another', type: 'other', contentType: 'x', data: Buffer.from('1'), metadata: Buffer.alloc(0) },
    ]);
    assert.equal((await store.record(eventsOf(stream, 2), RECORDED_AT)).cut, undefined);
  });
});
