import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import { DEFAULT_OFFICE_HOURS } from '../../shared/calendar/working-calendar.ts';
import { zoneOf } from '../../shared/calendar/zone.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import type { LedgerReader } from '../../shared/ledger/port.ts';
import { openPostgresLedgerReader } from '../../shared/ledger/postgres/reader.ts';
import { openPostgresLedgerWriter } from '../../shared/ledger/postgres/writer.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { verifyLedger } from '../../shared/ledger/verify.ts';
import { definitionFile } from '../../shared/measures/definition.ts';
import { verifyLists } from '../../shared/measures/list-law.ts';
import { Observatory } from '../../shared/measures/observatory.ts';
import { noBrowser, startBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { describeWithPostgres } from '../support/postgres/describe.ts';
import { emptyDir } from '../support/standalone.ts';
import { statusEvent } from '../support/status-event.ts';
import { drillBook } from '../support/third-book/book.ts';
import { catalog, views } from '../support/third-book/catalog.ts';
import objectives from '../support/third-book/objectives.json' with { type: 'json' };

const ZONE = zoneOf('Asia/Ho_Chi_Minh');
const HOLIDAYS = vietnamHolidays();
const RULES = foldRulesOf({
  books: catalog.books,
  zone: ZONE,
  holidays: HOLIDAYS,
  hours: DEFAULT_OFFICE_HOURS,
});
const NOW = Date.parse('2026-06-30T10:00:00+07:00');
const FIRST = '/v1/objectives/drills';
const BOTH = '/v1/objectives/work';

const event = (id: string, type: string, time: string, data: object) => ({
  specversion: '1.0',
  source: '/safety',
  id,
  type,
  time: `${time}T08:00:00+07:00`,
  data,
});
const planned = (drillId: string, unitId: string, topic: string, plannedFor: string) =>
  event(`plan ${drillId}`, 'drill.planned.v1', '2026-01-05', {
    drillId,
    unitId,
    topic,
    plannedFor,
  });
const concluded = (drillId: string, concludedAt: string, result: string) =>
  event(`end ${drillId}`, 'drill.concluded.v1', concludedAt, { drillId, concludedAt, result });

/** Five planned: two in order, one with faults, one overdue since 1 June, one to come. */
const EVENTS = [
  planned('A', 'H19.12', 'fees', '2026-03-02'),
  planned('B', 'H19.12', 'fire', '2026-03-03'),
  planned('C', 'H19.13', 'fire', '2026-03-04'),
  planned('D', 'H19.13', 'fees', '2026-06-01'),
  planned('E', 'H19.13', 'fees', '2026-09-01'),
  concluded('A', '2026-03-10', 'in-order'),
  concluded('B', '2026-03-11', 'in-order'),
  concluded('C', '2026-03-12', 'faulty'),
];

const status = (name: string, unitId: string, day: string, status: string, data: object = {}) =>
  statusEvent(`H19.12-260302-${name}`, status, `${day}T09:00:00+07:00`, { unitId, ...data });
const dossier = (name: string, unitId: string, dueAt: string, ended: string) => [
  status(name, unitId, '2026-03-02', 'received', { dueAt }),
  status(name, unitId, ended, 'completed'),
];
/** Five dossiers: two in time, one late, one withdrawn, one open. */
const DOSSIERS = [
  ...dossier('0001', 'H19.12', '2026-03-20', '2026-03-10'),
  ...dossier('0002', 'H19.12', '2026-03-05', '2026-03-11'),
  ...dossier('0003', 'H19.13', '2026-03-13', '2026-03-13'),
  status('0004', 'H19.13', '2026-03-02', 'received', { dueAt: '2026-03-20' }),
  status('0004', 'H19.13', '2026-03-09', 'withdrawn'),
  status('0005', 'H19.13', '2026-03-02', 'received', { dueAt: '2026-12-20' }),
];
/** Of both books: dossiers 2 of 3 and drills 2 of 3. */
const WORK = {
  'in-time': 2,
  'in-order': 2,
  late: 1,
  faulty: 1,
  'not-judged': 1,
  'in-progress': 1,
  overdue: 1,
  'to-come': 1,
};

type Answer = Record<string, unknown>;
interface Part {
  readonly name: string;
  readonly count: number;
}
const countsIn = ({ parts }: Answer) =>
  Object.fromEntries((parts as Part[]).map(({ name, count }) => [name, count]));

await describeWithPostgres('a third book, one folder and one line in each registry', (postgres) => {
  const dataDir = emptyDir();
  let nhip: InProcess;
  let url: string;
  const heard: string[] = [];
  const stop = new AbortController();

  before(async () => {
    const env = { DATA_DIR: dataDir, OBJECTIVES_FILE: 'tests/support/third-book/objectives.json' };
    nhip = await startInProcess(NOW, env, catalog, views);
    url = await nhip.listen();
    const stream = await fetch(`${url}/v1/stream`, { signal: stop.signal });
    const listen = async () => {
      for await (const bytes of stream.body ?? []) heard.push(Buffer.from(bytes).toString('utf8'));
    };
    listen().catch(() => {});
    await nhip.send(...EVENTS, ...DOSSIERS);
  });
  after(async () => {
    stop.abort();
    await nhip.close();
  });

  const ask = async (path: string): Promise<Answer> => {
    const { status, body } = await nhip.get(path);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const figure = async () => {
    const answer = await ask(FIRST);
    const { numerator, denominator, status } = answer;
    return { numerator, denominator, status, ...countsIn(answer) };
  };
  const EXPECTED = {
    numerator: 2,
    denominator: 3,
    status: 'breached',
    'in-order': 2,
    faulty: 1,
    overdue: 1,
    'to-come': 1,
  };

  it('is taken in by the door, and a wrong field of it is refused with its name', async () => {
    const wrong = event('x', 'drill.concluded.v1', '2026-03-12', {
      drillId: 'C',
      concludedAt: '2026-03-12',
      result: 'fine',
    });
    const answer = await nhip.server.inject({
      method: 'POST',
      url: '/v1/events',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      payload: JSON.stringify([wrong, EVENTS[0]]),
    });
    const { accepted, duplicates, rejected } = answer.json();
    assert.deepEqual([accepted, duplicates, rejected[0]?.pointer], [0, 1, '/data/result']);
  });

  it('has its figure and its parts, which add up to what was planned', async () => {
    assert.deepEqual(await figure(), EXPECTED);
  });

  it('is known as it was before its last conclusion', async () => {
    const then = await ask(`${FIRST}?from=2026-01-01&to=2026-03-11`);
    assert.deepEqual([then.numerator, then.denominator, then.status], [2, 2, 'met']);
  });

  it('is broken down by a dimension that no other book has, and by day', async () => {
    const { parts } = await ask(`${FIRST}/breakdown?by=topic`);
    assert.deepEqual(
      new Map((parts as Answer[]).map(({ key, partCounts }) => [key, partCounts])),
      new Map([
        ['fire', { 'in-order': 1, faulty: 1, overdue: 0, 'to-come': 0 }],
        ['fees', { 'in-order': 1, faulty: 0, overdue: 1, 'to-come': 1 }],
      ]),
    );
    const { points } = await ask(`${FIRST}/series?from=2026-03-01&to=2026-03-31`);
    const days = (points as Answer[]).filter(({ denominator }) => denominator !== 0);
    assert.deepEqual(
      days.map(({ from, numerator, denominator }) => [from, numerator, denominator]),
      [
        ['2026-03-10', 1, 1],
        ['2026-03-11', 1, 1],
        ['2026-03-12', 0, 1],
      ],
    );
  });

  it('is filtered by a dimension that no other book has: figure, evidence and series', async () => {
    const fire = await ask(`${FIRST}?topic=fire`);
    assert.deepEqual([fire.numerator, fire.denominator], [1, 2]);
    assert.deepEqual(countsIn(fire), { 'in-order': 1, faulty: 1, overdue: 0, 'to-come': 0 });
    const { drills } = await ask(`${FIRST}/evidence?topic=fire&part=in-order`);
    assert.deepEqual(drills, [{ id: 'B', account: 'in-order', unit: 'H19.12', topic: 'fire' }]);
    const { points } = await ask(`${FIRST}/series?topic=fees`);
    assert.deepEqual(
      (points as Answer[]).map(({ from, numerator, denominator }) => [from, numerator, denominator]),
      [['2026-03-10', 1, 1]],
    );
    const both = await ask(`${FIRST}?topic=fire&unit=H19.13`);
    assert.deepEqual([both.numerator, both.denominator], [0, 1]);
    const other = await ask(`${FIRST}?field=land`);
    assert.deepEqual([other.numerator, other.denominator, other.status], [0, 0, 'not-computable']);
  });

  it('is refused a parameter that no measure has, and an empty value', async () => {
    for (const query of ['theme=fire', 'topic=', `topic=${'x'.repeat(301)}`])
      assert.equal((await nhip.get(`${FIRST}?${query}`)).status, 400, query);
  });

  it('lists what stands behind each part', async () => {
    for (const { name, count } of (await ask(FIRST)).parts as Part[]) {
      const { total, drills } = await ask(`${FIRST}/evidence?part=${name}`);
      assert.deepEqual([total, (drills as unknown[]).length], [count, count], name);
    }
    const { drills } = await ask(`${FIRST}/evidence`);
    assert.deepEqual(drills, [{ id: 'C', account: 'faulty', unit: 'H19.13', topic: 'fire' }]);
  });

  it('is counted with another book by a measure that reads both', async () => {
    const answer = await ask(BOTH);
    const { numerator, denominator, settleNow, status } = answer;
    // 4 of 6 is above 60 %, and 4 of 7 with the overdue drill below it.
    assert.deepEqual([numerator, denominator, status], [4, 6, 'at-risk']);
    assert.deepEqual(settleNow, { numerator: 4, denominator: 7, value: 4 / 7 });
    assert.deepEqual(countsIn(answer), WORK);
    const { points } = await ask(`${BOTH}/series?from=2026-03-10&to=2026-03-11`);
    assert.deepEqual(
      (points as Answer[]).map(({ from, numerator, denominator }) => [from, numerator, denominator]),
      [
        ['2026-03-10', 2, 2],
        ['2026-03-11', 1, 2],
      ],
    );
  });

  it('has rows by unit that add up over both books', async () => {
    const { parts } = await ask(`${BOTH}/breakdown?by=unit`);
    const rows = new Map((parts as Answer[]).map((row) => [row.key, [row.numerator, row.denominator]]));
    assert.deepEqual(
      rows,
      new Map([
        ['H19.13', [1, 2]],
        ['H19.12', [3, 4]],
      ]),
    );
    const one = await ask(`${BOTH}?unit=H19.12`);
    assert.deepEqual([one.numerator, one.denominator], [3, 4]);
    assert.equal((await nhip.get(`${BOTH}/breakdown?by=topic`)).status, 400);
  });

  it('lists a part of each of two books under the collection of its book', async () => {
    const late = await ask(`${BOTH}/evidence?part=late`);
    assert.deepEqual(
      [late.total, (late.dossiers as Answer[]).map(({ id }) => id), late.drills],
      [1, ['H19.12-260302-0002'], undefined],
    );
    const faulty = await ask(`${BOTH}/evidence?part=faulty`);
    assert.deepEqual(
      [faulty.total, (faulty.drills as Answer[]).map(({ id }) => id), faulty.dossiers],
      [1, ['C'], undefined],
    );
  });

  it('stands in the OpenAPI document with its events, its list and its parts', async () => {
    const document = JSON.stringify(nhip.server.swagger());
    for (const name of ['DrillPlannedV1', 'DrillConcludedV1', '"drills"'])
      assert.ok(document.includes(name), name);
  });

  it('is announced on the stream', async () => {
    await eventually(() => /"drills"/.test(heard.join('')));
  });

  const observatoryOf = (ledger: LedgerReader) =>
    new Observatory({
      ledger,
      file: { definitions: definitionFile(catalog.measures).parse(objectives).objectives, from: 'file' },
      measures: catalog.measures,
      kinds: catalog.books.kinds,
      clock: () => NOW,
      zone: ZONE,
      holidays: HOLIDAYS,
      hours: DEFAULT_OFFICE_HOURS,
      deadLetters: async () => [],
      doubts: () => [],
    });
  const assertVerified = async (ledger: LedgerReader) => {
    const events = openEventReader(join(dataDir, 'events.db'));
    const { checks } = await verifyLedger({ events, ledger, rules: RULES });
    const all = [...checks, ...(await verifyLists(observatoryOf(ledger), NOW, ZONE))];
    await events.close();
    assert.deepEqual(
      all.filter(({ kind }) => kind === 'failed'),
      [],
    );
    const names = all.map(({ name }) => name);
    for (const name of ['drill: standings', 'drill: recomputed', 'drills: lists', 'work: lists'])
      assert.ok(names.includes(name), names.join(', '));
  };

  it('is rebuilt by the thread that was given its module, to the same figures', async () => {
    const begun = await nhip.server.inject({ method: 'POST', url: '/v1/rebuild' });
    assert.equal(begun.statusCode, 202, begun.body);
    await eventually(async () => {
      const { state } = (await nhip.server.inject({ url: '/v1/rebuild' })).json();
      return state === 'done';
    });
    assert.deepEqual(await figure(), EXPECTED);
  });

  it('is verified on SQLite', async () => {
    const ledger = openLedgerReader(join(dataDir, 'ledger.db'), ZONE);
    await assertVerified(ledger);
    await ledger.close();
  });

  it('is kept and verified on PostgreSQL, and lists the same', async () => {
    const pool = await postgres.newPool(3);
    const events = openEventReader(join(dataDir, 'events.db'));
    const writer = await openPostgresLedgerWriter(pool, RULES);
    await writer.post(await events.readAll(writer.checkpoint.position, 1_000));
    await writer.close();
    await events.close();
    const ledger = openPostgresLedgerReader(pool, ZONE);
    await assertVerified(ledger);
    const outcome = await observatoryOf(ledger).measure('drills');
    assert.ok(outcome.kind === 'figure');
    const { numerator, denominator } = outcome.figure.measurement;
    assert.deepEqual([numerator, denominator], [2, 3]);
    const work = await observatoryOf(ledger).breakdown('work', 'unit');
    assert.ok(work.kind === 'figure');
    const counts = work.figure.measurement.parts.map(({ name, count }) => [name, count]);
    assert.deepEqual(Object.fromEntries(counts), WORK);
    assert.deepEqual(
      new Map(work.figure.rows.map(({ key, figure: one }) => [key, [one.numerator, one.denominator]])),
      new Map([
        ['H19.13', [1, 2]],
        ['H19.12', [3, 4]],
      ]),
    );
    const { items } = await ledger.snapshot((snapshot) =>
      snapshot.list(drillBook, { anyOf: [{ account: 'open' }], filter: {}, limit: 10 }),
    );
    assert.deepEqual(
      items.map(({ id }) => id),
      ['D', 'E'],
    );
    await ledger.close();
  });

  it('has a card on the page, with its parts, and a list of what stands behind', {
    skip: noBrowser,
  }, async () => {
    const browser = await startBrowser();
    try {
      const page = await browser.newPage({ locale: 'vi-VN' });
      await page.goto(`${url}/`);
      const card = page.getByRole('article', { name: 'Diễn tập đúng quy định' });
      await card.waitFor({ timeout: 10_000 });
      const text = await card.innerText();
      assert.match(text, /66,67\s*%/);
      await card.getByRole('button', { name: 'Diễn tập đúng quy định' }).click();
      await page
        .locator('.detail')
        .getByRole('link', { name: /Có sai phạm/ })
        .click();
      const row = page.getByRole('row', { name: /H19\.13.*fire|fire.*H19\.13/ });
      await row.waitFor({ timeout: 10_000 });
    } finally {
      await browser.close();
    }
  });
});
