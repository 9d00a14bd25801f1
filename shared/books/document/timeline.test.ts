import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { at, when as day, eventNamed, OFFICE } from '../../../tests/support/facts.ts';
import { formatDay } from '../../calendar/zone.ts';
import type { UnitId } from '../../contracts/ids.ts';
import { EXCHANGE_STEPS, type ExchangeStep } from './exchange.v1.ts';
import type { DocumentFact, ExchangeFact, Exemption, RegisteredRecipient, RegisterFact } from './fact.ts';
import { EXCHANGE_CHANNELS, type ExchangeChannel } from './registered.v1.ts';
import { documentTimeline, notableAt, type PairTimeline } from './timeline.ts';

const unit = (name: string) => name as UnitId;
const LAND = unit('H19.12');
const HEALTH = unit('H19.13');
/** Issued on Monday 6 May 2024 at 16:00: two working hours end on Tuesday at 08:00 (office day 07:00 to 17:00). */
const ISSUED = at('2024-05-06 16:00');
const GRACE = at('2024-05-07 08:00');

const to = (
  recipient: UnitId,
  channel: ExchangeChannel = 'axis',
  exemption?: Exemption,
): RegisteredRecipient => ({
  unit: recipient,
  channel,
  ...(exemption ? { exemption } : {}),
});

const register = (
  id: string,
  recipients: readonly RegisteredRecipient[],
  stated: Partial<RegisterFact> = {},
): RegisterFact => ({
  kind: 'register',
  id: eventNamed(id),
  recordedAt: ISSUED,
  time: ISSUED,
  scope: 'inter-agency',
  fromUnit: unit('H19.01'),
  issuedAt: ISSUED,
  graceUntil: GRACE,
  recipients,
  ...stated,
});

const step = (id: string, name: ExchangeStep, when: string, recipient = LAND): ExchangeFact => ({
  kind: 'exchange',
  id: eventNamed(id),
  recordedAt: at(when),
  time: at(when),
  recipient,
  step: name,
  at: at(when),
});

/** The same, of which only the day is known. */
const stepOn = (id: string, name: ExchangeStep, date: string): ExchangeFact => ({
  ...step(id, name, `${date} 23:00`),
  at: day(date),
});

const steps = (...names: ExchangeStep[]): ExchangeFact[] =>
  names.map((name, index) => step(`x${index}`, name, `2024-05-06 16:${10 + index}`));

const only = (facts: readonly DocumentFact[]): PairTimeline => {
  const [pair, ...others] = documentTimeline(facts, OFFICE).pairs;
  assert.ok(pair && others.length === 0, 'one pair');
  return pair;
};
const pairOf = (facts: readonly DocumentFact[], recipient: UnitId): PairTimeline => {
  const pair = documentTimeline(facts, OFFICE).pairs.find((each) => each.recipient === recipient);
  assert.ok(pair, recipient);
  return pair;
};
const codes = ({ findings }: PairTimeline): string[] => findings.map(({ code }) => code);
const onAxis = (...names: ExchangeStep[]) => only([register('r', [to(LAND)]), ...steps(...names)]);

describe('by day', () => {
  test('a step stands before the first moment of its day that belongs to a later step, else at the end of the day', () => {
    const seenBy = (...given: ExchangeFact[]) => only([register('r', [to(LAND)]), ...given]).standing.account;
    const arrived = step('a', 'arrived', '2024-05-06 17:00');
    assert.equal(seenBy(arrived, stepOn('b', 'rejected', '2024-05-06')), 'exchanged/not-electronic');
    const accepted = step('c', 'accepted', '2024-05-06 18:00');
    assert.equal(seenBy(stepOn('b', 'rejected', '2024-05-06'), accepted), 'exchanged/electronic');
    assert.equal(
      seenBy(stepOn('a', 'arrived', '2024-05-07'), stepOn('b', 'rejected', '2024-05-06')),
      'exchanged/electronic',
    );
    assert.equal(
      seenBy(stepOn('b', 'rejected', '2024-05-07'), stepOn('a', 'arrived', '2024-05-07')),
      'exchanged/not-electronic',
    );
  });

  test('the steps of another recipient change nothing, also not where a step by day belongs', () => {
    const recipients = register('r', [to(LAND), to(HEALTH)]);
    const own = [step('a', 'arrived', '2024-05-06 17:00'), stepOn('b', 'rejected', '2024-05-06')];
    const others = step('x', 'completed', '2024-05-06 16:30', HEALTH);
    assert.equal(pairOf([recipients, ...own, others], LAND).standing.account, 'exchanged/not-electronic');
    assert.deepEqual(pairOf([recipients, ...own, others], LAND), pairOf([recipients, ...own], LAND));
  });

  test('a document is issued on that day, and is in the future only on a later one', () => {
    const issued = (date: string, recordedAt: number) =>
      only([register('r', [to(LAND, 'paper')], { issuedAt: day(date), recordedAt })]);
    const pair = issued('2024-05-06', at('2024-05-06 07:00'));
    assert.deepEqual([pair.issuedAt, codes(pair)], [day('2024-05-06'), []]);
    assert.equal(formatDay(pair.legs[0]?.day ?? OFFICE.dayOf(0)), '2024-05-06');
    assert.deepEqual(codes(issued('2024-05-07', at('2024-05-06 23:56'))), []);
    assert.deepEqual(codes(issued('2024-05-07', at('2024-05-06 23:54'))), ['future']);
  });
});

