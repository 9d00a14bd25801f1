import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Position } from '../../shared/contracts/stored-event.ts';
import { LEDGER_VERSION } from '../../shared/ledger/sql/version.ts';
import { fileVersion } from '../../shared/sql/sqlite/version.ts';
import { visitFile } from '../../shared/sql/sqlite/visit.ts';
import { at } from '../fixtures/upgrade/answers.ts';
import { importCsv } from '../support/import-csv.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';

/**
 * Stores and their ledgers as earlier versions left them, a folder each, and every figure that the rules of today give
 * otherwise, with the rule. How they were made stands in the README beside them.
 */
const FIXTURES = join(import.meta.dirname, '../fixtures/upgrade');
const NOW = Date.parse('2026-11-30T08:10:00+07:00');

type Fields = Readonly<Record<string, unknown>>;
interface Answers {
  readonly position: number;
  readonly figures: readonly { readonly about: string; readonly url: string; readonly before: Fields }[];
  /** How each message was answered then. */
  readonly sent: readonly { readonly about: string; readonly accepted: number }[];
}
interface Changes {
  readonly figures: readonly { readonly url: string; readonly after: Fields; readonly rule: string }[];
  /** How many of the events that were refused then, or read as something else, are taken today. */
  readonly sent: readonly { readonly about: string; readonly taken: number; readonly rule: string }[];
}
interface Message {
  readonly about: string;
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

/** What `read` makes of the file of a fixture; undefined where it has none. */
function fixture<Value>(folder: string, name: string, read: (content: Buffer) => Value): Value | undefined {
  const path = join(FIXTURES, folder, name);
  return existsSync(path) ? read(readFileSync(path)) : undefined;
}

/** Without the fields of objects that answers have got since: every one of then is still there. */
function withoutAdded(now: unknown, then: unknown): unknown {
  if (Array.isArray(now) && Array.isArray(then)) return now.map((one, at) => withoutAdded(one, then[at]));
  if (!isObject(now) || !isObject(then)) return now;
  const kept = Object.entries(now).filter(([field]) => field in then);
  return Object.fromEntries(kept.map(([field, value]) => [field, withoutAdded(value, then[field])]));
}
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function unpack(folder: string, dataDir: string): void {
  for (const file of ['events.db', 'ledger.db', 'dead-letters.db']) {
    const content = fixture(folder, `${file}.gz`, gunzipSync);
    if (content !== undefined) writeFileSync(join(dataDir, file), content);
  }
}

const answersOf = (folder: string): Answers =>
  fixture<Answers>(folder, 'answers.json.gz', (file) => JSON.parse(gunzipSync(file).toString())) ??
  assert.fail(folder);

/** A server whose ledger has every event of the fixture. */
async function startedOn(
  folder: string,
  dataDir: string,
  env: Record<string, string> = {},
): Promise<InProcess> {
  const nhip = await startInProcess(NOW, { DATA_DIR: dataDir, ...env });
  assert.ok(await nhip.nhip.commits.reached(answersOf(folder).position as Position, 30_000));
  return nhip;
}

function describeUpgrade(folder: string, more: (running: () => InProcess) => void): void {
  describe(`a store and its ledger of ${folder}`, () => {
    const { figures, sent } = answersOf(folder);
    const changes = fixture<Changes>(folder, 'changes.json', (file) => JSON.parse(file.toString()));
    const dataDir = emptyDir();
    let nhip: InProcess;
    before(async () => {
      unpack(folder, dataDir);
      nhip = await startedOn(folder, dataDir);
    });
    after(async () => {
      await nhip.close();
      rmSync(dataDir, { recursive: true });
    });

    it('has a ledger of the present version: an older one is built anew by itself', async () => {
      assert.equal(visitFile(join(dataDir, 'ledger.db'), 'read', fileVersion), LEDGER_VERSION);
    });

    for (const { about, url, before: then } of figures) {
      const change = changes?.figures.find((one) => one.url === url);
      it(`${about}: ${change?.rule ?? 'as before the upgrade'}`, async () => {
        const { body } = await nhip.get(url);
        const fields = Object.keys(then);
        const now = Object.fromEntries(fields.map((field) => [field, at(body, field.split('.'))]));
        const expected = { ...then, ...change?.after };
        assert.deepEqual(withoutAdded(now, expected), expected);
      });
    }

    it('treats every message sent again as a duplicate, and the figures stay', async () => {
      const documents = async () => (await nhip.get('/v1/objectives/inter-agency-e-exchange')).body;
      const { numerator, denominator } = await documents();
      const messages = fixture<Message[]>(folder, 'messages.json', (file) => JSON.parse(file.toString()));
      const answers = [];
      for (const { about, path, type, body } of messages ?? []) {
        const headers = { 'content-type': type };
        const answer = await nhip.server.inject({ method: 'POST', url: path, headers, payload: body });
        const { accepted, duplicates } = answer.json();
        answers.push({ about, accepted, duplicates });
      }
      const taken = (about: string) => changes?.sent.find((one) => one.about === about)?.taken ?? 0;
      assert.deepEqual(
        answers,
        sent.map(({ about, accepted }) => ({ about, accepted: taken(about), duplicates: accepted })),
      );
      const again = await documents();
      assert.deepEqual([again.numerator, again.denominator], [numerator, denominator]);
    });

    more(() => nhip);
  });
}

const ofFirst = (running: () => InProcess) => {
  it('treats every row of a file imported again as a duplicate', async () => {
    assert.deepEqual(await importCsv(running(), join(FIXTURES, 'first/rows.csv')), [0, 5, 0]);
  });

  it('joins by a row of the table ids stored with the suffix of the axis to ids without it', async () => {
    const nhip = running();
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
};

const ofBeforeBooks = (running: () => InProcess) => {
  it('accepts a dead letter of an earlier version, once it is mended', async () => {
    const nhip = running();
    const { body: letters } = await nhip.get('/v1/dead-letters?type=dossier.status.v1&limit=1');
    const id = at(letters, ['items', '*', 'id']);
    const answer = await nhip.server.inject({
      method: 'POST',
      url: `/v1/dead-letters/${id}/retry`,
      payload: {
        content: JSON.stringify({
          ...{ specversion: '1.0', source: '/one-stop/k19', id: 'd27 received', type: 'dossier.status.v1' },
          ...{ time: '2026-11-05', data: { dossierId: 'K19.12-261102-0027', status: 'received' } },
        }),
      },
    });
    assert.equal(answer.statusCode, 200, answer.body);
    assert.ok(await nhip.nhip.commits.reached(answer.json().position, 5_000));
    const { body } = await nhip.get('/v1/dossiers/K19.12-261102-0027');
    assert.equal(at(body, ['account']), 'in-progress/no-due-date');
  });
};

const EXTENSIONS = 'any-extension';

const ofExtensions = (running: () => InProcess) => {
  const onTime = async (nhip: InProcess) => {
    const { numerator, denominator } = (await nhip.get('/v1/objectives/dossier-on-time')).body;
    return [numerator, denominator];
  };
  const found = async (nhip: InProcess, question: string) => {
    const { body } = await nhip.get(`/v1/dossiers?${question}`);
    return [body.extensionRule, (at(body, ['items', '*', 'id']) as string[]).map((id) => id.at(-1))];
  };

  it('lists the dossiers that the rule restates, by their findings', async () => {
    const listed = (question: string) => found(running(), question);
    const rule = 'once-before-due';
    assert.deepEqual(await listed('state=settled&finding=extension-too-late'), [rule, ['2', '3']]);
    assert.deepEqual(await listed('state=settled&finding=extension-repeated'), [rule, ['4']]);
    assert.deepEqual(await listed('state=open&finding=extension-too-late'), [rule, ['5']]);
  });

  it('counts as before under the rule `any`, and its ledger is built anew under the other', async (t) => {
    const dataDir = emptyDir();
    t.after(() => rmSync(dataDir, { recursive: true }));
    unpack(EXTENSIONS, dataDir);
    const any = await startedOn(EXTENSIONS, dataDir, { EXTENSION_RULE: 'any' });
    assert.deepEqual(await onTime(any), [4, 4]);
    assert.deepEqual(await found(any, 'state=settled&finding=extension-repeated'), ['any', ['4']]);
    await any.close();
    const once = await startedOn(EXTENSIONS, dataDir, { EXTENSION_RULE: 'once-before-due' });
    assert.deepEqual(await onTime(once), [1, 4]);
    await once.close();
  });
};

const MORE: Readonly<Record<string, (running: () => InProcess) => void>> = {
  first: ofFirst,
  'before-books': ofBeforeBooks,
  [EXTENSIONS]: ofExtensions,
};
for (const { name } of readdirSync(FIXTURES, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
  describeUpgrade(name, MORE[name] ?? (() => {}));
