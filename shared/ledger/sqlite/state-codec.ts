import type { LocalDay } from '../../calendar/zone.ts';
import type { KnownFact, Subject, SubjectName } from '../fold-subject.ts';
import type { Dimensions, Leg, Side } from '../leg.ts';
import { accountCode, accountOf, orNull, orZero, timingCode, timingOf } from './codes.ts';

/**
 * A subject as text: arrays in the place of objects, each distinct combination of dimensions once. Half the size of the
 * plain JSON and twice as fast to read, which is most of the cost of a subject that is not in memory.
 */
type StoredSide = [account: number, due: number, dueOriginal: number, original: number];
type StoredState = [
  names: [name: string, origin: number][],
  known: [fact: unknown, name: number, aliases: readonly string[] | 0, knownAt: number][],
  dimensions: (string | null)[][],
  posted: [day: number, dimensions: number, from: StoredSide, to: StoredSide][],
];

export function encodeState<Fact>(subject: Subject<Fact>): string {
  const places = new Map(subject.names.map(({ name }, index) => [name, index]));
  const combinations: Dimensions[] = [];
  const state: StoredState = [
    subject.names.map(({ name, origin }) => [name, origin]),
    subject.known.map(({ fact, name, aliases, knownAt }) => [
      fact,
      places.get(name) ?? 0,
      aliases.length === 0 ? 0 : aliases,
      knownAt,
    ]),
    [],
    subject.posted.map(({ day, dimensions, from, to }) => {
      let place = combinations.indexOf(dimensions);
      if (place < 0) place = combinations.push(dimensions) - 1;
      return [day, place, storedSide(from), storedSide(to)];
    }),
  ];
  for (const { unit, field, procedure, channel, scope, recipient } of combinations) {
    state[2].push([unit, field, procedure, channel, scope, recipient]);
  }
  return JSON.stringify(state);
}

/** @param Fact of the book in which the state was written. */
export function decodeState<Fact>(number: number, text: string): Subject<Fact> {
  const [storedNames, storedKnown, storedDimensions, storedLegs] = JSON.parse(text) as StoredState;
  const names = storedNames.map(([name, origin]): SubjectName => ({ name, origin }));
  const combinations = storedDimensions.map(
    ([unit, field, procedure, channel, scope, recipient]) =>
      ({ unit, field, procedure, channel, scope, recipient }) as Dimensions,
  );
  return {
    number,
    names,
    known: storedKnown.map(
      ([fact, name, aliases, knownAt]): KnownFact<Fact> => ({
        fact: fact as Fact,
        name: names[name]?.name ?? '',
        aliases: aliases === 0 ? [] : aliases,
        knownAt,
      }),
    ),
    posted: storedLegs.map(
      ([day, place, from, to]): Leg => ({
        day: day as LocalDay,
        from: sideOf(from),
        to: sideOf(to),
        dimensions: combinations[place] as Dimensions,
      }),
    ),
  };
}

const storedSide = ({ account, due, dueOriginal, original }: Side): StoredSide => [
  accountCode(account),
  orZero(due),
  orZero(dueOriginal),
  timingCode(original),
];

const sideOf = ([account, due, dueOriginal, original]: StoredSide): Side => ({
  account: accountOf(account),
  due: orNull(due),
  dueOriginal: orNull(dueOriginal),
  original: timingOf(original),
});
