import assert from 'node:assert/strict';
import { it } from 'node:test';
import { zoneOf } from '../calendar/zone.ts';
import { type AlertTransitionedV1, alertFact, applyFact } from './facts.ts';
import { figuresOf, type MessageFilter, messageOf, trialOf, typeOf, wanted, wants } from './message.ts';
import type { AlertKey } from './rule.ts';
import { INITIAL } from './state.ts';
import { feedSubject, MEANING, objectiveSubject } from './testing/subjects.ts';

const AT = Date.parse('2026-11-23T02:00:00Z');
const HEAD = { store: 's', position: '7', link: 'ab' };
const context = {
  publicUrl: 'https://kpi.example.vn',
  zone: zoneOf('Asia/Ho_Chi_Minh'),
  storeHead: () => HEAD,
};
const fact = (changes: Partial<AlertTransitionedV1> = {}): AlertTransitionedV1 => ({
  key: 'k' as AlertKey,
  rule: 'breach',
  subject: objectiveSubject({ scope: 'H19.12', meaning: MEANING }),
  kind: 'fired',
  reason: 'held-for',
  notify: true,
  at: AT,
  since: AT - 60_000,
  ...changes,
});

it('a message is of the type that its rule and the end of it give', () => {
  const types = (['breach', 'at-risk', 'feed-silent'] as const).map((rule) =>
    (['pending', 'fired', 'reminded', 'resolved'] as const).map((kind) => typeOf({ kind, rule })),
  );
  const raised = (type: string, over: string) => [type, type, type, over];
  assert.deepEqual(types, [
    raised('objective.breached', 'objective.recovered'),
    raised('objective.at-risk', 'objective.recovered'),
    raised('feed.silent', 'feed.resumed'),
  ]);
});

it('a message has the alert, its reason, its moments in UTC, and whether it was sent before', () => {
  const { type, timestamp, data } = messageOf(fact(), context);
  const { alert, rule, reminder, reason, since, page } = data;
  assert.deepEqual(
    { type, timestamp, alert, rule, reminder, reason, since, page },
    {
      type: 'objective.breached',
      timestamp: '2026-11-23T02:00:00.000Z',
      alert: 'k',
      rule: 'breach',
      reminder: false,
      reason: 'held-for',
      since: '2026-11-23T01:59:00.000Z',
      page: 'https://kpi.example.vn/?asOf=2026-11-23T02%3A00%3A00.000Z&objective=dossier-on-time&window=year&unit=H19.12',
    },
  );
  const again = messageOf(fact({ kind: 'reminded', reason: 'repeat-interval' }), context);
  assert.equal(again.data.reminder, true);
  const { since: _, ...old } = fact();
  assert.equal(messageOf(old, context).data.since, null);
});

it('a message has what all events come to, for its receiver to keep', () => {
  assert.deepEqual(messageOf(fact(), context).data.storeHead, HEAD);
  assert.equal(messageOf(fact(), { ...context, storeHead: () => null }).data.storeHead, null);
});

it('the page of an alert about the office names no unit, that about a feed no objective', () => {
  const page = (subject: AlertTransitionedV1['subject']) => messageOf(fact({ subject }), context).data.page;
  const asOf = 'https://kpi.example.vn/?asOf=2026-11-23T02%3A00%3A00.000Z';
  assert.equal(page(objectiveSubject()), `${asOf}&objective=dossier-on-time`);
  assert.equal(page(feedSubject()), asOf);
});

it('a message about many feeds lists those that its webhook wants', () => {
  const feeds = ['a', 'b', 'c', 'd'].map((feed) => feedSubject({ feed }));
  const [subject = feedSubject(), ...others] = feeds;
  const many = fact({ rule: 'feed-silent', key: 'a:feed-silent' as AlertKey, subject, others });
  const heard = (filter: MessageFilter) => {
    const one = wanted(filter, many);
    if (!one) return undefined;
    const { data } = messageOf(one, context);
    const listed = data.feeds as { feed: string }[] | undefined;
    return [data.alert, data.feed, listed?.map(({ feed }) => feed).join(' ')];
  };
  assert.deepEqual(heard({}), ['a:feed-silent', 'a', 'a b c d']);
  assert.deepEqual(heard({ feeds: ['b', 'd'] }), ['b:feed-silent', 'b', 'b d']);
  assert.deepEqual(heard({ feeds: ['c'] }), ['c:feed-silent', 'c', 'c']);
  assert.equal(heard({ feeds: ['x'] }), undefined);
  const texts = messageOf(many, context).data.text;
  assert.deepEqual(texts, { vi: '4 nguồn tin im lặng: a, b, c, d.', en: '4 feeds are silent: a, b, c, d.' });
});

it('a text about very many feeds names ten and counts the others', () => {
  const others = Array.from({ length: 11 }, (_, at) => feedSubject({ feed: `f${at + 2}` }));
  const many = fact({ rule: 'feed-silent', kind: 'resolved', subject: feedSubject({ feed: 'f1' }), others });
  assert.deepEqual(messageOf(many, context).data.text, {
    vi: '12 nguồn tin đã có tin trở lại: f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, và 2 nguồn khác.',
    en: '12 feeds send again: f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, and 2 more.',
  });
});

