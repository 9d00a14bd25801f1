import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type InProcess, startInProcess } from '../support/in-process.ts';

/** Units and calendar days told to two servers, to one of them in the opposite order. The present is Monday 20 April 2026, 09:00. */
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

const told = (id: string, type: string, time: string, data: object) => ({
  specversion: '1.0',
  source: '/master-data',
  ...{ id, type, time, data },
});
const parent = (id: string, parentId: string, time: string, assertedAt?: string) =>
  told(id, 'unit.declared.v1', time, {
    unitId: 'H19.12',
    name: 'Sở',
    handlesProcedures: true,
    parentId,
    effectiveFrom: '2026-01-01',
    assertedAt,
  });
const tuesday = (id: string, kind: string, time: string) =>
  told(id, 'calendar.day-declared.v1', time, { day: '2026-04-21', kind, instrument: 'CV 1/VP' });

const DOSSIER = told('d', 'dossier.status.v1', '2026-04-20T08:00:00', {
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

test('units and calendar days of one date told in the opposite order give the same tree and the same work due soon', async () => {
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
    told(id, 'unit.declared.v1', time, {
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
