import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { streamName } from '../../shared/contracts/ids.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { describeWithPostgres } from '../../tests/support/postgres/describe.ts';
import { Office, type OpenOutbox, onTime, serverOf } from './testing/office.ts';
import { ok, Receiver } from './testing/receiver.ts';
import type { Outbox } from './webhooks/outbox.ts';
import { openPostgresOutbox } from './webhooks/outbox-postgres.ts';
import { openSqliteOutbox } from './webhooks/outbox-sqlite.ts';

const SECOND = 1_000;
/** A try's time limit of 15 s, and the grace after it. */
const CLAIM = 20 * SECOND;

/** Races that an asynchronous outbox makes possible. @param place gives each test an outbox of its own */
function describeRaces(name: string, place: () => Promise<OpenOutbox>): void {
  describe(`sends and changes that cross, on ${name}`, () => {
    let office: Office;
    let outbox: Outbox;
    let receiver: Receiver;

    beforeEach(async () => {
      const open = await place();
      office = await Office.open({}, undefined, (folder) => {
        outbox = open(folder);
        return outbox;
      });
      receiver = await Receiver.start();
      await office.alerter.start();
    });
    afterEach(async () => {
      await office.close();
      await receiver.stop();
    });

    const test = (id: string) => office.call('POST', `/v1/webhooks/${id}/test`);
    const statuses = async (id: string) =>
      (await office.call('GET', `/v1/webhooks/${id}/deliveries`)).body.deliveries.map(
        (one: { status: string }) => one.status,
      );

    it('a webhook deleted while its message is being sent: the outcome is dropped', async () => {
      const { id } = await office.register(receiver.url);
      let deleted = 0;
      receiver.answering = async (response) => {
        deleted = (await office.call('DELETE', `/v1/webhooks/${id}`)).status;
        response.writeHead(500).end();
      };
      await test(id);
      await office.pass(0);
      await office.pass(CLAIM);
      assert.deepEqual([deleted, receiver.received.length], [204, 1]);
      assert.deepEqual(await office.store.readStream(streamName(`webhook-${id}`)), []);
      assert.equal((await office.alerter.state()).outbox.depth, 0);
    });

    it('a webhook deleted between the claim and the send: nothing is sent, least of all without a signature', async () => {
      const { id } = await office.register(receiver.url);
      const { claim } = outbox;
      outbox.claim = async (...args) => {
        const delivery = await claim.apply(outbox, args);
        await outbox.deleteWebhook(id);
        return delivery;
      };
      await test(id);
      await office.pass(0);
      assert.equal(receiver.received.length, 0);
    });

    it('a webhook disabled after its messages were found due: nothing is sent until it is enabled', async () => {
      const { id } = await office.register(receiver.url);
      const { due } = outbox;
      outbox.due = async (...args) => {
        const found = await due.apply(outbox, args);
        if (found.length > 0) await office.call('PATCH', `/v1/webhooks/${id}`, { enabled: false });
        return found;
      };
      await test(id);
      await office.pass(0);
      assert.equal(receiver.received.length, 0);
      outbox.due = due;
      await office.call('PATCH', `/v1/webhooks/${id}`, { enabled: true });
      await office.pass(0);
      assert.equal(receiver.received.length, 1);
    });

    it('a stop while messages are being claimed: unsent ones go out after the next start, once', async () => {
      const { id } = await office.register(receiver.url);
      const { claim } = outbox;
      let stopped: Promise<void> | undefined;
      outbox.claim = async (...args) => {
        stopped ??= office.alerter.stop();
        return claim.apply(outbox, args);
      };
      await outbox.queue(
        ['a', 'b', 'c'].map((name) => ({
          id: name,
          webhook: id,
          message: { type: 'webhook.test', timestamp: '', data: {} },
        })),
        office.now,
      );
      await office.alerter.tick();
      await stopped;
      assert.ok(stopped);
      assert.equal(receiver.received.length, 0);
      await office.restart();
      await office.pass(CLAIM);
      assert.deepEqual(receiver.ids.toSorted(), ['a', 'b', 'c']);
    });

    it('asked from many sides at once, no more than four are sent at a time, each once', async () => {
      const { id } = await office.register(receiver.url);
      const held: ServerResponse[] = [];
      let most = 0;
      receiver.answering = (response) => {
        held.push(response);
        most = Math.max(most, held.length);
      };
      // The first round finds all twenty; a parallel round would find free the places that the first is about to fill.
      const { due, queue } = outbox;
      let [queued, rounds] = [0, 0];
      outbox.queue = async (...args) => {
        await queue.apply(outbox, args);
        queued += 1;
      };
      outbox.due = async (...args) => {
        rounds += 1;
        const first = rounds === 1;
        await eventually(() => (first ? queued === 20 : receiver.received.length >= 4));
        return due.apply(outbox, args);
      };
      await Promise.all(Array.from({ length: 20 }, () => test(id)));
      for (let answered = 0; answered < 20; answered += 1) {
        await eventually(() => held.length === Math.min(4, 20 - answered));
        held.shift()?.writeHead(204).end();
      }
      await office.pass(0);
      assert.deepEqual([most, receiver.received.length, new Set(receiver.ids).size], [4, 20, 20]);
    });

    it('a try that outlasts its claim is not begun a second time beside it', async () => {
      const { id } = await office.register(receiver.url);
      const held: ServerResponse[] = [];
      receiver.answering = (response) => void held.push(response);
      await test(id);
      await eventually(() => held.length === 1);
      receiver.answering = ok;
      office.now += CLAIM + SECOND;
      await test(id);
      await eventually(() => receiver.received.length === 2);
      assert.equal(new Set(receiver.ids).size, 2);
      held[0]?.writeHead(204).end();
      await office.pass(0);
      assert.equal(receiver.received.length, 2);
      assert.deepEqual(await statuses(id), ['delivered', 'delivered']);
    });

    it('a silence that another process recorded holds here, and its end too', async () => {
      await office.register(receiver.url);
      await office.pass(SECOND);
      const elsewhere = office.build();
      const { server, call } = caller(elsewhere);
      const silence = await call('POST', '/v1/silences', {
        matchers: { objective: 'dossier-on-time' },
        endsAt: new Date(office.now + 3_600 * SECOND).toISOString(),
        createdBy: 'duty',
        comment: 'known',
      });
      office.watches = [onTime(95)];
      await office.pass(SECOND);
      assert.equal(receiver.received.length, 0);
      await call('DELETE', `/v1/silences/${silence.id}`);
      await office.pass(SECOND);
      assert.equal(receiver.received.length, 1);
      await server.close();
    });
  });
}

