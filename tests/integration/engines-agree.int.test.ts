import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import type { BalanceQuery, ListPlace } from '../../shared/bookkeeping/balance.ts';
import { dossierBook } from '../../shared/books/dossier/book.ts';
import { books } from '../../shared/books/registry.ts';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import { DEFAULT_OFFICE_HOURS } from '../../shared/calendar/working-calendar.ts';
import { type Zone, zoneOf } from '../../shared/calendar/zone.ts';
import { type RecordedEvent, START } from '../../shared/contracts/stored-event.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import type { Moment } from '../../shared/kernel/clock.ts';
import { answers, anyEvents } from '../../shared/ledger/contract-properties.test.ts';
import type { FoldRules } from '../../shared/ledger/fold.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import type { LedgerReader, LedgerSnapshot } from '../../shared/ledger/port.ts';
import { openPostgresLedgerReader } from '../../shared/ledger/postgres/reader.ts';
import { rebuildPostgresLedger } from '../../shared/ledger/postgres/rebuild.ts';
import { openPostgresLedgerWriter } from '../../shared/ledger/postgres/writer.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { openLedgerWriter } from '../../shared/ledger/sqlite/writer.ts';
import { anyOfEveryBook, everyAnswer } from '../../shared/ledger/testing/any-kind.ts';
import {
  ALL_DAYS,
  at,
  EVERYWHERE,
  placed,
  RULES,
  ZONE,
} from '../../shared/ledger/testing/contract-events.ts';
import { verifyLedger } from '../../shared/ledger/verify.ts';
import { builtinObjectives } from '../../shared/measures/builtin.ts';
import { definitionFile } from '../../shared/measures/definition.ts';
import { unequalLists } from '../../shared/measures/list-law.ts';
import { MEASURES } from '../../shared/measures/registry.ts';
import templates from '../../shared/measures/templates.json' with { type: 'json' };
import { observatoryOf } from '../../shared/measures/testing/list-contract-suite.ts';
import { startListening } from '../support/in-process.ts';
import { describeWithPostgres } from '../support/postgres/describe.ts';
import { nhip } from '../support/process.ts';

const MAPPING = 'tests/fixtures/permit-receipts.mapping.json';
const PERMIT_ZONE = zoneOf('Europe/Amsterdam');
const RUNS = 8;

type Events = Pick<EventStore, 'readAll' | 'readStream' | 'head'>;

const inMemory = (all: readonly RecordedEvent[]): Events => ({
  head: async () => all.at(-1)?.position ?? START,
  readStream: async (stream) => all.filter((event) => event.stream === stream),
  readAll: async (position, limit) => {
    const events = all.slice(position, position + limit);
    return { events, position: events.at(-1)?.position ?? position, head: all.at(-1)?.position ?? position };
  },
});

