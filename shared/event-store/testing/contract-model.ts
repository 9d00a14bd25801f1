import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { eventId, type StreamName, streamName } from '../../contracts/ids.ts';
import type { EventStore } from '../port.ts';
import { idsOf, newEvent, RECORDED_AT } from './contract-support.ts';

/** Plays batches of (stream, id, content) into the store and into a map, and compares what both hold and say. */
export async function agreesWithModel(
  store: EventStore,
  batches: readonly (readonly { stream: number; id: number; content: number }[])[],
): Promise<void> {
  const run = randomUUID();
  const contents = new Map<string, string>();
  const streams = new Map<StreamName, string[]>();
  for (const batch of batches) {
    // The stream follows from the content, as it does for real events.
    const events = batch.map(({ stream, id, content }) =>
      Object.assign(
        newEvent(streamName(`${run}-${stream}`), { data: `{"content":${content},"stream":${stream}}` }),
        {
          id: eventId(run, `${stream}-${id}`),
        },
      ),
    );
    const wanted = events.map(({ id, data, stream }) => {
      const known = contents.get(id);
      if (known !== undefined) return known === data ? 'duplicate' : 'id-reused';
      contents.set(id, data);
      streams.set(stream, [...(streams.get(stream) ?? []), id]);
      return 'recorded';
    });
    const { outcomes } = await store.record(events, RECORDED_AT);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      wanted,
    );
  }
  for (const [stream, wanted] of streams) {
    const events = await store.readStream(stream);
    assert.deepEqual(idsOf(events), wanted);
    assert.deepEqual(
      events.map(({ revision }) => revision),
      wanted.map((_, revision) => revision),
    );
  }
}
