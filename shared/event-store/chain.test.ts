import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type EventId, feedName, streamName } from '../contracts/ids.ts';
import type { EventMetadata, Position, RecordedEvent } from '../contracts/stored-event.ts';
import { firstLink, type Link, linkOf, newStoreId, type StoreId } from './chain.ts';

const PREVIOUS = 'a'.repeat(64) as Link;

const EVENT: RecordedEvent = {
  position: 7 as Position,
  stream: streamName('dossier-H19'),
  revision: 2,
  id: '6d0f1f43-7a07-5b1e-9d53-0f7b6a0e9a01' as EventId,
  type: 'dossier.status.v1',
  data: '{"reason":"Chuyển xử lý"}',
  metadata: { source: '/k19', sourceId: 'd1', feed: feedName('one-stop'), rank: 1, origin: 'dossiers/0@1' },
  recordedAt: 1_800_000_000_000,
};

/** Changes one thing that an event holds. */
const CHANGES: Readonly<Record<string, (event: RecordedEvent) => RecordedEvent>> = {
  position: (event) => ({ ...event, position: 8 as Position }),
  stream: (event) => ({ ...event, stream: streamName('dossier-H20') }),
  revision: (event) => ({ ...event, revision: 3 }),
  id: (event) => ({ ...event, id: '6d0f1f43-7a07-5b1e-9d53-0f7b6a0e9a02' as EventId }),
  type: (event) => ({ ...event, type: 'dossier.status.v2' }),
  data: (event) => ({ ...event, data: '{"reason":"Chuyển xử lý "}' }),
  recordedAt: (event) => ({ ...event, recordedAt: event.recordedAt + 1 }),
  'origin moved to traceparent': ({ metadata: { origin = '', ...metadata }, ...event }) => ({
    ...event,
    metadata: { ...metadata, traceparent: origin },
  }),
};

/** One for each member: a new one is an error of types here, until it is hashed. */
const METADATA_CHANGES: { readonly [Name in keyof Required<EventMetadata>]: EventMetadata[Name] } = {
  source: '/k20',
  sourceId: 'd2',
  feed: feedName('portal'),
  rank: 2,
  origin: 'dossiers/0@2',
  traceparent: '',
  by: 'portal',
};

const withMetadata = (event: RecordedEvent, change: Partial<EventMetadata>): RecordedEvent => ({
  ...event,
  metadata: { ...event.metadata, ...change },
});

/** Of a text and then of fields: tag, length in four bytes, UTF-8 or an integer of eight bytes. */
function sha256(begin: string, ...fields: (string | number)[]): string {
  const hash = createHash('sha256').update(begin);
  for (let at = 0; at < fields.length; at += 2) {
    const field = fields[at + 1] ?? '';
    const integer = Buffer.alloc(8);
    if (typeof field === 'number') integer.writeBigInt64BE(BigInt(field));
    const value = typeof field === 'number' ? integer : new TextEncoder().encode(field);
    const length = value.length.toString(16).padStart(8, '0');
    hash.update(String(fields[at])).update(Buffer.from(length, 'hex')).update(value);
  }
  return hash.digest('hex');
}

describe('The chain of a store', () => {
  it('links an event by the bytes that are written down here by hand', () => {
    const { origin = '', ...metadata } = EVENT.metadata;
    const before = [
      ...['p', 7, 's', 'dossier-H19', 'r', 2, 'i', '6d0f1f43-7a07-5b1e-9d53-0f7b6a0e9a01'],
      ...['t', 'dossier.status.v1', 'S', '/k19', 'I', 'd1', 'f', 'one-stop', 'k', 1],
    ];
    const behind = ['a', 1_800_000_000_000, 'd', '{"reason":"Chuyển xử lý"}'];
    assert.equal(linkOf(PREVIOUS, { ...EVENT, metadata }), sha256(PREVIOUS, ...before, ...behind));
    assert.equal(linkOf(PREVIOUS, EVENT), sha256(PREVIOUS, ...before, 'o', origin, ...behind));
  });

  it('links an event of any length', () => {
    for (const length of [21_000, 65_000, 70_000, 5_000_000]) {
      const data = `"${'ế'.repeat(length)}"`;
      const fields = ['p', 7, 's', 'dossier-H19', 'r', 2, 'i', EVENT.id, 't', EVENT.type];
      const metadata = ['S', '/k19', 'I', 'd1', 'f', 'one-stop', 'k', 1, 'o', 'dossiers/0@1'];
      const expected = sha256(PREVIOUS, ...fields, ...metadata, 'a', 1_800_000_000_000, 'd', data);
      assert.equal(linkOf(PREVIOUS, { ...EVENT, data }), expected);
    }
  });

  for (const [what, change] of Object.entries(CHANGES)) {
    it(`gives another link for another ${what}`, () => {
      assert.notEqual(linkOf(PREVIOUS, change(EVENT)), linkOf(PREVIOUS, EVENT));
    });
  }

  for (const [name, value] of Object.entries(METADATA_CHANGES)) {
    it(`gives another link for another ${name}`, () => {
      assert.notEqual(linkOf(PREVIOUS, withMetadata(EVENT, { [name]: value })), linkOf(PREVIOUS, EVENT));
    });
  }

  it('gives another link for another link before', () => {
    assert.notEqual(linkOf('b'.repeat(64) as Link, EVENT), linkOf(PREVIOUS, EVENT));
  });

  it('keeps fields apart, whatever they contain', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab1:\n ', 'ế'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, text, text, (source, data, otherSource, otherData) => {
        const link = (source: string, data: string) =>
          linkOf(PREVIOUS, withMetadata({ ...EVENT, data }, { source }));
        assert.equal(
          link(source, data) === link(otherSource, otherData),
          source === otherSource && data === otherData,
        );
      }),
    );
  });

  it('begins with the whole first record', () => {
    const store = '0f7b6a0e-9d53-4b1e-8a07-6d0f1f437a07' as StoreId;
    const beginning = { store, begunAt: 1_800_000_000_000, covered: 5 as Position };
    const expected = sha256('nhip chain 1\n', 'S', store, 'a', 1_800_000_000_000, 'p', 5);
    assert.equal(firstLink(beginning), expected);
    const copyOf = { store: newStoreId(), position: 9 as Position, link: PREVIOUS };
    const links = [
      firstLink(beginning),
      firstLink({ ...beginning, store: newStoreId() }),
      firstLink({ ...beginning, begunAt: 1 }),
      firstLink({ ...beginning, covered: 6 as Position }),
      firstLink({ ...beginning, copyOf }),
      firstLink({ ...beginning, copyOf: { ...copyOf, position: 10 as Position } }),
      firstLink({ ...beginning, copyOf: { ...copyOf, link: 'b'.repeat(64) as Link } }),
      firstLink({ ...beginning, copyOf: { ...copyOf, store: newStoreId() } }),
    ];
    assert.equal(new Set(links).size, links.length);
  });
});
