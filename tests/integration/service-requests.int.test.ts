import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
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
 * A file of service requests, whose promised time is a minute of the day, goes through `nhip import` into a real server. The
 * server's answers are compared with those that this file computes from the CSV alone: all times are of one wall clock, so their
 * texts, cut to the minute, are compared as texts.
 */
const ZONE = 'America/New_York';
const MAPPING = 'tests/fixtures/service-requests.mapping.json';
const WINDOW = 'from=2011-01-01&to=2025-12-31';
const ONLINE = ['Self Service', 'Citizens Connect App', 'Twitter'];

type State = 'good' | 'late' | 'no-due-date' | 'faulty' | 'open' | 'open-overdue';

const minute = (text: string | undefined) => (text ?? '').slice(0, 16);
const now = new Intl.DateTimeFormat('sv', {
  timeZone: ZONE,
  dateStyle: 'short',
  timeStyle: 'short',
}).format();

function stateOf({ open_dt, target_dt, closed_dt }: Cells): State {
  if (!closed_dt) return target_dt && minute(target_dt) < now ? 'open-overdue' : 'open';
  if (closed_dt < (open_dt ?? '')) return 'faulty';
  if (!target_dt) return 'no-due-date';
  return minute(closed_dt) > minute(target_dt) ? 'late' : 'good';
}

const VALUE_OF: Readonly<Record<string, (cells: Cells) => string | null>> = {
  unit: ({ department }) => department || null,
  field: ({ reason }) => reason || null,
  procedure: ({ type }) => type || null,
  channel: ({ source }) => (ONLINE.includes(source ?? '') ? 'online' : null),
};

function tally(rows: readonly Cells[]) {
  const of = (...states: State[]) => rows.filter((row) => states.includes(stateOf(row))).length;
  return { numerator: of('good'), denominator: of('good', 'late'), overdue: of('open-overdue') };
}
const counts = ({ numerator, denominator, open }: Figure) => ({
  numerator,
  denominator,
  overdue: open.overdue,
});
const idsOf = (rows: readonly Cells[], state: State) =>
  rows
    .filter((row) => stateOf(row) === state)
    .map((row) => row.case_enquiry_id ?? '')
    .sort();

