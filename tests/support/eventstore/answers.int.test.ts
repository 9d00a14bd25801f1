import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { standInFor } from './harness.ts';

const data = process.env.NHIP_TEST_DATA;
const folder = data === undefined ? undefined : join(data, 'eventstoredb');

const NEVER_SUBSCRIBES = 'the adapter subscribes to $all only, and the stand-in refuses another subscription';
const NEVER_WITHOUT_REVISION = 'the adapter states the revision of every append';

/** The answers of the real server that the stand-in does not give, each with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'append again the same in another order, expecting any': NEVER_WITHOUT_REVISION,
  'append again the same in another order, expecting stream-exists': NEVER_WITHOUT_REVISION,
  'append nothing': 'the adapter refuses an append of no events before it is sent',
  'subscribe to a stream missing, then append': NEVER_SUBSCRIBES,
  'subscribe to a stream of one, then append': NEVER_SUBSCRIBES,
  'subscribe to a stream of three, then append': NEVER_SUBSCRIBES,
  'subscribe to a stream of three, deleted, then append': NEVER_SUBSCRIBES,
  'subscribe to a stream of three, deleted, begun again, then append': NEVER_SUBSCRIBES,
  'subscribe to a stream tombstoned, then append': NEVER_SUBSCRIBES,
  'subscribe to a stream missing, with metadata, then append': NEVER_SUBSCRIBES,
  'subscribe to a stream of three, cut to one by $maxCount, then append': NEVER_SUBSCRIBES,
  'subscribe to a stream from 1: after it': NEVER_SUBSCRIBES,
  'subscribe to a stream, then delete it': NEVER_SUBSCRIBES,
};

/** Answers that depend on which of two things is first, and what holds of them in any case. */
const BY_CHANCE: Readonly<Record<string, (answer: unknown) => void>> = {
  'a deadline of 1 millisecond on an append': (answer) => {
    const late = { error: 'DeadlineExceededError', type: 'deadline-exceeded', code: 4 };
    assert.ok([JSON.stringify(late), '{}'].includes(JSON.stringify(answer)), JSON.stringify(answer));
  },
  'twenty times the same append at once': (answer) => {
    const { others, ...stored } = answer as { readonly others: readonly unknown[] };
    assert.deepEqual(stored, { places: 1, events: 1 });
    assert.ok(others.includes(true) && others.every((each) => each === true || each === 'timeout'));
  },
};

function answersIn(lines: string): ReadonlyMap<string, unknown> {
  const parsed: { readonly case: string; readonly answer: unknown }[] = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return new Map(parsed.map((one) => [one.case, one.answer]));
}

describe('The stand-in, asked what a real EventStoreDB 23.10.8 was asked,', {
  skip: folder === undefined && 'set NHIP_TEST_DATA to the folder with the recorded answers',
}, () => {
  it('gives the same answers but for those that the adapter never meets', async (context) => {
    const source = folder ?? '';
    const real = answersIn(readFileSync(join(source, 'answers-23.10.8.ndjson'), 'utf8'));
    // The script finds the client only where the project's packages resolve.
    const cache = join(import.meta.dirname, '../../../.cache/eventstoredb');
    mkdirSync(cache, { recursive: true });
    const script = join(cache, 'ask.mjs');
    copyFileSync(join(source, 'ask.mjs'), script);
    const { connectionString } = await standInFor(context);
    const { stdout } = await promisify(execFile)(process.execPath, [script, connectionString], {
      maxBuffer: 16_000_000,
    });
    const given = answersIn(stdout);
    const differing: string[] = [];
    for (const [question, answer] of real) {
      if (question in LEFT_OUT) continue;
      const holds = BY_CHANCE[question];
      if (holds) {
        holds(given.get(question));
        continue;
      }
      try {
        assert.deepEqual(given.get(question), answer);
      } catch {
        differing.push(
          `${question}\n  real ${JSON.stringify(answer)}\n  ours ${JSON.stringify(given.get(question))}`,
        );
      }
    }
    assert.deepEqual(differing, []);
    const without = Object.keys(LEFT_OUT).filter(
      (question) => JSON.stringify(given.get(question)) === JSON.stringify(real.get(question)),
    );
    assert.deepEqual(without, [], 'left out without need');
    assert.equal(real.size, given.size);
  });
});
