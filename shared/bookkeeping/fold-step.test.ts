import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LocalDay } from '../calendar/zone.ts';
import { eventId, feedName, streamName } from '../contracts/ids.ts';
import type { Position, RecordedEvent } from '../contracts/stored-event.ts';
import type { Book, BookFact } from './book.ts';
import { type BookEffects, type BookRules, foldStep, type Statement } from './fold-step.ts';
import type { Leg } from './leg.ts';
import type { KnownFact, OpenTimeline, Subject } from './subject.ts';

/** A word said of a subject. */
interface Word extends BookFact {
  readonly text: string;
}

const BOOK: Book = {
  name: 'words',
  number: 1,
  collection: 'words',
  events: [],
  accounts: { names: [], source: 'unsaid', neverReceived: [], open: [] },
  dimensions: { by: [], sums: [] },
  codec: { encode: () => ({}), decode: () => assert.fail() },
  evaluate: () => assert.fail(),
  itemOf: () => assert.fail(),
  unitsIn: () => [],
  withUnits: (fact) => fact,
  agencySeparator: '-',
};

/** Each word is one leg into an account of that name; the word `bad` cannot be evaluated. */
const legOf = (text: string): Leg => ({
  day: 1 as LocalDay,
  from: { account: 'unsaid', due: null, dueOriginal: null, original: null },
  to: { account: text, due: null, dueOriginal: null, original: null },
  dimensions: {},
});

function recorded(text: string, position: number): RecordedEvent {
  return {
    position: position as Position,
    stream: streamName('words'),
    revision: 0,
    id: eventId('words', text),
    type: 'word',
    data: '{}',
    metadata: { source: 'words', sourceId: text, feed: feedName('words'), rank: 1 },
    recordedAt: position,
  };
}
const statement = (text: string, name: string, position: number, ...aliases: string[]): Statement<Word> => ({
  fact: { id: eventId('words', text), text },
  event: recorded(text, position),
  ...{ name, aliases, source: 'words', rank: 1, knownAt: 100 * position },
});

function world() {
  const subjects = new Map<string, Subject<Word>>();
  const effects: BookEffects<Word> = { entries: [], changed: new Map(), absorbed: new Map() };
  const added: string[] = [];
  const poison: string[] = [];
  let allocated = 0;
  const rules: BookRules<Word> = {
    book: BOOK,
    namesOf: undefined,
    evaluate: (known) => {
      if (known.some(({ fact }) => fact.text === 'bad')) throw new Error('a bad word');
      return { legs: known.map(({ fact }) => legOf(fact.text)), standings: [] };
    },
    allocate: () => (allocated += 1),
    onAdded: ({ fact }) => added.push(fact.text),
    onPoison: ({ fact }, error) => poison.push(`${fact.text}: ${error}`),
  };
  /** What was posted since the last call: number, sign and account of each leg. */
  const posted = () =>
    effects.entries
      .splice(0)
      .map(({ subject, sign, leg }) => `${subject}${sign > 0 ? '+' : '-'}${leg.to.account}`);
  const fold = (...statements: Statement<Word>[]) => {
    foldStep(statements, subjects, rules, effects);
    return posted();
  };
  const named = (name: string) => {
    const { number, names, known, posted: legs } = subjects.get(name) ?? assert.fail(name);
    return {
      number,
      names: names.map((one) => `${one.name}/${one.origin}`),
      facts: known.map(({ fact }) => fact.text),
      legs: legs.map(({ to }) => to.account),
    };
  };
  return { subjects, effects, added, poison, rules, fold, named, posted };
}

test('the first statement of a name begins a subject', () => {
  const { subjects, effects, added, rules, named } = world();
  foldStep([statement('one', 'a', 7)], subjects, rules, effects);
  const leg = legOf('one');
  assert.deepEqual(effects.entries, [{ book: BOOK, position: 7, knownAt: 700, subject: 1, sign: 1, leg }]);
  assert.deepEqual(named('a'), { number: 1, names: ['a/1'], facts: ['one'], legs: ['one'] });
  assert.deepEqual(subjects.get('a')?.known, [
    {
      fact: { id: eventId('words', 'one'), text: 'one' },
      name: 'a',
      aliases: [],
      source: 'words',
      rank: 1,
      knownAt: 700,
    },
  ]);
  assert.equal(effects.changed.get(1)?.subject, subjects.get('a'));
  assert.deepEqual(effects.changed.get(1)?.evaluation.legs, [leg]);
  assert.deepEqual(added, ['one']);
});

