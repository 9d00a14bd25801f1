import assert from 'node:assert/strict';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { eventId, feedName, streamName } from '../../shared/contracts/ids.ts';
import type { Position } from '../../shared/contracts/stored-event.ts';
import { StoreError } from '../../shared/kernel/store-error.ts';
import { eventually } from '../../tests/support/eventually.ts';
import type { Observe } from './alerts/observations.ts';
import type { Alerter } from './app.ts';
import { feed, Office, onTime } from './testing/office.ts';
import { Receiver, status } from './testing/receiver.ts';
import { openSqliteOutbox } from './webhooks/outbox-sqlite.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const KEY = 'dossier-on-time:office:breach';
const METADATA = { source: 'urn:nhip', sourceId: '1', feed: feedName('nhip'), rank: 1 };

describe('alerter', () => {
  let office: Office;
  let receiver: Receiver;

  beforeEach(async () => {
    office = await Office.open();
    receiver = await Receiver.start();
    await office.alerter.start();
  });

  afterEach(async () => {
    await office.close();
    await receiver.stop();
  });

  const transitions = async (key = KEY) => {
    const events = await office.store.readStream(streamName(`alert-${key}`));
    return events.map(({ data }) => JSON.parse(data)).map(({ kind, reason }) => `${kind}: ${reason}`);
  };
  const types = () => receiver.received.map(({ body }) => JSON.parse(body).type);

  it('records each transition as an event before it notifies a receiver', async () => {
    await office.register(receiver.url);
    let known: string[] | undefined;
    receiver.answering = async (response) => {
      known = await transitions();
      response.writeHead(200).end();
    };
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    assert.deepEqual(known, ['fired: first']);
  });

  it('keeps the `for` clock over a restart', async () => {
    await office.register(receiver.url);
    office.watches = [onTime(95, { for: 5 * MINUTE })];
    await office.pass(SECOND);
    await office.pass(4 * MINUTE);
    await office.restart();
    await office.pass(MINUTE);
    assert.deepEqual(await transitions(), ['pending: waiting', 'fired: held-for']);
    assert.deepEqual(types(), ['objective.breached']);
  });

  it('after a restart repeats no notification, and still notifies of the end', async () => {
    await office.register(receiver.url);
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    await office.restart();
    await office.pass(SECOND);
    office.watches = [onTime(96)];
    await office.pass(SECOND);
    assert.deepEqual(types(), ['objective.breached', 'objective.recovered']);
  });

  it('does not treat missing or stale figures as a recovery', async () => {
    await office.register(receiver.url);
    for (const watch of [
      onTime(95),
      onTime(0, {}, { status: 'not-computable', denominator: 0 }),
      onTime(99, {}, { doubted: true }),
    ]) {
      office.watches = [watch];
      await office.pass(SECOND);
    }
    office.watches = [];
    await office.pass(SECOND);
    const { body } = await office.call('GET', '/v1/alerts?phase=firing');
    assert.deepEqual([body.alerts.length, body.alerts[0].reason], [1, 'no-data']);
    assert.deepEqual(types(), ['objective.breached']);
  });

  it('ends the alerts of an objective that was closed or lost the rule, and reports what it had reported', async () => {
    await office.register(receiver.url);
    const waiting = onTime(95, { kind: 'at-risk', for: MINUTE }, { objective: 'waiting', status: 'at-risk' });
    office.watches = [onTime(95), waiting];
    await office.pass(SECOND);
    await office.restart();
    // The rules of the one are all known, of the other they are not: a definition of a newer version may have it.
    office.watches = [];
    office.complete = new Set(['waiting']);
    await office.pass(SECOND);
    assert.deepEqual(types(), ['objective.breached']);
    office.complete = new Set(['waiting', 'dossier-on-time']);
    await office.pass(SECOND);
    assert.deepEqual(types(), ['objective.breached', 'objective.recovered']);
    const { data: message } = JSON.parse(receiver.received.at(-1)?.body ?? assert.fail());
    assert.equal(message.reason, 'withdrawn');
    assert.match(message.text.en, /^No longer watched: /);
    const { body } = await office.call('GET', '/v1/alerts');
    const phases = body.alerts.map(({ id, phase, reason }: Record<string, string>) => [id, phase, reason]);
    assert.deepEqual(phases.sort(), [
      ['dossier-on-time:office:breach', 'resolved', 'withdrawn'],
      ['waiting:office:at-risk', 'ok', 'withdrawn'],
    ]);
    // A rule that comes back is asked like a new one.
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    assert.equal(types().at(-1), 'objective.breached');
  });

  it('leaves an alert as it is whose stream has an event of a newer version, and names the type; others go on', async () => {
    await office.register(receiver.url);
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    await office.alerter.stop();
    const later = { type: 'alert.snoozed.v1', data: '{}', id: eventId('newer', '1'), metadata: METADATA };
    await office.store.append(streamName(`alert-${KEY}`), 'any', [later], office.now);
    await office.restart();
    office.watches = [onTime(99), feed(true)];
    await office.pass(SECOND);
    assert.deepEqual(types(), ['objective.breached', 'feed.silent']);
    assert.match(
      office.alerter.unread() ?? '',
      /dossier-on-time:office:breach is left as it is: .* events of the type alert\.snoozed\.v1/,
    );
    const { body } = await office.call('GET', '/v1/alerts?phase=firing');
    const [alert] = body.alerts.filter(({ id }: { id: string }) => id === KEY);
    assert.deepEqual([alert.phase, alert.reason], ['firing', 'newer-event']);
    const answer = await office.call('POST', `/v1/alerts/${encodeURIComponent(KEY)}/acknowledge`, {
      by: 'Lan',
    });
    assert.deepEqual([answer.status, /alert\.snoozed\.v1/.test(answer.body.detail)], [409, true]);
    // Neither is the event passed over by the next start.
    await office.restart();
    assert.match(office.alerter.unread() ?? '', /alert\.snoozed\.v1/);
  });

  it('names an event of a newer version among the silences, and goes on sending', async () => {
    await office.register(receiver.url);
    const later = { type: 'silence.extended.v1', data: '{}', id: eventId('newer', '2'), metadata: METADATA };
    await office.store.append(streamName('silences'), 'any', [later], office.now);
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    assert.deepEqual(types(), ['objective.breached']);
    assert.match(office.alerter.unread() ?? '', /silences may hold otherwise: .* type silence\.extended\.v1/);
  });

  it('treats a ledger that is behind the store as history: no alert until it has caught up', async () => {
    await office.register(receiver.url);
    const head = await office.store.head();
    office.watches = [onTime(50)];
    await office.pass(SECOND);
    await office.restart();
    assert.ok((await office.store.head()) > head);
    // A rebuild begins anew: its figures pass through a breach of last year and end where they were.
    office.position = 0;
    office.watches = [onTime(99)];
    await office.pass(SECOND);
    assert.equal(office.alerter.problem(), 'the ledger has not caught up with the store');
    office.position = Number.MAX_SAFE_INTEGER;
    office.watches = [onTime(50)];
    await office.pass(SECOND);
    assert.deepEqual(types(), ['objective.breached']);
    assert.equal(office.alerter.problem(), undefined);
  });

  it('decides nothing while its figures do not describe the present, neither of objectives nor of feeds', async () => {
    let undecided: string | undefined;
    const observe: Observe = async () => ({
      position: Number.MAX_SAFE_INTEGER as Position,
      watches: office.watches,
      complete: office.complete,
      ...(undecided !== undefined && { undecided }),
    });
    await office.restart({ observe });
    await office.register(receiver.url);
    office.watches = [onTime(50), feed(false)];
    await office.pass(SECOND);
    undecided = 'the ledger has not caught up with the store';
    office.watches = [onTime(100), feed(true)];
    await office.pass(SECOND);
    assert.equal(office.alerter.problem(), undecided);
    assert.deepEqual(types(), ['objective.breached']);
    undecided = undefined;
    await office.pass(SECOND);
    assert.deepEqual(types(), ['objective.breached', 'objective.recovered', 'feed.silent']);
  });

  it('notifies once, through the most severe alert, of a condition that at-risk and breach both see', async () => {
    await office.register(receiver.url);
    const both = (numerator: number, at: 'met' | 'at-risk' | 'breached') => [
      onTime(numerator, { kind: 'at-risk' }, { status: at, settleNowDenominator: at === 'met' ? 100 : 102 }),
      onTime(numerator, {}, { status: at }),
    ];
    for (const watches of [both(96, 'at-risk'), both(95, 'breached'), both(96, 'at-risk'), both(99, 'met')]) {
      office.watches = watches;
      await office.pass(SECOND);
    }
    assert.deepEqual(types().sort(), [
      'objective.at-risk',
      'objective.at-risk',
      'objective.breached',
      'objective.recovered',
      'objective.recovered',
    ]);
    assert.deepEqual(await transitions('dossier-on-time:office:at-risk'), [
      'fired: first',
      'resolved: superseded',
      'fired: first',
      'resolved: resolved',
    ]);
  });

  it('treats null and empty as a field left out, and composed and decomposed texts as equal', async () => {
    const webhook = { url: receiver.url, description: null, filter: { types: null, feeds: ['Một cửa'] } };
    const { status, body } = await office.call('POST', '/v1/webhooks', webhook);
    assert.equal(status, 201, JSON.stringify(body));
    const silence = {
      matchers: { objective: null, scope: '', rule: null, feed: 'Một cửa'.normalize('NFD') },
      startsAt: null,
      endsAt: '2026-11-24T09:00:00+07:00',
      createdBy: 'Lan',
      comment: 'nghỉ',
    };
    const created = await office.call('POST', '/v1/silences', silence);
    assert.equal(created.status, 201, JSON.stringify(created.body));
    assert.deepEqual(created.body.matchers, { feed: 'Một cửa' });
    const required = await office.call('POST', '/v1/silences', { ...silence, createdBy: null });
    assert.deepEqual([required.status, required.body.errors[0].pointer], [400, '/createdBy']);
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    const id = encodeURIComponent((await office.call('GET', '/v1/alerts')).body.alerts[0].id);
    const signature = { by: 'Lan', comment: null };
    assert.equal((await office.call('POST', `/v1/alerts/${id}/acknowledge`, signature)).status, 200);
  });

  it('sends nothing of a silenced alert, and notifies when the silence is ended', async () => {
    await office.register(receiver.url);
    const silence = await office.call('POST', '/v1/silences', {
      matchers: { objective: 'dossier-on-time' },
      endsAt: new Date(office.now + 60 * MINUTE).toISOString(),
      createdBy: 'duty',
      comment: 'known fault of the one-stop system',
    });
    assert.deepEqual([silence.status, silence.body.state], [201, 'active']);
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    assert.deepEqual(types(), []);
    const [alert] = (await office.call('GET', '/v1/alerts')).body.alerts;
    assert.deepEqual([alert.phase, alert.silence, alert.notifiedAt], ['firing', silence.body.id, null]);
    await office.restart();
    await office.pass(SECOND);
    assert.deepEqual(types(), []);
    const ended = await office.call('DELETE', `/v1/silences/${silence.body.id}?by=lan`);
    assert.equal(ended.body.state, 'over');
    await office.pass(SECOND);
    assert.deepEqual(types(), ['objective.breached']);
    assert.deepEqual(await transitions(), ['fired: silenced', 'reminded: silence-ended']);
  });

  it('reminds at the repeat interval until somebody acknowledges, over a restart too', async () => {
    await office.register(receiver.url);
    office.watches = [onTime(95, { repeatInterval: 60 * MINUTE })];
    await office.pass(SECOND);
    await office.pass(60 * MINUTE);
    const path = `/v1/alerts/${encodeURIComponent(KEY)}/acknowledge`;
    assert.equal((await office.call('POST', path, { by: 'lan', comment: 'calling the unit' })).status, 200);
    await office.restart();
    await office.pass(60 * MINUTE);
    await office.pass(60 * MINUTE);
    assert.equal(types().length, 2);
    const [alert] = (await office.call('GET', '/v1/alerts')).body.alerts;
    assert.equal(alert.acknowledged.by, 'lan');
    office.watches = [onTime(99)];
    await office.pass(SECOND);
    assert.deepEqual(
      [types().at(-1), (await office.call('POST', path, { by: 'lan' })).status],
      ['objective.recovered', 409],
    );
  });

  it('lets one of two alerters speak: the later one is refused at the append and steps back', async () => {
    const rival = office.build();
    await rival.start();
    await office.register(receiver.url);
    // Both know the alert as it is before anything happened.
    office.watches = [onTime(99)];
    await office.pass(SECOND);
    await rival.tick();
    office.watches = [onTime(95)];
    office.now += SECOND;
    await Promise.all([office.alerter.tick(), rival.tick()]);
    assert.deepEqual(await transitions(), ['fired: first']);
    await rival.tick();
    await office.pass(SECOND);
    assert.deepEqual(await transitions(), ['fired: first']);
    assert.deepEqual(types(), ['objective.breached']);
    const firing = async (alerter: Alerter) => (await alerter.state()).alerts.firing;
    assert.deepEqual([await firing(rival), await firing(office.alerter)], [1, 1]);
    await rival.stop();
  });

  it('sends the messages of a transition that another alerter recorded but did not queue, also of a known alert', async () => {
    await office.register(receiver.url);
    const doomedOutbox = openSqliteOutbox(join(office.folder, 'webhooks.db'));
    doomedOutbox.queue = async () => {
      throw new StoreError('unavailable', 'it died here');
    };
    const doomed = office.build({ outbox: doomedOutbox });
    await doomed.start();
    office.watches = [onTime(99)];
    await office.pass(SECOND);
    office.watches = [onTime(95)];
    office.now += SECOND;
    await doomed.tick();
    assert.deepEqual(await transitions(), ['fired: first']);
    await doomed.stop();
    await doomedOutbox.close();
    assert.deepEqual(types(), []);
    await office.pass(SECOND);
    await office.pass(SECOND);
    assert.deepEqual(await transitions(), ['fired: first']);
    assert.deepEqual(types(), ['objective.breached']);
  });

  it('reads the stream after an append of unknown outcome, and sends the stored transitions', async () => {
    await office.register(receiver.url);
    const append = office.store.append.bind(office.store);
    office.store.append = async (...args) => {
      office.store.append = append;
      await append(...args);
      office.now += SECOND;
      throw new StoreError('unavailable', 'the answer was lost');
    };
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    await office.pass(SECOND);
    assert.equal(office.store.append, append, 'the answer was lost');
    assert.deepEqual(await transitions(), ['fired: first']);
    assert.deepEqual(types(), ['objective.breached']);
  });

  it('evaluates by itself on a commit of the ledger, at most ten times a second', async () => {
    let commit = () => {};
    const observedAt: number[] = [];
    await office.restart({
      onLedgerCommit: (listener) => {
        commit = listener;
        return () => {};
      },
      observe: async () => {
        observedAt.push(performance.now());
        commit();
        const { watches, complete } = office;
        return { position: Number.MAX_SAFE_INTEGER as Position, watches, complete };
      },
    });
    await office.register(receiver.url);
    office.watches = [onTime(95)];
    await eventually(() => receiver.received.length === 1 && observedAt.length >= 5);
    const [first = 0, , , , fifth = 0] = observedAt;
    // Four gaps; a timer may fire a millisecond early.
    assert.ok(fifth - first >= 396, `five evaluations in ${fifth - first} ms`);
  });

  it('shows neither alerts nor feeds once it stands by: they are those of its last term', async () => {
    const registry = new Registry();
    await office.restart({ registry });
    office.watches = [onTime(95), feed(true)];
    await office.pass(SECOND);
    assert.match(await registry.metrics(), /^nhip_alerts\{phase="firing"\} 2$/m);
    assert.match(await registry.metrics(), /^nhip_feed_silent\{feed="one-stop"\} 1$/m);
    await office.alerter.stop();
    assert.doesNotMatch(await registry.metrics(), /^nhip_(alerts|feed_silent)\{/m);
    await office.alerter.start();
    await office.pass(SECOND);
    assert.match(await registry.metrics(), /^nhip_feed_silent\{feed="one-stop"\} 1$/m);
  });

  it('sends one message about many feeds that fall silent at once, and keeps an alert for each', async () => {
    await office.register(receiver.url);
    const names = ['a', 'b', 'c', 'd', 'e'];
    office.watches = names.map((name) => feed(true, name));
    await office.pass(SECOND);
    office.watches = names.map((name) => feed(name === 'a', name));
    await office.pass(SECOND);
    office.watches = names.map((name) => feed(false, name));
    await office.pass(SECOND);
    await eventually(() => receiver.received.length === 3);
    const told = receiver.received.map(({ body }) => {
      const { type, data } = JSON.parse(String(body));
      return [type, data.feed, data.feeds?.map(({ feed: name }: { feed: string }) => name).join('')];
    });
    assert.deepEqual(told, [
      ['feed.silent', 'a', 'abcde'],
      ['feed.resumed', 'b', 'bcde'],
      ['feed.resumed', 'a', 'a'],
    ]);
    for (const name of names) {
      const events = await office.store.readStream(streamName(`alert-${name}:feed-silent`));
      assert.deepEqual(
        events.map(({ data }) => JSON.parse(data).kind),
        ['fired', 'resolved'],
      );
    }
  });

  it('shows no more than a hundred feeds by name, the silent ones first', async () => {
    const registry = new Registry();
    await office.restart({ registry });
    office.watches = Array.from({ length: 150 }, (_, at) => feed(at >= 145, `f${at}`));
    await office.pass(SECOND);
    const lines = (await registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith('nhip_feed_silent{'));
    assert.equal(lines.length, 101);
    assert.equal(lines.filter((line) => line.endsWith(' 1')).length, 5);
    assert.ok(lines.includes('nhip_feed_silent{feed="other"} 0'));
  });

  it('counts alerts and messages for its metrics', async () => {
    receiver.answering = status(500);
    await office.register(receiver.url);
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    office.now += 2 * SECOND;
    assert.deepEqual(await office.alerter.state(), {
      alerts: { ok: 0, pending: 0, firing: 1, resolved: 0 },
      outbox: { depth: 1, oldestAgeMs: 2 * SECOND },
    });
    assert.equal(office.alerter.problem(), undefined);
  });

  it('keeps secrets to the owner of the files, and shows one only when it is made', async () => {
    const { id, secret } = await office.register(receiver.url);
    for (const file of ['webhooks.db', 'webhooks.db-wal', 'webhooks.db-shm']) {
      assert.equal((await stat(join(office.folder, file))).mode & 0o777, 0o600, file);
    }
    const listed = await office.call('GET', '/v1/webhooks');
    const one = await office.call('GET', `/v1/webhooks/${id}`);
    assert.ok(!JSON.stringify([listed, one]).includes(secret));
  });

  it('continues from the store when that was restored from a backup and the outbox was not', async () => {
    await office.register(receiver.url);
    office.watches = [onTime(90)];
    await office.pass(SECOND);
    assert.equal((await transitions()).length, 1);
    await office.leave();
    for (const file of await readdir(office.folder)) {
      if (file.startsWith('events.db')) await rm(join(office.folder, file));
    }
    office = await Office.open({}, office.folder);
    office.watches = [onTime(90)];
    await office.alerter.start();
    await office.pass(SECOND);
    assert.equal((await transitions()).length, 1, 'the breach is stated anew');
    assert.equal((await office.call('GET', '/v1/alerts')).body.alerts[0].phase, 'firing');
  });

  it('reports a full disk, and continues once there is room', async () => {
    const { append } = office.store;
    office.store.append = async () => {
      throw new StoreError('full', 'database or disk is full');
    };
    const silence = {
      matchers: { rule: 'breach' },
      endsAt: '2027-01-01T00:00:00Z',
      createdBy: 'duty',
      comment: 'moving house',
    };
    const refused = await office.call('POST', '/v1/silences', silence);
    assert.deepEqual([refused.status, refused.body.code], [507, 'store-full']);
    office.store.append = append;
    assert.equal((await office.call('POST', '/v1/silences', silence)).status, 201);
  });

  it('answers impossible requests with problems', async () => {
    const invalid = async (payload: object) => (await office.call('POST', '/v1/webhooks', payload)).status;
    assert.deepEqual(
      await Promise.all([
        invalid({ url: 'ftp://example.vn' }),
        invalid({ url: 'https://name:word@example.vn' }),
        invalid({ url: 'nowhere' }),
        invalid({ url: 'https://example.vn', filter: { typo: ['x'] } }),
      ]),
      [400, 400, 400, 400],
    );
    for (const [method, path] of [
      ['GET', '/v1/webhooks/none'],
      ['POST', '/v1/webhooks/none/test'],
      ['POST', '/v1/deliveries/none/replay'],
      ['DELETE', '/v1/silences/none'],
    ] as const) {
      const { status: code, body } = await office.call(method, path);
      assert.deepEqual([code, body.code], [404, 'not-found'], path);
    }
    const never = {
      matchers: { feed: 'x' },
      endsAt: '2020-01-01T00:00:00Z',
      createdBy: 'lan',
      comment: 'late',
    };
    assert.equal((await office.call('POST', '/v1/silences', never)).status, 400);
    const endless = { ...never, endsAt: '2030-01-01T00:00:00Z', matchers: { feed: 'x'.repeat(501) } };
    assert.equal((await office.call('POST', '/v1/silences', endless)).status, 400);
  });

  it('gives deliveries page by page, each once', async () => {
    const { id } = await office.register(receiver.url);
    for (let n = 0; n < 5; n += 1) await office.call('POST', `/v1/webhooks/${id}/test`);
    await office.pass(0);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await office.call('GET', `/v1/webhooks/${id}/deliveries?limit=2${cursor}`);
      seen.push(...body.deliveries.map((one: { id: string }) => one.id));
      cursor = body.next ? `&cursor=${body.next}` : '';
    } while (cursor);
    assert.deepEqual([seen.length, new Set(seen).size], [5, 5]);
  });
});
