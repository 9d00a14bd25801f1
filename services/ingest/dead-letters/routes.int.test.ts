import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { ApiKeys } from '../../../shared/platform/api-keys.ts';
import { createApiKey } from '../../../shared/platform/keys-file.ts';
import { openFor, standInFor } from '../../../tests/support/eventstore/harness.ts';
import { openByType } from '../testing/open-by-type.ts';
import { dossierEvent, ingestServer, NOW } from '../testing/server.ts';
import { standInStore } from '../testing/stand-in-store.ts';

async function reject(app: FastifyInstance, event: Record<string, unknown>): Promise<string> {
  const answer = await app.inject({ method: 'POST', url: '/v1/events', payload: event });
  return answer.json().rejected[0].deadLetter;
}
const retry = (app: FastifyInstance, id: string, content?: string) =>
  app.inject({
    method: 'POST',
    url: `/v1/dead-letters/${id}/retry`,
    ...(content === undefined ? {} : { payload: { content } }),
  });
const dismiss = (app: FastifyInstance, id: string, payload: object) =>
  app.inject({ method: 'POST', url: `/v1/dead-letters/${id}/dismiss`, payload });
const get = (app: FastifyInstance, path: string) => app.inject({ url: `/v1/dead-letters${path}` });

test('a dead letter is shown with the message and every fault', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const event = dossierEvent({}, { status: 'đã xong', channel: 'pigeon' });
  const id = await reject(app, event);
  const { content, ...rest } = (await get(app, `/${id}`)).json();
  assert.deepEqual(JSON.parse(content), event);
  const faults = rest.faults.map(({ pointer, was }: { pointer: string; was: string }) => [pointer, was]);
  assert.deepEqual(faults, [
    ['/data/status', '"đã xong"'],
    ['/data/channel', '"pigeon"'],
  ]);
  assert.deepEqual(
    { ...rest, faults: 2 },
    {
      id,
      receivedAt: new Date(NOW).toISOString(),
      origin: 'http',
      feed: '/one-stop/h19',
      source: '/one-stop/h19',
      type: 'dossier.status.v1',
      size: Buffer.byteLength(JSON.stringify(event)),
      truncated: false,
      state: 'open',
      attempts: 0,
      erased: false,
      closedAt: null,
      dismissal: null,
      encoding: 'utf8',
      faults: 2,
    },
  );
});

test('the same poison from the same feed is kept once', async (t) => {
  const { app, ingest } = await ingestServer(t, standInStore());
  const poison = dossierEvent({}, { status: 'x' });
  assert.equal(await reject(app, poison), await reject(app, poison));
  assert.notEqual(await reject(app, poison), await reject(app, { ...poison, source: '/other' }));
  assert.deepEqual([...(await openByType(ingest.deadLetters))], [['dossier.status.v1', 2]]);
});

test('trying again as it came stays open and counts', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const id = await reject(app, dossierEvent({}, { status: 'x' }));
  const answer = (await retry(app, id)).json();
  assert.deepEqual(
    [answer.state, answer.outcome, answer.faults[0].pointer],
    ['open', 'rejected', '/data/status'],
  );
  await retry(app, id, '{"half": ');
  const letter = (await get(app, `/${id}`)).json();
  assert.deepEqual([letter.state, letter.attempts, letter.faults[0].code], ['open', 2, 'unparseable']);
});

test('an empty content is refused by name, and nothing is tried', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const id = await reject(app, dossierEvent({}, { status: 'x' }));
  const answer = await retry(app, id, '');
  assert.deepEqual([answer.statusCode, answer.json().errors[0].pointer], [400, '/content']);
  assert.equal((await get(app, `/${id}`)).json().attempts, 0);
});

test('mended content is taken in, marked as mended, and resolves it for good', async (t) => {
  const store = standInStore();
  const { app, ingest } = await ingestServer(t, store);
  const id = await reject(app, dossierEvent({}, { status: 'x' }));
  const mended = JSON.stringify(dossierEvent());
  assert.deepEqual((await retry(app, id, mended)).json(), {
    state: 'resolved',
    outcome: 'accepted',
    faults: [],
    position: '1',
  });
  assert.equal(store.events[0]?.metadata.origin, 'http, mended');
  assert.equal((await openByType(ingest.deadLetters)).size, 0);
  const again = await retry(app, id, mended);
  assert.deepEqual([again.statusCode, again.json().code], [409, 'conflict']);
});

