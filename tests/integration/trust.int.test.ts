import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
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

test('a loss that a person has accepted is a note with its day and reason, and no doubt, from then on, until more is lost', async () => {
  const folder = await folderWith(settled(1));
  const server = await startInProcess(NOW, { DATA_DIR: folder });
  const url = await server.listen();
  await server.nhip.commits.reached(1 as never, 5_000);
  const ledger = new DatabaseSync(join(folder, 'ledger.db'));
  const stream = 'dossier-H19.12-261110-0001';
  const lose = (lost: number) =>
    ledger.prepare('INSERT OR REPLACE INTO cut VALUES (?, ?, 1, ?)').run(stream, 'dossier.status.v1', lost);
  const trustOf = async (id: string, query = '') =>
    ((await server.get(`/v1/objectives/${id}${query}`)).body as unknown as { trust: LostTrust }).trust;
  const losses = (...args: string[]) => nhip(['losses', ...args, '--url', url], {});

  lose(2);
  const { doubts, lost } = await trustOf('dossier-on-time');
  assert.deepEqual([doubts, lost], [['incomplete'], 2]);
  assert.equal((await trustOf('internal-e-exchange')).lost, 0, 'documents are not concerned');
  const listed = await losses();
  assert.equal(listed.code, 1);
  assert.match(listed.stdout, new RegExp(`^${stream} before revision 2: 2 dossier.status.v1; not accepted`));

  const accept = (before: number) =>
    server.server.inject({
      method: 'POST',
      url: '/v1/losses/acceptances',
      payload: { losses: [{ stream, before }], reason: 'QĐ 12' },
    });
  const { statusCode, payload } = await accept(3);
  assert.equal(statusCode, 409, 'there is no such loss');
  assert.match(payload, /"pointer":"\/losses\/0","detail":"The event store is not known to have lost/);
  const accepted = await losses('accept', '--reason', 'Quyết định 12/QĐ-VP');
  assert.equal(accepted.code, 0, accepted.stderr);
  // The acceptance and its record in the audit.
  await server.nhip.commits.reached(3 as never, 5_000);
  const note = { at: new Date(NOW).toISOString(), reason: 'Quyết định 12/QĐ-VP', events: 2 };
  const now = await trustOf('dossier-on-time');
  assert.deepEqual([now.doubts, now.lost, now.acceptedLosses], [[], 0, [note]]);
  const before = await trustOf('dossier-on-time', `?asOf=${new Date(NOW - 1).toISOString()}`);
  assert.deepEqual([before.lost, before.acceptedLosses], [2, []], 'as it was known then');
  assert.equal((await accept(2)).statusCode, 409, 'accepted already');
  const again = await losses('accept', '--reason', 'Quyết định 12/QĐ-VP');
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /no loss is open\n$/);
  const [act] = (await server.get('/v1/audit?limit=1')).body.items as Record<string, unknown>[];
  assert.equal(act?.type, 'audit.loss-accepted.v1');

  lose(5);
  // An answer about the present is repeated for a second.
  server.now += 2_000;
  const later = await trustOf('dossier-on-time');
  assert.deepEqual([later.doubts, later.lost, later.acceptedLosses], [['incomplete'], 3, [note]]);
  assert.equal((await accept(2)).statusCode, 409, 'it would accept nothing of what was lost since');
  ledger.close();
  await server.close();
});

interface LostTrust {
  readonly doubts: string[];
  readonly lost: number;
  readonly acceptedLosses: object[];
}
