import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { intakeDestination } from '../../services/cli/import/destination.ts';
import { importFiles } from '../../services/cli/import/import-files.ts';
import { prepareFiles } from '../../services/cli/import/prepared-file.ts';
import type { Position } from '../../shared/event-store/port.ts';
import { LEDGER_VERSION } from '../../shared/ledger/sql/version.ts';
import { versionOf } from '../../shared/ledger/sqlite/ledger-file.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';

/**
 * A store and its ledger as version 1 left them, and every figure that the rules of today give otherwise, with the rule. How it
 * was made stands in its README.
 */
const FIXTURE = join(import.meta.dirname, '../fixtures/upgrade');
const fixture = (name: string) => readFileSync(join(FIXTURE, name));

interface Figure {
  readonly about: string;
  readonly url: string;
  readonly before: Readonly<Record<string, unknown>>;
  /** Where it differs: what the rules of today give, and which. */
  readonly after?: Readonly<Record<string, unknown>>;
  readonly rule?: string;
}
interface Message {
  readonly about: string;
  readonly path: string;
  readonly type: string;
  readonly body: string;
}
const {
  position,
  figures,
  sent,
}: {
  readonly position: number;
  readonly figures: readonly Figure[];
  /** How each message was answered then; `taken` says how many of those refused then are taken today. */
  readonly sent: readonly { readonly about: string; readonly accepted: number; readonly taken?: number }[];
} = JSON.parse(fixture('figures.json').toString());

let nhip: InProcess;
const dataDir = emptyDir();
before(async () => {
  for (const file of ['events.db', 'ledger.db'])
    writeFileSync(join(dataDir, file), gunzipSync(fixture(`${file}.gz`)));
  nhip = await startInProcess(Date.parse('2026-11-30T08:10:00+07:00'), { DATA_DIR: dataDir });
  assert.ok(await nhip.nhip.commits.reached(position as Position, 30_000));
});
after(() => nhip.close());

/** What stands at a dotted path; `*` is each of a list. */
function at(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined || value === null || value === undefined) return value ?? null;
  if (key === '*') return Array.isArray(value) ? value.map((one) => at(one, rest)) : null;
  return at(Reflect.get(Object(value), key), rest);
}

test('a ledger of an older version is built anew by itself', async () => {
  const db = new DatabaseSync(join(dataDir, 'ledger.db'), { readOnly: true });
  assert.equal(versionOf(db), LEDGER_VERSION);
  db.close();
});

for (const { about, url, before: then, after: now, rule } of figures) {
  test(rule === undefined ? `${about}: as before the upgrade` : `${about}: ${rule}`, async () => {
    const { body } = await nhip.get(url);
    const fields = Object.keys(then);
    assert.deepEqual(Object.fromEntries(fields.map((field) => [field, at(body, field.split('.'))])), {
      ...then,
      ...now,
    });
  });
}

test('every message sent again is a duplicate, and the figures stay', async () => {
  const documents = async () => (await nhip.get('/v1/objectives/inter-agency-e-exchange')).body;
  const { numerator, denominator } = await documents();
  const messages: readonly Message[] = JSON.parse(fixture('messages.json').toString());
  const answers = [];
  for (const { about, path, type, body } of messages) {
    const headers = { 'content-type': type };
    const answer = await nhip.server.inject({ method: 'POST', url: path, headers, payload: body });
    const { accepted, duplicates } = answer.json();
    answers.push({ about, accepted, duplicates });
  }
  assert.deepEqual(
    answers,
    sent.map(({ about, accepted, taken = 0 }) => ({ about, accepted: taken, duplicates: accepted })),
  );
  const again = await documents();
  assert.deepEqual([again.numerator, again.denominator], [numerator, denominator]);
});

test('every row of a file imported again is a duplicate', async () => {
  const [summary] = await importFiles({
    files: await prepareFiles({
      files: [join(FIXTURE, 'rows.csv')],
      mappingFile: join(FIXTURE, 'rows.mapping.json'),
    }),
    destination: intakeDestination(nhip.nhip.ingest, 'test'),
    positionsDir: emptyDir(),
    reportsDir: emptyDir(),
    out: () => {},
  });
  assert.deepEqual([summary?.accepted, summary?.duplicates, summary?.rejected], [0, 5, 0]);
});

test('a row of the table joins what was stored with the suffix of the axis to what comes without', async () => {
  const row = (agencyId: string, unitId: string) => ({
    specversion: '1.0',
    ...{
      id: agencyId,
      source: '/identifiers',
      type: 'agency-id.mapped.v1',
      time: '2026-11-29T08:00:00+07:00',
    },
    data: { agencyId, unitId },
  });
  const unmapped = async () => at((await nhip.get('/v1/units/unmapped')).body, ['items', '*', 'id']);
  assert.deepEqual(await unmapped(), ['00.02.K19', '00.06.K19']);
  await nhip.send(row('00.02.K19', 'K19.02'), row('00.06.K19', 'K19.06'));
  assert.deepEqual(await unmapped(), []);
  const { body } = await nhip.get(`/v1/documents/${encodeURIComponent('00.02.K19,2026-05-04,4/UBND')}`);
  assert.deepEqual(at(body, ['pairs', '*', 'recipient']), ['K19.06']);
  assert.deepEqual(at(body, ['pairs', '*', 'account']), ['exchanged/electronic']);
});