test('tried again from two sides at once it is taken in once, and both are told so', async (t) => {
  const store = standInStore();
  const { app, ingest } = await ingestServer(t, store);
  const id = await reject(app, dossierEvent({}, { status: 'x' }));
  const mended = JSON.stringify(dossierEvent());
  // Neither goes on before both have seen it open.
  const { deadLetters } = ingest;
  const { get } = deadLetters;
  const both = Promise.withResolvers<void>();
  let seen = 0;
  deadLetters.get = async (letter) => {
    const found = await get.call(deadLetters, letter);
    seen += 1;
    if (seen === 2) both.resolve();
    await both.promise;
    return found;
  };
  const answers = await Promise.all([retry(app, id, mended), retry(app, id, mended)]);
  const outcomes = answers.map((answer) => [answer.json().state, answer.json().outcome]);
  assert.deepEqual(outcomes.sort(), [
    ['resolved', 'accepted'],
    ['resolved', 'duplicate'],
  ]);
  assert.equal(store.events.length, 1);
  assert.equal((await deadLetters.get(id))?.state, 'resolved');
});

test('found wanting while another resolves or deletes it, it stays as the other left it', async (t) => {
  const { app, ingest } = await ingestServer(t, standInStore());
  const { deadLetters } = ingest;
  const { get } = deadLetters;
  const meanwhile = (change: (id: string) => Promise<unknown>) => {
    deadLetters.get = async (id) => {
      deadLetters.get = get;
      const letter = await get.call(deadLetters, id);
      await change(id);
      return letter;
    };
  };
  const id = await reject(app, dossierEvent({}, { status: 'x' }));
  meanwhile((letter) => deadLetters.tried(letter, { at: 2_500, state: 'resolved', faults: [] }));
  assert.equal((await retry(app, id)).statusCode, 409);
  assert.equal((await deadLetters.get(id))?.state, 'resolved');
  const other = await reject(app, dossierEvent({ id: 'e-2' }, { status: 'x' }));
  meanwhile(async (letter) => {
    await deadLetters.dismiss(letter, { at: NOW, by: 'An', reason: 'a test' });
    await deadLetters.delete(letter);
  });
  assert.equal((await retry(app, other)).statusCode, 404);
});

test('an id that was reused stays open as it is, and is taken under an id of its own', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  await app.inject({ method: 'POST', url: '/v1/events', payload: dossierEvent() });
  const other = dossierEvent({}, { status: 'completed' });
  const id = await reject(app, other);
  assert.equal((await retry(app, id)).json().faults[0].code, 'id-reused');
  assert.equal((await retry(app, id, JSON.stringify({ ...other, id: 'e-2' }))).json().outcome, 'accepted');
});

test('a message that was kept in part is only taken in whole', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const id = await reject(app, dossierEvent({}, { status: 'x', reason: 'r'.repeat(1024 * 1024) }));
  assert.equal((await get(app, `/${id}`)).json().truncated, true);
  const asIs = await retry(app, id);
  assert.deepEqual([asIs.statusCode, asIs.json().code], [409, 'conflict']);
  const whole = JSON.stringify(dossierEvent({}, { reason: 'r'.repeat(1024 * 1024) }));
  assert.equal((await retry(app, id, whole)).json().outcome, 'accepted');
});

test('a store that does not answer leaves it open and untried', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const id = await reject(app, dossierEvent({}, { status: 'x' }));
  store.failWith = 'unavailable';
  assert.equal((await retry(app, id, JSON.stringify(dossierEvent()))).statusCode, 503);
  store.failWith = undefined;
  assert.equal((await get(app, `/${id}`)).json().attempts, 0);
  assert.equal((await retry(app, id, JSON.stringify(dossierEvent()))).json().outcome, 'accepted');
});

test('pages go from the newest to the oldest, each once, filtered', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1)
    ids.unshift(await reject(app, dossierEvent({ id: `e-${n}`, type: `t-${n % 2}` })));
  const seen: string[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const page: { items: { id: string }[]; next?: string } = (
      await get(app, `?limit=2${cursor && `&cursor=${cursor}`}`)
    ).json();
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  }
  assert.deepEqual(seen, ids);
  assert.equal((await get(app, '?type=t-1')).json().items.length, 2);
  assert.equal((await get(app, '?state=resolved')).json().items.length, 0);
  assert.equal((await get(app, '?source=%2Fone-stop%2Fh19&state=open')).json().items.length, 5);
});

