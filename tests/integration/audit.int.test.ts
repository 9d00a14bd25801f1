import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { AuditLog } from '../../shared/audit/audit-log.ts';
import { AuditReader } from '../../shared/audit/audit-reader.ts';
import { unitId } from '../../shared/contracts/ids.ts';
import type { PersonId } from '../../shared/contracts/two-people.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { createApiKey, type Right, readApiKeys, revokeApiKey } from '../../shared/platform/keys-file.ts';
import { eventually } from '../support/eventually.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';

const NOW = Date.parse('2026-11-20T03:00:00Z');

interface Act {
  readonly type: string;
  readonly by: string | null;
  readonly data: Record<string, unknown>;
}

const create = (folder: string, name: string, right: Right, ...sources: string[]): string =>
  createApiKey(join(folder, 'keys.json'), name, [right], new Date(NOW), { sources });

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

async function acts(
  { server }: InProcess,
  key: string,
  query = '',
): Promise<{ items: Act[]; next?: string }> {
  const answer = await server.inject({ url: `/v1/audit${query}`, headers: bearer(key) });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json();
}

/** The type without what all have in common, who, and one field of its data. */
const told = ({ type, by, data }: Act) => [
  type.replace(/^audit\.|\.v1$/g, ''),
  by,
  data.name ?? data.id ?? data.url,
];

