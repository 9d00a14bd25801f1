import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture, inputs } from './testing/reading.ts';

const inJson: Readonly<Record<string, unknown>> = JSON.parse(fixture('kinds.json'));

const DOCUMENT = 'H19.12,2026-11-20,15/VP-HC';
const answered = (minute: number, step: string, recipient = 'H19.01') => [
  [`2026-11-20T06:${String(minute).padStart(2, '0')}:00.000Z`, DOCUMENT, recipient, step],
];

/** The messages that the vendor's library writes: four kinds of document message, nine of status. */
const KINDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  new: [
    ['2026-11-20T01:15:00.000Z', DOCUMENT, 'H19.01', 'sent'],
    ['2026-11-20T01:15:00.000Z', DOCUMENT, 'H19.02', 'sent'],
  ],
  recall: [
    ['2026-11-20T03:00:00.000Z', DOCUMENT, 'H19.01', 'recall-requested'],
    ['2026-11-20T03:00:00.000Z', DOCUMENT, 'H19.02', 'recall-requested'],
  ],
  update: [
    ['2026-11-20T04:00:00.000Z', DOCUMENT, 'H19.01', 'sent'],
    ['2026-11-20T04:00:00.000Z', DOCUMENT, 'H19.03', 'sent'],
    ['2026-11-20T04:00:00.000Z', DOCUMENT, 'H19.02', 'recall-requested'],
  ],
  replacement: [
    ['2026-11-21T01:00:00.000Z', DOCUMENT, 'H19.01', 'replaced'],
    ['2026-11-21T01:00:00.000Z', DOCUMENT, 'H19.02', 'replaced'],
    ['2026-11-21T01:00:00.000Z', 'H19.12,2026-11-21,16/VP-HC', 'H19.01', 'sent'],
    ['2026-11-21T01:00:00.000Z', 'H19.12,2026-11-21,16/VP-HC', 'H19.02', 'sent'],
  ],
  'status-01': answered(1, 'arrived'),
  'status-02': answered(2, 'rejected'),
  'status-03': answered(3, 'accepted'),
  'status-04': answered(4, 'assigned'),
  'status-05': answered(5, 'in-progress'),
  'status-06': answered(6, 'completed'),
  // It comes from the sender and names no other agency.
  'status-13': answered(13, 'recall-requested', 'H19.12'),
  'status-15': answered(15, 'recall-agreed'),
  'status-16': answered(16, 'change-refused'),
};

const events = (text: string) =>
  inputs(text).map(({ decoded }) => {
    assert.ok(decoded.kind === 'event', JSON.stringify(decoded));
    const { time, documentId, recipientUnitId, step } = JSON.parse(decoded.event.data);
    return [decoded.event.id, [time, documentId, recipientUnitId, step]] as const;
  });

for (const [kind, expected] of Object.entries(KINDS)) {
  test(`the vendor's message "${kind}" states the same in XML, in JSON and in a converter's answer`, () => {
    const message = inJson[kind];
    const xml = events(fixture(`kinds/${kind}.xml`));
    assert.deepEqual(
      xml.map(([, step]) => step),
      expected,
    );
    assert.deepEqual(events(JSON.stringify(message)), xml);
    const answer = { data: message, ErrorCode: '0', ErrorDesc: 'Thanh cong', status: 'OK' };
    assert.deepEqual(events(`\ufeff${JSON.stringify(answer)}`), xml);
  });
}
