import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { newEvent, RECORDED_AT } from '../testing/contract-support.ts';
import { decode, encode, type Received } from './event-codec.ts';

/** An event as the client would give it back: what was JSON is parsed, the rest are bytes. */
function stored(data: string, metadata?: unknown): Received {
  const event = newEvent(undefined, { data });
  const sent = encode(event, RECORDED_AT).data;
  const isJson = sent.contentType === 'application/json';
  return {
    streamId: event.stream,
    id: sent.id,
    revision: 3n,
    type: sent.type,
    isJson,
    data: isJson ? JSON.parse(JSON.stringify(sent.data)) : sent.data,
    metadata: metadata ?? JSON.parse(Buffer.from(sent.metadata as Uint8Array).toString()),
    position: { commit: 77n, prepare: 77n },
  };
}

/** Valid JSON that `JSON.parse` and `JSON.stringify` do not give back as it was. */
const CHANGED = [
  '{"b":1,"7":2}',
  '{"a":1,"a":2}',
  '{"__proto__":1,"a":2}',
  '[-0]',
  '{"n":1.0}',
  '[ ]',
  '{"a":"\\u0061"}',
];

describe('An event in EventStoreDB', () => {
  for (const text of ['{"a":[1,{"b":null}]}', '{"2":0,"a":1}', '[]']) {
    it(`is stored as JSON for people to read: ${text}`, () => {
      assert.equal(stored(text).isJson, true);
      assert.equal(decode(stored(text))?.data, text);
    });
  }

  for (const text of CHANGED) {
    it(`keeps what JSON would change: ${text}`, () => {
      assert.equal(decode(stored(text))?.data, text);
    });
  }

  it('comes back with just the text it was given, whatever the text', () => {
    const json = fc.json({ maxDepth: 3 });
    fc.assert(
      fc.property(fc.oneof(json, fc.string({ unit: 'grapheme' })), (text) => {
        assert.equal(decode(stored(text))?.data, text);
      }),
    );
  });

  it('is not ours without our metadata, or from a transaction of several events', () => {
    const ours = stored('{"a":1}');
    assert.ok(decode(ours));
    const metadata = ours.metadata as Record<string, unknown>;
    for (const name of ['source', 'sourceId', 'feed', 'rank', 'recordedAt']) {
      assert.equal(decode({ ...ours, metadata: { ...metadata, [name]: undefined } }), undefined, name);
      assert.equal(decode({ ...ours, metadata: { ...metadata, [name]: ['other'] } }), undefined, name);
    }
    for (const other of [undefined, null, 'text', 7, new Uint8Array([1])]) {
      assert.equal(decode({ ...ours, metadata: other }), undefined);
    }
    assert.equal(decode({ ...ours, position: { commit: 77n, prepare: 70n } }), undefined);
  });

  it('has a position that a number holds exactly, or none', () => {
    const at = (commit: bigint) => ({ ...stored('{}'), position: { commit, prepare: commit } });
    assert.equal(decode(at(BigInt(Number.MAX_SAFE_INTEGER)))?.position, Number.MAX_SAFE_INTEGER);
    for (const none of [2n ** 53n, 2n ** 64n - 1n]) {
      assert.throws(() => decode(at(none)), /sends no position/);
    }
  });
});
