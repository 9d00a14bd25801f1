import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { EventId, StreamName } from '../../contracts/ids.ts';
import { START } from '../../contracts/stored-event.ts';
import { openEventReader, openEventStore } from './store.ts';
import { crashEvent } from './testing/crash-events.ts';

const CHILD = fileURLToPath(new URL('./testing/crash-child.ts', import.meta.url));
const ROUNDS = 6;

const folder = mkdtempSync(join(tmpdir(), 'nhip-crash-'));
after(() => rmSync(folder, { recursive: true }));

describe('A store file whose writer is killed (kill -9)', { timeout: 120_000 }, () => {
  it('has lost nothing acknowledged, and holds nothing twice after everything was sent again', async () => {
    const path = join(folder, 'events.db');
    const acknowledged = new Set<number>();
    let from = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const acks = await killedAfter(path, from, 5 + Math.floor(Math.random() * 40));
      for (const [first, end] of acks) {
        for (let number = first; number < end; number++) acknowledged.add(number);
      }
      const stored = await storedIds(path);
      for (const number of acknowledged) {
        assert.ok(stored.has(crashEvent(number).id), `${number} was acknowledged in round ≤ ${round}`);
      }
      // The next child begins where the unbroken row of acknowledgements ends: what lies beyond may be stored or not.
      while (acknowledged.has(from)) from++;
    }

    const store = await openEventStore(path);
    const all = Math.max(...acknowledged) + 1_000;
    const numbers = Array.from({ length: all }, (_, number) => number);
    await store.record(numbers.map(crashEvent), Date.now());
    await store.close();
    assert.equal((await storedIds(path)).size, all);
  });
});

/** Runs a child until it has acknowledged so many batches, and kills it. */
async function killedAfter(
  path: string,
  from: number,
  batches: number,
): Promise<readonly [number, number][]> {
  const child = spawn(process.execPath, [CHILD, path, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const acks: [number, number][] = [];
  for await (const line of createInterface(child.stdout)) {
    const [first, end] = line.split(' ').map(Number);
    assert.ok(first !== undefined && end !== undefined);
    acks.push([first, end]);
    if (acks.length === batches) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  assert.equal(signal, 'SIGKILL', 'the child was killed while it worked');
  return acks;
}

/** Every id once, every stream numbered without gaps. */
async function storedIds(path: string): Promise<ReadonlySet<EventId>> {
  const reader = openEventReader(path);
  const { events } = await reader.readAll(START, Number.MAX_SAFE_INTEGER);
  await reader.close();
  const stored = new Set(events.map(({ id }) => id));
  assert.equal(stored.size, events.length, 'no id twice');
  const next = new Map<StreamName, number>();
  for (const { stream, revision } of events) {
    assert.equal(revision, next.get(stream) ?? 0, `${stream} without gaps`);
    next.set(stream, revision + 1);
  }
  return stored;
}
