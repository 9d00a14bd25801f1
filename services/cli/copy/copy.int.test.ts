import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { pino } from 'pino';
import { eventId, feedName, streamName } from '../../../shared/contracts/ids.ts';
import type { EventToRecord } from '../../../shared/contracts/stored-event.ts';
import { type RecordedEvent, START } from '../../../shared/contracts/stored-event.ts';
import { differenceFrom } from '../../../shared/event-store/chain-mark.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import { openEventReader, openEventStore } from '../../../shared/event-store/sqlite/store.ts';
import { openStoredChain } from '../../../shared/event-store/sqlite/stored-chain.ts';
import { standInFor } from '../../../tests/support/eventstore/harness.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { nhipHere } from '../../../tests/support/nhip-here.ts';
import { nhip } from '../../../tests/support/process.ts';
import { startServer } from '../../../tests/support/standalone.ts';
import { compareStores } from './compare.ts';
import { copyEvents } from './copy-events.ts';
import { openTarget } from './stores.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-copy-'));
after(() => rmSync(folder, { recursive: true }));
let made = 0;
/** A path that nothing else uses; its folder is there. */
const freshFile = (): string => {
  const path = join(folder, String(++made), 'events.db');
  mkdirSync(join(folder, String(made)));
  return path;
};

interface Batch {
  readonly recordedAt: number;
  readonly events: readonly EventToRecord[];
}

const event = (stream: string, sourceId: string, parts: Partial<EventToRecord> = {}): EventToRecord => ({
  id: eventId('urn:copy', sourceId),
  type: 'test.happened.v1',
  stream: streamName(stream),
  data: JSON.stringify({ sourceId }),
  metadata: { source: 'urn:copy', sourceId, feed: feedName('copy'), rank: 1 },
  ...parts,
});

async function filled(path: string, batches: readonly Batch[]): Promise<string> {
  const store = await openEventStore(path);
  for (const { events, recordedAt } of batches) if (events.length > 0) await store.record(events, recordedAt);
  await store.close();
  return path;
}

async function allOf(path: string): Promise<readonly RecordedEvent[]> {
  const reader = openEventReader(path);
  const { events } = await reader.readAll(START, Number.MAX_SAFE_INTEGER);
  await reader.close();
  return events;
}

/** So many events over 7 streams, each recorded at a moment of its own. */
const oneByOne = (count: number, from = 0): Batch[] =>
  Array.from({ length: count }, (_, index) => from + index).map((number) => ({
    recordedAt: 1_800_000_000_000 + number,
    events: [event(`many-${number % 7}`, `n${number}`)],
  }));

