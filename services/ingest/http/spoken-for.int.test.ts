import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ApiKeys } from '../../../shared/platform/api-keys.ts';
import { createApiKey, type Right } from '../../../shared/platform/keys-file.ts';
import { dossierEvent, ingestServer } from '../testing/server.ts';
import { type StandInStore, standInStore } from '../testing/stand-in-store.ts';

const LIMITS = { bodyBytes: 1024 * 1024, batchEvents: 1_000 };
const OFFICE = '/one-stop/h19';
const PORTAL = '/feeds/dvcqg';
const RECORD = {
  MaHoSo: 'H19.12-261120-0001',
  MaTTHC: '2.000635',
  NgayTiepNhan: '20261120093100',
  NgayHenTra: '20261127170000',
  TrangThaiHoSo: '2',
};

describe('a key that is bound to sources', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-spoken-'));
  const file = join(folder, 'keys.json');
  const key = (name: string, right: Right, ...sources: string[]) =>
    createApiKey(file, name, [right], new Date(0), { sources });
  const [portal, office, free, admin] = [
    key('portal', 'feed', PORTAL),
    key('office', 'feed', OFFICE, '/files'),
    key('free', 'feed'),
    key('admin', 'admin'),
  ];
  let store: StandInStore;
  let post: (key: string, url: string, body: object) => Promise<{ status: number; body: Answer }>;
  let close = async () => {};
  interface Answer {
    accepted: number;
    duplicates: number;
    rejected: { index: number; code: string; pointer: string; detail: string; deadLetter: string }[];
    outcome?: string;
    items?: { faults: { code: string }[]; source: string }[];
  }

  before(async () => {
    store = standInStore();
    const afterwards: (() => Promise<void> | void)[] = [];
    const test = { after: (work: () => Promise<void>) => afterwards.push(work) };
    const { app } = await ingestServer(test, store, LIMITS, new ApiKeys(file));
    close = async () => {
      for (const work of afterwards) await work();
    };
    post = async (bearer, url, body) => {
      const answer = await app.inject({
        method: 'POST',
        url: `/v1/${url}`,
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        payload: JSON.stringify(body),
      });
      return { status: answer.statusCode, body: answer.json() };
    };
  });
  after(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });
  const bySource = () => store.events.map(({ metadata: { source, sourceId, by } }) => [source, sourceId, by]);

  it('of the portal cannot speak for the office; what it may say beside that is taken', async () => {
    const forged = dossierEvent({ id: 'forged' });
    const { status, body } = await post(portal, 'events', [
      forged,
      dossierEvent({ id: 'p-1', source: PORTAL }),
    ]);
    assert.deepEqual([status, body.accepted, body.rejected.length], [200, 1, 1]);
    const [{ index, code, pointer, detail } = assert.fail()] = body.rejected;
    assert.deepEqual([index, code, pointer], [0, 'source-forbidden', '/source']);
    assert.match(detail, /"portal" may speak for: \/feeds\/dvcqg, or below, but was "\/one-stop\/h19"/);
    assert.deepEqual(bySource(), [[PORTAL, 'p-1', 'portal']]);
  });

  it('speaks for what lies below its source at a slash, and for nothing that only begins alike', async () => {
    const from = (source: string) => post(office, 'events', dossierEvent({ id: source, source }));
    for (const source of [OFFICE, `${OFFICE}/counter-1`, '/files/2025/q1'])
      assert.equal((await from(source)).body.accepted, 1, source);
    for (const source of [`${OFFICE}-old`, '/one-stop', '/files2025', PORTAL, `${OFFICE}/`.slice(1)])
      assert.equal((await from(source)).body.rejected[0]?.code, 'source-forbidden', source);
  });

  it('speaks for no path that leads elsewhere, or names nothing, below its source', async () => {
    const from = (source: string) => post(office, 'events', dossierEvent({ id: source, source }));
    for (const source of [
      `${OFFICE}/../other`,
      `${OFFICE}/a/%2E%2e/b`,
      `${OFFICE}/./a`,
      `${OFFICE}/`,
      `${OFFICE}//a`,
    ])
      assert.equal((await from(source)).body.rejected[0]?.code, 'source-forbidden', source);
  });

  it('is held to its sources by every dialect, and in what it reports as refused', async () => {
    const request = { service: 'DongBoHoSoMC', madonvi: '000.00.12.H19', data: [RECORD] };
    const mine = await post(portal, 'feeds/dvcqg', request);
    assert.ok(mine.body.accepted > 0 && mine.body.rejected.length === 0, JSON.stringify(mine.body));
    const foreign = await post(office, 'feeds/dvcqg', {
      ...request,
      data: [{ ...RECORD, MaHoSo: 'H19.12-261120-0002' }],
    });
    assert.equal(foreign.body.accepted, 0);
    assert.ok(foreign.body.rejected.every(({ code }) => code === 'source-forbidden'));
    const fault = { code: 'row-invalid', pointer: '', was: 'x', expected: 'y' };
    const refused = { content: 'x', origin: 'a.csv:1', source: OFFICE, faults: [fault] };
    const report = await post(portal, 'feeds/refused', { records: [refused] });
    assert.match(report.body.rejected[0]?.detail ?? '', /may speak for.*y, but was x/);
  });

  it('is no part of an event: by another key it is a duplicate, and the first name stays', async () => {
    const event = dossierEvent({ id: 'twice' });
    assert.equal((await post(office, 'events', event)).body.accepted, 1);
    assert.equal((await post(free, 'events', event)).body.duplicates, 1);
    assert.deepEqual(
      bySource().filter(([, id]) => id === 'twice'),
      [[OFFICE, 'twice', 'office']],
    );
  });

  it('leaves a dead letter, which the administrator may take in under the own name', async () => {
    const { body } = await post(portal, 'events', dossierEvent({ id: 'appealed' }));
    const retried = await post(admin, `dead-letters/${body.rejected[0]?.deadLetter}/retry`, {});
    assert.equal(retried.body.outcome, 'accepted', JSON.stringify(retried.body));
    assert.deepEqual(bySource().at(-1), [OFFICE, 'appealed', 'admin']);
  });
});
