import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  assertDefinitions,
  type Cells,
  dossierIds,
  type Figure,
  get,
  OBJECTIVE,
  type Part,
  type PlainCase,
  rowsOf,
} from '../support/case-file.ts';
import { eventually } from '../support/eventually.ts';
import { nhip } from '../support/process.ts';
import { startServer } from '../support/standalone.ts';

/**
 * A file of cases goes through `nhip import` into a real server, and what the server answers is compared with what this file
 * computes from the CSV alone: its own splitting of records, and local dates by Intl. Nothing of the product is used for that.
 */
const ZONE = 'Europe/Amsterdam';
const MAPPING = 'tests/fixtures/permit-receipts.mapping.json';
const CHANNELS: Readonly<Record<string, string>> = {
  Internet: 'online',
  'e-mail': 'online',
  Desk: 'in-person',
  Intern: 'in-person',
  Post: 'postal',
};
const DIMENSIONS = { unit: 'case:department', field: 'case:group', channel: 'case:channel' } as const;

interface Case {
  readonly id: string;
  readonly cells: Cells;
  readonly state: 'good' | 'late' | 'open' | 'open-overdue' | 'faulty';
  /** Local date of the end, yyyy-MM-dd. */
  readonly ended: string;
}

const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE });
const moment = (text: string | undefined) => Date.parse((text ?? '').replace(' ', 'T'));
const localDate = (at: number) => calendar.format(at);

function casesOf(rows: readonly Cells[]): Case[] {
  const byId = new Map(rows.map((row) => [row['case:concept:name'] ?? '', row]));
  return [...byId].map(([id, cells]) => {
    const due = localDate(moment(cells['case:deadline']));
    if (!cells['case:enddate']) {
      return { id, cells, ended: '', state: localDate(Date.now()) > due ? 'open-overdue' : 'open' };
    }
    const end = moment(cells['case:enddate']);
    const ended = localDate(end);
    const isFaulty = end < moment(cells['case:startdate']);
    return { id, cells, ended, state: isFaulty ? 'faulty' : ended > due ? 'late' : 'good' };
  });
}

/** Epoch seconds of the local midnight that begins a date. */
const midnightOf = (date: string): number => {
  const found = ['+01:00', '+02:00']
    .map((offset) => Date.parse(`${date}T00:00:00${offset}`))
    .find((at) => clock.format(at) === '00:00' && localDate(at) === date);
  return (found ?? assert.fail(date)) / 1_000;
};
const clock = new Intl.DateTimeFormat('sv', { timeZone: ZONE, timeStyle: 'short' });
const midnightAfter = (date: string): number =>
  midnightOf(new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10));

function plainCase({ cells, state }: Case): PlainCase {
  const second = (text: string | undefined) => Math.floor(moment(text) / 1_000);
  const dueDayOver = midnightAfter(localDate(moment(cells['case:deadline'])));
  return {
    received: second(cells['case:startdate']),
    due: second(cells['case:deadline']),
    ...{ overdueFrom: dueDayOver, dueDayOver },
    ended: cells['case:enddate'] ? second(cells['case:enddate']) : null,
    isFaulty: state === 'faulty',
  };
}

const tally = (cases: readonly Case[]) => {
  const of = (...states: Case['state'][]) => cases.filter(({ state }) => states.includes(state)).length;
  return { numerator: of('good'), denominator: of('good', 'late'), overdue: of('open-overdue') };
};

const counts = ({ numerator, denominator, open }: Figure) => ({
  numerator,
  denominator,
  overdue: open.overdue,
});

const WINDOW = 'from=2009-01-01&to=2013-12-31';

const idsOf = (cases: readonly Case[], state: Case['state']) =>
  cases
    .filter((one) => one.state === state)
    .map(({ id }) => id)
    .sort();

