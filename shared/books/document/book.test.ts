import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, when as day, eventNamed, OFFICE, OFFICE_THEN } from '../../../tests/support/facts.ts';
import type { KnownFact } from '../../bookkeeping/subject.ts';
import { documentId, eventId, feedName, streamName, unitId } from '../../contracts/ids.ts';
import type { Position, RecordedEvent } from '../../contracts/stored-event.ts';
import { documentBook } from './book.ts';
import type { DocumentFact, ExchangeFact, RegisterFact } from './fact.ts';
import { documentSummary } from './summary.ts';

const RECORDED = at('2024-06-01 08:00');
const recorded: RecordedEvent = {
  position: 1 as Position,
  stream: streamName('document-a'),
  revision: 0,
  id: eventId('register', '1'),
  type: 'document.registered.v1',
  data: '{}',
  metadata: { source: 'register', sourceId: '1', feed: feedName('register'), rank: 1 },
  recordedAt: RECORDED,
};
const TIME = at('2024-05-06 16:30');
const factOf = (type: string, data: object): DocumentFact => {
  const event = documentBook.events.find(({ kind }) => kind.type === type) ?? assert.fail();
  return event.factOf(recorded, { time: TIME, data }, OFFICE_THEN);
};
const ID = documentId('H19.01,2024-05-06,12/UBND');
const [FROM, LAND, HEALTH] = [unitId('H19.01'), unitId('H19.12'), unitId('H19.13')];
const REGISTERED = {
  documentId: ID,
  scope: 'internal',
  fromUnitId: FROM,
  issuedAt: at('2024-05-06 16:00'),
  recipients: [{ unitId: LAND, channel: 'axis' }],
};
const REGISTER: RegisterFact = {
  ...{
    kind: 'register',
    id: recorded.id,
    recordedAt: RECORDED,
    time: TIME,
    scope: 'internal',
    fromUnit: FROM,
  },
  // One working hour is left on Monday, one more on Tuesday from 07:00.
  ...{ issuedAt: at('2024-05-06 16:00'), graceUntil: at('2024-05-07 08:00') },
  recipients: [{ unit: LAND, channel: 'axis' }],
};
const EXCHANGE: ExchangeFact = {
  ...{
    kind: 'exchange',
    id: recorded.id,
    recordedAt: RECORDED,
    time: TIME,
    recipient: LAND,
    step: 'arrived',
  },
  at: at('2024-05-06 17:00'),
};

test('a fact of the register holds what its event states, with two working hours of grace', () => {
  assert.deepEqual(factOf('document.registered.v1', REGISTERED), REGISTER);
  const regulated = { reason: 'regulated', citation: 'QĐ 1' } as const;
  const more = {
    ...REGISTERED,
    ...{ assertedAt: day('2024-05-07'), corrects: '0' },
    recipients: [
      { unitId: LAND, channel: 'paper', exemption: { reason: 'classified' } },
      { unitId: HEALTH, channel: 'email', exemption: regulated },
    ],
  };
  assert.deepEqual(factOf('document.registered.v1', more), {
    ...REGISTER,
    ...{ assertedAt: day('2024-05-07'), corrects: eventId('register', '0') },
    recipients: [
      { unit: LAND, channel: 'paper', exemption: { reason: 'classified' } },
      { unit: HEALTH, channel: 'email', exemption: regulated },
    ],
  });
});

test('the grace of a document issued on a day without an hour begins at the end of that day', () => {
  const fact = factOf('document.registered.v1', { ...REGISTERED, issuedAt: day('2024-05-06') });
  assert.equal(fact.kind === 'register' && fact.graceUntil, at('2024-05-07 09:00'));
});

test('a fact of the axis holds the step of one recipient', () => {
  const data = { documentId: ID, recipientUnitId: LAND, step: 'arrived', at: EXCHANGE.at };
  assert.deepEqual(factOf('document.exchange.v1', data), EXCHANGE);
  assert.deepEqual(factOf('document.exchange.v1', { ...data, marks: ['time-inferred'] }), {
    ...EXCHANGE,
    timeInferred: true,
  });
});