describe('by the axis', () => {
  for (const seen of ['arrived', 'accepted', 'assigned', 'in-progress', 'completed'] as const) {
    test(`${seen} is seen: electronic, nothing awaited`, () => {
      const { standing, findings } = onAxis(seen);
      assert.deepEqual([standing.account, standing.due, findings], ['exchanged/electronic', null, []]);
    });
  }

  test('however late it is seen', () => {
    const pair = only([register('r', [to(LAND)]), step('x', 'completed', '2025-01-10 08:00')]);
    assert.equal(pair.standing.account, 'exchanged/electronic');
  });

  test('sent alone is not enough: awaited until the grace ends, listed as claimed but not seen', () => {
    const { standing, findings } = onAxis('sent');
    assert.deepEqual([standing.account, standing.due], ['exchanged/not-electronic', GRACE]);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['claimed-not-seen'],
    );
    assert.deepEqual(onAxis().standing, standing);
  });

  test('while it is awaited nothing is missing yet; other findings show at once', () => {
    for (const pair of [onAxis('sent'), onAxis('rejected')]) {
      assert.deepEqual(notableAt(GRACE - 1, pair), []);
      assert.deepEqual(notableAt(GRACE, pair), pair.findings);
    }
    const uncited = only([register('r', [to(LAND, 'paper', { reason: 'regulated' })])]);
    assert.deepEqual(notableAt(GRACE - 1, uncited), uncited.findings);
    const unregistered = only([step('x', 'arrived', '2024-05-06 16:10')]);
    assert.deepEqual(notableAt(GRACE - 1, unregistered), unregistered.findings);
  });

  test('a rejection dated in the future does not outlast later steps', () => {
    const rejected = { ...step('x', 'rejected', '2025-05-06 16:10'), recordedAt: at('2024-05-06 16:10') };
    const accepted = step('y', 'accepted', '2024-05-06 16:20');
    const pair = only([register('r', [to(LAND)]), rejected, accepted]);
    assert.equal(pair.standing.account, 'exchanged/electronic');
    assert.deepEqual(
      pair.findings.map(({ code, event }) => [code, event]),
      [['future', 'x']],
    );
  });

  test('rejected and never redelivered is not electronic', () => {
    for (const pair of [
      onAxis('rejected'),
      onAxis('arrived', 'rejected'),
      onAxis('arrived', 'rejected', 'sent'),
    ]) {
      assert.deepEqual([pair.standing.account, codes(pair)], ['exchanged/not-electronic', ['rejected']]);
    }
  });

  test('sent again after a rejection is one exchange', () => {
    const pair = onAxis('sent', 'arrived', 'rejected', 'sent', 'arrived');
    assert.deepEqual([pair.standing.account, pair.legs.length, codes(pair)], ['exchanged/electronic', 1, []]);
  });

  test('a status that overtook another on the way counts at its own moment', () => {
    const pair = only([
      register('r', [to(LAND)]),
      step('x0', 'arrived', '2024-05-06 18:00'),
      step('x1', 'rejected', '2024-05-06 17:00'),
    ]);
    assert.equal(pair.standing.account, 'exchanged/electronic');
  });

  test('the sender among its own recipients is no exchange with another agency, whatever the steps: it is listed as such', () => {
    for (const channel of EXCHANGE_CHANNELS) {
      for (const name of EXCHANGE_STEPS) {
        const sender = unit('H19.01');
        const facts = [register('r', [to(sender, channel)]), step('x', name, '2024-05-06 16:10', sender)];
        const pair = only(facts);
        assert.deepEqual([pair.standing.account, pair.standing.due], ['to-itself', null]);
        assert.deepEqual(codes(pair), ['to-itself']);
      }
    }
    const [own] = documentTimeline([step('x', 'sent', '2024-05-06 16:10')], OFFICE, new Set([LAND])).pairs;
    assert.deepEqual([own?.standing.account, own && codes(own)], ['unregistered', ['to-itself']]);
  });

  test('an agreed recall and a replacement remove the pair', () => {
    for (const removing of ['recall-agreed', 'replaced'] as const) {
      assert.equal(onAxis('sent', 'arrived', 'recall-requested', removing).standing.account, 'recalled');
    }
  });

  test('a recall that is asked for or refused leaves it', () => {
    assert.equal(onAxis('arrived', 'recall-requested').standing.account, 'exchanged/electronic');
    assert.equal(onAxis('sent', 'recall-requested').standing.account, 'exchanged/not-electronic');
    assert.equal(
      onAxis('sent', 'recall-requested', 'change-refused').standing.account,
      'exchanged/electronic',
    );
  });
});

