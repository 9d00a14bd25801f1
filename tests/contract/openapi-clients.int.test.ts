import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compiledClients } from '../support/generated-clients.ts';
import { startInProcess } from '../support/in-process.ts';
import { statusEvent } from '../support/status-event.ts';

const NOW = Date.parse('2026-11-21T03:00:00Z');

/** What a maker of one-stop software writes. That it compiles is half of the test: each type must be readable, none empty. */
const PROGRAM = `
import createClient from 'openapi-fetch';
import type { components, paths } from './surface.js';
import { createClient as createHey } from './hey/client/index.js';
import * as hey from './hey/sdk.gen.js';
import type { Event, Objective } from './hey/types.gen.js';

type Told = components['schemas']['Objective'];
const late = ({ open, worst, settleNow }: Told): readonly (number | string | null)[] => [
  open?.overdue ?? 0, worst.unit?.key ?? null, worst.unit?.denominator ?? 0, settleNow?.value ?? null,
];
const met = ({ value, status, trust, freshness }: Objective): string =>
  [value?.toFixed(2), status, trust.state, ...freshness.map(({ lastRecordedAt }) => lastRecordedAt)].join(' ');

export async function byOpenapiFetch(baseUrl: string, events: unknown) {
  const client = createClient<paths>({ baseUrl });
  const sent = await client.POST('/v1/events', {
    body: events as components['schemas']['Event'][],
    headers: { 'content-type': 'application/cloudevents-batch+json' },
  });
  const position = sent.data?.position;
  const figure = await client.GET('/v1/objectives/{id}', {
    params: { path: { id: 'dossier-on-time' }, query: { minPosition: position, below: true } },
  });
  const dossiers = await client.GET('/v1/dossiers', { params: { query: { state: 'open', limit: 10 } } });
  const [first] = dossiers.data?.items ?? [];
  const due: string | null | undefined = first?.dueAt;
  const alerts = await client.GET('/v1/alerts', { params: { query: { phase: 'firing' } } });
  const none = await client.GET('/v1/dossiers/{id}', { params: { path: { id: 'nowhere' } } });
  return {
    accepted: sent.data?.accepted, late: figure.data && late(figure.data), due,
    alerts: alerts.data?.alerts.map(({ acknowledged }) => acknowledged?.by ?? null), code: none.error?.code,
  };
}

export async function byHey(baseUrl: string, events: unknown) {
  const client = createHey({ baseUrl });
  const sent = await hey.sendEvents({ client, body: events as Event[] });
  const figure = await hey.getObjective({ client, path: { id: 'dossier-on-time' }, query: { minPosition: sent.data?.position } });
  const breakdown = await hey.getBreakdown({ client, path: { id: 'dossier-on-time' }, query: { by: 'unit' } });
  const parts = breakdown.data?.parts.map(({ key, numerator, denominator }) => [key, numerator, denominator]);
  const dossiers = await hey.listDossiers({ client, query: { limit: 10 } });
  const none = await hey.getDossier({ client, path: { id: 'nowhere' } });
  return {
    duplicates: sent.data?.duplicates, met: figure.data && met(figure.data), parts,
    open: dossiers.data?.items.map(({ id }) => id), code: none.error?.code,
  };
}
`;

test('clients made by openapi-typescript and by Hey API compile, send an array as an array, and read every answer', async (t) => {
  const program = await compiledClients(PROGRAM);
  t.after(() => rmSync(fileURLToPath(new URL('..', program)), { recursive: true }));
  const running = await startInProcess(NOW);
  t.after(() => running.close());
  const base = await running.listen();
  const slip = { dueBasis: 'receipt-slip', unitId: 'H19.12' };
  const events = [
    statusEvent('H19.12-261116-0001', 'received', '2026-11-16T08:00:00+07:00', {
      ...slip,
      dueAt: '2026-11-20T17:00:00+07:00',
    }),
    statusEvent('H19.12-261116-0001', 'completed', '2026-11-20T09:00:00+07:00', {
      finishedAt: '2026-11-20T09:00:00+07:00',
    }),
    statusEvent('H19.12-261116-0002', 'received', '2026-11-16T08:00:00+07:00', {
      ...slip,
      dueAt: '2026-11-19T17:00:00+07:00',
    }),
  ];
  const clients = await import(program);
  assert.deepEqual(await clients.byOpenapiFetch(base, events), {
    accepted: 3,
    late: [1, null, 0, 0.5],
    due: '2026-11-19T10:00:00.000Z',
    alerts: [],
    code: 'not-found',
  });
  const read = await clients.byHey(base, events);
  assert.match(read.met, /^1\.00 at-risk /);
  assert.deepEqual(
    [read.duplicates, read.parts, read.open, read.code],
    [3, [['H19.12', 1, 1]], ['H19.12-261116-0002'], 'not-found'],
  );
});