test('a wrong question is refused, not guessed', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  for (const query of [
    '?limit=0',
    '?limit=201',
    '?limit=ten',
    '?state=closed',
    '?cursor=x',
    '?sate=open',
    '?limit=1e2',
  ]) {
    const answer = await get(app, query);
    assert.deepEqual([answer.statusCode, answer.json().code], [400, 'request-invalid'], query);
    assert.ok(answer.json().errors.length > 0);
  }
});

test('without keys the person who dismisses it is named in the request', async (t) => {
  const { app, ingest } = await ingestServer(t, standInStore());
  const id = await reject(app, dossierEvent({}, { status: 'x' }));
  const unnamed = await dismiss(app, id, { reason: 'a test message' });
  assert.deepEqual([unnamed.statusCode, unnamed.json().errors[0].pointer], [400, '/by']);
  for (const payload of [{ by: 'An' }, { by: 'An', reason: ' ' }, { by: 'An', reason: 'x'.repeat(501) }])
    assert.equal((await dismiss(app, id, payload)).statusCode, 400);
  assert.equal((await openByType(ingest.deadLetters)).size, 1);

  const done = (await dismiss(app, id, { by: 'Nguyễn Văn An', reason: 'a test message' })).json();
  assert.deepEqual(
    [done.state, done.dismissal, done.closedAt],
    ['dismissed', { by: 'Nguyễn Văn An', reason: 'a test message' }, new Date(NOW).toISOString()],
  );
  assert.equal((await openByType(ingest.deadLetters)).size, 0);
  const again = await dismiss(app, id, { by: 'Bình', reason: 'again' });
  assert.deepEqual([again.statusCode, again.json().code], [409, 'conflict']);
  assert.equal((await retry(app, id)).statusCode, 409);
  assert.equal((await dismiss(app, 'nobody', { by: 'An', reason: 'x' })).statusCode, 404);
  assert.equal((await get(app, '?state=dismissed')).json().items.length, 1);
});

test('with keys the name of the key stands for the person, and only an admin dismisses', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-keys-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'keys.json');
  const admin = createApiKey(file, 'Trần Thị Bình', ['admin'], new Date(NOW));
  const feed = createApiKey(file, 'one-stop', ['feed'], new Date(NOW));
  const { app } = await ingestServer(t, standInStore(), undefined, new ApiKeys(file));
  const call = (key: string, url: string, payload: object) =>
    app.inject({ method: 'POST', url, payload, headers: { authorization: `Bearer ${key}` } });
  const { rejected } = (await call(feed, '/v1/events', dossierEvent({}, { status: 'x' }))).json();
  const url = `/v1/dead-letters/${rejected[0].deadLetter}/dismiss`;
  assert.equal((await call(feed, url, { reason: 'mine' })).statusCode, 403);
  const done = (await call(admin, url, { reason: 'a test' })).json();
  assert.deepEqual(done.dismissal, { by: 'Trần Thị Bình', reason: 'a test' });
  const other = (await call(feed, '/v1/events', dossierEvent({}, { status: 'y' }))).json().rejected[0];
  const named = await call(admin, `/v1/dead-letters/${other.deadLetter}/dismiss`, { reason: 'x', by: 'An' });
  assert.equal(named.json().dismissal.by, 'Trần Thị Bình', 'not a name that anybody can write');
});

test('a letter whose content was erased, or that stands for lost messages, says so when it is tried', async (t) => {
  const { app, ingest } = await ingestServer(t, standInStore());
  const id = await reject(app, dossierEvent({}, { status: 'x' }));
  await ingest.deadLetters.sweep(NOW + 1);
  const asIs = await retry(app, id);
  assert.match(asIs.json().detail, /erased/);
  assert.equal((await retry(app, id, JSON.stringify(dossierEvent()))).json().outcome, 'accepted');
  const [lost = ''] = await ingest.deadLetters.keep([
    {
      receivedAt: NOW,
      origin: 'kafka:hoso/0@3-5',
      raw: '{}',
      faults: [{ code: 'messages-lost', pointer: '', was: '3', expected: '' }],
    },
  ]);
  const tried = await retry(app, lost, JSON.stringify(dossierEvent()));
  assert.deepEqual([tried.statusCode, tried.json().code], [409, 'conflict']);
  assert.equal((await ingest.deadLetters.get(lost))?.faults[0]?.code, 'messages-lost');
});

