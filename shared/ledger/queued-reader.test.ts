import assert from 'node:assert/strict';
import { test } from 'node:test';
import { START } from '../contracts/stored-event.ts';
import { LedgerBusy, type LedgerReader, type LedgerSnapshot } from './port.ts';
import { QueuedReader, type StartedReader } from './queued-reader.ts';

const checkpoint = { position: START, knownAt: 0, entry: 0, office: 0, generation: 'one' };
const snapshot = { checkpoint } as LedgerSnapshot;
/** A reader that is free again when what it reads is over. */
const reader = (): LedgerReader => ({
  snapshot: (read) => read(snapshot),
  checkpoint: async () => checkpoint,
  close: async () => {},
});

/** A queue of two readers in which up to three wait, and questions that are answered by hand. */
function queued() {
  const queue = new QueuedReader([reader(), reader()], { waiting: 3, waitMs: 5_000, readMs: 5_000 });
  const begun: string[] = [];
  const answers = new Map<string, (answer: string) => void>();
  const ask = (name: string, signal?: AbortSignal) => {
    const read = () => {
      begun.push(name);
      return new Promise<string>((resolve) => answers.set(name, resolve));
    };
    const asked = queue.snapshot(read, signal ? { signal } : {});
    asked.catch(() => {});
    return asked;
  };
  const answer = async (name: string) => {
    answers.get(name)?.(name);
    await new Promise(setImmediate);
  };
  return { ask, answer, begun };
}
const busy = (error: unknown) => error instanceof LedgerBusy;

test('each reader has one question at a time, and those that wait come in their order', async () => {
  const { ask, answer, begun } = queued();
  const all = ['a', 'b', 'c', 'd'].map((name) => ask(name));
  assert.deepEqual(begun, ['a', 'b']);
  await answer('b');
  assert.deepEqual(begun, ['a', 'b', 'c']);
  for (const name of ['a', 'c', 'd']) await answer(name);
  assert.deepEqual(await Promise.all(all), ['a', 'b', 'c', 'd']);
});

test('a question that finds the queue full is refused at once, and the queue empties', async () => {
  const { ask, answer, begun } = queued();
  for (const name of ['a', 'b', 'c', 'd', 'e']) ask(name);
  await assert.rejects(ask('f'), busy);
  await answer('a');
  const later = ask('g');
  for (const name of ['b', 'c', 'd', 'e', 'g']) await answer(name);
  assert.equal(await later, 'g');
  assert.deepEqual(begun, ['a', 'b', 'c', 'd', 'e', 'g']);
});

test('at the deadline a question is refused, whether it waits or is read; its reader is free once it has ended', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { ask, answer, begun } = queued();
  const asked = ['a', 'b', 'c'].map((name) => ask(name));
  t.mock.timers.tick(5_000);
  for (const each of asked) await assert.rejects(each, busy);
  const next = ask('d');
  assert.deepEqual(begun, ['a', 'b'], 'both readers are still at work');
  await answer('a');
  assert.deepEqual(begun, ['a', 'b', 'd'], 'what nobody waits for is not begun');
  await answer('d');
  assert.equal(await next, 'd');
});

test('what waited has its own time to be read, and neither counts the start of a reader', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const up = Promise.withResolvers<void>();
  const slow: StartedReader = { ...reader(), started: () => up.promise };
  const queue = new QueuedReader([slow], { waiting: 3, waitMs: 5_000, readMs: 5_000 });
  const answer = Promise.withResolvers<string>();
  const first = queue.snapshot(() => answer.promise);
  t.mock.timers.tick(20_000);
  const second = queue.snapshot(() => new Promise<string>(() => {}));
  t.mock.timers.tick(4_000);
  up.resolve();
  await new Promise(setImmediate);
  t.mock.timers.tick(900);
  answer.resolve('first');
  assert.equal(await first, 'first');
  await new Promise(setImmediate);
  let isOver = false;
  second.catch(() => {
    isOver = true;
  });
  t.mock.timers.tick(4_999);
  await new Promise(setImmediate);
  assert.equal(isOver, false);
  t.mock.timers.tick(1);
  await assert.rejects(second, busy);
});

test('a question whose client leaves gives its place in the queue to another', async () => {
  const { ask, answer, begun } = queued();
  const client = new AbortController();
  for (const name of ['a', 'b']) ask(name);
  const left = ask('c', client.signal);
  for (const name of ['d', 'e']) ask(name);
  client.abort(new Error('gone'));
  await assert.rejects(left, /gone/);
  ask('f');
  for (const name of ['a', 'b', 'd', 'e', 'f']) await answer(name);
  assert.deepEqual(begun, ['a', 'b', 'd', 'e', 'f']);
});
