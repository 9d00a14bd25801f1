import { join } from 'node:path';
import type pg from 'pg';
import { rebuildLedger } from '../../services/projector/rebuild.ts';
import type { BalanceQuery } from '../../shared/bookkeeping/balance.ts';
import { dossierBook } from '../../shared/books/dossier/book.ts';
import { books } from '../../shared/books/registry.ts';
import { addDays } from '../../shared/calendar/zone.ts';
import { unitId } from '../../shared/contracts/ids.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import type { LedgerReader, LedgerSnapshot, LedgerWriter } from '../../shared/ledger/port.ts';
import { openPostgresLedgerReader } from '../../shared/ledger/postgres/reader.ts';
import { rebuildPostgresLedger } from '../../shared/ledger/postgres/rebuild.ts';
import { openPostgresLedgerWriter } from '../../shared/ledger/postgres/writer.ts';
import type { RebuildOutcome } from '../../shared/ledger/rebuild.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { openLedgerWriter } from '../../shared/ledger/sqlite/writer.ts';
import { postgresPool } from '../../shared/sql/postgres/database.ts';
import { createDatabase, startPostgres } from '../support/postgres/server.ts';
import type { TestPostgres } from '../support/postgres/test-postgres.ts';
import { type Bench, type Figure, median, percentile, type Scale } from './figures.ts';
import { fillStore, inFolder } from './files.ts';
import { OFFICE } from './input.ts';

const PAGE = 5_000;
/** Posted one by one, behind all the others. */
const ALONE = 1_000;
const RULES = foldRulesOf({ books, ...OFFICE });

type Events = Pick<EventStore, 'readAll' | 'readStream'>;

/** The ledger in PostgreSQL, beside the one in SQLite: the same events, from a file of SQLite, on the same thread. */
export const postgres: Bench = async ({ quick, log }) => {
  const started = await startPostgres({ durable: true });
  if (started.kind === 'unavailable') {
    log(`postgres: left out, ${started.reason}`);
    return [];
  }
  const { server } = started;
  try {
    return [
      ...(await inFolder((folder) => writing(folder, server, quick ? 5_000 : 20_000, quick ? 1 : 3, log))),
      ...(await inFolder((folder) => reading(folder, server, quick ? 20_000 : 100_000, log))),
    ];
  } finally {
    await server.stop();
  }
};

async function writing(
  folder: string,
  server: TestPostgres,
  dossiers: number,
  rounds: number,
  log: Scale['log'],
): Promise<readonly Figure[]> {
  log(`postgres: filling a store with ${dossiers} dossiers`);
  const count = await fillStore(join(folder, 'events.db'), dossiers);
  const events = openEventReader(join(folder, 'events.db'));
  const pool = poolOn(await createDatabase(server));
  try {
    const sqlite = openLedgerWriter(join(folder, 'posted.db'), RULES);
    log(`postgres: posting ${count} events to SQLite`);
    const there = await posting(events, sqlite, count);
    await sqlite.close();
    log(`postgres: posting ${count} events to PostgreSQL`);
    const here = await posting(events, await openPostgresLedgerWriter(pool, RULES), count);
    const rebuilt: { here: number[]; there: number[] } = { here: [], there: [] };
    for (let round = 1; round <= rounds; round++) {
      log(`postgres: rebuilding from ${count} events, round ${round}`);
      rebuilt.there.push(await rebuilding(count, () => rebuildSqlite(events, folder)));
      rebuilt.here.push(await rebuilding(count, () => rebuildPostgres(events, pool)));
    }
    const shown = count.toLocaleString('en-US');
    return [
      rate(`PostgreSQL: posting pages of ${PAGE}, ${shown} events`, here.paged, there.paged),
      rate(`PostgreSQL: posting events alone, ${ALONE} behind those`, here.alone, there.alone),
      rate(`PostgreSQL: rebuild, ${shown} events`, median(rebuilt.here), median(rebuilt.there)),
    ];
  } finally {
    await pool.end();
    await events.close();
  }
}

const rate = (what: string, here: number, there: number): Figure => ({
  what,
  value: here,
  unit: 'ev/s',
  peer: { what: 'SQLite', value: there },
});

