import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { Registry } from 'prom-client';
import { Webhook } from 'standardwebhooks';
import { streamName } from '../../../shared/contracts/ids.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { feed, Office, onTime } from '../testing/office.ts';
import { ok, Receiver, status, verified } from '../testing/receiver.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('delivery of webhooks', () => {
  let office: Office;
  let receiver: Receiver;

  beforeEach(async () => {
    office = await Office.open();
    receiver = await Receiver.start();
    // The receiver's library looks at the time: it must be that of the office.
    mock.method(Date, 'now', () => office.now);
    await office.alerter.start();
  });

  afterEach(async () => {
    await office.close();
    await receiver.stop();
    mock.restoreAll();
  });

  const breach = async () => {
    office.watches = [onTime(95)];
    await office.pass(SECOND);
  };
  const deliveries = async (id: string) =>
    (await office.call('GET', `/v1/webhooks/${id}/deliveries`)).body.deliveries;
  const outcomes = async (id: string) => {
    const events = await office.store.readStream(streamName(`webhook-${id}`));
    return events.map(({ type, data }) => [type, JSON.parse(data).httpStatus]);
  };

  it('notifies of a breach and of its end by messages that the public library verifies', async () => {
    const { secret } = await office.register(receiver.url);
    await breach();
    office.watches = [onTime(97)];
    await office.pass(SECOND);
    const messages = receiver.received.map((one) => verified(one, secret));
    assert.deepEqual(
      messages.map(({ type }) => type),
      ['objective.breached', 'objective.recovered'],
    );
    assert.deepEqual(messages[0], {
      type: 'objective.breached',
      timestamp: '2026-11-23T02:00:01.000Z',
      data: {
        text: {
          vi: 'Không đạt: Hồ sơ đúng hạn. 95% (95/100 hồ sơ), mục tiêu 96%; vượt mức cho phép 1 hồ sơ trễ. Từ 23/11/2026 09:00. Phụ trách: Chánh Văn phòng.',
          en: 'Breached: Dossiers on time. 95% (95 of 100 dossiers), target 96%; over by 1 late dossier. Since 23/11/2026 09:00. Owner: Chief of the Office.',
        },
        alert: 'dossier-on-time:office:breach',
        rule: 'breach',
        reminder: false,
        reason: 'first',
        since: '2026-11-23T02:00:01.000Z',
        objective: 'dossier-on-time',
        scope: 'office',
        title: { vi: 'Hồ sơ đúng hạn', en: 'Dossiers on time' },
        owner: { vi: 'Chánh Văn phòng', en: 'Chief of the Office' },
        status: 'breached',
        value: 0.95,
        comparator: '>=',
        target: 0.96,
        measuredIn: null,
        numerator: 95,
        denominator: 100,
        lateBudget: -1,
        needed: null,
        window: 'year',
        part: { name: 'late', title: { vi: 'Trễ hạn', en: 'Late' } },
        page: 'https://kpi.example.vn/?asOf=2026-11-23T02%3A00%3A01.000Z&objective=dossier-on-time&window=year',
        storeHead: null,
        evidence:
          'https://kpi.example.vn/v1/objectives/dossier-on-time/evidence?asOf=2026-11-23T02%3A00%3A01.000Z&window=year&part=late',
      },
    });
  });

  it('notifies of a silent feed and of its return', async () => {
    const { secret } = await office.register(receiver.url);
    for (const silent of [true, true, false]) {
      office.watches = [feed(silent)];
      await office.pass(SECOND);
    }
    const types = receiver.received.map((one) => verified(one, secret).type);
    assert.deepEqual(types, ['feed.silent', 'feed.resumed']);
  });

  it('states since when a condition has held: from its first moment, through waiting, reminders and a restart, to its end', async () => {
    await office.register(receiver.url);
    office.watches = [onTime(95, { for: 5 * MINUTE, repeatInterval: HOUR })];
    await office.pass(SECOND);
    await office.pass(5 * MINUTE);
    await office.restart();
    await office.pass(HOUR);
    office.watches = [onTime(97)];
    await office.pass(HOUR);
    const messages = receiver.received.map(({ body }) => JSON.parse(body));
    assert.deepEqual(
      messages.map(({ timestamp, data }) => [timestamp, data.since]),
      [
        ['2026-11-23T02:05:01.000Z', '2026-11-23T02:00:01.000Z'],
        ['2026-11-23T03:05:01.000Z', '2026-11-23T02:00:01.000Z'],
        ['2026-11-23T04:05:01.000Z', '2026-11-23T02:00:01.000Z'],
      ],
    );
    assert.match(messages[1].data.text.en, /^Reminder\. Breached: /);
    assert.match(
      messages[2].data.text.vi,
      /^Đã đạt trở lại: .*Kéo dài từ 23\/11\/2026 09:00 đến 23\/11\/2026 11:05\./,
    );
  });

  it('is refused by a receiver with another secret', async () => {
    await office.register(receiver.url);
    await breach();
    const [message] = receiver.received;
    assert.ok(message);
    assert.throws(
      () => verified(message, `whsec_${Buffer.alloc(32).toString('base64')}`),
      /No matching signature/,
    );
  });

  it('sends again after a 500: same id, same body, a fresh timestamp, a good signature', async () => {
    receiver.answering = (response, index, request) =>
      (index === 0 ? status(500) : ok)(response, index, request);
    const { id, secret } = await office.register(receiver.url);
    await breach();
    await office.pass(4_999);
    assert.equal(receiver.received.length, 1);
    await office.pass(2 * SECOND);
    const [first, second] = receiver.received;
    assert.ok(first && second);
    assert.equal(first.id, second.id);
    assert.equal(first.body, second.body);
    assert.notEqual(first.headers['webhook-timestamp'], second.headers['webhook-timestamp']);
    verified(second, secret);
    assert.deepEqual(await outcomes(id), [['webhook.delivered.v1', 204]]);
    const [delivery] = await deliveries(id);
    assert.deepEqual(
      delivery.attempts.map((attempt: { status: number; snippet: string }) => [
        attempt.status,
        attempt.snippet,
      ]),
      [
        [500, 'answer 500'],
        [204, ''],
      ],
    );
  });

  it('keeps trying for a day while the receiver is down, and delivers once it is up', async () => {
    const { port, url } = receiver;
    const { id } = await office.register(url);
    await receiver.stop();
    await breach();
    for (let hour = 0; hour < 15; hour += 1) await office.pass(HOUR);
    const [waiting] = await deliveries(id);
    assert.equal(waiting.status, 'pending');
    assert.equal(waiting.attempts[0].error, 'ECONNREFUSED: nothing accepts connections there');
    receiver = await Receiver.start(ok, port);
    await office.pass(12 * HOUR);
    assert.deepEqual(receiver.ids, [waiting.id]);
    assert.equal((await deliveries(id))[0].status, 'delivered');
  });

  it('counts how messages ended, independent of later replays or deletions', async () => {
    const registry = new Registry();
    await office.restart({ registry });
    const ended = async () => {
      const metric = await registry.getSingleMetric('nhip_webhook_deliveries_total')?.get();
      return Object.fromEntries(metric?.values.map(({ labels, value }) => [labels.outcome, value]) ?? []);
    };
    assert.deepEqual(await ended(), { delivered: 0, failed: 0 });
    const { id } = await office.register(receiver.url);
    receiver.answering = status(410);
    await breach();
    assert.deepEqual(await ended(), { delivered: 0, failed: 1 });
    const [gone] = await deliveries(id);
    receiver.answering = ok;
    await office.call('PATCH', `/v1/webhooks/${id}`, { enabled: true });
    await office.call('POST', `/v1/deliveries/${gone.id}/replay`);
    await office.alerter.tick();
    await office.call('DELETE', `/v1/webhooks/${id}`);
    assert.deepEqual(
      await ended(),
      { delivered: 1, failed: 1 },
      'a counter that falls would be read as new failures',
    );
  });

  it('gives up after ten tries, records that as an event, and delivers when replayed', async () => {
    receiver.answering = status(500);
    const { id } = await office.register(receiver.url);
    await breach();
    for (let hour = 0; hour < 48; hour += 1) {
      await office.pass(HOUR);
      await office.pass(6 * SECOND);
    }
    assert.equal(receiver.received.length, 10);
    assert.deepEqual(await outcomes(id), [['webhook.failed.v1', 500]]);
    receiver.answering = ok;
    const [failed] = await deliveries(id);
    assert.equal(failed.status, 'failed');
    assert.equal((await office.call('POST', `/v1/deliveries/${failed.id}/replay`)).status, 202);
    await office.pass(0);
    assert.equal(new Set(receiver.ids).size, 1);
    assert.deepEqual(await outcomes(id), [
      ['webhook.failed.v1', 500],
      ['webhook.delivered.v1', 204],
    ]);
  });

  it('waits as long as a 429 asks', async () => {
    receiver.answering = (response, index, request) =>
      (index === 0 ? status(429, { 'retry-after': '600' }) : ok)(response, index, request);
    await office.register(receiver.url);
    await breach();
    await office.pass(599 * SECOND);
    assert.equal(receiver.received.length, 1);
    await office.pass(2 * SECOND);
    assert.equal(receiver.received.length, 2);
  });

  it('disables a webhook whose receiver is gone (410), and enables it again on request', async () => {
    receiver.answering = status(410);
    const { id } = await office.register(receiver.url);
    await breach();
    const gone = await office.call('GET', `/v1/webhooks/${id}`);
    assert.deepEqual([gone.body.enabled, gone.body.disabledReason], [false, 'gone']);
    assert.deepEqual(await outcomes(id), [['webhook.failed.v1', 410]]);
    office.watches = [onTime(97)];
    await office.pass(DAY);
    assert.equal(receiver.received.length, 1);
    receiver.answering = ok;
    await office.call('PATCH', `/v1/webhooks/${id}`, { enabled: true });
    await breach();
    assert.equal(receiver.received.length, 2);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await Receiver.start();
    receiver.answering = status(307, { location: elsewhere.url });
    const { id } = await office.register(receiver.url);
    await breach();
    assert.equal(elsewhere.received.length, 0);
    assert.equal((await deliveries(id))[0].attempts[0].error, 'redirects are refused');
    await elsewhere.stop();
  });

  it('sends only messages that pass the filter', async () => {
    await office.register(receiver.url, { types: ['objective.recovered'] });
    await office.register(receiver.url, { feeds: ['one-stop'] });
    await office.register(receiver.url, { scopes: ['H19.12'] });
    await breach();
    assert.equal(receiver.received.length, 0);
    office.watches = [onTime(97), feed(true)];
    await office.pass(SECOND);
    const types = receiver.received.map(({ body }) => JSON.parse(body).type).sort();
    assert.deepEqual(types, ['feed.silent', 'objective.recovered']);
  });

  it('sends a test message on demand, and nothing after a webhook is deleted', async () => {
    const { id, secret } = await office.register(receiver.url);
    const { status: accepted, body } = await office.call('POST', `/v1/webhooks/${id}/test`);
    assert.equal(accepted, 202);
    await office.pass(0);
    const [message] = receiver.received;
    assert.ok(message);
    assert.equal(message.id, body.delivery);
    const trial = verified(message, secret);
    assert.equal(trial.type, 'webhook.test');
    assert.match(JSON.stringify(trial.data.text), /Tin thử.*A trial/);
    assert.equal((await office.call('DELETE', `/v1/webhooks/${id}`)).status, 204);
    await breach();
    assert.equal(receiver.received.length, 1);
  });

  it('signs with both secrets for a day after a rotation, then with the new one alone', async () => {
    const { id, secret: old } = await office.register(receiver.url);
    const rotated = await office.call('POST', `/v1/webhooks/${id}/rotate-secret`);
    const test = async () => {
      await office.call('POST', `/v1/webhooks/${id}/test`);
      await office.pass(0);
      const message = receiver.received.at(-1);
      assert.ok(message);
      return message;
    };
    const during = await test();
    verified(during, old);
    verified(during, rotated.body.secret);
    office.now += DAY;
    const after = await test();
    verified(after, rotated.body.secret);
    assert.throws(() => new Webhook(old).verify(after.body, after.headers as Record<string, string>));
  });

  it('lets a receiver on the old secret go on when its library never looks at the last of several signatures', async () => {
    const { id, secret: old } = await office.register(receiver.url);
    const rotated = await office.call('POST', `/v1/webhooks/${id}/rotate-secret`);
    await breach();
    const [message] = receiver.received;
    assert.ok(message);
    const signatures = String(message.headers['webhook-signature']).split(' ');
    const signed = (secret: string) =>
      new Webhook(secret).sign(
        message.id,
        new Date(Number(message.headers['webhook-timestamp']) * SECOND),
        message.body,
      );
    assert.deepEqual(signatures, [signed(rotated.body.secret), signed(old), signed(old)]);
    const headers = {
      'webhook-id': message.id,
      'webhook-timestamp': String(message.headers['webhook-timestamp']),
      'webhook-signature': signatures.slice(0, -1).join(' '),
    };
    for (const secret of [old, rotated.body.secret]) new Webhook(secret).verify(message.body, headers);
  });

  it('passes over interim answers, asked for or not, and sends once', async () => {
    receiver.answering = (response) => {
      response.writeContinue();
      response.writeProcessing();
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(202).end('noted');
    };
    const { id } = await office.register(receiver.url);
    await breach();
    await office.pass(DAY);
    assert.equal(receiver.received.length, 1);
    const [delivery] = await deliveries(id);
    assert.deepEqual(
      [delivery.status, delivery.attempts.map((one: { status: number }) => one.status)],
      ['delivered', [202]],
    );
  });

  it('reports only an answer with a new location as a redirect', async () => {
    receiver.answering = (response, index, request) =>
      status([304, 300, 308][index] ?? 204)(response, index, request);
    const { id } = await office.register(receiver.url);
    await breach();
    for (let hour = 0; hour < 3; hour += 1) await office.pass(HOUR);
    const [delivery] = await deliveries(id);
    assert.deepEqual(
      delivery.attempts.map(({ error }: { error: string }) => error),
      ['status 304', 'status 300', 'redirects are refused', null],
    );
  });

  it('does not let a receiver that never answers delay another', async () => {
    const held: ServerResponse[] = [];
    const slow = await Receiver.start((response) => void held.push(response));
    await office.register(slow.url);
    await office.register(receiver.url);
    office.watches = Array.from({ length: 20 }, (_, unit) => onTime(95, {}, { scope: `H19.${unit}` }));
    office.now += SECOND;
    const ticked = office.alerter.tick();
    await eventually(() => receiver.received.length === 20);
    assert.equal(slow.received.length, 4, 'no more than four at a time');
    slow.answering = ok;
    for (const response of held) response.writeHead(200).end();
    await ticked;
    assert.equal(new Set(slow.ids).size, 20);
    await slow.stop();
  });
});