/** Changes an event in the file, past the triggers that keep a program from doing so. */
function damage(path: string, position: number): void {
  const db = new DatabaseSync(path);
  db.exec('DROP TRIGGER events_are_not_changed');
  db.prepare(`UPDATE events SET data = replace(data, '{', '{ ') WHERE position = ?`).run(position);
  db.close();
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const batches: fc.Arbitrary<Batch[]> = fc
  .array(
    fc.record({
      recordedAt: fc.nat({ max: 3 }),
      events: fc.array(
        fc.record({
          stream: fc.nat({ max: 4 }),
          data: text,
          source: text,
          rank: fc.constantFrom(1, 2),
          origin: fc.option(text, { nil: undefined }),
          traceparent: fc.option(text, { nil: undefined }),
        }),
        { maxLength: 6 },
      ),
    }),
    { maxLength: 8 },
  )
  .map((list) =>
    list.map(({ recordedAt, events }, batch) => ({
      recordedAt,
      events: events.map(({ stream, data, source, rank, origin, traceparent }, index) =>
        event(`random-${stream}`, `${batch}/${index}`, {
          data: JSON.stringify({ data }),
          metadata: {
            source,
            sourceId: `${batch}/${index}`,
            feed: feedName(`feed ${rank}`),
            rank,
            ...(origin !== undefined && { origin }),
            ...(traceparent !== undefined && { traceparent }),
          },
        }),
      ),
    })),
  );

const log = pino({ level: 'silent' });

describe('Copying a store', () => {
  it('gives the same events in the same order, recorded at the same moments, whatever they hold', () =>
    fc.assert(
      fc.asyncProperty(batches, async (list) => {
        const from = await filled(freshFile(), list);
        const to = freshFile();
        const source = openEventReader(from);
        const target = await openTarget('--to', `sqlite:${to}`, log);
        const outcome = await copyEvents(source, target);
        const comparison = await compareStores(source, await source.head(), target);
        await target.close();
        await source.close();
        assert.equal(outcome.kind, 'copied');
        assert.equal(comparison.kind, 'equal');
        assert.deepEqual(await allOf(to), await allOf(from));
      }),
      { numRuns: 15 },
    ));

  it('goes on from whatever beginnings of its streams the target holds, in whatever order', () =>
    fc.assert(
      fc.asyncProperty(
        batches,
        fc.array(fc.nat({ max: 6 }), { minLength: 5, maxLength: 5 }),
        async (list, lengths) => {
          const from = await filled(freshFile(), list);
          const all = await allOf(from);
          const to = freshFile();
          await filled(
            to,
            lengths.flatMap((length, stream) =>
              all
                .filter((one) => one.stream === `random-${stream}`)
                .slice(0, length)
                .map((one) => ({ recordedAt: one.recordedAt, events: [one] })),
            ),
          );
          const there = (await allOf(to)).length;
          const source = openEventReader(from);
          const target = await openTarget('--to', `sqlite:${to}`, log);
          const outcome = await copyEvents(source, target);
          const again = await copyEvents(source, target);
          const comparison = await compareStores(source, await source.head(), target);
          await target.close();
          await source.close();
          assert.equal(comparison.kind, 'equal');
          assert.equal(outcome.kind, 'copied');
          assert.deepEqual([outcome.copied, outcome.known], [all.length - there, there]);
          assert.deepEqual(again.kind === 'copied' && [again.copied, again.known], [0, all.length]);
        },
      ),
      { numRuns: 15 },
    ));
});

describe('nhip copy', () => {
  it('killed midway and run again, copies the rest and proves that both are equal', async () => {
    const count = 1_200;
    const from = await filled(freshFile(), oneByOne(count));
    const to = freshFile();
    const args = ['services/cli/main.ts', 'copy', '--from', `sqlite:${from}`, '--to', `sqlite:${to}`];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    const exited = once(child, 'exit');
    await eventually(async () => {
      const reader = openEventReader(to);
      const head = await reader.head();
      await reader.close();
      return head > 200;
    });
    child.kill('SIGKILL');
    assert.deepEqual(await exited, [null, 'SIGKILL']);
    const there = (await allOf(to)).length;
    assert.ok(there < count, `${there} were copied before the kill`);

    const again = await nhipHere(args.slice(1));
    assert.equal(again.code, 0, again.stdout + again.stderr);
    assert.match(again.stdout, new RegExp(`^${count - there} events copied, ${there} were there$`, 'm'));
    assert.match(
      again.stdout,
      new RegExp(`^target: ${count} events in 7 streams, digest [0-9a-f]{64}$`, 'm'),
    );
    assert.match(again.stdout, new RegExp(`^equal, up to position ${count} of the source$`, 'm'));
    assert.deepEqual(await allOf(to), await allOf(from));
  });

  it('follows a source that is written to meanwhile, and says how far it came', async () => {
    const from = freshFile();
    const store: EventStore = await openEventStore(from);
    let [written, on] = [0, true];
    const writing = (async () => {
      while (on) {
        const [batch] = oneByOne(1, written++);
        if (batch) await store.record(batch.events, batch.recordedAt);
        // A source as busy as an office, not as busy as the disk allows: the copy proves every event that it finds.
        await pause(2);
      }
    })();
    await eventually(() => written > 500);
    const to = freshFile();
    const { code, stdout, stderr } = await nhip(['copy', '--from', `sqlite:${from}`, '--to', `sqlite:${to}`]);
    on = false;
    await writing;
    await store.close();
    assert.equal(code, 0, stdout + stderr);
    const upTo = Number(/^equal, up to position (\d+) of the source$/m.exec(stdout)?.[1]);
    assert.ok(upTo > 500 && upTo <= written, `${upTo} of ${written}`);
    assert.deepEqual(await allOf(to), (await allOf(from)).slice(0, upTo));
  });

  it('writes nothing into a target that holds something else under the same stream, and says where', async () => {
    const from = await filled(freshFile(), [
      { recordedAt: 5, events: [event('a', '1'), event('b', '2'), event('a', '3')] },
    ]);
    const to = await filled(freshFile(), [{ recordedAt: 5, events: [event('a', '1'), event('a', 'other')] }]);
    const before = await allOf(to);
    const { code, stdout } = await nhipHere(['copy', '--from', `sqlite:${from}`, '--to', `sqlite:${to}`]);
    assert.equal(code, 1);
    assert.match(stdout, /nothing was copied/);
    assert.match(
      stdout,
      /^ {2}a: 2 events in the source, 2 in the target, the first difference at revision 1$/m,
    );
    assert.deepEqual(await allOf(to), before);
  });

  it('finds a damaged event: the digests differ, and the stream is named', async () => {
    const from = await filled(freshFile(), oneByOne(60));
    const to = freshFile();
    const args = ['copy', '--from', `sqlite:${from}`, '--to', `sqlite:${to}`];
    assert.equal((await nhipHere(args)).code, 0);
    assert.equal((await nhipHere([...args, '--verify-only'])).code, 0);
    // Position 24 is number 23: the fourth of stream 2.
    damage(to, 24);
    for (const run of [[...args, '--verify-only'], args]) {
      const { code, stdout } = await nhipHere(run);
      assert.equal(code, 1);
      assert.match(
        stdout,
        /^ {2}many-2: 9 events in the source, 9 in the target, the first difference at revision 3$/m,
      );
    }
    const { stdout } = await nhipHere([...args, '--verify-only']);
    const digests = [...stdout.matchAll(/digest ([0-9a-f]{64})/g)].map(([, digest]) => digest);
    assert.equal(new Set(digests).size, 2);
    assert.match(stdout, /^NOT equal, .*\. Streams that differ: 1$/m);
  });

  it('finds what a target lacks', async () => {
    const from = await filled(freshFile(), oneByOne(20));
    const to = await filled(freshFile(), oneByOne(19));
    const { code, stdout } = await nhipHere([
      'copy',
      '--from',
      `sqlite:${from}`,
      '--to',
      `sqlite:${to}`,
      '--verify-only',
    ]);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^ {2}many-5: 3 events in the source, 2 in the target, the first difference at revision 2$/m,
    );
  });

  it('carries a store to a stand-in for EventStoreDB, killed on the way, and back again', async (context) => {
    const standIn = await standInFor(context);
    const many = Array.from({ length: 300 }, (_, number) => event(`together-${number % 40}`, `t${number}`));
    const from = await filled(freshFile(), [...oneByOne(200), { recordedAt: 7, events: many }]);
    const there = ['copy', '--from', `sqlite:${from}`, '--to', 'EVENTSTORE_URL'];
    const env = { EVENTSTORE_URL: standIn.connectionString };
    const child = spawn(process.execPath, ['services/cli/main.ts', ...there], {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, ...env },
    });
    const exited = once(child, 'exit');
    await eventually(() => standIn.log.events.length > 110);
    child.kill('SIGKILL');
    assert.deepEqual(await exited, [null, 'SIGKILL']);

    const again = await nhipHere(there, env);
    assert.equal(again.code, 0, again.stdout + again.stderr);
    const [, copied, known] = /^(\d+) events copied, (\d+) were there$/m.exec(again.stdout) ?? [];
    assert.equal(Number(copied) + Number(known), 500);
    assert.ok(Number(known) > 100, again.stdout);

    const to = freshFile();
    const back = ['copy', '--from', standIn.connectionString, '--to', `sqlite:${to}`];
    const { code, stdout, stderr } = await nhipHere(back);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^target: 500 events in 47 streams/m);
    assert.match((await nhipHere(back)).stdout, /^0 events copied, 500 were there$/m);
    const compared = ['copy', '--verify-only', '--from', `sqlite:${from}`, '--to', `sqlite:${to}`];
    assert.equal((await nhipHere(compared)).code, 0);
    // What was recorded at different moments has kept its order.
    assert.deepEqual((await allOf(to)).slice(0, 200), (await allOf(from)).slice(0, 200));
  });

  it('reads the store of a running server, and does not write into one', async () => {
    const server = await startServer();
    try {
      const store = `sqlite:${server.dataDir}`;
      const other = `sqlite:${freshFile()}`;
      assert.equal((await nhipHere(['copy', '--from', store, '--to', other])).code, 0);
      const refused = await nhipHere(['copy', '--from', other, '--to', store]);
      assert.equal(refused.code, 3);
      assert.match(refused.stderr, new RegExp(`in use by process ${server.process.pid}`));
    } finally {
      await server.stop();
    }
  });

  it('does not understand a store of no known kind, and repeats no password', async () => {
    const { code, stderr } = await nhipHere([
      'copy',
      '--from',
      'mysql://root:hunter2@db',
      '--to',
      'sqlite:x',
    ]);
    assert.equal(code, 2);
    assert.match(stderr, /--from: got "mysql…", want sqlite:PATH or esdb/);
    assert.doesNotMatch(stderr, /hunter2/);
    assert.equal(
      (await nhipHere(['copy', '--from', `sqlite:${join(folder, 'nowhere')}`, '--to', 'sqlite:x'])).code,
      3,
    );
  });
});

