import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { intakeDestination } from '../../services/cli/import/destination.ts';
import { ImportError } from '../../services/cli/import/import-error.ts';
import { importFiles } from '../../services/cli/import/import-files.ts';
import { prepareFiles } from '../../services/cli/import/prepared-file.ts';
import { consumeBatch } from '../../services/ingest/kafka/consume.ts';
import type { MessageParts } from '../../services/ingest/kafka/message.ts';
import type { FeedObserver } from '../../services/ingest/kafka/port.ts';
import { ingestServer } from '../../services/ingest/testing/server.ts';
import { standInStore } from '../../services/ingest/testing/stand-in-store.ts';
import type { Random } from '../../services/standalone/demo/random.ts';
import { EVENTS, numbered } from '../support/fuzz/messages.ts';
import { mutated } from '../support/fuzz/mutations.ts';
import { startLongRun } from '../support/long-run.ts';

const TRIES = 400;
const FIXTURES = join(import.meta.dirname, '../fixtures');

function changedEvent(random: Random, number: number): Buffer {
  const [message, other] = [0, 1].map(() => {
    const one = EVENTS[random.whole(0, EVENTS.length - 1)] ?? EVENTS[0];
    return numbered(Buffer.from(JSON.stringify(one)), number);
  }) as [Buffer, Buffer];
  return random.chance(0.1) ? message : mutated(message, other, random);
}

/** The event in binary mode, its attributes changed too. */
function binary(event: Buffer, random: Random): MessageParts {
  const { data, ...attributes } = JSON.parse(event.toString());
  const headers = Object.entries(attributes).map(([name, value]) => {
    const text = Buffer.from(String(value));
    return [
      `ce_${name}`,
      random.chance(0.1) ? null : random.chance(0.1) ? mutated(text, text, random) : text,
    ];
  });
  return {
    value: data === undefined ? null : Buffer.from(JSON.stringify(data)),
    headers: Object.fromEntries(headers),
  };
}

test('Kafka messages, changed at random: each is an event, a duplicate, a dead letter or a tombstone', async (t) => {
  const store = standInStore();
  const { ingest } = await ingestServer(t, store);
  const run = startLongRun(t, TRIES);
  const { random } = run;
  let accepted = 0;
  while (run.goesOn()) {
    const messages = Array.from({ length: random.whole(1, 5) }, (): MessageParts => {
      const event = changedEvent(random, run.tries);
      const isBinary = random.chance(0.3) && isObject(event);
      return isBinary ? binary(event, random) : { value: random.chance(0.02) ? null : event };
    });
    const received: Parameters<FeedObserver['received']>[0][] = [];
    const resolved: string[] = [];
    await consumeBatch(
      {
        topic: 'hoso',
        partition: 0,
        messages: messages.map((message, offset) => ({ ...message, offset: `${offset}` })),
        resolve: (offset) => resolved.push(offset),
        commit: async () => {},
        heartbeat: async () => {},
        live: () => true,
      },
      {
        ...ingest,
        observer: { received: (one) => void received.push(one) },
        store: { away: () => {}, back: () => {} },
        stopping: new AbortController().signal,
      },
    );
    const shown = JSON.stringify(messages.map(({ value, headers }) => [value?.toString(), headers]));
    const [one] = received;
    assert.ok(one && received.length === 1, shown);
    const { result, tombstones } = one;
    assert.equal(
      result.accepted + result.duplicates + result.rejected.length + tombstones,
      messages.length,
      shown,
    );
    assert.deepEqual(resolved, [`${messages.length - 1}`], shown);
    accepted += result.accepted;
    assert.equal(store.events.length, accepted, shown);
    for (const { deadLetter } of result.rejected) assert.ok(await ingest.deadLetters.get(deadLetter), shown);
  }
  t.diagnostic(`${run.tries} batches, ${accepted} events taken`);
});

function isObject(event: Buffer): boolean {
  try {
    const value = JSON.parse(event.toString());
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

test('files, changed at random: each line is an event, a duplicate or a dead letter', async (t) => {
  const store = standInStore();
  const server = { ...(await ingestServer(t, store)), store };
  const run = startLongRun(t, TRIES / 4);
  const { random } = run;
  const kinds = { taken: 0, refused: 0 };
  while (run.goesOn()) {
    const lines = Array.from({ length: random.whole(1, 5) }, () => changedEvent(random, run.tries));
    const content = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
    const summary = await imported(server, 'events.ndjson', content);
    const shown = `${JSON.stringify(summary)} for ${content.toString()}`;
    if (summary === undefined) {
      kinds.refused += 1;
      continue;
    }
    kinds.taken += summary.accepted;
    // A text that a reader of lines finds: what is blank is no line.
    const stated = content
      .toString()
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '').length;
    assert.equal(summary.accepted + summary.duplicates + summary.rejected, stated, shown);
  }
  t.diagnostic(`${run.tries} files, ${kinds.taken} events taken, ${kinds.refused} files refused`);
});

test('tables, changed at random, are imported or refused with the reason', async (t) => {
  const store = standInStore();
  const server = { ...(await ingestServer(t, store)), store };
  const run = startLongRun(t, TRIES / 4);
  const { random } = run;
  const table = readFileSync(join(FIXTURES, 'permit-receipts.csv'));
  const kinds = { taken: 0, refused: 0 };
  while (run.goesOn()) {
    const content = mutated(table, table, random);
    const summary = await imported(
      server,
      'permits.csv',
      content,
      join(FIXTURES, 'permit-receipts.mapping.json'),
    );
    if (summary === undefined) kinds.refused += 1;
    else kinds.taken += summary.accepted;
  }
  t.diagnostic(`${run.tries} files, ${kinds.taken} events taken, ${kinds.refused} files refused`);
});

type Server = Pick<Awaited<ReturnType<typeof ingestServer>>, 'ingest'> & {
  readonly store: ReturnType<typeof standInStore>;
};

/** Imports one file. @returns undefined when it is refused whole, with a reason for people */
async function imported({ ingest, store }: Server, name: string, content: Buffer, mappingFile?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-fuzz-'));
  const before = store.events.length;
  try {
    const file = join(folder, name);
    writeFileSync(file, content);
    const [summary] = await importFiles({
      files: await prepareFiles({ files: [file], ...(mappingFile !== undefined && { mappingFile }) }),
      destination: intakeDestination(ingest, 'test'),
      positionsDir: folder,
      out: () => {},
    });
    assert.ok(summary);
    assert.equal(store.events.length - before, summary.accepted);
    const refused = summary.report === undefined ? '' : readFileSync(summary.report, 'utf8');
    for (const line of refused.split('\n').filter((one) => one !== ''))
      assert.ok(await ingest.deadLetters.get(JSON.parse(line).deadLetter), line);
    return summary;
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
