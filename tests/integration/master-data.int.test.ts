import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { books } from '../../shared/books/registry.ts';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import { DEFAULT_OFFICE_HOURS } from '../../shared/calendar/working-calendar.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { verifyLedger } from '../../shared/ledger/verify.ts';
import { OFFICE } from '../support/facts.ts';
import { importCsv } from '../support/import-csv.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';

/** Units and calendar days sent to two servers, to one of them in the opposite order. The present is Monday 20 April 2026, 09:00. */
const NOW = Date.parse('2026-04-20T09:00:00+07:00');
let forwards: InProcess;
let backwards: InProcess;
before(async () => {
  forwards = await startInProcess(NOW);
  backwards = await startInProcess(NOW);
});
after(async () => {
  await forwards.close();
  await backwards.close();
});

const eventOf = (id: string, type: string, time: string, data: object) => ({
  specversion: '1.0',
  source: '/master-data',
  ...{ id, type, time, data },
});
const parent = (id: string, parentId: string, time: string, assertedAt?: string) =>
  eventOf(id, 'unit.declared.v1', time, {
    unitId: 'H19.12',
    name: 'Sở',
    handlesProcedures: true,
    parentId,
    effectiveFrom: '2026-01-01',
    assertedAt,
  });
const tuesday = (id: string, kind: string, time: string) =>
  eventOf(id, 'calendar.day-declared.v1', time, { day: '2026-04-21', kind, instrument: 'CV 1/VP' });

const DOSSIER = eventOf('d', 'dossier.status.v1', '2026-04-20T08:00:00', {
  dossierId: 'H19.12-260420-0001',
  status: 'received',
  unitId: 'H19.12',
  dueAt: '2026-04-22T17:00:00',
  dueBasis: 'receipt-slip',
});

async function seenBy(server: InProcess) {
  const { items } = (await server.get('/v1/units')).body as { items: { id: string; parent: string }[] };
  const objective = (await server.get('/v1/objectives/dossier-on-time')).body as {
    open: { dueSoon: number };
  };
  return { parent: items[0]?.parent, units: items.length, dueSoon: objective.open.dueSoon };
}

test('units and calendar days of one date sent in the opposite order give the same tree and the same work due soon', async () => {
  const events = [
    DOSSIER,
    tuesday('t1', 'off', '2026-04-10T08:00:00'),
    tuesday('t2', 'ordinary', '2026-04-11T08:00:00'),
    parent('u1', 'H19.01', '2026-04-10T08:00:00'),
    parent('u2', 'H19.02', '2026-04-10T08:00:00', '2026-04-12T08:00:00'),
  ];
  await forwards.send(...events);
  await backwards.send(...events.toReversed());
  const expected = { parent: 'H19.02', units: 1, dueSoon: 0 };
  assert.deepEqual(await seenBy(forwards), expected);
  assert.deepEqual(await seenBy(backwards), expected);
  await forwards.send(tuesday('t3', 'off', '2026-04-13T08:00:00'));
  assert.equal((await seenBy(forwards)).dueSoon, 1, 'the day off matters');
});

test('of one day the greater statement replaces the other, also where it ends earlier', async () => {
  const unit = (id: string, time: string, effectiveTo?: string) =>
    eventOf(id, 'unit.declared.v1', time, {
      unitId: 'H19.77',
      name: 'Sở cũ',
      effectiveFrom: '2026-01-01',
      effectiveTo,
    });
  const events = [unit('o1', '2026-01-01T08:00:00'), unit('o2', '2026-04-01T08:00:00', '2026-03-31')];
  await forwards.send(...events);
  await backwards.send(...events.toReversed());
  for (const server of [forwards, backwards]) {
    const { items } = (await server.get('/v1/units?under=H19.77')).body as { items: object[] };
    assert.deepEqual(items, []);
  }
});

