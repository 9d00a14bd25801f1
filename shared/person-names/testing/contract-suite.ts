import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isPersonRef, type PersonRef } from '../../contracts/pseudonym.ts';
import { NAMES_LIMIT, type PersonNames } from '../port.ts';

export interface NamesUnderTest {
  readonly names: PersonNames;
  /** All that the table has on the disk now: its files, indexes and logs of its own. */
  bytes(): Promise<Buffer>;
  /** Gone with all that is in it. */
  close(): Promise<void>;
}

export function person(number: number): PersonRef {
  const ref = `p-${number.toString(16).padStart(8, '0').repeat(4)}`;
  assert.ok(isPersonRef(ref));
  return ref;
}

/** In an order that is not theirs, so that pages are parted and filled again: 7 and the number of people have no factor in common. */
const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items.map((_, index) => items[(index * 7) % items.length] ?? assert.fail());

/** What every adapter of the names keeps to. @param fresh makes an empty place */
export function describePersonNames(engine: string, fresh: () => Promise<NamesUnderTest>): void {
  describe(`${engine} keeps the contract of the names`, () => {
    let place: NamesUnderTest;
    let names: PersonNames;
    before(async () => {
      place = await fresh();
      names = place.names;
    });
    after(() => place.close());

    it('a name stands under its pseudonym until it is set otherwise, and pages have each once', async () => {
      const set = (one: number, name: string, at: number) => names.set([{ ref: person(one), name }], at);
      assert.equal(
        await names.set(
          [1, 2, 3].map((one) => ({ ref: person(one), name: `Ông ${one}` })),
          5,
        ),
        true,
      );
      assert.equal(await set(2, "Bà Đỗ Thị O'Hara \u{1F642}", 6), true);
      assert.deepEqual([...(await names.of([person(2), person(9), person(1), person(2)]))].sort(), [
        [person(1), 'Ông 1'],
        [person(2), "Bà Đỗ Thị O'Hara \u{1F642}"],
      ]);
      assert.equal((await names.of([])).size, 0);
      const { items, total } = await names.list(2);
      assert.deepEqual(
        [items.map(({ ref, setAt }) => [ref, setAt]), total],
        [
          [
            [person(1), 5],
            [person(2), 6],
          ],
          3,
        ],
      );
      assert.deepEqual(
        (await names.list(2, person(2))).items.map(({ ref }) => ref),
        [person(3)],
      );
    });

    it('finds names by their words, whatever their capitals and marks, in the order of the names', async () => {
      await names.delete('all');
      const all = ['Nguyễn Thị Lan', 'Đặng Văn Lân', 'Nguyễn Ân', 'Lê Lan Nguyên'];
      await names.set(
        all.map((name, index) => ({ ref: person(index), name })),
        1,
      );
      const found = async (text: string, limit = 9) => {
        const { items, total } = await names.find(text, limit);
        return [items.map(({ name }) => name), total];
      };
      assert.deepEqual(await found('NGUYEN lan'), [['Lê Lan Nguyên', 'Nguyễn Thị Lan'], 2]);
      assert.deepEqual(await found('dang lân'.normalize('NFD')), [['Đặng Văn Lân'], 1]);
      assert.deepEqual(await found('n', 2), [['Đặng Văn Lân', 'Lê Lan Nguyên'], 4]);
      assert.deepEqual(await found('%'), [[], 0]);
    });

    it('of what was replaced or deleted no byte is left, and what stays is whole', async () => {
      await names.delete('all');
      const people = Array.from({ length: 1_500 }, (_, index) => ({
        ref: person(index),
        name: `Người ${index}:${'ạ'.repeat(index % 50)}.`,
      }));
      const order = shuffled(people);
      for (let from = 0; from < order.length; from += 250) await names.set(order.slice(from, from + 250), 1);
      const before = await place.bytes();
      for (const { name } of people) assert.ok(before.includes(name), 'the test sees what is there');
      const gone = people.filter((_, index) => index % 3 === 0);
      const replaced = people.filter((_, index) => index % 3 === 1).slice(0, 100);
      assert.equal(await names.delete(gone.map(({ ref }) => ref)), gone.length);
      await names.set(
        replaced.map(({ ref }) => ({ ref, name: 'Bà Mới' })),
        2,
      );
      const left = await place.bytes();
      for (const { name } of [...gone, ...replaced]) assert.ok(!left.includes(`${name}`), name);
      assert.equal((await names.list(1)).total, people.length - gone.length);
      assert.equal(await names.delete([person(0)]), 0);
      assert.equal(await names.delete('all'), people.length - gone.length);
      const none = await place.bytes();
      for (const { name } of people) assert.ok(!none.includes(name), name);
      assert.ok(!none.includes('Bà Mới'));
    });

    it('is bounded: one name too many sets none', async () => {
      const all = Array.from({ length: NAMES_LIMIT }, (_, index) => ({ ref: person(index), name: 'A' }));
      assert.equal(await names.set(all, 1), true);
      const last = { ref: person(NAMES_LIMIT), name: 'B' };
      assert.equal(await names.set([{ ref: person(0), name: 'B' }, last], 2), false);
      assert.deepEqual([...(await names.of([person(0), last.ref]))], [[person(0), 'A']]);
      assert.equal(await names.set([{ ref: person(0), name: 'B' }], 2), true, 'a known person takes no room');
    });
  });
}