/** No clock changes in the window, so that its wall clock can be counted as if it were UTC. */
const SUMMER = ['2011-07-01', '2011-09-30'] as const;
const wallSecond = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`) / 1_000;
const SUMMER_SECONDS = [wallSecond('2011-07-01 00:00:00'), wallSecond('2011-10-01 00:00:00')] as const;

function plainCase({ open_dt = '', target_dt, closed_dt }: Cells): PlainCase {
  const due = target_dt ? wallSecond(target_dt) : null;
  return {
    received: wallSecond(open_dt),
    due,
    overdueFrom: due === null ? null : due - (due % 60) + 60,
    dueDayOver: target_dt ? wallSecond(`${target_dt.slice(0, 10)} 00:00:00`) + 86_400 : null,
    ended: closed_dt ? wallSecond(closed_dt) : null,
    isFaulty: Boolean(closed_dt && closed_dt < open_dt),
  };
}

async function compared(t: TestContext, file: string, text: string) {
  const server = await startServer({ TZ_OFFICE: ZONE });
  t.after(() => server.stop());
  const reports = mkdtempSync(join(tmpdir(), 'nhip-requests-'));
  const imported = await nhip(
    ['import', file, '--mapping', MAPPING, '--reports', reports, '--url', server.url],
    { DATA_DIR: server.dataDir },
  );
  assert.equal(imported.code, 0, imported.stderr);
  const rows = rowsOf(text);
  const events = rows.length + rows.filter(({ closed_dt }) => closed_dt).length;
  assert.match(imported.stdout, new RegExp(` ${events} new events, 0 known already, 0 rejected`));

  const figure = await eventually(async () => {
    const seen = await get<Figure>(server, `${OBJECTIVE}?${WINDOW}`);
    return Number(seen.position) >= events && seen;
  });
  assert.deepEqual(counts(figure), tally(rows));
  const [faulty, untimed] = [idsOf(rows, 'faulty'), idsOf(rows, 'no-due-date')];
  assert.equal(figure.excluded['no-finish-date'], faulty.length);
  assert.equal(figure.excluded['no-due-date'], untimed.length);
  assert.equal(figure.open.total, idsOf(rows, 'open').length + idsOf(rows, 'open-overdue').length);

  for (const [by, keyOf] of Object.entries(VALUE_OF)) {
    const path = `${OBJECTIVE}/breakdown?${WINDOW}&by=${by}`;
    const { parts } = await get<{ parts: Part[] }>(server, path);
    const groups = new Map([...Map.groupBy(rows, keyOf)].map(([key, group]) => [key, tally(group)] as const));
    const shown = new Map(parts.map((part) => [part.key, counts(part)]));
    for (const [key, counted] of shown) assert.deepEqual(counted, groups.get(key), `${by} ${key}`);
    for (const [key, { denominator, overdue }] of groups)
      assert.ok(shown.has(key) || denominator + overdue === 0, `${by} ${key}`);
  }

  const series = await get<{ points: { from: string; numerator: number; denominator: number }[] }>(
    server,
    `${OBJECTIVE}/series?from=2011-01-01&to=2013-12-31&step=month`,
  );
  const settled = rows.filter((row) => ['good', 'late'].includes(stateOf(row)));
  const months = Map.groupBy(settled, ({ closed_dt }) => closed_dt?.slice(0, 7) ?? '');
  assert.deepEqual(
    series.points.map(({ from, numerator, denominator }) => [from.slice(0, 7), numerator, denominator]),
    [...months]
      .filter(([month]) => month < '2014')
      .map(([month, group]) => [month, tally(group).numerator, tally(group).denominator] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

  const byDefinition = await assertDefinitions(server, rows.map(plainCase), SUMMER, SUMMER_SECONDS);

  assert.deepEqual(await dossierIds(server, 'overdue', 100), idsOf(rows, 'open-overdue'));
  assert.deepEqual(await dossierIds(server, 'late', 100), idsOf(rows, 'late'));
  return { ...tally(rows), untimed: untimed.length, faulty, events, byDefinition };
}

/** Of the summer. By the minute 2 and 8 are on time, by the second they are not; 6, 10, 11 and 12 are not due by its end. */
const BY_HAND = {
  'settled-in-period': [3, 5],
  'due-in-period': [3, 6],
  received: [3, 10],
  'portal-766': [5, 10],
  opencps: [4, 6],
  'td-form-06': [0, 0],
  'td-766-progress': [5, 5],
  'td-unit-report': [6, 6],
};

test('an invented file of service requests gives the figures worked out by hand: the minute decides', async (t) => {
  const file = 'tests/fixtures/service-requests.csv';
  // On time: 1 (the day before), 2 and 8 (within the minute), 10 (the clock went back that night). Late: 3, 9 and 12.
  assert.deepEqual(await compared(t, file, readFileSync(file, 'utf8')), {
    numerator: 4,
    denominator: 7,
    overdue: 1,
    untimed: 1,
    faulty: ['11'],
    events: 21,
    byDefinition: BY_HAND,
  });
});

test('the real file of service requests gives the figures computed from its rows', async (t) => {
  const folder = process.env.NHIP_TEST_DATA;
  if (folder === undefined) return t.skip('NHIP_TEST_DATA is not set: the tier of real files does not apply');
  const file = join(folder, 'boston-311-2011q3.csv.gz');
  assert.ok(existsSync(file), `NHIP_TEST_DATA is set, but there is no ${file}`);
  const { numerator, denominator, untimed, faulty, byDefinition } = await compared(
    t,
    file,
    gunzipSync(readFileSync(file)).toString(),
  );
  // Counted by a script in another language as well.
  assert.deepEqual([numerator, denominator, untimed, faulty], [20_356, 25_183, 4_898, []]);
  assert.deepEqual(byDefinition, {
    'settled-in-period': [18_283, 20_542],
    'due-in-period': [15_340, 19_664],
    received: [18_283, 27_294],
    'portal-766': [22_491, 26_815],
    opencps: [22_817, 25_076],
    'td-form-06': [0, 0],
    'td-766-progress': [18_697, 20_542],
    'td-unit-report': [23_231, 25_076],
  });
});