/** Both engines must give the same figures for the same events. */
await describeWithPostgres('SQLite and PostgreSQL', (postgres) => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'engines-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  /** Fills a ledger of each engine; of PostgreSQL two: one as it comes, one rebuilt. */
  async function both(
    { events, rules, zone, pageSize }: { events: Events; rules: FoldRules; zone: Zone; pageSize: number },
    compare: (sqlite: LedgerReader, others: readonly LedgerReader[]) => Promise<void>,
  ): Promise<void> {
    const path = join(mkdtempSync(join(directory, 'one-')), 'ledger.db');
    const [live, rebuilt] = [await postgres.newPool(3), await postgres.newPool(3)];
    const writers = [openLedgerWriter(path, rules), await openPostgresLedgerWriter(live, rules)];
    for (const writer of writers) {
      for (;;) {
        const page = await events.readAll(writer.checkpoint.position, pageSize);
        if (page.events.length === 0) break;
        await writer.post(page);
      }
      await writer.close();
    }
    const { signal } = new AbortController();
    await rebuildPostgresLedger({ events, pool: rebuilt, rules, signal, onProgress: () => {} });
    const sqlite = openLedgerReader(path, zone);
    await compare(sqlite, [openPostgresLedgerReader(live, zone), openPostgresLedgerReader(rebuilt, zone)]);
    await sqlite.close();
    // The suite ends its pools only at its end; until then they must not use up the server's connections.
    for (const pool of [live, rebuilt])
      await pool.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
  }

  it('give the same answers to any events, now and as of any moment', async () => {
    const cases = fc.tuple(anyEvents(), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 6 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([each, pageSize, hours]) => {
        const all = placed([...each, ...each.slice(0, 3)]);
        const knownAt = Math.min(...all.map(({ recordedAt }) => recordedAt)) + hours * 3_600_000;
        const given = { events: inMemory(all), rules: RULES, zone: ZONE, pageSize };
        await both(given, async (sqlite, others) => {
          const expected = [await answers(sqlite), await answers(sqlite, knownAt)];
          for (const ledger of others) {
            assert.deepEqual([await answers(ledger), await answers(ledger, knownAt)], expected);
            const { ok, checks } = await verifyLedger({ events: given.events, ledger, rules: RULES });
            assert.ok(ok, JSON.stringify(checks.filter(({ kind }) => kind === 'failed')));
          }
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('every formula is asked', () => {
    const asked = new Set(OBJECTIVES.map(({ formula }) => formula.name));
    assert.deepEqual(
      MEASURES.map(({ name }) => name).filter((name) => !asked.has(name)),
      [],
      'a formula without an objective that is built in or a template',
    );
  });

  it('give the same answers and figures to any events of every book, now and as of any moment', async () => {
    const cases = fc.tuple(
      anyOfEveryBook(),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 25 }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([each, pageSize, hours]) => {
        const all = placed(each);
        const knownAt = Math.min(...all.map(({ recordedAt }) => recordedAt)) + hours * 3_600_000;
        const given = { events: inMemory(all), rules: RULES, zone: ZONE, pageSize };
        const answersOf = async (ledger: LedgerReader) => [
          await everyAnswer(ledger, all),
          await everyAnswer(ledger, all, { knownAt }),
          await figuresOf(ledger, knownAt),
        ];
        await both(given, async (sqlite, others) => {
          const expected = await answersOf(sqlite);
          for (const ledger of others) {
            assert.deepEqual(await answersOf(ledger), expected);
            const { ok, checks } = await verifyLedger({ events: given.events, ledger, rules: RULES });
            assert.ok(ok, JSON.stringify(checks.filter(({ kind }) => kind === 'failed')));
          }
        });
      }),
      // A shrunk case would take servers of its own for each step.
      { numRuns: 3, endOnFailure: true },
    );
  });

  describe('give the same answers to a permit log that was imported', () => {
    const agree = async (t: TestContext, file: string) => {
      const server = await startListening({ TZ_OFFICE: PERMIT_ZONE.name });
      t.after(() => server.close());
      const { code, stderr } = await nhip(
        ['import', file, '--mapping', MAPPING, '--reports', directory, '--url', server.url],
        { DATA_DIR: server.dataDir },
      );
      assert.equal(code, 0, stderr);
      const events = openEventReader(join(server.dataDir, 'events.db'));
      const rules = foldRulesOf({
        books,
        zone: PERMIT_ZONE,
        holidays: vietnamHolidays(),
        hours: DEFAULT_OFFICE_HOURS,
      });
      const given = { events, rules, zone: PERMIT_ZONE, pageSize: 700 };
      await both(given, async (sqlite, others) => {
        const expected = await sqlite.snapshot(everything);
        assert.ok(expected.dossiers.length > 0);
        for (const ledger of others) {
          assert.deepEqual(await ledger.snapshot(everything), expected);
          const { ok, checks } = await verifyLedger({ events, ledger, rules });
          assert.ok(ok, JSON.stringify(checks.filter(({ kind }) => kind === 'failed')));
        }
      });
      await events.close();
    };

    it('an invented one', (t) => agree(t, 'tests/fixtures/permit-receipts.csv'));

    it('a real one', async (t) => {
      const folder = process.env.NHIP_TEST_DATA;
      if (folder === undefined)
        return t.skip('NHIP_TEST_DATA is not set: the tier of real files does not apply');
      const file = join(folder, 'permit-receipts.csv');
      assert.ok(existsSync(file), `NHIP_TEST_DATA is set, but there is no ${file}`);
      await agree(t, file);
    });
  });
});

const OBJECTIVES = [...builtinObjectives(), ...definitionFile(MEASURES).parse(templates).objectives];

/** Every objective at the end of its year, and as of a moment; each list has as many as its figure counts. */
async function figuresOf(ledger: LedgerReader, asOf: Moment): Promise<unknown> {
  const observatory = observatoryOf(ledger, at('2026-12-31 17:00'), OBJECTIVES);
  const figures: unknown[] = [];
  for (const { id } of OBJECTIVES) {
    for (const request of [{}, { asOf }, { basis: 'original' as const, window: ALL_DAYS }]) {
      figures.push(await observatory.measure(id, request));
      assert.deepEqual(await unequalLists(observatory, id, request), [], id);
    }
  }
  return figures;
}

const BREAKDOWNS: readonly BalanceQuery['by'][] = [
  [],
  ['day'],
  ['unit', 'field'],
  ['procedure'],
  ['channel'],
  ['unit', 'field', 'procedure', 'channel', 'day'],
];

/** Every balance, every dossier in the order of its list, the feeds: now, and as of the moment that all of it is known. */
async function everything(ledger: LedgerSnapshot) {
  const { position, knownAt, entry } = ledger.checkpoint;
  const balances: string[][] = [];
  for (const by of BREAKDOWNS) {
    for (const asOf of [{}, { knownAt }]) {
      const rows = await ledger.balances({ book: dossierBook, ...ALL_DAYS, filter: {}, by, ...asOf });
      balances.push(rows.map((row) => JSON.stringify(row)).sort());
    }
  }
  const dossiers: unknown[] = [];
  for (const asOf of [{}, { knownAt }]) {
    let after: ListPlace | undefined;
    do {
      const page = await ledger.list(dossierBook, {
        anyOf: EVERYWHERE.dossier,
        filter: {},
        limit: 300,
        ...asOf,
        ...(after && { after }),
      });
      dossiers.push(...page.items);
      after = page.next;
    } while (after);
  }
  return { position, knownAt, entry, balances, dossiers, sources: await ledger.sources() };
}