describe('the chain of a copy', () => {
  it('begins with the head of the store that it continues, against which older heads hold', async () => {
    const [from, to] = [await filled(freshFile(), oneByOne(20)), freshFile()];
    const old = openStoredChain(from);
    const head = await old.head();
    assert.ok(head);
    const { code, stdout } = await nhip(['copy', '--from', `sqlite:${from}`, '--to', `sqlite:${to}`]);
    assert.equal(code, 0, stdout);
    const copied = openStoredChain(to);
    const beginning = await copied.beginning();
    assert.deepEqual(beginning?.copyOf, head);
    assert.notEqual(beginning?.store, head.store);
    assert.match(
      stdout,
      new RegExp(
        `the target is the store ${beginning?.store}, which continues the store ${head.store} from position 20, link ${head.link}`,
      ),
    );
    assert.equal(await differenceFrom(old, head), undefined);
    assert.match((await differenceFrom(copied, head)) ?? '', /, which it began as a copy of$/);
    await old.close();
    await copied.close();
  });

  it('is not begun over events that were altered: nothing is copied', async () => {
    const [from, to] = [await filled(freshFile(), oneByOne(20)), freshFile()];
    damage(from, 7);
    const { code, stdout } = await nhip(['copy', '--from', `sqlite:${from}`, '--to', `sqlite:${to}`]);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /the source was altered; nothing was copied:\n {2}the event at position 7 \(.+\) was altered/,
    );
    assert.equal(existsSync(to), false);
  });
});