function caller(alerter: Office['alerter']) {
  const server = serverOf(alerter);
  const call = async (method: 'POST' | 'DELETE', url: string, payload?: object) =>
    (await server.inject({ method, url, ...(payload ? { payload } : {}) })).json();
  return { server, call };
}

describeRaces('SQLite', async () => (folder) => openSqliteOutbox(join(folder, 'webhooks.db')));

await describeWithPostgres('several processes on PostgreSQL', (postgres) => {
  describeRaces('PostgreSQL', async () => {
    const pool = await postgres.newPool();
    return () => openPostgresOutbox(pool);
  });

  it('two alerters that both believe to lead send each message once, and see each other’s webhooks', async () => {
    const pool = await postgres.newPool();
    const office = await Office.open({}, undefined, () => openPostgresOutbox(pool));
    const rival = office.build({ outbox: openPostgresOutbox(pool) });
    const receiver = await Receiver.start();
    await office.alerter.start();
    await rival.start();
    const { server, call } = caller(rival);
    const { id } = await call('POST', '/v1/webhooks', { url: receiver.url });
    await openPostgresOutbox(pool).queue(
      Array.from({ length: 40 }, (_, n) => ({
        id: `m-${n}`,
        webhook: id,
        message: { type: 'webhook.test', timestamp: '', data: {} },
      })),
      office.now,
    );
    await Promise.all([office.alerter.tick(), rival.tick()]);
    assert.deepEqual([receiver.received.length, new Set(receiver.ids).size], [40, 40]);
    const recorded = await office.store.readStream(streamName(`webhook-${id}`));
    assert.equal(recorded.length, 40);
    await server.close();
    await rival.stop();
    await office.close();
    await receiver.stop();
  });
});
