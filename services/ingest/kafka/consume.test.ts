import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Position } from '../../../shared/contracts/stored-event.ts';
import { StoreError } from '../../../shared/kernel/store-error.ts';
import type { Intake, IntakeInput } from '../intake/intake.ts';
import { type ConsumeParts, consumeBatch, type PartitionBatch } from './consume.ts';

const TAKEN = {
  outcomes: [],
  accepted: 0,
  duplicates: 0,
  rejected: [],
  dropped: [],
  position: 0 as Position,
};

/** A batch of so many JSON numbers; writes down what is resolved and committed, in order. */
function batchOf(count: number, changes: Partial<PartitionBatch> = {}) {
  const journal: string[] = [];
  const batch: PartitionBatch = {
    topic: 'hoso',
    partition: 3,
    messages: Array.from({ length: count }, (_, index) => ({
      offset: String(100 + index),
      value: Buffer.from(String(index)),
    })),
    resolve: (offset) => journal.push(`resolved ${offset}`),
    commit: async () => void journal.push('committed'),
    heartbeat: async () => {},
    live: () => true,
    ...changes,
  };
  return { batch, journal };
}

function partsWith(receive: Intake['receive'], changes: Partial<ConsumeParts> = {}): ConsumeParts {
  return {
    decode: (input) => ({ kind: 'invalid', faults: [], source: String(input) }),
    intake: { receive },
    store: { away: () => {}, back: () => {} },
    stopping: new AbortController().signal,
    ...changes,
  };
}

const numbersIn = (inputs: readonly IntakeInput[]) =>
  inputs.map(({ decoded }) => Number(decoded.kind === 'invalid' ? decoded.source : Number.NaN));

test('a batch is taken in chunks, each resolved once it is durable, and committed at the end', async () => {
  const { batch, journal } = batchOf(2_500);
  await consumeBatch(
    batch,
    partsWith(async (inputs) => {
      journal.push(`taken ${inputs.length} from ${inputs[0]?.origin}`);
      return TAKEN;
    }),
  );
  assert.deepEqual(journal, [
    'taken 1000 from kafka:hoso/3@100',
    'resolved 1099',
    'taken 1000 from kafka:hoso/3@1100',
    'resolved 2099',
    'taken 500 from kafka:hoso/3@2100',
    'resolved 2599',
    'committed',
  ]);
});

test('a chunk ends with the message that reaches 8 MiB, and a message beyond the limit is not parsed', async () => {
  const large = (MiB: number) => Buffer.from(JSON.stringify('x'.repeat(MiB * 1_024 * 1_024)));
  const messages = [3, 3, 3, 1, 6].map((MiB, index) => ({ offset: String(100 + index), value: large(MiB) }));
  const { batch, journal } = batchOf(0, { messages });
  const codes: (string | undefined)[] = [];
  await consumeBatch(
    batch,
    partsWith(
      async (inputs) => {
        journal.push(`taken ${inputs.length}`);
        codes.push(
          ...inputs.map(({ decoded }) => (decoded.kind === 'invalid' ? decoded.faults[0]?.code : '')),
        );
        return TAKEN;
      },
      {
        messageBytes: 5 * 1_024 * 1_024,
        decode: () => ({
          kind: 'invalid',
          faults: [{ code: 'type-unknown', pointer: '', was: '', expected: '' }],
        }),
      },
    ),
  );
  assert.deepEqual(journal, ['taken 3', 'resolved 102', 'taken 2', 'resolved 104', 'committed']);
  assert.deepEqual(codes, [...Array(4).fill('type-unknown'), 'too-large']);
});

test('when the group wants the partition back, what is being made durable is finished, resolved and committed first', async () => {
  const rebalance = new Error('the group is rebalancing');
  const { batch, journal } = batchOf(3_000, { heartbeat: () => Promise.reject(rebalance) });
  const taking = Promise.withResolvers<typeof TAKEN>();
  const consumed = consumeBatch(
    batch,
    partsWith(() => taking.promise),
  );
  taking.resolve(TAKEN);
  await assert.rejects(consumed, rebalance);
  assert.deepEqual(journal, ['resolved 1099', 'committed']);
});

test('a store that is away gets the same chunk again until it takes it', async () => {
  const { batch, journal } = batchOf(3);
  const asked: number[][] = [];
  await consumeBatch(
    batch,
    partsWith(
      async (inputs) => {
        asked.push(numbersIn(inputs));
        if (asked.length < 3) throw new StoreError(asked.length === 1 ? 'unavailable' : 'full', 'no');
        return TAKEN;
      },
      { store: { away: ({ code }) => journal.push(code), back: () => journal.push('back') } },
    ),
  );
  assert.deepEqual(asked, [
    [0, 1, 2],
    [0, 1, 2],
    [0, 1, 2],
  ]);
  assert.deepEqual(journal, ['unavailable', 'full', 'back', 'resolved 102', 'committed']);
});

test('a corrupt store is not waited for', async () => {
  const corrupt = new StoreError('corrupt', 'no');
  const { batch, journal } = batchOf(3);
  await assert.rejects(
    consumeBatch(
      batch,
      partsWith(() => Promise.reject(corrupt)),
    ),
    corrupt,
  );
  assert.deepEqual(journal, ['committed']);
});

test('a stop ends the wait for the store at once, with nothing resolved', async () => {
  const { batch, journal } = batchOf(3);
  const stop = new AbortController();
  const away = () => stop.abort();
  await consumeBatch(
    batch,
    partsWith(() => Promise.reject(new StoreError('unavailable', 'no')), {
      stopping: stop.signal,
      store: { away, back: () => {} },
    }),
  );
  assert.deepEqual(journal, ['committed']);
});

test('a decoder that throws refuses that one message', async () => {
  const { batch } = batchOf(3);
  let inputs: readonly IntakeInput[] = [];
  await consumeBatch(
    batch,
    partsWith(
      async (given) => {
        inputs = given;
        return TAKEN;
      },
      {
        decode(input) {
          if (input === 1) throw new TypeError('broken for this one');
          return { kind: 'invalid', faults: [] };
        },
      },
    ),
  );
  assert.deepEqual(
    inputs.map(({ decoded }) => decoded.kind === 'invalid' && decoded.faults[0]?.was),
    [undefined, 'broken for this one', undefined],
  );
});

test('whenever the store fails for good or the partition goes, what is resolved is durable and without a gap', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6_000 }),
      fc.nat(8),
      fc.nat(12),
      async (count, failAt, staleAt) => {
        const durable = new Set<number>();
        let takes = 0;
        let looks = 0;
        const { batch, journal } = batchOf(count, { live: () => looks++ < staleAt });
        const consumed = consumeBatch(
          batch,
          partsWith(async (inputs) => {
            if (takes++ === failAt) throw new StoreError('closed', 'for good');
            for (const number of numbersIn(inputs)) durable.add(number);
            return TAKEN;
          }),
        );
        await consumed.catch((error) => assert.ok(error instanceof StoreError));
        assert.equal(journal.at(-1), 'committed');
        const resolved = Number(/\d+$/.exec(journal.at(-2) ?? '99')?.[0]) - 100 + 1;
        assert.deepEqual(
          [...durable],
          Array.from({ length: resolved }, (_, index) => index),
        );
      },
    ),
  );
});
