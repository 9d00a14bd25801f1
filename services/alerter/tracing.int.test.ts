import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { dossierId, feedName } from '../../shared/contracts/ids.ts';
import { unplaced } from '../../shared/ledger/testing/contract-events.ts';
import { startTracing, type Tracing } from '../../shared/platform/tracing.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../tests/support/otlp-receiver.ts';
import { Office, onTime } from './testing/office.ts';
import { ok, Receiver, status } from './testing/receiver.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const traceOf = (traceparent: unknown) => String(traceparent).split('-')[1];
const senders = (n: number) => `00-${String(n).repeat(32)}-b7ad6b7169203331-01`;

describe('the trace of an alert', () => {
  let office: Office;
  let receiver: Receiver;
  let collector: OtlpReceiver;
  let tracing: Tracing;

  beforeEach(async () => {
    collector = await startOtlpReceiver();
    tracing = await startTracing('test', { endpoint: collector.endpoint, ratio: 1 });
    office = await Office.open();
    office.position = 0;
    receiver = await Receiver.start();
    mock.method(Date, 'now', () => office.now);
    await office.alerter.start();
    await office.register(receiver.url);
  });
  afterEach(async () => {
    await office.close();
    await receiver.stop();
    await tracing.close();
    await collector.close();
    mock.restoreAll();
  });

  /** A dossier's event of a sender's own trace reaches the ledger. */
  const comes = async (sender: number) => {
    const id = dossierId(`H19.12-260105-000${sender}`);
    const { metadata, ...event } = unplaced(
      { type: 'dossier.status.v1', time: office.now, data: { dossierId: id, status: 'received' } },
      `event-${sender}`,
      office.now,
    );
    const traced = { ...metadata, feed: feedName('office'), traceparent: senders(sender) };
    office.position = (await office.store.record([{ ...event, metadata: traced }], office.now)).position;
  };
  const traces = () => receiver.received.map(({ headers }) => traceOf(headers.traceparent));

  it('is that of the event that made it pending, however long it waits', async () => {
    await comes(1);
    office.watches = [onTime(95, { for: MINUTE })];
    await office.pass(SECOND);
    await comes(2);
    await office.pass(MINUTE);
    assert.deepEqual(traces(), [traceOf(senders(1))]);
  });

  it('is that of the event that ended it', async () => {
    await comes(1);
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    await comes(3);
    office.watches = [onTime(97)];
    await office.pass(SECOND);
    assert.deepEqual(
      traces(),
      [1, 3].map((sender) => traceOf(senders(sender))),
    );
  });

  it('does not come from events of the alerter itself', async () => {
    await comes(1);
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    office.position = await office.store.head();
    office.watches = [onTime(97)];
    await office.pass(SECOND);
    const [breach, recovery] = traces();
    assert.equal(breach, traceOf(senders(1)));
    assert.ok(recovery !== undefined && recovery !== breach);
  });

  it('is its own when only time has passed', async () => {
    await comes(1);
    await office.pass(SECOND);
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    assert.equal(traces().length, 1);
    assert.notEqual(traces()[0], traceOf(senders(1)));
  });

  it('goes on with every try, over a restart too', async () => {
    receiver.answering = status(500);
    await comes(1);
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    await office.restart();
    receiver.answering = ok;
    await office.pass(MINUTE);
    await tracing.close();
    const sends = collector.spans.filter(({ name }) => name === 'webhook.send');
    const [transition] = collector.spans.filter(({ name }) => name === 'alert.transition');
    assert.deepEqual(
      sends.map(({ parentSpanId }) => parentSpanId),
      [transition?.spanId, transition?.spanId],
    );
    assert.deepEqual(
      receiver.received.map(({ headers }) => headers.traceparent),
      sends.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`),
    );
    assert.deepEqual(traces(), [traceOf(senders(1)), traceOf(senders(1))]);
  });
});