test('deleting is for good, of what is closed; what is not there is 404', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const id = await reject(app, dossierEvent({}, { status: 'x' }));
  const open = await app.inject({ method: 'DELETE', url: `/v1/dead-letters/${id}` });
  assert.deepEqual([open.statusCode, open.json().code], [409, 'conflict']);
  await dismiss(app, id, { by: 'An', reason: 'a test' });
  const deleted = await app.inject({ method: 'DELETE', url: `/v1/dead-letters/${id}` });
  assert.deepEqual([deleted.statusCode, deleted.body], [204, '']);
  assert.equal((await app.inject({ method: 'DELETE', url: `/v1/dead-letters/${id}` })).statusCode, 404);
  assert.equal((await get(app, `/${id}`)).statusCode, 404);
  assert.equal((await retry(app, id)).statusCode, 404);
  assert.equal((await get(app, '')).json().items.length, 0);
});

test('an event larger than the store ever takes becomes a dead letter, and holds up nothing else', async (t) => {
  const store = standInStore();
  store.largest = 1_000;
  const { app } = await ingestServer(t, store);
  const giant = dossierEvent({ id: 'giant' }, { reason: 'x'.repeat(2_000) });
  const payload = [dossierEvent({ id: 'before' }), giant, dossierEvent({ id: 'behind' })];
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/events',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    payload: JSON.stringify(payload),
  });
  assert.equal(answer.statusCode, 200);
  const { accepted, rejected } = answer.json();
  assert.equal(accepted, 2);
  assert.deepEqual([rejected[0].index, rejected[0].code], [1, 'too-large']);
  const { deadLetter } = rejected[0];
  assert.deepEqual(JSON.parse((await get(app, `/${deadLetter}`)).json().content), giant);
  const again = await retry(app, deadLetter);
  assert.deepEqual([again.statusCode, again.json().faults[0].code], [200, 'too-large']);
  const mended = await retry(app, deadLetter, JSON.stringify(dossierEvent({ id: 'giant' }, { reason: 'x' })));
  assert.equal(mended.json().outcome, 'accepted');
});

test('an event that a newer event store refuses by name becomes a dead letter, and the store counts as well', async (t) => {
  const standIn = await standInFor(t);
  standIn.faults.maxAppendEventSize = 1_000;
  const store = await openFor(t, standIn);
  const { app } = await ingestServer(t, store);
  const giant = dossierEvent({ id: 'giant' }, { reason: 'x'.repeat(1_500) });
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/events',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    payload: JSON.stringify([dossierEvent({ id: 'before' }), giant, dossierEvent({ id: 'behind' })]),
  });
  const { accepted, rejected } = answer.json();
  assert.deepEqual([answer.statusCode, accepted], [200, 2]);
  assert.deepEqual([rejected[0].index, rejected[0].code], [1, 'store-refused']);
  assert.match(rejected[0].detail, /exceeds Maximum Append Event Size of 1000/);
  const kept = (await get(app, `/${rejected[0].deadLetter}`)).json();
  assert.deepEqual(JSON.parse(kept.content), giant);
  assert.equal(store.problem(), undefined);
});

test('a stream that has lost its first events is one letter of its type, and takes what comes', async (t) => {
  const standIn = await standInFor(t);
  const send = async (ids: readonly string[]) => {
    const { app } = await ingestServer(t, await openFor(t, standIn));
    const answers = [];
    for (const id of ids) {
      const payload = dossierEvent({ id });
      answers.push((await app.inject({ method: 'POST', url: '/v1/events', payload })).json());
    }
    return { answers, letters: (await get(app, '')).json().items };
  };
  assert.deepEqual((await send(['1', '2', '3'])).letters, []);
  const [stream] = standIn.log.events.flatMap((event) =>
    event.stream.startsWith('dossier-') ? [event.stream] : [],
  );
  assert.ok(stream);
  standIn.log.cut(stream, { $maxCount: 1 });
  const { answers, letters } = await send(['4', '5']);
  assert.deepEqual(
    answers.map(({ accepted }) => accepted),
    [1, 1],
  );
  assert.equal(letters.length, 1);
  const [{ type, origin, faults }] = letters;
  assert.deepEqual([type, origin, faults[0].code], ['dossier.status.v1', `store:${stream}`, 'events-lost']);
  assert.match(faults[0].was, /^2 events/);
});
