import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { streamName } from '../../shared/contracts/ids.ts';
import { deliveryId } from './alerts/alert-book.ts';
import { Office, onTime } from './testing/office.ts';
import { ok, Receiver } from './testing/receiver.ts';

const DOOMED = new URL('./testing/doomed.ts', import.meta.url).pathname;

describe('kill -9', () => {
  let office: Office;
  let receiver: Receiver;
  let webhook: string;

  beforeEach(async () => {
    receiver = await Receiver.start();
    office = await Office.open();
    await office.alerter.start();
    webhook = (await office.register(receiver.url)).id;
    await office.leave();
  });

  afterEach(async () => {
    await office.close();
    await receiver.stop();
  });

  const doomed = (moment: string): ChildProcess =>
    spawn(process.execPath, [DOOMED, office.folder, moment], { stdio: ['ignore', 'ignore', 'inherit'] });

  /** The messages of the next process, and the one id that the transition and the webhook allow. */
  const takeOver = async () => {
    office = await Office.open({}, office.folder);
    await office.alerter.start();
    office.watches = [onTime(95)];
    await office.pass(1_000);
    // A try counts as lost some seconds after its time limit of 15.
    await office.pass(21_000);
    const events = await office.store.readStream(streamName('alert-dossier-on-time:office:breach'));
    assert.equal(events.length, 1);
    const [fired] = events;
    assert.ok(fired);
    return deliveryId(fired.id, webhook);
  };

  it('between the append and the queue loses nothing: the next process sends it, once', async () => {
    const [, signal] = await once(doomed('after-append'), 'exit');
    assert.equal(signal, 'SIGKILL');
    assert.deepEqual(receiver.ids, []);
    const id = await takeOver();
    assert.deepEqual(receiver.ids, [id]);
  });

  it('while a message is being sent: it is sent again, under the same id', async () => {
    const child = doomed('mid-delivery');
    receiver.answering = () => child.kill('SIGKILL');
    const [, signal] = await once(child, 'exit');
    assert.equal(signal, 'SIGKILL');
    receiver.answering = ok;
    const id = await takeOver();
    assert.deepEqual(receiver.ids, [id, id]);
    const { body } = await office.call('GET', `/v1/webhooks/${webhook}/deliveries`);
    assert.deepEqual(
      body.deliveries.map((one: { id: string; status: string }) => [one.id, one.status]),
      [[id, 'delivered']],
    );
  });
});