describe('the audit stream', () => {
  it('records what holders of keys do, under the name of the key, whatever name they write', async (t) => {
    const DATA_DIR = emptyDir();
    const [admin, duty] = [create(DATA_DIR, 'chief', 'admin'), create(DATA_DIR, 'Trực ban', 'duty')];
    const running = await startInProcess(NOW, { DATA_DIR });
    t.after(() => running.close());
    const call = async (method: 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object, key = duty) => {
      const answer = await running.server.inject({
        method,
        url: `/v1/${path}`,
        headers: bearer(key),
        ...(payload && { payload }),
      });
      assert.ok(answer.statusCode < 300, `${path}: ${answer.body}`);
      return answer.body === '' ? {} : answer.json();
    };
    const { id } = await call('POST', 'webhooks', { url: 'https://chat.example.vn/hook?token=secret' });
    await call('PATCH', `webhooks/${id}`, { enabled: false });
    await call('POST', `webhooks/${id}/rotate-secret`);
    await call('DELETE', `webhooks/${id}`);
    const silence = await call('POST', 'silences', {
      matchers: { rule: 'breach' },
      endsAt: '2026-11-21T00:00:00Z',
      createdBy: 'somebody else',
      comment: 'nghỉ',
    });
    assert.equal(silence.createdBy, 'Trực ban');
    await call('DELETE', `silences/${silence.id}?by=nobody`);
    await call('POST', 'rebuild', undefined, admin);
    const { items } = await acts(running, admin);
    assert.deepEqual(items.map(told).reverse(), [
      ['key-created', null, 'chief'],
      ['key-created', null, 'Trực ban'],
      ['webhook-created', 'Trực ban', id],
      ['webhook-changed', 'Trực ban', id],
      ['webhook-secret-rotated', 'Trực ban', id],
      ['webhook-deleted', 'Trực ban', id],
      ['silence-created', 'Trực ban', silence.id],
      ['silence-ended', 'Trực ban', silence.id],
      ['rebuild-started', 'chief', undefined],
    ]);
    assert.ok(!JSON.stringify(items).includes('secret"') && !JSON.stringify(items).includes('token'));
    // Page by page, each once.
    const paged: Act[] = [];
    for (let query: string | undefined = '?limit=4'; query !== undefined; ) {
      const page: { items: Act[]; next?: string } = await acts(running, admin, query);
      paged.push(...page.items);
      query = page.next === undefined ? undefined : `?limit=4&cursor=${page.next}`;
    }
    assert.deepEqual(paged, items);
  });

  it('records the keys that the server sees made, changed and revoked, also while it did not run', async () => {
    const DATA_DIR = emptyDir();
    const path = join(DATA_DIR, 'keys.json');
    const admin = create(DATA_DIR, 'chief', 'admin');
    create(DATA_DIR, 'portal', 'feed', '/feeds/dvcqg');
    createApiKey(path, 'head', ['approve'], new Date(NOW), {
      ...{ person: 'nv-017' as PersonId, units: [unitId('H19.02')] },
    });
    let running = await startInProcess(NOW, { DATA_DIR });
    create(DATA_DIR, 'short', 'read');
    await eventually(async () => (await acts(running, admin)).items.length === 4);
    await running.close();
    for (const { id, name } of readApiKeys(path)) if (name !== 'chief') revokeApiKey(path, id);
    running = await startInProcess(NOW, { DATA_DIR });
    const { items } = await acts(running, admin);
    assert.deepEqual(items.map(told).reverse(), [
      ['key-created', null, 'chief'],
      ['key-created', null, 'portal'],
      ['key-created', null, 'head'],
      ['key-created', null, 'short'],
      ['key-revoked', null, 'portal'],
      ['key-revoked', null, 'head'],
      ['key-revoked', null, 'short'],
    ]);
    const head = items.at(-3)?.data;
    assert.deepEqual([head?.rights, head?.person, head?.units], [['approve'], 'nv-017', ['H19.02']]);
    assert.deepEqual(items.at(-2)?.data, {
      id: items.at(-2)?.data.id,
      name: 'portal',
      rights: ['feed'],
      sources: ['/feeds/dvcqg'],
    });
    assert.ok(!JSON.stringify(items).includes(readApiKeys(path)[0]?.sha256 ?? ''));
    await running.close();
  });

  it('counts wrong keys by the minute, with their address, and no key', async () => {
    const DATA_DIR = emptyDir();
    const admin = create(DATA_DIR, 'chief', 'admin');
    let running = await startInProcess(NOW, { DATA_DIR });
    for (let tries = 0; tries < 3; tries += 1)
      await running.server.inject({ url: '/v1/units', headers: bearer('nhip_00000000_guess') });
    // The last, begun minute is recorded when the server stops.
    await running.close();
    running = await startInProcess(NOW, { DATA_DIR });
    const [last] = (await acts(running, admin)).items;
    assert.deepEqual(last && [last.type, last.data], [
      'audit.keys-refused.v1',
      { refused: 3, addresses: [{ address: '127.0.0.1', refused: 3 }] },
    ]);
    await running.close();
  });

  it('has each change once, though several processes see it at the same time', async () => {
    const folder = emptyDir();
    create(folder, 'one', 'read');
    create(folder, 'two', 'read');
    const records = readApiKeys(join(folder, 'keys.json'));
    const store = await openEventStore(join(folder, 'events.db'));
    const processes = Array.from({ length: 5 }, () => new AuditLog(store, () => NOW));
    await Promise.all(processes.map((audit) => audit.keysAre(records)));
    await Promise.all(processes.map((audit) => audit.keysAre(records.slice(1))));
    const kept = await new AuditReader(store).before(undefined, 100);
    assert.deepEqual(kept.map(({ type }) => type).reverse(), [
      'audit.key-created.v1',
      'audit.key-created.v1',
      'audit.key-revoked.v1',
    ]);
    await store.close();
  });
});

describe('a data folder', () => {
  const status = async ({ server }: InProcess, key?: string) =>
    (await server.inject({ url: '/v1/objectives', headers: key === undefined ? {} : bearer(key) }))
      .statusCode;

  it('that never had a key is open, and asks for keys from the first one on, without a restart', async () => {
    const DATA_DIR = emptyDir();
    const running = await startInProcess(NOW, { DATA_DIR });
    assert.equal(await status(running), 200);
    const reader = create(DATA_DIR, 'first', 'read');
    await eventually(async () => (await status(running)) === 401);
    assert.equal(await status(running, reader), 200);
    await running.close();
  });

  it('that has had one stays closed when the file is lost: the store remembers', async () => {
    const DATA_DIR = emptyDir();
    create(DATA_DIR, 'first', 'read');
    await (await startInProcess(NOW, { DATA_DIR })).close();
    rmSync(join(DATA_DIR, 'keys.json'));
    const running = await startInProcess(NOW, { DATA_DIR });
    assert.deepEqual([await status(running), await status(running, 'nhip_0a1b2c3d_x')], [401, 503]);
    const reader = create(DATA_DIR, 'second', 'read');
    await eventually(async () => (await status(running, reader)) === 200);
    assert.equal(await status(running), 401);
    await running.close();
  });
});