test('a later statement posts only the difference', () => {
  const { fold, named } = world();
  assert.deepEqual(fold(statement('one', 'a', 1)), ['1+one']);
  assert.deepEqual(fold(statement('two', 'a', 2)), ['1+two']);
  assert.deepEqual(named('a').legs, ['one', 'two']);
});

test('legs that are no longer true are reversed under the event that made it known', () => {
  const { subjects, effects, rules, fold } = world();
  fold(statement('one', 'a', 1));
  const last: BookRules<Word> = {
    ...rules,
    evaluate: (known) => ({ legs: known.slice(-1).map(({ fact }) => legOf(fact.text)), standings: [] }),
  };
  foldStep([statement('two', 'a', 5)], subjects, last, effects);
  assert.deepEqual(
    effects.entries.map(({ position, knownAt, sign, leg }) => [position, knownAt, sign, leg.to.account]),
    [
      [5, 500, -1, 'one'],
      [5, 500, 1, 'two'],
    ],
  );
});

test('several statements of one moment are folded by subject, each subject once', () => {
  const { effects, added, fold, named } = world();
  const entries = fold(statement('one', 'a', 1), statement('two', 'b', 2), statement('three', 'a', 3));
  assert.deepEqual(entries, ['1+one', '1+three', '2+two']);
  assert.deepEqual(added, ['one', 'three', 'two']);
  assert.deepEqual([...effects.changed.keys()], [1, 2]);
  assert.deepEqual(fold(statement('four', 'a', 4), statement('five', 'a', 5)), ['1+four', '1+five']);
  assert.deepEqual(named('a').facts, ['one', 'three', 'four', 'five']);
});

test('statements of one moment are added in the order of their positions', () => {
  const { added, fold } = world();
  fold(statement('late', 'a', 9), statement('early', 'a', 3), statement('middle', 'a', 5));
  assert.deepEqual(added, ['early', 'middle', 'late']);
});

test('an event counts once, in one fold and in later ones', () => {
  const { effects, added, fold } = world();
  assert.deepEqual(fold(statement('one', 'a', 1), statement('one', 'a', 2)), ['1+one']);
  effects.changed.clear();
  assert.deepEqual(fold(statement('one', 'a', 3)), []);
  assert.deepEqual(fold(statement('one', 'a', 4), statement('two', 'a', 5)), ['1+two']);
  assert.deepEqual(fold(statement('one', 'a', 6), statement('two', 'a', 7)), []);
  assert.deepEqual(added, ['one', 'two']);
  assert.equal(effects.changed.size, 1);
});

test('a statement that changes no leg keeps the legs that are posted', () => {
  const { subjects, effects, rules, fold } = world();
  fold(statement('one', 'a', 1));
  const before = subjects.get('a')?.posted;
  const still: BookRules<Word> = { ...rules, evaluate: () => ({ legs: [legOf('one')], standings: [] }) };
  foldStep([statement('two', 'a', 2)], subjects, still, effects);
  assert.deepEqual(effects.entries, []);
  assert.equal(subjects.get('a')?.posted, before);
  assert.equal(subjects.get('a')?.known.length, 2);
});

test('a subject without legs has none posted', () => {
  const { subjects, effects, rules } = world();
  const none: BookRules<Word> = { ...rules, evaluate: () => ({ legs: [], standings: [] }) };
  foldStep([statement('one', 'a', 1)], subjects, none, effects);
  assert.deepEqual(subjects.get('a')?.posted, []);
});

test('an alias is a name of the subject', () => {
  const { fold, named } = world();
  assert.deepEqual(fold(statement('one', 'a', 1, 'b')), ['1+one']);
  assert.deepEqual(named('b'), { number: 1, names: ['a/1', 'b/1'], facts: ['one'], legs: ['one'] });
  assert.deepEqual(fold(statement('two', 'b', 2)), ['1+two']);
  assert.deepEqual(fold(statement('three', 'a', 3, 'c')), ['1+three']);
  assert.deepEqual(named('c').names, ['a/1', 'b/1', 'c/1']);
});

test('subjects that an alias links become one: the lowest number remains, the other is reversed', () => {
  const { subjects, effects, fold, named } = world();
  fold(statement('one', 'a', 1));
  fold(statement('two', 'b', 2));
  assert.ok(effects.changed.has(2));
  assert.deepEqual(fold(statement('link', 'b', 3, 'a')), ['2-two', '1+two', '1+link']);
  assert.deepEqual([...effects.absorbed], [[2, 1]]);
  assert.deepEqual([...effects.changed.keys()], [1]);
  assert.deepEqual(named('a').names.toSorted(), ['a/1', 'b/2']);
  assert.deepEqual(named('a').facts.toSorted(), ['link', 'one', 'two']);
  assert.equal(subjects.get('a'), subjects.get('b'));
});

