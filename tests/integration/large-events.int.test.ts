import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import type {
  FollowTask,
  FromFollower,
  FromRebuilder,
  ProjectorSettings,
  RebuildTask,
} from '../../services/projector/messages.ts';
import { DEFAULT_EXTENSION_RULE } from '../../shared/bookkeeping/extension-rule.ts';
import { books } from '../../shared/books/registry.ts';
import { DEFAULT_OFFICE_HOURS } from '../../shared/calendar/working-calendar.ts';
import { zoneOf } from '../../shared/calendar/zone.ts';
import { decoder } from '../../shared/contracts/decode.ts';
import { feedName } from '../../shared/contracts/ids.ts';
import type { EventToRecord } from '../../shared/contracts/stored-event.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { nhip } from '../support/process.ts';

const ZONE = zoneOf('Asia/Ho_Chi_Minh');
/** Of a thread: 70 MB of documents do not fit in it, a page of them does. */
const HEAP_MB = 112;
/** Of a copy, which does not parse them. */
const COPY_HEAP_MB = 64;
/** Of a verification, which holds the facts of a part of the store. */
const VERIFY_HEAP_MB = 208;
const DOCUMENTS = 48;
const ENTRIES = 1_000;

const feed = { feed: feedName('office'), rank: 1 };
const decode = decoder(books.kinds, ZONE, () => feed, Number.POSITIVE_INFINITY);

/** A valid document of 1.5 MB, as an earlier version would have taken it: each entry with a citation of 500 characters, and three recipients. */
function circular(number: number): EventToRecord {
  const decoded = decode({
    specversion: '1.0',
    id: `doc-${number}`,
    source: '/register',
    type: 'document.registered.v1',
    time: '2026-11-20T08:00:00+07:00',
    data: {
      documentId: `H19.01,2026-11-20,${number}/VP-HC`,
      scope: 'inter-agency',
      fromUnitId: 'H19.01',
      issuedAt: '2026-11-20',
      recipients: Array.from({ length: ENTRIES }, (_, index) => ({
        unitId: `H19.${(index % 3) + 10}`,
        channel: 'paper',
        exemption: { reason: 'regulated', citation: 'ệ'.repeat(500) },
      })),
    },
  });
  assert.equal(decoded.kind, 'event');
  return decoded.event;
}

describe('more bytes of valid events than memory has room for, stored before their size had a limit,', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-large-'));
  const settings: ProjectorSettings = {
    eventsPath: join(folder, 'events.db'),
    ledgerPath: join(folder, 'ledger.db'),
    zone: ZONE.name,
    holidays: [],
    hours: DEFAULT_OFFICE_HOURS,
    extensionRule: DEFAULT_EXTENSION_RULE,
    books: books.module,
  };
  let head = 0;

  before(async () => {
    const store = await openEventStore(settings.eventsPath);
    for (let number = 1; number <= DOCUMENTS; number += 1)
      await store.record([circular(number)], Date.UTC(2026, 10, 20, 2));
    head = await store.head();
    await store.close();
  });
  after(() => rmSync(folder, { recursive: true }));

  const limits = { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 16 };
  /** Runs a thread of the projector until `done` says so of a message. @throws what ended it before */
  function runThread<Message>(
    file: string,
    workerData: FollowTask | RebuildTask,
    done: (message: Message) => boolean,
  ): Promise<Message> {
    const url = new URL(`../../services/projector/${file}`, import.meta.url);
    const thread = new Worker(url, { workerData, resourceLimits: limits });
    return new Promise((resolve, reject) => {
      let last: Message | undefined;
      thread.on('error', reject);
      thread.on('message', (message: Message) => {
        if (!done(message)) return;
        last = message;
        thread.postMessage({ kind: 'stop' });
      });
      thread.on('exit', () => (last ? resolve(last) : reject(new Error('it ended before it was done'))));
    });
  }

  it('end no thread of the projector', async () => {
    const task: FollowTask = {
      settings,
      tracing: { endpoint: undefined, ratio: 0 },
    };
    await runThread<FromFollower>('follower-worker.ts', task, (message) => {
      return message.kind === 'posted' && message.page.checkpoint.position === head;
    });
  });

  it('end no rebuild', async () => {
    const task: RebuildTask = { settings, target: join(folder, 'rebuilt.db') };
    const ended = await runThread<FromRebuilder>('rebuilder-worker.ts', task, ({ kind }) => kind === 'ended');
    assert.equal(ended.kind === 'ended' && ended.outcome.kind, 'rebuilt');
  });

  const within = (heapMb: number) => ({ NODE_OPTIONS: `--max-old-space-size=${heapMb}`, DATA_DIR: folder });

  it('are verified', async () => {
    const { code, stdout, stderr } = await nhip(['verify'], within(VERIFY_HEAP_MB));
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, new RegExp(`^${DOCUMENTS} events .* all is well`, 'm'));
  });

  it('are copied, and compared with the copy', async () => {
    const stores = ['--from', `sqlite:${folder}`, '--to', `sqlite:${join(folder, 'copy')}`];
    const { code, stdout, stderr } = await nhip(['copy', ...stores], within(COPY_HEAP_MB));
    assert.equal(code, 0, stdout + stderr);
  });
});
