import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type pg from 'pg';
import { Registry } from 'prom-client';
import { checksOfServers } from '../../services/cli/verify-servers.ts';
import { chainedEvents } from '../../services/projector/chained-events.ts';
import { noteInDatabase } from '../../services/projector/note-places.ts';
import { PageNote } from '../../services/projector/page-note.ts';
import { type PostedPage, project } from '../../services/projector/projection.ts';
import { scrub } from '../../services/projector/scrub.ts';
import { books } from '../../shared/books/registry.ts';
import { toStored } from '../../shared/contracts/event-kind.ts';
import { dossierId, streamName, unitId } from '../../shared/contracts/ids.ts';
import { REMOVAL_TEXT } from '../../shared/contracts/lost-events.ts';
import { START } from '../../shared/contracts/stored-event.ts';
import { firstLink, linkOf } from '../../shared/event-store/chain.ts';
import { ChainKeeper } from '../../shared/event-store/chain-keeper.ts';
import type { RemoteEventStore } from '../../shared/event-store/eventstoredb/store.ts';
import { ownEvent } from '../../shared/event-store/own-events.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { PostgresChain } from '../../shared/event-store/postgres/chain.ts';
import { ScrubReport } from '../../shared/event-store/scrub-report.ts';
import { openPostgresLedgerReader } from '../../shared/ledger/postgres/reader.ts';
import { rebuildPostgresLedger } from '../../shared/ledger/postgres/rebuild.ts';
import { openPostgresLedgerWriter } from '../../shared/ledger/postgres/writer.ts';
import { at, RULES, type Unplaced, unplaced, ZONE } from '../../shared/ledger/testing/contract-events.ts';
import { LOSSES_STREAM, lossAccepted } from '../../shared/office/loss-accepted.v1.ts';
import { createLog } from '../../shared/platform/log.ts';
import {
  followFinding,
  readFinding,
  type ScrubFinding,
  saveFinding,
} from '../../shared/production/scrub-finding.ts';
import { openStore } from '../support/eventstore/harness.ts';
import { startEventStoreStandIn } from '../support/eventstore/stand-in.ts';
import { TOMBSTONE_REVISION } from '../support/eventstore/stored-event.ts';
import { describeWithPostgres } from '../support/postgres/describe.ts';
import { emptyDir } from '../support/standalone.ts';

const NOW = at('2026-11-30 08:10');
const log = createLog('silent');
const never = () => new AbortController().signal;

/** An event in the journal of the stand-in. */
interface Line {
  id: string;
  stream: string;
  type: string;
  revision: number;
  position: string;
  data: string;
}

/** Three events of each of thirty dossiers, in turns. */
function office(prefix = 'H19'): Unplaced[] {
  const statuses = ['received', 'in-progress', 'completed'] as const;
  return statuses.flatMap((status, turn) =>
    Array.from({ length: 30 }, (_, number) => {
      const id = `${prefix}.12-261102-${String(number).padStart(4, '0')}`;
      const time = at(`2026-11-0${2 + turn} 08:00`) + number;
      const base = { dossierId: dossierId(id), status, unitId: unitId(`${prefix}.12`) };
      const data = status === 'received' ? { ...base, dueAt: at('2026-11-20') } : base;
      return unplaced({ type: 'dossier.status.v1', time, data }, `${id}-${status}`, time);
    }),
  );
}

