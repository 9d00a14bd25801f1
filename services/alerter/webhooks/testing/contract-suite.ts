import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Message } from '../../../../shared/alerting/message.ts';
import type { AlertKey } from '../../../../shared/alerting/rule.ts';
import type { AfterAttempt, AlertMark, Attempt, Delivery, NewDelivery, Outbox, Webhook } from '../outbox.ts';

export interface OutboxUnderTest {
  /** Another process on the same outbox. */
  open(): Outbox;
  /** Whether several may write at the same moment: a file of SQLite has one writer, which cannot wait within its own thread. */
  readonly writers: 'one' | 'several';
  /** Gone with all that is in it. */
  close(): Promise<void>;
}

const NOW = Date.UTC(2026, 10, 23, 2);
const MESSAGE: Message = {
  type: 'webhook.test',
  timestamp: '2026-11-23T02:00:00.000Z',
  data: { webhook: 'w' },
};
const OK: Attempt = { at: NOW, ms: 12, status: 204, error: null, snippet: '' };
const KEY = 'dossier-on-time:office:breach' as AlertKey;

const webhookOf = (id: string, changes: Partial<Webhook> = {}): Webhook => ({
  id,
  url: `https://${id}.example.vn/`,
  description: 'duty room',
  filter: { types: ['webhook.test'] },
  enabled: true,
  disabledReason: null,
  createdAt: NOW,
  ...changes,
});
const deliveryOf = (id: string, webhook = 'w'): NewDelivery => ({ id, webhook, message: MESSAGE });
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const markOf = (revision: number): AlertMark => ({
  key: KEY,
  revision,
  state: { phase: 'pending', since: revision },
  fact: null,
});

