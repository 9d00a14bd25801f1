import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isPersonId, type PersonId, secondPerson } from '../contracts/two-people.ts';
import { ProblemError } from './problem.ts';
import { requireSecondPerson } from './two-people.ts';

const [lan, minh] = ['lan' as PersonId, 'minh' as PersonId];

it('allows an approval by another person alone, whatever the keys are', () => {
  assert.equal(secondPerson(lan, minh), 'allowed');
  assert.equal(secondPerson(lan, lan), 'same-person');
  for (const [first, second] of [
    [null, minh],
    [lan, null],
    [null, null],
  ] as const)
    assert.equal(secondPerson(first, second), 'no-person');
});

it('refuses with the person or the key that is in the way, and lets a server without keys go on', () => {
  const refusal = (first: PersonId | null, person: PersonId | undefined): string => {
    try {
      requireSecondPerson(first, { name: 'key 2', person }, 'the entry');
      return 'allowed';
    } catch (error) {
      assert.ok(error instanceof ProblemError);
      return `${error.code}: ${error.message}`;
    }
  };
  assert.equal(refusal(lan, minh), 'allowed');
  assert.match(refusal(lan, lan), /^second-person-needed: .*the entry was made by lan.*"key 2"/);
  assert.match(refusal(lan, undefined), /^second-person-needed: The key "key 2" names no person/);
  assert.match(refusal(null, minh), /^second-person-needed: .*the entry was made names no person/);
  requireSecondPerson(null, undefined, 'the entry');
});

it('has one form of a person: another in looks or case alone is none', () => {
  for (const person of ['lan', 'nv-017', 'phó.cvp', '7', 'p'.repeat(40)])
    assert.ok(isPersonId(person), person);
  for (const text of [
    '',
    'Lan',
    'lan ',
    'trần bình',
    '-lan',
    'lan-',
    'a--b',
    'pho\u0301',
    'a\u202eb',
    'p'.repeat(41),
  ])
    assert.ok(!isPersonId(text), text);
});