/** Reading the events is not counted. */
async function posting(events: Events, ledger: LedgerWriter, count: number) {
  const post = async (until: number, size: number): Promise<number> => {
    let spentMs = 0;
    let posted = 0;
    while (ledger.checkpoint.position < until) {
      const page = await events.readAll(
        ledger.checkpoint.position,
        Math.min(size, until - ledger.checkpoint.position),
      );
      const began = performance.now();
      await ledger.post(page);
      spentMs += performance.now() - began;
      posted += page.events.length;
    }
    return (posted / spentMs) * 1_000;
  };
  return { paged: await post(count - ALONE, PAGE), alone: await post(count, 1) };
}

async function rebuilding(events: number, rebuild: () => Promise<RebuildOutcome>): Promise<number> {
  const began = performance.now();
  const { kind } = await rebuild();
  if (kind !== 'rebuilt') throw new Error(kind);
  return (events / (performance.now() - began)) * 1_000;
}

const UNTIL_DONE = { signal: new AbortController().signal, onProgress: () => {} };

const rebuildSqlite = (events: Events, folder: string) =>
  rebuildLedger({ ...UNTIL_DONE, events, rules: RULES, mayLack: 'any', target: join(folder, 'rebuilt.db') });

const rebuildPostgres = (events: Events, pool: pg.Pool) =>
  rebuildPostgresLedger({ ...UNTIL_DONE, events, rules: RULES, pool });

const poolOn = (url: string): pg.Pool => postgresPool({ url, name: 'nhip-bench' });

const QUESTIONS = 200;

/** One question at a time, none of it remembered from the last: the caches are what the api has above this. */
async function reading(
  folder: string,
  server: TestPostgres,
  dossiers: number,
  log: Scale['log'],
): Promise<readonly Figure[]> {
  log(`postgres: filling a store with ${dossiers} dossiers`);
  const count = await fillStore(join(folder, 'events.db'), dossiers);
  const events = openEventReader(join(folder, 'events.db'));
  const pool = poolOn(await createDatabase(server));
  try {
    log(`postgres: both ledgers from ${count} events`);
    const there = await rebuilding(count, () => rebuildSqlite(events, folder));
    const here = await rebuilding(count, () => rebuildPostgres(events, pool));
    const sqlite = openLedgerReader(join(folder, 'rebuilt.db'), OFFICE.zone);
    const postgres = openPostgresLedgerReader(pool, OFFICE.zone);
    const figures: Figure[] = [
      rate(`PostgreSQL: rebuild, ${count.toLocaleString('en-US')} events`, here, there),
    ];
    for (const [what, ask] of Object.entries(questions())) {
      log(`postgres: ${what}`);
      figures.push(...asked(what, await answering(postgres, ask), await answering(sqlite, ask), dossiers));
    }
    await sqlite.close();
    return figures;
  } finally {
    await pool.end();
    await events.close();
  }
}

type Question = (ledger: LedgerSnapshot) => Promise<unknown>;

/** As the figures ask: a year or a month, by what is shown or compared. */
function questions(): Readonly<Record<string, Question>> {
  const to = OFFICE.zone.dayOf(Date.now());
  const year = { book: dossierBook, from: addDays(to, -365), to, filter: {} } as const;
  const balances =
    (query: BalanceQuery): Question =>
    (ledger) =>
      ledger.balances(query);
  return {
    'the checkpoint': async ({ checkpoint }) => checkpoint,
    'a year': balances({ ...year, by: [] }),
    'a year by unit and field': balances({ ...year, by: ['unit', 'field'] }),
    'a month of a unit': balances({
      ...year,
      from: addDays(to, -30),
      filter: { units: [unitId('H19.04')] },
      by: [],
    }),
  };
}

async function answering(ledger: LedgerReader, ask: Question): Promise<readonly number[]> {
  const waits: number[] = [];
  for (let asked = 0; asked < QUESTIONS; asked++) {
    const began = performance.now();
    await ledger.snapshot(ask);
    waits.push(performance.now() - began);
  }
  return waits;
}

function asked(what: string, here: readonly number[], there: readonly number[], dossiers: number): Figure[] {
  const name = `PostgreSQL: snapshot with ${what}, ${dossiers.toLocaleString('en-US')} dossiers`;
  const figure = (part: string, share: number): Figure => ({
    what: `${name}, ${part}`,
    value: percentile(here, share),
    unit: 'ms',
    peer: { what: 'SQLite', value: percentile(there, share) },
  });
  return [figure('p50', 0.5), figure('p99', 0.99)];
}