describe('a receiver out of the ordinary', () => {
  it('that does not answer in time is tried again', async () => {
    const office = await Office.open({ sendTimeoutMs: 500 });
    const receiver = await Receiver.start(() => {});
    await office.alerter.start();
    const { id } = await office.register(receiver.url);
    await office.call('POST', `/v1/webhooks/${id}/test`);
    await office.pass(0);
    const { body } = await office.call('GET', `/v1/webhooks/${id}/deliveries`);
    assert.equal(body.deliveries[0].attempts[0].error, 'no answer within 500 ms');
    await office.pass(6 * SECOND);
    assert.equal(receiver.received.length, 2);
    await office.close();
    await receiver.stop();
  });

  it('that answers without end is read to a limit', async () => {
    const office = await Office.open({ sendTimeoutMs: 5_000 });
    let sent = 0;
    const receiver = await Receiver.start((response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(8_192, 'a'))) sent += 8_192;
      };
      response.on('drain', more);
      more();
    });
    await office.alerter.start();
    const { id } = await office.register(receiver.url);
    await office.call('POST', `/v1/webhooks/${id}/test`);
    await office.pass(0);
    const { body } = await office.call('GET', `/v1/webhooks/${id}/deliveries`);
    assert.equal(body.deliveries[0].status, 'delivered');
    assert.equal(body.deliveries[0].attempts[0].snippet, 'a'.repeat(500));
    assert.ok(sent < 50_000_000, `${sent} bytes`);
    await office.close();
    await receiver.stop();
  });

  it('at a private address is refused, written as an address or behind a name, at every connection', async () => {
    let answers = ['93.184.216.34'];
    const office = await Office.open({
      allowPrivate: false,
      sendTimeoutMs: 2_000,
      resolve: (_host, _options, callback) =>
        callback(
          null,
          answers.map((address) => ({ address, family: 4 })),
        ),
    });
    const receiver = await Receiver.start();
    await office.alerter.start();
    const refused = await office.call('POST', '/v1/webhooks', { url: receiver.url });
    assert.deepEqual([refused.status, refused.body.errors[0].pointer], [400, '/url']);
    // The name was good when it was registered, and is turned to the loopback later: DNS rebinding.
    const { id } = await office.register(`http://receiver.example:${receiver.port}/`);
    answers = ['127.0.0.1'];
    await office.call('POST', `/v1/webhooks/${id}/test`);
    await office.pass(0);
    const { body } = await office.call('GET', `/v1/webhooks/${id}/deliveries`);
    assert.equal(
      body.deliveries[0].attempts[0].error,
      'ADDRESS_REFUSED: the receiver is at an address that is not public',
    );
    assert.equal(receiver.received.length, 0);
    await office.close();
    await receiver.stop();
  });
});
