import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { Office, onTime } from './testing/office.ts';
import { Receiver, verified } from './testing/receiver.ts';

describe('alerter', () => {
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

  it('tells of a breach and of its end by messages that the public library verifies', async () => {
    const { secret } = await office.register(receiver.url);
    office.watches = [onTime(95)];
    await office.pass(1000);
    office.watches = [onTime(97)];
    await office.pass(1000);
    const messages = receiver.received.map((one) => verified(one, secret));
    assert.deepEqual(
      messages.map(({ type }) => type),
      ['objective.breached', 'objective.recovered'],
    );
    assert.deepEqual(messages[0], {
      type: 'objective.breached',
      timestamp: '2026-11-23T02:00:01.000Z',
      data: {
        alert: 'dossier-on-time:office:breach',
        rule: 'breach',
        reminder: false,
        reason: 'first',
        objective: 'dossier-on-time',
        scope: 'office',
        status: 'breached',
        value: 0.95,
        target: 0.96,
        numerator: 95,
        denominator: 100,
        evidence: 'https://kpi.example.vn/v1/objectives/dossier-on-time/evidence',
      },
    });
  });
});