/** Imports the file and compares every answer; gives what was counted, for what is known of a file by hand. */
async function compared(t: TestContext, file: string) {
  const server = await startServer({ TZ_OFFICE: ZONE });
  t.after(() => server.stop());
  const reports = mkdtempSync(join(tmpdir(), 'nhip-permits-'));
  const run = () =>
    nhip(['import', file, '--mapping', MAPPING, '--reports', reports, '--url', server.url], {
      DATA_DIR: server.dataDir,
    });
  const rows = rowsOf(readFileSync(file, 'utf8'));
  const cases = casesOf(rows);
  const expected = tally(cases);

  const first = await run();
  assert.equal(first.code, 0, first.stderr);
  const events = Number(/ (\d+) new events, 0 known already, 0 rejected/.exec(first.stdout)?.[1]);
  const filing = rows.filter((row) => moment(row['time:timestamp']) > moment(row['case:enddate'])).length;
  const ends = cases.filter(({ state }) => !state.startsWith('open')).length;
  assert.equal(
    events,
    cases.length + ends + rows.length - filing,
    'a receipt, an end, and work before the end',
  );

  const figure = await eventually(async () => {
    const seen = await get<Figure>(server, `${OBJECTIVE}?${WINDOW}`);
    return Number(seen.position) >= events && seen;
  });
  assert.deepEqual(counts(figure), expected);
  assert.equal(figure.excluded['no-finish-date'], idsOf(cases, 'faulty').length);
  assert.equal(figure.open.total, idsOf(cases, 'open').length + idsOf(cases, 'open-overdue').length);

  for (const [by, column] of Object.entries(DIMENSIONS)) {
    const { parts } = await get<{ parts: Part[] }>(server, `${OBJECTIVE}/breakdown?${WINDOW}&by=${by}`);
    const keyOf = ({ cells }: Case) =>
      (by === 'channel' ? CHANNELS[cells[column] ?? ''] : cells[column]) || null;
    const groups = Map.groupBy(cases, keyOf);
    const shown = new Map(parts.map((part) => [part.key, counts(part)]));
    assert.deepEqual(shown, new Map(parts.map(({ key }) => [key, tally(groups.get(key) ?? [])])), by);
    const counted = [...groups].filter(([, group]) => tally(group).denominator + tally(group).overdue > 0);
    assert.deepEqual(new Set(counted.map(([key]) => key)), new Set(shown.keys()), by);
  }

  const series = await get<{ points: { from: string; numerator: number; denominator: number }[] }>(
    server,
    `${OBJECTIVE}/series?${WINDOW}&step=month`,
  );
  const months = Map.groupBy(
    cases.filter(({ state }) => state === 'good' || state === 'late'),
    ({ ended }) => ended.slice(0, 7),
  );
  assert.deepEqual(
    series.points.map(({ from, numerator, denominator }) => [from.slice(0, 7), numerator, denominator]),
    [...months]
      .map(([month, group]) => [month, tally(group).numerator, tally(group).denominator] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

  for (const days of [
    ['2011-01-01', '2011-12-31'],
    ['2012-03-01', '2012-03-31'],
  ] as const) {
    const [start, over] = [midnightOf(days[0]), midnightAfter(days[1])];
    await assertDefinitions(server, cases.map(plainCase), days, [start, over]);
  }

  assert.deepEqual(await dossierIds(server, 'overdue'), idsOf(cases, 'open-overdue'));
  assert.deepEqual(await dossierIds(server, 'late'), idsOf(cases, 'late'));
  assert.deepEqual(await dossierIds(server, 'faulty'), idsOf(cases, 'faulty'));

  const again = await run();
  assert.match(again.stdout, new RegExp(` 0 new events, ${events} known already, 0 rejected`));
  assert.deepEqual(counts(await get<Figure>(server, `${OBJECTIVE}?${WINDOW}`)), expected);
  return { ...expected, faulty: idsOf(cases, 'faulty'), overdueIds: idsOf(cases, 'open-overdue') };
}

test('an invented permit log gives the figures worked out by hand', async (t) => {
  // case-1 ends at 23:30 of its due date, case-2 half an hour after the midnight that ends its, case-3 a day early.
  assert.deepEqual(await compared(t, 'tests/fixtures/permit-receipts.csv'), {
    numerator: 2,
    denominator: 3,
    overdue: 2,
    faulty: ['case-5'],
    overdueIds: ['case-4', 'case-6'],
  });
});

test('the real permit log gives the figures computed from its rows', async (t) => {
  const folder = process.env.NHIP_TEST_DATA;
  if (folder === undefined) return t.skip('NHIP_TEST_DATA is not set: the tier of real files does not apply');
  const file = join(folder, 'permit-receipts.csv');
  assert.ok(existsSync(file), `NHIP_TEST_DATA is set, but there is no ${file}`);
  const { numerator, denominator, overdue, faulty } = await compared(t, file);
  assert.deepEqual([numerator, denominator, overdue, faulty], [462 + 40, 462 + 40 + 174, 49, ['case-10862']]);
});