/** The contract of every adapter of the outbox. @param fresh makes an empty place for one test */
export function describeOutbox(name: string, fresh: () => Promise<OutboxUnderTest>): void {
  describe(`${name} keeps the contract of the outbox`, () => {
    let place: OutboxUnderTest;
    let outbox: Outbox;
    beforeEach(async () => {
      place = await fresh();
      outbox = place.open();
      await outbox.addWebhook(webhookOf('w'), 'whsec_1');
    });
    afterEach(async () => {
      await outbox.close();
      await place.close();
    });

    const ids = (deliveries: readonly { readonly id: string }[]) => deliveries.map(({ id }) => id);
    const dueIds = async (now = NOW) => ids(await outbox.due('w', now, 10));
    const claimed = async (id: string, until = NOW + 20_000, now = NOW): Promise<Delivery> => {
      const delivery = await outbox.claim(id, now, until);
      assert.ok(delivery, `${id} is due`);
      return delivery;
    };
    const attemptsOf = async (id: string) => (await outbox.attempts([id])).get(id);

    it('a webhook is as it was registered, in every process, and gone with all that is its own', async () => {
      await outbox.addWebhook(webhookOf('v', { createdAt: NOW + 1, description: 'a\0b' }), 'whsec_2');
      await outbox.queue([deliveryOf('d')], NOW);
      await outbox.settle(await claimed('d'), OK, { kind: 'delivered' });
      const other = place.open();
      assert.deepEqual(await other.webhooks(), [
        webhookOf('w'),
        webhookOf('v', { createdAt: NOW + 1, description: 'a\ufffdb' }),
      ]);
      await other.close();
      assert.equal(await outbox.deleteWebhook('w'), true);
      assert.equal(await outbox.deleteWebhook('w'), false);
      assert.deepEqual(
        [await outbox.webhook('w'), await outbox.delivery('d'), await attemptsOf('d')],
        [undefined, undefined, undefined],
      );
      assert.deepEqual(await outbox.secrets('w', NOW), []);
      assert.deepEqual(ids(await outbox.webhooks()), ['v']);
    });

    it('a request about a webhook or a delivery that does not exist changes nothing', async () => {
      for (const id of ['unknown', '\0']) {
        assert.equal(await outbox.webhook(id), undefined);
        assert.equal(await outbox.delivery(id), undefined);
        assert.equal(await outbox.setEnabled(id, true), false);
        assert.equal(await outbox.rotateSecret(id, 'whsec_2', NOW, NOW), false);
        assert.equal(await outbox.deleteWebhook(id), false);
        assert.equal(await outbox.replay(id, NOW), false);
      }
      assert.equal((await outbox.attempts([])).size, 0);
    });

    it('the former secret signs beside the new one until it ends; the newest comes first', async () => {
      await outbox.rotateSecret('w', 'whsec_2', NOW, NOW + 100);
      assert.deepEqual(await outbox.secrets('w', NOW + 99), ['whsec_2', 'whsec_1']);
      assert.deepEqual(await outbox.secrets('w', NOW + 100), ['whsec_2']);
      await outbox.rotateSecret('w', 'whsec_3', NOW, NOW + 200);
      assert.deepEqual(await outbox.secrets('w', NOW + 99), ['whsec_3', 'whsec_2', 'whsec_1']);
      assert.deepEqual(await outbox.secrets('w', NOW + 199), ['whsec_3', 'whsec_2']);
    });

    it('a message keeps the trace of its transition, if that has one', async () => {
      await outbox.queue([{ ...deliveryOf('traced'), traceparent: TRACE }, deliveryOf('untraced')], NOW);
      assert.deepEqual(
        [(await claimed('traced')).traceparent, (await claimed('untraced')).traceparent],
        [TRACE, null],
      );
    });

    it('a message is queued only once, with the very text that is signed', async () => {
      await outbox.queue([deliveryOf('d'), deliveryOf('d')], NOW);
      await outbox.queue([deliveryOf('d'), deliveryOf('e')], NOW + 1);
      assert.deepEqual(await dueIds(NOW + 1), ['d', 'e']);
      assert.equal((await outbox.delivery('d'))?.body, JSON.stringify(MESSAGE));
    });

    it('messages and the mark of their alert are written all or nothing', async () => {
      const broken = { ...deliveryOf('d'), message: { ...MESSAGE, type: null } } as unknown as NewDelivery;
      await assert.rejects(outbox.queue([deliveryOf('e'), broken], NOW, markOf(1)), { name: 'StoreError' });
      assert.deepEqual([await dueIds(), await outbox.mark(KEY)], [[], undefined]);
    });

    it('a mark goes forward only', async () => {
      for (const revision of [1, 3, 2]) await outbox.queue([], NOW, markOf(revision));
      assert.deepEqual(await outbox.mark(KEY), markOf(3));
      assert.deepEqual(await outbox.alertKeys(), [KEY]);
    });

    it('messages for a webhook that was deleted meanwhile are left out, and the rest is queued', async () => {
      await outbox.queue([deliveryOf('d', 'gone'), deliveryOf('e')], NOW, markOf(1));
      assert.deepEqual(await dueIds(), ['e']);
      assert.equal((await outbox.mark(KEY))?.revision, 1);
    });

    it('due are those whose time has come, the longest due first', async () => {
      await outbox.queue([deliveryOf('a'), deliveryOf('b'), deliveryOf('c')], NOW);
      const retry: AfterAttempt = { kind: 'retry', nextAt: NOW + 50 };
      await outbox.settle(await claimed('a'), OK, retry);
      assert.deepEqual(await dueIds(), ['b', 'c']);
      assert.deepEqual(await dueIds(NOW + 50), ['b', 'c', 'a']);
      assert.deepEqual(ids(await outbox.due('w', NOW + 50, 2)), ['b', 'c']);
      assert.equal((await outbox.delivery('a'))?.tries, 1);
    });

    it('what is due later than its longest pause was written by a wrong clock, and is due now', async () => {
      await outbox.queue([deliveryOf('a'), deliveryOf('b')], NOW);
      const day = 24 * 3_600_000;
      await outbox.settle(await claimed('a'), OK, { kind: 'retry', nextAt: NOW + day });
      await outbox.settle(await claimed('b'), OK, { kind: 'retry', nextAt: NOW + 400 * day });
      assert.deepEqual(await dueIds(), ['b']);
      assert.equal((await outbox.claim('b', NOW, NOW + 100))?.id, 'b');
      assert.equal(await outbox.claim('a', NOW, NOW + 100), undefined);
    });

    it('a claim is for one process, until it runs out', async () => {
      await outbox.queue([deliveryOf('d')], NOW);
      const others = place.writers === 'one' ? [] : [place.open(), place.open()];
      const all = Array.from({ length: 6 }, (_, n) => others[n % 3] ?? outbox);
      const claims = await Promise.all(all.map((one) => one.claim('d', NOW, NOW + 100)));
      assert.equal(claims.filter((claim) => claim !== undefined).length, 1);
      assert.equal(await outbox.claim('d', NOW + 99, NOW + 200), undefined);
      assert.equal((await claimed('d', NOW + 200, NOW + 100)).nextAt, NOW + 200);
      for (const one of others) await one.close();
    });

    it('nothing of a disabled webhook can be claimed', async () => {
      await outbox.queue([deliveryOf('d')], NOW);
      assert.equal(await outbox.setEnabled('w', false), true);
      assert.equal(await outbox.claim('d', NOW, NOW + 100), undefined);
      await outbox.setEnabled('w', true);
      await claimed('d');
    });

    it('a try is logged with its outcome, even an answer that is no text', async () => {
      await outbox.queue([deliveryOf('d')], NOW);
      const failed: Attempt = { at: NOW, ms: 5, status: 500, error: 'status\0 500', snippet: '\0PNG' };
      assert.equal(
        await outbox.settle(await claimed('d'), failed, { kind: 'retry', nextAt: NOW }),
        'settled',
      );
      assert.equal(await outbox.settle(await claimed('d'), OK, { kind: 'delivered' }), 'settled');
      assert.deepEqual(await attemptsOf('d'), [
        { ...failed, error: 'status\ufffd 500', snippet: '\ufffdPNG' },
        OK,
      ]);
      const { status, finishedAt, tries } = (await outbox.delivery('d')) ?? {};
      assert.deepEqual([status, finishedAt, tries], ['delivered', NOW + 12, 1]);
    });

    it('the outcome of a try whose claim ran out is logged, and does not undo that of the next', async () => {
      await outbox.queue([deliveryOf('d')], NOW);
      const slow = await claimed('d', NOW + 100);
      const next = await claimed('d', NOW + 200, NOW + 100);
      assert.equal(await outbox.settle(slow, OK, { kind: 'failed' }), 'superseded');
      assert.equal((await outbox.delivery('d'))?.status, 'pending');
      assert.equal(await outbox.settle(next, OK, { kind: 'delivered' }), 'settled');
      assert.equal(await outbox.settle(slow, OK, { kind: 'retry', nextAt: NOW }), 'superseded');
      const { status, tries } = (await outbox.delivery('d')) ?? {};
      assert.deepEqual([status, tries, (await attemptsOf('d'))?.length], ['delivered', 0, 3]);
    });

    it('no outcome is written for a try whose webhook was deleted meanwhile', async () => {
      await outbox.queue([deliveryOf('d')], NOW);
      const delivery = await claimed('d');
      await outbox.deleteWebhook('w');
      assert.equal(await outbox.settle(delivery, OK, { kind: 'gone' }), 'deleted');
      assert.deepEqual([await outbox.delivery('d'), (await outbox.unreported(10)).length], [undefined, 0]);
    });

    it('a receiver that is gone disables its webhook', async () => {
      await outbox.queue([deliveryOf('d')], NOW);
      await outbox.settle(await claimed('d'), OK, { kind: 'gone' });
      const { enabled, disabledReason } = (await outbox.webhook('w')) ?? {};
      assert.deepEqual([enabled, disabledReason], [false, 'gone']);
      await outbox.setEnabled('w', true);
      assert.equal((await outbox.webhook('w'))?.disabledReason, null);
    });

    it('an outcome waits until it is reported, and only then can the message be sent again', async () => {
      await outbox.queue([deliveryOf('d')], NOW);
      assert.equal(await outbox.replay('d', NOW), false, 'on its way');
      await outbox.settle(await claimed('d'), OK, { kind: 'failed' });
      assert.equal(await outbox.replay('d', NOW), false, 'not reported');
      const [first] = await outbox.unreported(10);
      assert.ok(first);
      await outbox.markReported(first);
      assert.deepEqual(await outbox.unreported(10), []);
      assert.equal(await outbox.replay('d', NOW + 9), true);
      await outbox.settle(await claimed('d', NOW + 99, NOW + 9), OK, { kind: 'delivered' });
      // Another process that reported the first round, and marks it late.
      await outbox.markReported(first);
      assert.deepEqual(
        (await outbox.unreported(10)).map(({ id, round, status }) => [id, round, status]),
        [['d', 1, 'delivered']],
      );
    });

    it('pages of messages go from the newest to the oldest', async () => {
      const all = Array.from({ length: 5 }, (_, n) => deliveryOf(`d-${n}`));
      await outbox.queue(all, NOW);
      const first = await outbox.deliveries('w', Number.MAX_SAFE_INTEGER, 3);
      const rest = await outbox.deliveries('w', first.at(-1)?.seq ?? 0, 3);
      assert.deepEqual(ids([...first, ...rest]), ids(all.toReversed()));
    });

    it('counts pending messages, and since when the oldest waits', async () => {
      await outbox.addWebhook(webhookOf('off', { enabled: false }), 'whsec_2');
      await outbox.queue([deliveryOf('x', 'off')], NOW - 1_000);
      await outbox.queue([deliveryOf('a'), deliveryOf('b')], NOW);
      await outbox.queue([deliveryOf('c')], NOW + 1);
      await outbox.settle(await claimed('a'), OK, { kind: 'delivered' });
      await outbox.settle(await claimed('b'), OK, { kind: 'failed' });
      assert.deepEqual(await outbox.counts(), {
        pending: 2,
        oldestPendingAt: NOW + 1,
      });
    });

    it('deleting a webhook while its messages are queued, sent and signed anew ends well for both', async () => {
      for (let round = 0; round < 10; round += 1) {
        const id = `r-${round}`;
        await outbox.addWebhook(webhookOf(id), 'whsec_3');
        await outbox.queue([deliveryOf(`${id}-a`, id), deliveryOf(`${id}-b`, id)], NOW);
        const [a, b] = [await claimed(`${id}-a`), await claimed(`${id}-b`)];
        const [deleted] = await Promise.all([
          outbox.deleteWebhook(id),
          outbox.settle(a, OK, { kind: 'gone' }),
          outbox.settle(b, OK, { kind: 'delivered' }),
          outbox.queue([deliveryOf(`${id}-c`, id), deliveryOf(`${id}-c`, 'w')], NOW),
          outbox.rotateSecret(id, 'whsec_4', NOW, NOW + 1),
        ]);
        assert.equal(deleted, true);
        assert.deepEqual(await outbox.deliveries(id, Number.MAX_SAFE_INTEGER, 10), []);
      }
    });
  });
}