test('a register event names its document and aliases, an event of the axis the document', () => {
  const [register, exchange] = documentBook.events;
  assert.deepEqual(register?.subjectOf({ ...REGISTERED, aliases: ['b'] }), { name: ID, aliases: ['b'] });
  assert.deepEqual(register?.subjectOf(REGISTERED), { name: ID, aliases: [] });
  assert.deepEqual(exchange?.subjectOf({ documentId: ID }), { name: ID, aliases: [] });
});

test('a fact comes back from its stored form as it was', () => {
  const { codec } = documentBook;
  for (const fact of [REGISTER, EXCHANGE])
    assert.deepEqual(codec.decode(JSON.parse(JSON.stringify(codec.encode(fact)))), fact);
});

test('the units of a fact are replaced by the units that they stand for', () => {
  const { unitsIn, withUnits } = documentBook;
  const below = (unit: string) => unitId(`${unit}.01`);
  assert.deepEqual(unitsIn(REGISTER), [FROM, LAND]);
  assert.deepEqual(withUnits(REGISTER, below), {
    ...REGISTER,
    fromUnit: below(FROM),
    recipients: [{ unit: below(LAND), channel: 'axis' }],
  });
  assert.deepEqual(unitsIn(EXCHANGE), [LAND]);
  assert.deepEqual(withUnits(EXCHANGE, below), { ...EXCHANGE, recipient: below(LAND) });
});

const known = (name: string, fact: DocumentFact): KnownFact<DocumentFact> => ({
  ...{ fact, name, aliases: [], source: 'register', rank: 1, knownAt: 1 },
});
const both: RegisterFact = {
  ...REGISTER,
  recipients: [...REGISTER.recipients, { unit: HEALTH, channel: 'paper' }],
};
const arrived = { ...EXCHANGE, id: eventNamed('x') };
const subject = (...facts: KnownFact<DocumentFact>[]) => ({
  ...{ number: 1, known: facts, posted: [] },
  names: facts.map(({ name }) => ({ name, origin: 1 })),
  origins: [{ source: 'one-stop', rank: 1 }],
});

test('a document has a standing for each recipient, since the day of its last leg', () => {
  const { standings } = documentBook.evaluate([known('a', both), known('a', arrived)], OFFICE);
  const issued = OFFICE.dayOf(at('2024-05-06 16:00'));
  assert.deepEqual(
    standings.map(({ dimensions, side, day: since }) => [dimensions.recipient, side.account, since]),
    [
      [LAND, 'exchanged/electronic', issued],
      [HEALTH, 'exchanged/not-electronic', issued],
    ],
  );
});

test('an item shows the exchange with one recipient', () => {
  const one = subject(known('a', both), known('a', arrived));
  const place = { account: 'exchanged/electronic', due: null };
  assert.deepEqual(documentBook.itemOf(one, { ...place, apart: LAND }, OFFICE), {
    ...{ documentId: 'a', recipient: LAND, account: 'exchanged/electronic', scope: 'internal' },
    ...{ fromUnit: FROM, channel: 'axis', issuedAt: REGISTER.issuedAt, graceUntil: REGISTER.graceUntil },
    findings: [],
  });
  const message = 'The ledger lists an exchange with H19.99 that its document does not have';
  assert.throws(() => documentBook.itemOf(one, { ...place, apart: 'H19.99' }, OFFICE), { message });
});

test('a document has the smallest id of the register, without one that of the axis; the others are aliases', () => {
  const register = (name: string) => known(name, { ...REGISTER, id: eventNamed(name) });
  const axis = (name: string) => known(name, { ...arrived, id: eventNamed(name) });
  const names = (...facts: KnownFact<DocumentFact>[]) => {
    const { id, aliases, pairs } = documentSummary(subject(...facts), OFFICE);
    assert.equal(pairs.length, 1);
    return [id, ...aliases];
  };
  assert.deepEqual(names(axis('a'), register('n'), register('m')), ['m', 'a', 'n']);
  assert.deepEqual(names(axis('z'), axis('y')), ['y', 'z']);
});
