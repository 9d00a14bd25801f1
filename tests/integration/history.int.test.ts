import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type InProcess, startInProcess } from '../support/in-process.ts';

/** The events of one subject come in pages of up to 1,000 events and about 1 MiB, which together are all of them, in one order. */
let nhip: InProcess;
before(async () => {
  nhip = await startInProcess(Date.parse('2026-04-20T09:00:00+07:00'));
});
after(() => nhip.close());

interface Told {
  readonly sourceId: string;
  readonly data?: object;
}
interface Detail {
  readonly next?: string;
  readonly events?: readonly Told[];
  readonly timeline?: readonly Told[];
}

async function pagesOf(path: string): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = [];
  for (let next: string | undefined = ''; next !== undefined; ) {
    const { status, body } = await nhip.get(`${path}${next && `?cursor=${next}`}`);
    assert.equal(status, 200, JSON.stringify(body));
    const detail = body as Detail;
    const told = detail.events ?? detail.timeline ?? [];
    assert.ok(Buffer.byteLength(JSON.stringify(told)) < 2.5 * 1_024 * 1_024);
    pages.push(told.map(({ sourceId }) => sourceId));
    next = detail.next;
    assert.ok(pages.length < 20);
  }
  return pages;
}

const minutes = (count: number) =>
  new Date(Date.parse('2026-03-02T08:00:00+07:00') + count * 60_000).toISOString();

test('a document with more than a thousand events', async () => {
  const documentId = 'K19.01,2026-03-02,1/VP';
  const ids = Array.from({ length: 2_100 }, (_, index) => `step-${index}`);
  const steps = ids.map((id, index) => ({
    specversion: '1.0',
    source: '/axis',
    type: 'document.exchange.v1',
    id,
    time: minutes(index),
    data: {
      documentId,
      recipientUnitId: `K19.${100 + (index % 50)}`,
      step: 'in-progress',
      at: minutes(index),
    },
  }));
  for (let from = 0; from < steps.length; from += 700) await nhip.send(...steps.slice(from, from + 700));
  const pages = await pagesOf(`/v1/documents/${encodeURIComponent(documentId)}`);
  assert.deepEqual(
    pages.map(({ length }) => length),
    [1_000, 1_000, 100],
  );
  assert.deepEqual(pages.flat(), ids);
});

test('a dossier whose events have large contents', async () => {
  const dossierId = 'K19.12-260302-0001';
  const ids = Array.from({ length: 300 }, (_, index) => `progress-${index}`);
  const progress = ids.map((id, index) => ({
    specversion: '1.0',
    source: '/one-stop',
    type: 'dossier.status.v1',
    id,
    time: minutes(index),
    data: {
      dossierId,
      status: index === 0 ? 'received' : 'in-progress',
      unitId: 'K19.12',
      reason: 'ệ'.repeat(2_000),
    },
  }));
  for (let from = 0; from < progress.length; from += 100)
    await nhip.send(...progress.slice(from, from + 100));
  const pages = await pagesOf(`/v1/dossiers/${dossierId}`);
  assert.equal(pages.length, 2, '1.8 MB');
  assert.deepEqual(pages.flat(), ids);
});

test('a cursor of another history is refused by name', async () => {
  const { status, body } = await nhip.get('/v1/dossiers/K19.12-260302-0001?cursor=another');
  assert.equal(status, 400);
  assert.match(JSON.stringify(body), /cursor/);
});