test('an event that both subjects have counts once when they become one', () => {
  const { fold, named } = world();
  fold(statement('one', 'a', 1));
  fold(statement('two', 'b', 2));
  fold(statement('two', 'a', 3), statement('link', 'a', 4, 'b'));
  assert.deepEqual(named('a').facts.toSorted(), ['link', 'one', 'two']);
});

test('three subjects that one moment links become one, in whatever order it names them', () => {
  for (const links of [
    [statement('ab', 'a', 4, 'b'), statement('bc', 'b', 5, 'c')],
    [statement('ab', 'b', 4, 'a'), statement('bc', 'c', 5, 'b')],
    [statement('all', 'c', 4, 'b', 'a')],
    [statement('word', 'c', 4), statement('all', 'b', 5, 'c', 'a')],
  ]) {
    const { effects, fold, named, added } = world();
    fold(statement('one', 'a', 1));
    fold(statement('two', 'b', 2));
    fold(statement('three', 'c', 3));
    fold(...links);
    assert.deepEqual([...effects.absorbed].sort(), [
      [2, 1],
      [3, 1],
    ]);
    for (const name of ['a', 'b', 'c']) {
      assert.equal(named(name).number, 1);
      assert.deepEqual(named(name).names.toSorted(), ['a/1', 'b/2', 'c/3']);
    }
    assert.deepEqual(added.slice(3).toSorted(), links.map(({ fact }) => fact.text).toSorted());
  }
});

test('subjects that nothing links stay apart when another is linked', () => {
  const { effects, fold, named } = world();
  fold(statement('one', 'a', 1), statement('two', 'b', 2), statement('other', 'x', 3));
  assert.deepEqual(fold(statement('more', 'x', 4), statement('link', 'a', 5, 'b')), [
    '3+more',
    '2-two',
    '1+two',
    '1+link',
  ]);
  assert.deepEqual([...effects.absorbed], [[2, 1]]);
  assert.deepEqual(named('x').names, ['x/3']);
});

test('the table of identifiers links as an alias does, and its names are names of the subject', () => {
  const { subjects, effects, rules, posted, named } = world();
  const table: BookRules<Word> = {
    ...rules,
    namesOf: (ids) => (ids.includes('old') ? [...ids, 'new'] : ids),
  };
  foldStep([statement('one', 'old', 1)], subjects, table, effects);
  foldStep([statement('two', 'new', 2)], subjects, table, effects);
  assert.deepEqual(posted(), ['1+one', '1+two']);
  assert.deepEqual(named('old').names, ['old/1', 'new/1']);
});

test('a subject whose identifiers changed is evaluated anew, under the event that changed them', () => {
  const { subjects, effects, rules, fold, named } = world();
  fold(statement('one', 'a', 1));
  fold(statement('two', 'b', 2));
  const table: BookRules<Word> = {
    ...rules,
    namesOf: (ids) => ids,
    evaluate: (known) => ({ legs: known.map(({ fact }) => legOf(`new ${fact.text}`)), standings: [] }),
  };
  const subject = subjects.get('a') ?? assert.fail();
  effects.changed.clear();
  foldStep([], subjects, table, effects, { position: 8 as Position, knownAt: 800, subjects: [subject] });
  assert.deepEqual(
    effects.entries.map(({ position, knownAt, sign, leg }) => [position, knownAt, sign, leg.to.account]),
    [
      [8, 800, -1, 'one'],
      [8, 800, 1, 'new one'],
    ],
  );
  assert.deepEqual([...effects.changed.keys()], [1]);
  assert.deepEqual(named('b').legs, ['two']);
});

test('subjects that the changed table makes one are joined by its revision', () => {
  const { subjects, effects, rules, fold, posted, named } = world();
  fold(statement('one', 'a', 1), statement('two', 'b', 2));
  const table: BookRules<Word> = { ...rules, namesOf: (ids) => [...ids, 'a', 'b'] };
  const revised = [subjects.get('b') ?? assert.fail()];
  foldStep([], subjects, table, effects, { position: 8 as Position, knownAt: 800, subjects: revised });
  assert.deepEqual(posted(), ['2-two', '1+two']);
  assert.deepEqual(named('b').names.toSorted(), ['a/1', 'b/2']);
});

test('an error of a revision reaches the caller: no statement is to blame', () => {
  const { subjects, effects, rules, fold } = world();
  fold(statement('one', 'a', 1));
  const failing: BookRules<Word> = {
    ...rules,
    namesOf: (ids) => ids,
    evaluate: () => {
      throw new Error('broken');
    },
  };
  const revision = { position: 8 as Position, knownAt: 800, subjects: [subjects.get('a') ?? assert.fail()] };
  assert.throws(() => foldStep([], subjects, failing, effects, revision), /broken/);
});