await describeWithPostgres('A past that was changed in EventStoreDB', (postgres) => {
  let pool: pg.Pool;
  let journal: string;
  const stops: (() => Promise<unknown>)[] = [];

  /** The adapter over a stand-in over a journal. */
  async function opened(file: string): Promise<RemoteEventStore> {
    const standIn = await startEventStoreStandIn({ file });
    const store = await openStore(standIn);
    stops.push(async () => {
      await store.close();
      await standIn.stop();
    });
    return store;
  }
  const closed = async () => {
    for (const stop of stops.splice(0)) await stop();
  };
  afterEach(closed);
  after(closed);
  const record = async (store: EventStore, events: readonly Unplaced[]) => {
    for (const { recordedAt, ...event } of events) await store.record([event], recordedAt);
  };
  const linesOf = (file: string): Line[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line): Line => JSON.parse(line))
      // Those of the server itself, its statistics, are in no chain.
      .filter(({ stream }) => !stream.startsWith('$'));

  /** A store whose journal somebody has changed. */
  async function attacked(change: (lines: Line[]) => readonly Line[]): Promise<RemoteEventStore> {
    const file = join(emptyDir(), 'events.ndjson');
    const lines = change(linesOf(journal));
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return opened(file);
  }

  /** Follows a store as the leading projector does, up to its head. */
  async function follow(store: EventStore, onDatabase: pg.Pool = pool): Promise<void> {
    const ledger = await openPostgresLedgerWriter(onDatabase, RULES);
    const head = await store.head();
    const chain = new PostgresChain(onDatabase);
    const events = await chainedEvents({ store, chain, clock: () => NOW, log }, ledger.checkpoint);
    if (ledger.checkpoint.position >= head) return;
    const stop = new AbortController();
    const onPosted = ({ checkpoint }: PostedPage) => {
      if (checkpoint.position >= head) stop.abort();
    };
    const note = new PageNote(noteInDatabase(onDatabase));
    await project({ events, ledger, note, onPosted }, stop.signal);
  }
  const rebuilt = (store: EventStore, onDatabase: pg.Pool = pool) =>
    rebuildPostgresLedger({
      events: store,
      pool: onDatabase,
      rules: RULES,
      signal: never(),
      onProgress: () => {},
    });
  const verified = async (store: RemoteEventStore, onDatabase: pg.Pool = pool) => {
    const checks = await checksOfServers(store, new PostgresChain(onDatabase));
    return Object.fromEntries(checks.map(({ name, failures }) => [name, failures]));
  };
  /** One round of the scrubber, and its finding as other processes read it. */
  async function scrubbed(store: RemoteEventStore): Promise<ScrubFinding> {
    const stop = new AbortController();
    const registry = new Registry();
    const chain = new PostgresChain(pool);
    const report = new ScrubReport({ log, registry }, () => undefined);
    await scrub(
      {
        ...{
          events: store,
          removals: store,
          chain,
          ledger: openPostgresLedgerReader(pool, ZONE),
          books,
          report,
        },
        ...{ clock: () => NOW, pageMs: 0, restMs: 60_000 },
        async save(finding) {
          await saveFinding(pool, finding);
          if (
            (await registry.getSingleMetric('nhip_scrub_last_complete_timestamp_seconds')?.get())?.values[0]
              ?.value
          )
            stop.abort();
        },
      },
      stop.signal,
    );
    return readFinding(pool);
  }

  before(async () => {
    pool = await postgres.newPool();
    journal = join(emptyDir(), 'events.ndjson');
    const store = await opened(journal);
    const events = office();
    // In several pages, and with a restart between.
    await record(store, events.slice(0, 40));
    await follow(store);
    await record(store, events.slice(40));
    await follow(store);
  });

  const positionOf = (index: number) => Number(linesOf(journal)[index]?.position);
  const without =
    (...indices: number[]) =>
    (lines: Line[]) =>
      lines.filter((_, index) => !indices.includes(index));
  const altered = (index: number) => (lines: Line[]) =>
    lines.map((line, at) => {
      if (at !== index) return line;
      const text = Buffer.from(line.data, 'base64').toString().replace('"H19.12"', '"H19.13"');
      return { ...line, data: Buffer.from(text).toString('base64') };
    });

  it('is chained over everything that was read, in the transaction of each page', async () => {
    const store = await opened(journal);
    const chain = new PostgresChain(pool);
    const beginning = await chain.beginning();
    assert.ok(beginning);
    const { events } = await store.readAll(START, 1_000);
    let link = firstLink(beginning);
    for (const event of events) link = linkOf(link, event);
    const position = events.at(-1)?.position;
    assert.deepEqual(await chain.head(), { store: beginning.store, position, link });
    const checkpoint = await openPostgresLedgerReader(pool, ZONE).checkpoint();
    assert.deepEqual(checkpoint.chain, { store: beginning.store, link });
    assert.deepEqual(await verified(store), { 'events: chain': [], 'events: retention': [] });
    assert.deepEqual(await scrubbed(store), { fault: undefined, lost: [] });
    assert.equal((await rebuilt(store)).kind, 'rebuilt');
    assert.deepEqual((await openPostgresLedgerReader(pool, ZONE).checkpoint()).chain, {
      store: beginning.store,
      link,
    });
  });

  const forged = (index: number) => (lines: Line[]) => {
    const line = lines[index];
    assert.ok(line);
    const inserted = {
      ...line,
      id: '00000000-0000-4000-8000-000000000000',
      stream: 'dossier-forged',
      revision: 0,
      position: String(Number(line.position) + 1),
    };
    return lines.toSpliced(index + 1, 0, inserted);
  };
  /** Events 30 and 60 follow event 0 in its stream. */
  const ATTACKS = [
    { name: 'an event was altered', change: altered(35), at: 35, text: /was altered/ },
    { name: 'an event within its stream was deleted', change: without(30), at: 30, text: /is missing/ },
    { name: 'an event was inserted', change: forged(35), at: 35, text: /was inserted/ },
  ];
  for (const { name, change, at, text } of ATTACKS) {
    it(`shows that ${name}: to verify, to the scrubber, and to a rebuild, which stops`, async () => {
      const store = await attacked(change);
      const position = positionOf(at) + (text.source.includes('inserted') ? 1 : 0);
      const named = new RegExp(`the event at position ${position} .*${text.source}`);
      const { 'events: chain': faults = [], 'events: retention': lost } = await verified(store);
      assert.equal(faults.length, 1, faults.join('\n'));
      assert.match(String(faults[0]), named);
      assert.deepEqual(lost, []);
      const finding = await scrubbed(store);
      assert.match(finding.fault ?? '', named);
      assert.deepEqual(finding.lost, []);
      const { generation } = await openPostgresLedgerReader(pool, ZONE).checkpoint();
      await assert.rejects(rebuilt(store), (error: Error) => named.test(error.message));
      assert.equal((await openPostgresLedgerReader(pool, ZONE).checkpoint()).generation, generation);
    });
  }

  /** Metadata of the stream of event 0, or its end, behind the last event. */
  const stating =
    (change: (lines: Line[]) => readonly Line[], stated: Partial<Line>, data?: string) => (lines: Line[]) => {
      const [line, last] = [lines[0], lines.at(-1)];
      assert.ok(line && last);
      const position = String(Number(last.position) + 1_000);
      const text = data === undefined ? '' : Buffer.from(data).toString('base64');
      const id = '00000000-0000-4000-8000-000000000001';
      return [...change(lines), { ...line, ...stated, id, position, data: text }];
    };
  const metadata = () => ({ stream: `$$${linesOf(journal)[0]?.stream}`, type: '$metadata', revision: 0 });
  const SOFT = '{"$tb":9223372036854775807}';
  const LOSSES = [
    {
      name: 'the beginning of a stream, by retention',
      events: 2,
      removal: 'retention',
      change: () => stating(without(0, 30), metadata(), '{"$maxCount":1}'),
    },
    {
      name: 'the beginning of a stream, by no order',
      events: 2,
      removal: 'unknown',
      change: () => without(0, 30),
    },
    {
      name: 'a stream that was deleted',
      events: 3,
      removal: 'deleted',
      change: () => stating(without(0, 30, 60), metadata(), SOFT),
    },
    {
      name: 'a stream that was deleted for good',
      events: 3,
      removal: 'deleted',
      change: () => stating(without(0, 30, 60), { type: '$streamDeleted', revision: TOMBSTONE_REVISION }),
    },
  ] as const;
  for (const { name, change, events, removal } of LOSSES) {
    it(`is no forgery where the store has lost ${name}: a doubt with its reason, and a rebuild goes on`, async () => {
      const store = await attacked(change());
      const stream = linesOf(journal)[0]?.stream;
      const [first, last] = [positionOf(0), positionOf(events === 2 ? 30 : 60)];
      const type = 'dossier.status.v1';
      const checks = await verified(store);
      assert.deepEqual(checks['events: chain'], []);
      assert.deepEqual(checks['events: retention'], [
        `${events} ${type} of ${stream} before revision ${events}, at the positions ${first} to ${last}: ${REMOVAL_TEXT[removal]}`,
      ]);
      assert.deepEqual(await scrubbed(store), {
        fault: undefined,
        lost: [{ stream, type, before: events, events, chained: { first, last, removal } }],
      });
      assert.equal((await rebuilt(store)).kind, 'rebuilt');
    });
  }

  it('lets verify go on without what a person has accepted to be lost, and no more', async () => {
    const store = await attacked(without(0, 30));
    const losses = [{ stream: streamName(String(linesOf(journal)[0]?.stream)), before: 1 }];
    const data = { id: '9b8c6d1e-5b1f-4f0e-9c57-0a6f4f3f0b11', losses, reason: 'QĐ 12' };
    const accept = async (before: number) => {
      const accepted = { ...data, losses: losses.map((one) => ({ ...one, before })) };
      const text = toStored(lossAccepted, { time: NOW, data: accepted });
      await store.append(LOSSES_STREAM, 'any', [ownEvent(`losses/${before}`, lossAccepted.type, text)], NOW);
    };
    await accept(1);
    assert.match(String((await verified(store))['events: retention']), /^1 dossier.status.v1 of /);
    await accept(2);
    assert.deepEqual((await verified(store))['events: retention'], []);
  });

  describe('before anything is made of its events', () => {
    const cases: readonly (readonly [string, () => Promise<RemoteEventStore>, RegExp])[] = [
      [
        'another cluster',
        async () => {
          const store = await opened(join(emptyDir(), 'events.ndjson'));
          await record(store, [...office('K99'), ...office('K98')]);
          return store;
        },
        /the event store is not the one that was read before, or was changed/,
      ],
      [
        'a cluster that has lost its last events',
        () => attacked((lines) => lines.slice(0, -3)),
        /is missing/,
      ],
      ['an altered last event', () => attacked(altered(89)), /was altered/],
      ['an altered first event', () => attacked(altered(0)), /was altered/],
    ];
    for (const [name, open, reason] of cases) {
      it(`refuses ${name}`, async () => {
        const store = await open();
        await assert.rejects(follow(store), (error: Error) => reason.test(error.message));
      });
    }
  });

  it('is followed by a process also where another version has written the finding', async () => {
    const read = async (lost: string) => {
      await saveFinding(pool, { fault: undefined, lost: [] });
      await pool.query('UPDATE nhip.scrub SET lost = $1', [lost]);
      const finding = followFinding(pool);
      await finding.stop();
      return finding.latest().lost;
    };
    const [type, events] = ['dossier.status.v1', 2];
    assert.deepEqual(await read(JSON.stringify({ [type]: events })), [
      { stream: null, type, before: 0, events },
    ]);
    assert.deepEqual(await read('["of a later version"]'), []);
  });

  it('stops a ledger that begins anew, in the page of the change', async () => {
    const store = await attacked(altered(35));
    const keeper = await ChainKeeper.open(store, new PostgresChain(pool), START);
    const first = await keeper.chained(await store.readAll(START, 30));
    assert.equal(first.newLinks, undefined);
    const second = await store.readAll(first.position, 30);
    await assert.rejects(keeper.chained(second), (error: Error) =>
      error.message.includes(`position ${positionOf(35)} `),
    );
  });

  it('lets a ledger begin anew on the events as they were', async () => {
    await pool.query('DELETE FROM nhip.ledger_in_force');
    const store = await opened(journal);
    const head = await new PostgresChain(pool).head();
    await follow(store);
    assert.deepEqual(await new PostgresChain(pool).head(), head);
    assert.equal((await openPostgresLedgerReader(pool, ZONE).checkpoint()).chain?.link, head?.link);
  });

  it('is chained from its first start on where the store is older than the chain', async () => {
    const older = await postgres.newPool();
    const store = await opened(journal);
    const ledger = await openPostgresLedgerWriter(older, RULES);
    const page = await store.readAll(START, 50);
    await ledger.post(page);
    await follow(store, older);
    const beginning = await new PostgresChain(older).beginning();
    assert.deepEqual(
      { begunAt: beginning?.begunAt, covered: beginning?.covered },
      { begunAt: NOW, covered: positionOf(89) },
    );
    assert.equal((await new PostgresChain(older).head())?.position, positionOf(89));
    assert.deepEqual(await verified(store, older), { 'events: chain': [], 'events: retention': [] });
    // A chain that was begun anew is noticed by the ledger.
    await older.query('TRUNCATE nhip.chain, nhip.chain_page');
    await assert.rejects(
      follow(store, older),
      /the ledger knows the chain of store .* and the database has none/,
    );
  });

  it('cannot be made to fit by changing a link in a statement', async () => {
    for (const statement of [
      'UPDATE nhip.chain_page SET events = 0',
      'DELETE FROM nhip.chain_page',
      'DELETE FROM nhip.chain',
    ])
      await assert.rejects(pool.query(statement), /append-only/);
  });
});