describe('the table of agency identifiers', () => {
  const register = eventOf('r', 'document.registered.v1', '2026-03-02T08:00:00', {
    documentId: '00.02.H19,2026-03-02,12/UBND',
    scope: 'inter-agency',
    fromUnitId: '00.02.H19',
    issuedAt: '2026-03-02T08:00:00',
    recipients: [{ unitId: '00.06.H19', channel: 'axis' }],
  });
  const arrived = eventOf('x', 'document.exchange.v1', '2026-03-02T09:00:00', {
    documentId: 'H19.02,2026-03-02,12/UBND',
    recipientUnitId: 'H19.06',
    step: 'arrived',
    at: '2026-03-02T09:00:00',
  });
  const status = (dossierId: string, word: string, time: string, fields = {}) =>
    eventOf(`${dossierId} ${word}`, 'dossier.status.v1', time, { dossierId, status: word, ...fields });
  const dossier = [
    status('00.02.H19-260302-0001', 'received', '2026-03-02T08:00:00', {
      unitId: '00.02.H19',
      dueAt: '2026-03-06T17:00:00',
      dueBasis: 'receipt-slip',
    }),
    status('H19.02-260302-0001', 'completed', '2026-03-05T08:00:00'),
  ];
  const mapped = (agencyId: string, unitId: string, time = '2026-04-01T08:00:00') =>
    eventOf(`${agencyId} ${unitId}`, 'agency-id.mapped.v1', time, { agencyId, unitId });
  const rows = [mapped('00.02.H19', 'H19.02'), mapped('00.06.H19', 'H19.06')];

  const figure = async (server: InProcess, id: string, query = '') => {
    const { body } = await server.get(`/v1/objectives/${id}${query}`);
    return `${body.numerator}/${body.denominator}`;
  };
  const unmapped = async (server: InProcess) =>
    (await server.get('/v1/units/unmapped')).body as {
      items: { id: string; proposal: string }[];
      position: string;
    };

  let server: InProcess;
  const dataDir = emptyDir();
  before(async () => {
    server = await startInProcess(NOW, { DATA_DIR: dataDir });
  });
  after(() => server.close());

  test('an identifier in three groups is listed with a proposal until the table has it', async () => {
    const position = await server.send(register, arrived, ...dossier);
    const listed = await unmapped(server);
    assert.deepEqual(
      listed.items.map(({ id, proposal }) => [id, proposal]),
      [
        ['00.02.H19', 'H19.02'],
        ['00.06.H19', 'H19.06'],
      ],
    );
    assert.equal(listed.position, position);
    assert.equal(
      await figure(server, 'inter-agency-e-exchange'),
      '0/1',
      'the axis spoke of another document',
    );
  });

  test('a row that comes later joins ids of one subject and corrects the past; as of an earlier moment, they are as known then', async () => {
    server.now += 60_000;
    const before = new Date(server.now - 1_000).toISOString();
    const [first, second] = rows;
    assert.ok(first && second);
    await server.send(first, second, mapped('000.00.77.H19', 'H19.78'));
    assert.deepEqual((await unmapped(server)).items, []);
    assert.equal(await figure(server, 'inter-agency-e-exchange'), '1/1');
    assert.equal(await figure(server, 'inter-agency-e-exchange', `?asOf=${before}`), '0/1');
    assert.equal(await figure(server, 'dossier-on-time', '?unit=H19.02'), '1/1');
    for (const unit of ['00.02.H19', '00.02.H19.e-doc.vn']) {
      assert.equal(await figure(server, 'dossier-on-time', `?unit=${unit}`), '1/1', unit);
      assert.equal(await figure(server, 'dossier-on-time', `?unit=${unit}&below=false`), '1/1', unit);
      const list = await server.get(`/v1/dossiers?state=settled&unit=${unit}`);
      assert.equal((list.body.items as object[]).length, 1, unit);
      const then = await server.get(`/v1/dossiers?unit=${unit}&asOf=${before}`);
      assert.equal((then.body.items as object[]).length, 1, `${unit} before there was a row`);
    }
    const withSuffix = encodeURIComponent('00.02.H19.e-doc.vn,2026-03-02,12/UBND');
    assert.equal((await server.get(`/v1/documents/${withSuffix}`)).status, 200);
    for (const id of ['00.02.H19-260302-0001', 'H19.02-260302-0001']) {
      const { body } = await server.get(`/v1/dossiers/${id}`);
      assert.deepEqual(
        [body.account, body.unit, (body.timeline as object[]).length],
        ['settled/early', 'H19.02', 2],
      );
      const then = await server.get(`/v1/dossiers/${id}?asOf=${before}`);
      assert.equal((then.body.timeline as object[]).length, 1);
    }
    const document = encodeURIComponent('00.02.H19,2026-03-02,12/UBND');
    const { body } = await server.get(`/v1/documents/${document}`);
    assert.deepEqual(
      (body.events as { use: string }[]).map(({ use }) => use),
      ['applied', 'applied'],
    );
    assert.deepEqual(
      (body.pairs as { recipient: string }[]).map(({ recipient }) => recipient),
      ['H19.06'],
    );
  });

  test('a row overrides the rule for four groups, in both forms; the greater row holds, in either order', async () => {
    await server.send(
      status('000.00.77.H19-260302-0001', 'received', '2026-03-02T08:00:00', { unitId: '000.00.77.H19' }),
      status('H19.77-260302-0002', 'received', '2026-03-02T08:00:00', { unitId: 'H19.77' }),
      mapped('H19.77', 'H19.79', '2026-03-31T08:00:00'),
    );
    for (const number of ['0001', '0002']) {
      const { body } = await server.get(`/v1/dossiers/H19.77-260302-${number}`);
      assert.equal(body.unit, 'H19.78');
    }
  });

  test('a unit that was declared under an identifier of the table, or its parent, is the unit', async () => {
    await server.send(
      eventOf('by table', 'unit.declared.v1', '2026-01-01T08:00:00', {
        unitId: '00.06.H19',
        name: 'Sở',
        parentId: '00.02.H19',
        effectiveFrom: '2026-01-01',
      }),
    );
    const { items } = (await server.get('/v1/units')).body as { items: { id: string; parent: string }[] };
    assert.deepEqual(
      items.map(({ id, parent }) => [id, parent]),
      [['H19.06', 'H19.02']],
    );
  });

  test('the table of docs/units.md is imported as it stands there, and again as duplicates', async () => {
    const [, page = ''] = readFileSync('docs/units.md', 'utf8').split('\n## The table of identifiers\n');
    const block = (language: string) =>
      new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? '';
    const folder = emptyDir();
    const [file, mappingFile] = [join(folder, 'identifiers.csv'), join(folder, 'identifiers.mapping.json')];
    writeFileSync(file, block('csv'));
    writeFileSync(mappingFile, block('json'));
    const imported = () => importCsv(forwards, file, mappingFile);
    assert.deepEqual(await imported(), [2, 0, 0]);
    assert.deepEqual(await imported(), [0, 2, 0]);
  });

  test('rows before the events come to the same as rows after them, and the ledger agrees with its events', async () => {
    await backwards.send(...rows.toReversed(), ...dossier.toReversed(), arrived, register);
    assert.equal(await figure(backwards, 'inter-agency-e-exchange'), '1/1');
    assert.equal(await figure(backwards, 'dossier-on-time', '?unit=H19.02'), '1/1');
    const ledger = openLedgerReader(join(dataDir, 'ledger.db'), OFFICE);
    const events = await openEventReader(join(dataDir, 'events.db'));
    const rules = foldRulesOf({
      books,
      zone: OFFICE,
      holidays: vietnamHolidays(),
      hours: DEFAULT_OFFICE_HOURS,
    });
    const report = await verifyLedger({ ledger, events, rules });
    assert.deepEqual([report.ok, report.events], [true, 11]);
    await ledger.close();
    await events.close();
  });

  test('identifiers that the table makes one are the sender and its own recipient; a counter is one of its agency too', async () => {
    const documentId = '00.02.H19,2026-03-03,13/UBND';
    await backwards.send(
      eventOf('own', 'document.registered.v1', '2026-03-03T08:00:00', {
        documentId,
        scope: 'inter-agency',
        fromUnitId: '00.02.H19',
        issuedAt: '2026-03-03T08:00:00',
        recipients: [
          { unitId: 'H19.02', channel: 'axis' },
          { unitId: '00.06.H19', channel: 'paper' },
        ],
      }),
      eventOf('counted', 'document.exchange.v1', '2026-03-03T09:00:00', {
        documentId: '00.02.H19,17',
        recipientUnitId: 'H19.06',
        step: 'sent',
        at: '2026-03-03T09:00:00',
      }),
    );
    const pairs = async (id: string) => {
      const { body } = await backwards.get(`/v1/documents/${encodeURIComponent(id)}`);
      return (body.pairs as { recipient: string; account: string }[]).map((pair) => [
        pair.recipient,
        pair.account,
      ]);
    };
    assert.deepEqual(await pairs(documentId), [
      ['H19.02', 'to-itself'],
      ['H19.06', 'exchanged/not-electronic'],
    ]);
    assert.equal(await figure(backwards, 'inter-agency-e-exchange'), '1/2');
    assert.deepEqual(await pairs('H19.02,17'), [['H19.06', 'unregistered']]);
  });
});
