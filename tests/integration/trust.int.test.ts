import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { books } from '../../shared/books/registry.ts';
import { zoneOf } from '../../shared/calendar/zone.ts';
import { decoder } from '../../shared/contracts/decode.ts';
import { feedName } from '../../shared/contracts/ids.ts';
import type { EventToRecord } from '../../shared/contracts/stored-event.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { startInProcess } from '../support/in-process.ts';
import { nhip } from '../support/process.ts';
import { emptyDir } from '../support/standalone.ts';

const NOW = Date.parse('2026-11-20T10:00:00+07:00');
const decode = decoder(books.kinds, zoneOf('Asia/Ho_Chi_Minh'), () => ({
  feed: feedName('one-stop'),
  rank: 1,
}));

function settled(number: number, finishedAt = '2026-11-19T09:00:00+07:00'): EventToRecord {
  const decoded = decode({
    specversion: '1.0',
    id: String(number),
    source: 'one-stop',
    type: 'dossier.status.v1',
    time: finishedAt,
    data: {
      dossierId: `H19.12-261110-${String(number).padStart(4, '0')}`,
      status: 'completed',
      unitId: 'H19.12',
      receivedAt: '2026-11-10T08:00:00+07:00',
      dueAt: '2026-11-19T17:00:00+07:00',
      finishedAt,
    },
  });
  return decoded.kind === 'event' ? decoded.event : assert.fail(JSON.stringify(decoded.faults));
}
/** An event that a feed could not have sent, as a later version may have stored it. */
const broken = (event: EventToRecord): EventToRecord => ({ ...event, data: '{' });

/** A folder whose store has these events, and no ledger yet. */
async function folderWith(...events: EventToRecord[]): Promise<string> {
  const folder = emptyDir();
  const store = await openEventStore(join(folder, 'events.db'));
  await store.record(events, NOW - 60_000);
  await store.close();
  return folder;
}

interface Shown {
  readonly value: number;
  readonly status: string;
  readonly assured: boolean;
  readonly trust: { readonly state: string; readonly doubts: string[]; readonly setAside: number };
}

test('events that could not be folded make their figures incomplete, are listed and counted, also after a restart', async () => {
  // Ten on time; two that were late cannot be read.
  const late = [11, 12].map((number) => broken(settled(number, '2026-11-20T09:00:00+07:00')));
  const folder = await folderWith(...Array.from({ length: 10 }, (_, index) => settled(index + 1)), ...late);
  for (const start of ['first', 'second']) {
    const server = await startInProcess(NOW, { DATA_DIR: folder });
    await server.nhip.commits.reached(12 as never, 5_000);
    const { body } = await server.get('/v1/objectives/dossier-on-time');
    const { value, status, assured, trust } = body as unknown as Shown;
    assert.deepEqual([value, status, assured], [1, 'met', false], start);
    assert.deepEqual([trust.state, trust.setAside], ['incomplete', 2]);
    const other = (await server.get('/v1/objectives/internal-e-exchange')).body as unknown as Shown;
    assert.equal(other.trust.setAside, 0, 'documents are not concerned');

    const first = (await server.get('/v1/set-aside?limit=1')).body;
    assert.equal(first.total, 2);
    assert.equal(first.next, '11');
    const [item] = (await server.get(`/v1/set-aside?cursor=${first.next}`)).body.items as Record<
      string,
      string
    >[];
    assert.deepEqual(
      [item?.position, item?.type, item?.stream],
      ['12', 'dossier.status.v1', 'dossier-H19.12-261110-0012'],
    );
    const { payload } = await server.server.inject('/metrics');
    assert.match(payload, /nhip_ledger_set_aside_events\{type="dossier.status.v1"\} 2/);
    await server.close();
  }
});

test('`nhip verify` names by position the events that could not be folded, and is not well', async () => {
  const folder = await folderWith(settled(1), broken(settled(2)), settled(3));
  const server = await startInProcess(NOW, { DATA_DIR: folder });
  await server.nhip.commits.reached(3 as never, 5_000);
  await server.close();
  const { code, stdout } = await nhip(['verify'], { DATA_DIR: folder });
  assert.equal(code, 1, stdout);
  assert.match(
    stdout,
    /FAILED {2}ledger: nothing set aside.*\n +position 2, dossier.status.v1 in dossier-H19.12-261110-0002: /,
  );
  assert.match(stdout, /FAILED {2}events: readable.*\n +position 2, dossier.status.v1: /);
  assert.match(stdout, /ok {6}dossier: recomputed/);
  assert.match(stdout, /3 events up to position 3: NOT well/);
});
