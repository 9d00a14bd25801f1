import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Asked } from './rule.ts';
import { feedSubject, objectiveSubject, rule } from './testing/subjects.ts';
import { filterWarnings, silenceWarnings } from './unmatched.ts';

const KNOWN: readonly Asked[] = [
  { rule: rule(), subject: objectiveSubject({ scope: 'H19.12' }) },
  { rule: rule({ kind: 'at-risk' }), subject: objectiveSubject({ objective: 'other' }) },
  { rule: rule({ kind: 'feed-silent' }), subject: feedSubject({ feed: 'axis' }) },
];
const UNCHECKED = ['Nothing has been evaluated yet: whether it matches anything could not be checked.'];

describe('a silence', () => {
  it('that covers something known is no cause for a warning', () => {
    for (const matchers of [
      {},
      { feed: 'axis' },
      { objective: 'other', rule: 'at-risk' },
      { scope: 'H19.12' },
    ])
      assert.deepEqual(silenceWarnings(matchers, KNOWN), []);
  });

  it('is warned of for each name that nothing known has, with those that are known', () => {
    assert.deepEqual(silenceWarnings({ objective: 'dossiers', scope: 'H19.13', feed: 'one-stop' }, KNOWN), [
      'No objective "dossiers" is known (known: dossier-on-time, other).',
      'No scope "H19.13" is known (known: H19.12, office).',
      'No feed "one-stop" is known (known: axis).',
    ]);
    assert.deepEqual(silenceWarnings({ feed: 'one-stop' }, KNOWN.slice(0, 1)), [
      'No feed "one-stop" is known (none is).',
    ]);
  });

  it('whose names are known, but together name no alert, gets a warning of its own', () => {
    for (const matchers of [
      { objective: 'other', scope: 'H19.12' },
      { objective: 'other', rule: 'breach' },
    ])
      assert.deepEqual(silenceWarnings(matchers, KNOWN), [
        'No alert that is known has all of this at once: nothing is silenced.',
      ]);
  });

  it('cannot be checked before anything was evaluated', () => {
    assert.deepEqual(silenceWarnings({ feed: 'axis' }, []), UNCHECKED);
  });
});

describe('a filter', () => {
  it('through which a known message comes is no cause for a warning', () => {
    for (const filter of [
      {},
      { types: ['objective.breached' as const] },
      { types: ['objective.recovered' as const], objectives: ['other'] },
      { scopes: ['H19.12', 'office'] },
      { feeds: ['axis'], types: ['feed.resumed' as const] },
    ])
      assert.deepEqual(filterWarnings(filter, KNOWN), []);
  });

  it('is warned of for each name that nothing known has', () => {
    assert.deepEqual(filterWarnings({ objectives: ['other', 'x'], scopes: ['y'], feeds: ['z'] }, KNOWN), [
      'No objective "x" is known (known: dossier-on-time, other).',
      'No scope "y" is known (known: H19.12, office).',
      'No feed "z" is known (known: axis).',
    ]);
  });

  it('through which no known message comes is warned of as such', () => {
    for (const filter of [
      { types: ['feed.silent' as const], objectives: ['other'] },
      { types: ['objective.breached' as const], objectives: ['other'] },
      { objectives: ['other'], scopes: ['H19.12'] },
      { types: [] },
    ])
      assert.deepEqual(filterWarnings(filter, KNOWN), [
        'No message that is known is in all of these lists: nothing would be sent.',
      ]);
  });

  it('without a list is never warned of; one with a list cannot be checked before anything was evaluated', () => {
    assert.deepEqual(filterWarnings({}, []), []);
    for (const filter of [
      { types: ['feed.silent' as const] },
      { objectives: ['x'] },
      { scopes: ['x'] },
      { feeds: ['x'] },
    ])
      assert.deepEqual(filterWarnings(filter, []), UNCHECKED);
  });
});

it('a warning lists twenty known names, and how many more there are', () => {
  const known = (count: number): Asked[] =>
    Array.from({ length: count }, (_, index) => ({
      rule: rule({ kind: 'feed-silent' }),
      subject: feedSubject({ feed: `f${String(index).padStart(2, '0')}` }),
    })).reverse();
  const [twenty = ''] = silenceWarnings({ feed: 'x' }, known(20));
  assert.match(twenty, /\(known: f00, .*, f19\)\.$/);
  const [more = ''] = silenceWarnings({ feed: 'x' }, known(23));
  assert.match(more, /\(known: f00, .*, f19, and 3 more\)\.$/);
});