describe('by other channels', () => {
  test('for the internal system the statement of the register suffices', () => {
    const { standing } = only([register('r', [to(LAND, 'internal-system')], { scope: 'internal' })]);
    assert.deepEqual([standing.account, standing.due], ['exchanged/electronic', null]);
  });

  for (const channel of ['email', 'paper', 'other'] as const) {
    test(`${channel} is not electronic, at once`, () => {
      const pair = only([register('r', [to(LAND, channel)])]);
      assert.deepEqual([pair.standing.account, pair.standing.due], ['exchanged/not-electronic', null]);
      assert.deepEqual(codes(pair), []);
    });
  }

  test('listed twice, by the axis and on paper besides, it is one exchange by the axis', () => {
    const pair = only([register('r', [to(LAND, 'paper'), to(LAND)]), ...steps('arrived')]);
    assert.deepEqual([pair.channel, pair.standing.account], ['axis', 'exchanged/electronic']);
  });
});

describe('exemptions', () => {
  test('classified is exempt, even if it went by the axis', () => {
    const pair = only([register('r', [to(LAND, 'axis', { reason: 'classified' })]), ...steps('arrived')]);
    assert.deepEqual([pair.standing.account, pair.standing.due], ['exempt/classified', null]);
  });

  test('regulated is exempt with a citation', () => {
    const exemption: Exemption = { reason: 'regulated', citation: 'CV 12/UBND-KSTT' };
    assert.equal(only([register('r', [to(LAND, 'paper', exemption)])]).standing.account, 'exempt/regulated');
  });

  test('… and without one is not, and is listed', () => {
    for (const exemption of [
      { reason: 'regulated' },
      { reason: 'regulated', citation: ' ' },
    ] satisfies Exemption[]) {
      const pair = only([register('r', [to(LAND, 'paper', exemption)])]);
      assert.equal(pair.standing.account, 'exchanged/not-electronic');
      assert.deepEqual(codes(pair), ['regulated-without-citation']);
    }
  });
});