test('a statement that cannot be evaluated is left out and reported', () => {
  const { effects, poison, added, subjects, fold } = world();
  assert.deepEqual(fold(statement('bad', 'a', 1), statement('one', 'b', 2)), ['1+one']);
  assert.deepEqual(poison, ['bad: Error: a bad word']);
  assert.deepEqual(added, ['one']);
  assert.equal(subjects.has('a'), false);
  assert.equal(effects.changed.size, 1);
});

test('of several statements about one subject only the one that fails is left out', () => {
  const { poison, added, fold, named } = world();
  const entries = fold(statement('one', 'a', 1), statement('bad', 'a', 2), statement('two', 'a', 3));
  assert.deepEqual(entries, ['1+one', '1+two']);
  assert.deepEqual([poison.length, added], [1, ['one', 'two']]);
  assert.deepEqual(named('a').facts, ['one', 'two']);
});

describe('a long subject', () => {
  /** From the third word on, a subject is extended; the word `unsure` has it evaluated anew, and `bad` fails. */
  function longWorld() {
    const one = world();
    let opened = 0;
    const open = (known: readonly KnownFact<Word>[]): OpenTimeline<Word> => {
      const evaluation = one.rules.evaluate(known);
      opened += 1;
      let count = known.length;
      return {
        opened: evaluation,
        extend({ fact: { text } }) {
          if (text === 'bad') throw new Error('a bad word');
          if (text === 'unsure') return undefined;
          const place = count++;
          return { legs: [[place, legOf(text)]], standings: [] };
        },
      };
    };
    const extending = {
      open,
      table: {} as object,
      idOf: ({ id }: Word) => id,
      applied: (known: KnownFact<Word>) => known,
      isLong: (known: readonly KnownFact<Word>[]) => known.length >= 3,
    };
    const fold = (...statements: Statement<Word>[]) => {
      foldStep(statements, one.subjects, { ...one.rules, extending }, one.effects);
      return one.posted();
    };
    for (const [index, text] of ['one', 'two', 'three'].entries()) fold(statement(text, 'a', index + 1));
    return { ...one, fold, extending, opened: () => opened };
  }

  test('is opened once, and each further word costs a word', () => {
    const { fold, named, opened, effects } = longWorld();
    assert.deepEqual(fold(statement('four', 'a', 4), statement('five', 'a', 5)), ['1+four', '1+five']);
    assert.deepEqual(fold(statement('four', 'a', 6)), [], 'what it knows it knows');
    for (let position = 7; position < 500; position += 1) fold(statement(`w${position}`, 'a', position));
    assert.equal(opened(), 1);
    assert.equal(named('a').facts.length, 5 + 493);
    assert.deepEqual(named('a').legs, named('a').facts);
    assert.equal(effects.changed.get(1)?.evaluation.legs.length, 498);
  });

  test('is evaluated anew for a word that is not certain, with nothing of the failed try left', () => {
    const { fold, named, opened } = longWorld();
    assert.deepEqual(fold(statement('four', 'a', 4), statement('unsure', 'a', 5)), ['1+four', '1+unsure']);
    assert.equal(opened(), 2);
    assert.deepEqual(fold(statement('six', 'a', 6)), ['1+six']);
    assert.deepEqual(named('a').legs, ['one', 'two', 'three', 'four', 'unsure', 'six']);
  });

  test('sets a bad word aside, and counts the others', () => {
    const { fold, named, poison } = longWorld();
    assert.deepEqual(fold(statement('four', 'a', 4), statement('bad', 'a', 5)), ['1+four']);
    assert.equal(poison.length, 1);
    assert.deepEqual(fold(statement('six', 'a', 6)), ['1+six']);
    assert.deepEqual(named('a').legs, ['one', 'two', 'three', 'four', 'six']);
  });

  test('is evaluated anew after a change of the table of agency identifiers', () => {
    const { fold, extending, opened } = longWorld();
    extending.table = {};
    assert.deepEqual(fold(statement('four', 'a', 4)), ['1+four']);
    assert.equal(opened(), 2);
  });

  test('joins another by a link: the facts of the lower number stay first', () => {
    const { fold, named } = longWorld();
    fold(statement('other', 'b', 4));
    assert.deepEqual(fold(statement('link', 'b', 5, 'a')), ['2-other', '1+other', '1+link']);
    assert.deepEqual(named('b').facts, ['one', 'two', 'three', 'other', 'link']);
  });
});