it('a trial names the webhook and leads to the page', () => {
  assert.deepEqual(trialOf('w1', AT, context), {
    type: 'webhook.test',
    timestamp: '2026-11-23T02:00:00.000Z',
    data: {
      webhook: 'w1',
      text: {
        vi: 'Tin thử: địa chỉ này nhận được tin của Nhịp.',
        en: 'A trial: this address receives the messages of Nhịp.',
      },
      page: 'https://kpi.example.vn/',
      storeHead: HEAD,
    },
  });
});

it('the figures of an objective have a share, or null where there is none', () => {
  const figures = {
    objective: 'dossier-on-time',
    scope: 'office',
    target: 0.96,
    comparator: '>=',
    measuredIn: null,
  };
  assert.deepEqual(figuresOf(objectiveSubject({ numerator: 97 })), {
    ...figures,
    ...{ status: 'met', value: 0.97, numerator: 97, denominator: 100 },
  });
  for (const none of [{ denominator: 0 }, { status: 'not-computable' as const }])
    assert.equal(figuresOf(objectiveSubject(none)).value, null);
});

it('of a small group of people a message has the size alone', () => {
  const subject = objectiveSubject({
    ...{ status: 'not-computable', numerator: 0, denominator: 4, smallGroup: true },
    ...{ meaning: { ...MEANING, lateBudget: null } },
  });
  const { status, value, numerator, denominator, lateBudget } = figuresOf(subject);
  assert.deepEqual([status, value, numerator, denominator, lateBudget], [null, null, null, 4, null]);
  const { text } = messageOf(fact({ subject, kind: 'resolved', reason: 'withdrawn' }), context).data;
  assert.match(JSON.stringify(text), /Nhóm nhỏ \(4 người\).*A small group \(of 4\)/);
  assert.doesNotMatch(JSON.stringify(text), /0%|96%/);
});

it('the figures of an objective have their meaning, those of early versions do not', () => {
  const { title, owner, window, lateBudget, part } = MEANING;
  const extra = (meaning: typeof MEANING | undefined) => {
    const all = figuresOf(objectiveSubject(meaning && { meaning }));
    const { objective, scope, status, value, numerator, denominator, ...rest } = all;
    const { target, comparator, measuredIn, ...more } = rest;
    return more;
  };
  assert.deepEqual(extra(MEANING), { title, owner, window, lateBudget, needed: null, part });
  const { part: _, ...partless } = MEANING;
  assert.deepEqual(extra(partless), { title, owner, window, lateBudget, needed: null });
  assert.deepEqual(extra(undefined), {});
});

it('the figures of a feed have when its last event came', () => {
  const figures = { feed: 'one-stop', objectives: ['dossier-on-time'], silent: true };
  assert.deepEqual(figuresOf(feedSubject()), { ...figures, lastEventAt: null });
  assert.deepEqual(figuresOf(feedSubject({ lastEventAt: AT })), {
    ...figures,
    lastEventAt: '2026-11-23T02:00:00.000Z',
  });
});

it('a webhook gets the messages that are in every list of its filter', () => {
  const wanted = (filter: MessageFilter, subject: AlertTransitionedV1['subject'] = objectiveSubject()) =>
    wants(filter, subject.kind === 'feed' ? 'feed.silent' : 'objective.breached', subject);
  for (const filter of [
    {},
    { types: ['feed.silent' as const, 'objective.breached' as const] },
    { objectives: ['x', 'dossier-on-time'], scopes: ['office'] },
  ])
    assert.ok(wanted(filter), JSON.stringify(filter));
  for (const filter of [
    { types: ['feed.silent' as const] },
    { objectives: ['x'], scopes: ['office'] },
    { objectives: ['dossier-on-time'], scopes: ['H19.12'] },
    { feeds: ['one-stop'] },
    { types: [] },
  ])
    assert.ok(!wanted(filter), JSON.stringify(filter));
  assert.ok(wanted({ feeds: ['one-stop'] }, feedSubject()));
  for (const filter of [{ feeds: ['axis'] }, { objectives: ['dossier-on-time'] }, { scopes: ['office'] }])
    assert.ok(!wanted(filter, feedSubject()), JSON.stringify(filter));
});

it('the state of an alert follows from its events, in the order they were written', () => {
  const acknowledged = { key: 'k', at: AT + 1, by: 'duty', comment: 'on it' };
  const events = [
    ['alert.transitioned.v1', JSON.stringify(fact())],
    ['alert.acknowledged.v1', JSON.stringify(acknowledged)],
  ] as const;
  const state = events.reduce(
    (before, [type, text]) => {
      const read = alertFact(type, text);
      return read ? applyFact(before, read) : assert.fail(type);
    },
    INITIAL as Parameters<typeof applyFact>[0],
  );
  assert.deepEqual(state, { phase: 'firing', since: AT, notifiedAt: AT, acknowledged });
  assert.equal(alertFact('alert.unknown.v1', '{}'), undefined);
});