describe('the register', () => {
  test('a pair counts on the local day of issuedAt', () => {
    const late = Date.parse('2024-05-06T17:30:00Z');
    const { legs } = only([register('r', [to(LAND)], { issuedAt: late })]);
    assert.deepEqual(
      legs.map(({ day, from, dimensions }) => [formatDay(day), from.account, dimensions]),
      [
        [
          '2024-05-07',
          'unregistered',
          {
            unit: unit('H19.01'),
            channel: 'axis',
            scope: 'inter-agency',
            recipient: LAND,
          },
        ],
      ],
    );
  });

  test('its last statement decides the recipients, the scope and the channel', () => {
    const facts = [
      register('r1', [to(LAND, 'paper'), to(HEALTH)], { assertedAt: at('2024-05-08') }),
      register('r2', [to(LAND, 'internal-system')], { assertedAt: at('2024-05-09'), scope: 'internal' }),
      register('r0', [to(HEALTH, 'paper')]),
    ];
    const pair = only(facts);
    assert.deepEqual([pair.recipient, pair.scope, pair.channel], [LAND, 'internal', 'internal-system']);
    assert.deepEqual(
      documentTimeline(facts, OFFICE).classified.map(({ fact, use }) => [fact.id, use]),
      [
        ['r0', 'superseded'],
        ['r1', 'superseded'],
        ['r2', 'applied'],
      ],
    );
  });

  test('a replaced statement is ignored, whenever it was asserted', () => {
    const wrong = register('r1', [to(HEALTH)], { assertedAt: at('2024-06-01') });
    const right = register('r2', [to(LAND)], { corrects: eventNamed('r1') });
    assert.equal(only([wrong, right]).recipient, LAND);
  });

  test('pairs that only the axis reports are listed, never counted', () => {
    const facts = [register('r', [to(LAND)]), step('x', 'arrived', '2024-05-06 17:00', HEALTH)];
    const pair = pairOf(facts, HEALTH);
    assert.deepEqual([pair.legs, pair.standing.account, codes(pair)], [[], 'unregistered', ['unregistered']]);
    assert.equal(pairOf(facts, LAND).standing.account, 'exchanged/not-electronic');
  });

  test('without a register entry the finding names the first step that the axis carried', () => {
    const later = step('b', 'accepted', '2024-05-06 16:20');
    const pair = only([later, step('a', 'sent', '2024-05-06 16:10')]);
    assert.deepEqual(
      pair.findings.map(({ code, event }) => [code, event]),
      [['unregistered', 'a']],
    );
    assert.match(pair.findings[0]?.detail ?? '', /sent, accepted/);
  });

  test('without a register entry nothing is counted', () => {
    const { pairs } = documentTimeline(steps('sent', 'arrived'), OFFICE);
    assert.deepEqual([pairs.length, pairs.flatMap(({ legs }) => legs)], [1, []]);
  });

  test('twenty recipients, one on paper: 19 of 20', () => {
    const units = Array.from({ length: 20 }, (_, index) => unit(`H19.${20 + index}`));
    const { pairs } = documentTimeline(
      [
        register(
          'r',
          units.map((each, index) => to(each, index === 0 ? 'paper' : 'axis')),
        ),
        ...units.map((each, index) => step(`x${index}`, 'arrived', '2024-05-06 16:30', each)),
      ],
      OFFICE,
    );
    const electronic = pairs.filter(({ standing }) => standing.account === 'exchanged/electronic');
    assert.deepEqual([electronic.length, pairs.length], [19, 20]);
  });

  test('issued in the future it is flagged', () => {
    const pair = only([register('r', [to(LAND, 'internal-system')], { issuedAt: ISSUED + 6 * 60_000 })]);
    assert.deepEqual(codes(pair), ['future']);
  });
});

const UNITS = [LAND, HEALTH, unit('H19.14')];
const hour = fc.nat(5).map((hours) => ISSUED + hours * 3_600_000);
const anyFact = (id: string): fc.Arbitrary<DocumentFact> =>
  fc.oneof(
    fc
      .record({
        time: hour,
        recipients: fc.array(anyRecipient, { maxLength: 4 }),
        corrects: fc.option(fc.nat(7)),
      })
      .map(({ time, recipients, corrects }) =>
        register(id, recipients, {
          time,
          ...(corrects === null ? {} : { corrects: eventNamed(`e${corrects}`) }),
        }),
      ),
    fc
      .record({ at: hour, recipient: fc.constantFrom(...UNITS), step: fc.constantFrom(...EXCHANGE_STEPS) })
      .map((stated) => ({ ...step(id, stated.step, '2024-05-06', stated.recipient), at: stated.at })),
  );
const anyRecipient = fc
  .record({
    unit: fc.constantFrom(...UNITS),
    channel: fc.constantFrom(...EXCHANGE_CHANNELS),
    exemption: fc.constantFrom<(Exemption | undefined)[]>(
      undefined,
      undefined,
      { reason: 'classified' },
      { reason: 'regulated' },
      { reason: 'regulated', citation: 'NĐ 30/2020' },
    ),
  })
  .map(({ exemption, ...rest }) => ({ ...rest, ...(exemption ? { exemption } : {}) }));
const document = fc
  .nat(7)
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => anyFact(`e${index}`))));

test('neither the order of arrival nor repetition matters', () => {
  const shuffled = document.chain((facts) =>
    fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 })),
  );
  fc.assert(
    fc.property(shuffled, ([facts, again]) => {
      assert.deepEqual(documentTimeline(again, OFFICE), documentTimeline(facts, OFFICE));
    }),
    { numRuns: 2_000 },
  );
});

test('what is counted never exceeds the register, and each pair has one leg at most', () => {
  fc.assert(
    fc.property(document, (facts) => {
      const registered = new Set(
        facts.flatMap((fact) => (fact.kind === 'register' ? fact.recipients.map((each) => each.unit) : [])),
      );
      for (const { recipient, legs, standing } of documentTimeline(facts, OFFICE).pairs) {
        assert.ok(legs.length <= 1);
        assert.equal(legs.length === 0, standing.account === 'unregistered');
        if (legs.length > 0) assert.ok(registered.has(recipient));
      }
    }),
    { numRuns: 2_000 },
  );
});
