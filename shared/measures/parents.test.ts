import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ParentLink, parentsWithoutCircle } from './parents.ts';

const link = (id: string, parent: string, knownAt: number): ParentLink => ({ id, parent, knownAt });
const counting = (...links: readonly ParentLink[]) =>
  [...parentsWithoutCircle(links)].map((one) => one.join(' → ')).sort();

test('of two links that close a circle the one stated last does not count', () => {
  assert.deepEqual(counting(link('a', 'b', 1), link('b', 'a', 2)), ['a → b']);
  assert.deepEqual(counting(link('a', 'b', 2), link('b', 'a', 1)), ['b → a']);
  assert.deepEqual(counting(link('a', 'b', 1), link('b', 'a', 1)), ['a → b'], 'of one moment by id');
  assert.deepEqual(counting(link('a', 'a', 1)), []);
  assert.deepEqual(counting(link('c', 'a', 9), link('a', 'b', 3), link('b', 'c', 4)), ['a → b', 'b → c']);
});

test('without a circle every link counts; with some each circle loses its last, in any order of reading', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const links = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids), fc.nat(3)), {
      selector: ([id]) => id,
    })
    .map((all) => all.map((one) => link(...one)));
  const shuffled = links.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, ([all, other]) => {
      assert.deepEqual(counting(...all), counting(...other));
      const named = new Map(all.map(({ id, parent }) => [id, parent]));
      const parents = parentsWithoutCircle(all);
      const later = (a: ParentLink, b: ParentLink) =>
        a.knownAt > b.knownAt || (a.knownAt === b.knownAt && a.id > b.id);
      for (const one of all) {
        // Each objective names one parent, so a link is in at most one circle: the way up from it that comes back.
        const circle = [one];
        for (let above = named.get(one.id); above !== one.id && circle.length <= ids.length; ) {
          const next = all.find(({ id }) => id === above);
          if (!next) break;
          circle.push(next);
          above = next.parent;
        }
        const isClosed = circle.at(-1)?.parent === one.id;
        const isLast = isClosed && circle.every((each) => each === one || later(one, each));
        assert.equal(parents.get(one.id), isLast ? undefined : one.parent);
      }
    }),
  );
});
