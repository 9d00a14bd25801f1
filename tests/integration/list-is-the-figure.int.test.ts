import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, it } from 'node:test';
import { OFFICE } from '../../services/standalone/demo/inspections.ts';
import { officeStaff } from '../../services/standalone/demo/office-staff.ts';
import { province } from '../../services/standalone/demo/province.ts';
import { dossierBook } from '../../shared/books/dossier/book.ts';
import { books } from '../../shared/books/registry.ts';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import { DEFAULT_OFFICE_HOURS, workingCalendar } from '../../shared/calendar/working-calendar.ts';
import { DAY, parseDay, zoneOf } from '../../shared/calendar/zone.ts';
import { unitId } from '../../shared/contracts/ids.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import type { LedgerReader } from '../../shared/ledger/port.ts';
import { openPostgresLedgerReader } from '../../shared/ledger/postgres/reader.ts';
import { openPostgresLedgerWriter } from '../../shared/ledger/postgres/writer.ts';
import { codesOf } from '../../shared/ledger/sql/codes.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { builtinObjectives } from '../../shared/measures/builtin.ts';
import type { FigureRequest } from '../../shared/measures/figure-frame.ts';
import { unequalLists, verifyLists } from '../../shared/measures/list-law.ts';
import { BASES } from '../../shared/measures/measure.ts';
import { Observatory } from '../../shared/measures/observatory.ts';
import { MEASURES } from '../../shared/measures/registry.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { describeWithPostgres } from '../support/postgres/describe.ts';
import { nhip } from '../support/process.ts';
import { emptyDir } from '../support/standalone.ts';

const ZONE = zoneOf('Asia/Ho_Chi_Minh');
const HOLIDAYS = vietnamHolidays();
const HOURS = DEFAULT_OFFICE_HOURS;
const day = (text: string) => parseDay(text) ?? assert.fail(text);
const FROM = day('2026-02-23');
const DAYS = 40;

/** The rooms of the invented office that are inspected; of all else there is much more. */
const ROOMS = 7;

/** The invented province, some weeks of it, each day recorded as it ends. */
await describeWithPostgres('the demonstration', (postgres) => {
  const dataDir = emptyDir();
  let server: InProcess;
  const now = () => server.now;

  before(async () => {
    server = await startInProcess(ZONE.momentAt(FROM, 0), { DATA_DIR: dataDir, OFFICE_UNIT: OFFICE });
    const to = (FROM + DAYS) as typeof FROM;
    const options = { seed: 124, zone: ZONE, from: FROM, to, dossiersADay: 8, documentsADay: 5 };
    const calendar = workingCalendar({ zone: ZONE, holidays: HOLIDAYS, hours: HOURS });
    const clearedFrom = (to - 7) as typeof FROM;
    const events = [...officeStaff(options), ...province({ ...options, calendar, clearedFrom })];
    const until = ZONE.momentAt(to, 11 * 3_600_000);
    const byDay = Map.groupBy(
      events.filter(({ time }) => Date.parse(time) <= until),
      ({ time }) => ZONE.dayOf(Date.parse(time)),
    );
    for (const one of [...byDay.keys()].sort((a, b) => a - b)) {
      server.now = Math.max(server.now, Math.min(ZONE.momentAt(one, 0) + DAY - 1, until));
      await server.send(...(byDay.get(one) ?? []));
    }
  });
  after(async () => {
    await server.close();
    rmSync(dataDir, { recursive: true });
  });

  const observatoryOf = (ledger: LedgerReader) =>
    new Observatory({
      ledger,
      measures: MEASURES,
      kinds: books.kinds,
      file: { definitions: builtinObjectives(), from: 'built-in' },
      clock: now,
      zone: ZONE,
      holidays: HOLIDAYS,
      hours: HOURS,
      officeUnit: unitId(OFFICE),
      deadLetters: async () => [],
      doubts: () => [],
    });

  async function assertListsAreFigures(ledger: LedgerReader): Promise<void> {
    const observatory = observatoryOf(ledger);
    const march = { from: day('2026-03-01'), to: day('2026-03-20') };
    const seen = [{}, { window: 'month' as const }, { window: march }].flatMap((window): FigureRequest[] => [
      window,
      { ...window, asOf: now() - 10 * DAY },
    ]);
    for (const id of await observatory.objectiveIds()) {
      const outcome = await observatory.breakdown(id, 'unit');
      const least = id === 'inspection-coverage' ? ROOMS : 21;
      assert.ok(outcome.kind === 'figure' && outcome.figure.measurement.denominator >= least, id);
      const key = outcome.figure.rows.find((row) => row.key !== null)?.key;
      const filters: FigureRequest[] = [{}, { unit: unitId(String(key)), unitAlone: true }];
      const requests = seen.flatMap((one) =>
        filters.flatMap((filter) => BASES.map((basis) => ({ ...one, ...filter, basis }))),
      );
      for (const request of requests) assert.deepEqual(await unequalLists(observatory, id, request), [], id);
    }
  }

  it('has in every list the items that its figure counts, on SQLite', async () => {
    const ledger = openLedgerReader(join(dataDir, 'ledger.db'), ZONE);
    await assertListsAreFigures(ledger);
    await ledger.close();
  });

  it('has in every list the items that its figure counts, on PostgreSQL', async () => {
    const pool = await postgres.newPool(3);
    const rules = foldRulesOf({ books, zone: ZONE, holidays: HOLIDAYS, hours: HOURS });
    const events = openEventReader(join(dataDir, 'events.db'));
    const writer = await openPostgresLedgerWriter(pool, rules);
    for (;;) {
      const page = await events.readAll(writer.checkpoint.position, 700);
      if (page.events.length === 0) break;
      await writer.post(page);
    }
    await writer.close();
    await events.close();
    const ledger = openPostgresLedgerReader(pool, ZONE);
    await assertListsAreFigures(ledger);
    await ledger.close();
  });

  it('is verified on the live store: a list that differs is reported with objective, part and difference', async () => {
    const path = join(dataDir, 'ledger.db');
    const ledger = openLedgerReader(path, ZONE);
    const failed = async () =>
      (await verifyLists(observatoryOf(ledger), now(), ZONE)).filter(({ kind }) => kind === 'failed');
    assert.deepEqual(await failed(), []);
    const db = new DatabaseSync(path);
    const codes = codesOf(dossierBook);
    const [late, early] = [codes.code('settled/late'), codes.code('settled/early')];
    const one = db.prepare('SELECT subject FROM standing WHERE account = ? LIMIT 1').get(late);
    assert.ok(one);
    // A dossier settled late that its place in the lists calls early.
    const stand = db.prepare('UPDATE standing SET account = ? WHERE subject = ?');
    stand.run(early, one.subject ?? null);
    const [check, ...others] = await failed();
    assert.deepEqual([check?.name, others], ['dossier-on-time: lists', []]);
    assert.match(check?.failures.join('\n') ?? '', /late, adjusted, [-\d to]+: (\d+) counted, (\d+) listed/);
    const { code, stdout } = await nhip(['verify'], { DATA_DIR: dataDir });
    assert.equal(code, 1, stdout);
    assert.match(stdout, /FAILED {2}dossier-on-time: lists/);
    stand.run(late, one.subject ?? null);
    assert.deepEqual(await failed(), []);
    db.close();
    await ledger.close();
  });
});
