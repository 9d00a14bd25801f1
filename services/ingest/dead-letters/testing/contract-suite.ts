import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { feedName } from '../../../../shared/contracts/ids.ts';
import { StoreError } from '../../../../shared/kernel/store-error.ts';
import { openByType } from '../../testing/open-by-type.ts';
import { type DeadLetterInput, type DeadLetters, deadLetterId } from '../port.ts';

export interface DeadLettersUnderTest {
  /** Another process on the same letters. @param contentLimitBytes the usual one unless told */
  open(contentLimitBytes?: number): DeadLetters;
  /** Whether several may write at the same moment: a file of SQLite has one writer, which never waits in its own thread. */
  readonly writers: 'one' | 'several';
  /** Gone with all that is in it. */
  close(): Promise<void>;
}

export const letter = (
  raw: string | Uint8Array,
  changes: Partial<DeadLetterInput> = {},
): DeadLetterInput => ({
  receivedAt: 1_000,
  origin: 'topic/0/17',
  raw,
  faults: [{ code: 'data-invalid', pointer: '/data', was: '1', expected: '2' }],
  ...changes,
});

/** What every adapter of the dead letters keeps to. @param fresh makes an empty place for one test */
export function describeDeadLetters(name: string, fresh: () => Promise<DeadLettersUnderTest>): void {
  describe(`${name} keeps the contract of the dead letters`, () => {
    let place: DeadLettersUnderTest;
    let letters: DeadLetters;
    beforeEach(async () => {
      place = await fresh();
      letters = place.open();
    });
    afterEach(async () => {
      await letters.close();
      await place.close();
    });
    /** The letters with another limit. */
    const limitedTo = async (bytes: number) => {
      await letters.close();
      letters = place.open(bytes);
    };
    const dismissed = (id: string) =>
      letters.dismiss(id, { by: 'An', reason: 'a test of the connector', at: 2_500 });
    const keptOf = async (raw: string) => {
      const [id = ''] = await letters.keep([letter(raw)]);
      return (await letters.get(id))?.raw.length;
    };

    it('letters outlive the process that kept them', async () => {
      const [id = ''] = await letters.keep([letter(new Uint8Array([0, 255, 10]))]);
      assert.equal(await letters.tried(id, { at: 2_500, state: 'open', faults: [] }), true);
      await limitedTo(1_000);
      const found = await letters.get(id);
      assert.deepEqual(Buffer.from(found?.raw ?? []), Buffer.from([0, 255, 10]));
      assert.deepEqual([found?.attempts, found?.feed, found?.origin], [1, null, 'topic/0/17']);
    });

    it('the same message from the same feed is kept once, within a batch too', async () => {
      const source = '/one-stop';
      const batch = [letter('a', { source }), letter('b', { source }), letter('a', { source, origin: 'x' })];
      const ids = await letters.keep(batch);
      assert.deepEqual(ids, batch.map(deadLetterId));
      assert.equal(ids[0], ids[2]);
      assert.deepEqual(await letters.keep(batch), ids);
      const { items } = await letters.list({ limit: 10 });
      assert.deepEqual(
        items.map(({ id, origin }) => [id, origin]),
        [
          [ids[1], 'topic/0/17'],
          [ids[0], 'topic/0/17'],
        ],
      );
    });

    it('batches taken at once lose nothing and keep nothing twice', async () => {
      const others = place.writers === 'one' ? [] : [place.open(), place.open()];
      const at = (n: number) => others[n % 3] ?? letters;
      const batch = (from: number) => Array.from({ length: 150 }, (_, n) => letter(`${from + n}`));
      await Promise.all(Array.from({ length: 6 }, (_, n) => at(n).keep(batch(n * 50))));
      assert.deepEqual([...(await openByType(letters))], [['', 400]]);
      for (const one of others) await one.close();
    });

    it('when enough is kept, of further messages only the beginning is, until some are deleted', async () => {
      await limitedTo(1_000);
      assert.equal(await keptOf('a'.repeat(999)), 999);
      assert.equal(await keptOf('a'.repeat(999)), 999, 'the same again takes no room');
      assert.equal(await keptOf('b'.repeat(500)), 500);
      assert.equal(await keptOf('c'.repeat(500)), 200);
      assert.deepEqual((await letters.list({ limit: 1 })).items[0]?.faults, letter('').faults);
      await limitedTo(1_000);
      assert.equal(await keptOf('d'.repeat(500)), 200, 'the next process knows');
      await dismissed(deadLetterId(letter('a'.repeat(999))));
      await letters.delete(deadLetterId(letter('a'.repeat(999))));
      assert.equal(await keptOf('e'.repeat(500)), 500);
    });

    it('the room is that of all processes together', async () => {
      await limitedTo(1_000);
      const other = place.open(1_000);
      await other.keep([letter('a'.repeat(1_000))]);
      assert.equal(await keptOf('b'.repeat(500)), 200);
      await other.sweep(2_000);
      assert.equal(await keptOf('c'.repeat(500)), 500);
      await other.close();
    });

    it('a long message keeps its beginning and tells its length', async () => {
      const [long = '', exact = ''] = await letters.keep([
        letter('x'.repeat(1_048_577)),
        letter('y'.repeat(1_048_576)),
      ]);
      const found = await letters.get(long);
      assert.deepEqual([found?.raw.length, found?.size, found?.truncated], [1_048_576, 1_048_577, true]);
      assert.equal((await letters.get(exact))?.truncated, false);
    });

    it('the sweep deletes what was closed before the moment, however old it is, and nothing else', async () => {
      const [resolved = '', late = '', open = ''] = await letters.keep([
        letter('resolved', { receivedAt: 1 }),
        letter('late', { receivedAt: 2 }),
        letter('open', { receivedAt: 2_999 }),
      ]);
      await letters.tried(resolved, { at: 2_500, state: 'resolved', faults: [] });
      await letters.dismiss(late, { by: 'An', reason: 'told by telephone', at: 2_999 });
      assert.deepEqual(await letters.sweep(2_999), { deleted: 1, erased: 0 });
      assert.deepEqual(
        [await letters.get(resolved), (await letters.get(late))?.id, (await letters.get(open))?.erased],
        [undefined, late, false],
      );
    });

    it('of an open one the sweep erases the content, and leaves the row and its doubt until it is closed', async () => {
      const [id = '', young = ''] = await letters.keep([
        letter('so dien thoai', { receivedAt: 1, type: 'x' }),
        letter('young', { receivedAt: 2_000 }),
      ]);
      assert.deepEqual(await letters.sweep(2_000), { deleted: 0, erased: 1 });
      assert.deepEqual(await letters.sweep(2_000), { deleted: 0, erased: 0 });
      const erased = await letters.get(id);
      assert.deepEqual(
        [erased?.raw.length, erased?.size, erased?.erased, erased?.truncated, erased?.state],
        [0, 13, true, false, 'open'],
      );
      assert.deepEqual(
        erased?.faults.map(({ code, pointer, was }) => [code, pointer, was]),
        [['data-invalid', '/data', 'erased']],
      );
      assert.deepEqual([...(await openByType(letters))].sort(), [
        ['', 1],
        ['x', 1],
      ]);
      assert.equal((await letters.get(young))?.raw.length, 5);
      assert.equal(await dismissed(id), true);
      assert.deepEqual([...(await openByType(letters))], [['', 1]]);
    });

    it('a message that comes again after its content was erased is kept anew', async () => {
      const [id = ''] = await letters.keep([letter('again', { receivedAt: 1 })]);
      await letters.sweep(2_000);
      await letters.keep([letter('again', { receivedAt: 3_000 })]);
      const found = await letters.get(id);
      assert.deepEqual([found?.raw.length, found?.erased, found?.receivedAt], [5, false, 3_000]);
      assert.equal((await letters.list({ limit: 10 })).items.length, 1);
    });

    it('an open letter is not deleted; dismissed by somebody, with a reason, it is', async () => {
      const [id = ''] = await letters.keep([letter('a')]);
      assert.equal(await letters.delete(id), 'open');
      assert.equal(await dismissed(id), true);
      assert.equal(await dismissed(id), false);
      assert.equal(await letters.tried(id, { at: 2_500, state: 'resolved', faults: [] }), false);
      const { state, closedAt, dismissal } = (await letters.get(id)) ?? {};
      assert.deepEqual(
        [state, closedAt, dismissal],
        ['dismissed', 2_500, { by: 'An', reason: 'a test of the connector' }],
      );
      assert.equal(await letters.delete(id), 'deleted');
      assert.equal(await letters.delete(id), 'not-found');
      assert.equal(await dismissed(id), false);
    });

    it('tells what the open ones cast their doubt on', async () => {
      await letters.keep([
        letter('a', { feed: feedName('f'), source: '/f' }),
        letter('b', { feed: feedName('f'), source: '/f' }),
        letter('c', { doubted: ['x', 'y'] }),
        letter('d', { doubted: [] }),
      ]);
      const open = (await letters.open()).map(({ feed, doubted, open }) => [feed, doubted?.join(), open]);
      assert.deepEqual(open.sort(), [
        [null, '', 1],
        [null, 'x,y', 1],
        ['f', undefined, 2],
      ]);
    });

    it('remembers which types came by a topic', async () => {
      await letters.noteTypes('hoso', ['b', 'a']);
      await letters.noteTypes('hoso', ['a', 'c']);
      await letters.noteTypes('vanban', []);
      assert.deepEqual(await letters.typesOn('hoso'), ['a', 'b', 'c']);
      assert.deepEqual(await letters.typesOn('vanban'), []);
    });

    it('a resolved letter stays resolved, whatever another process finds in it afterwards', async () => {
      const [id = ''] = await letters.keep([letter('a')]);
      const results = await Promise.all([
        letters.tried(id, { at: 2_500, state: 'resolved', faults: [] }),
        letters.tried(id, { at: 2_500, state: 'resolved', faults: [] }),
      ]);
      assert.deepEqual(results.sort(), [false, true]);
      const faults = letter('').faults;
      assert.equal(await letters.tried(id, { at: 2_500, state: 'open', faults }), false);
      const { state, attempts, faults: kept } = (await letters.get(id)) ?? {};
      assert.deepEqual([state, attempts, kept], ['resolved', 1, []]);
      assert.equal(await letters.tried('nobody', { at: 2_500, state: 'open', faults }), false);
    });

    it('letters are kept all or none', async () => {
      const broken = letter('b', { receivedAt: 0.5 });
      await assert.rejects(letters.keep([letter('a'), broken]), StoreError);
      assert.equal((await letters.list({ limit: 10 })).items.length, 0);
      assert.equal((await letters.keep([letter('a')])).length, 1);
    });

    it('counts what is open by type, at once after each change', async () => {
      const [a = ''] = await letters.keep([
        letter('a', { type: 'x' }),
        letter('b', { type: 'x' }),
        letter('c'),
      ]);
      const counts = async () => [...(await openByType(letters))].sort();
      assert.deepEqual(await counts(), [
        ['', 1],
        ['x', 2],
      ]);
      await letters.tried(a, { at: 2_500, state: 'resolved', faults: [] });
      assert.deepEqual(await counts(), [
        ['', 1],
        ['x', 1],
      ]);
      for (const { id } of (await letters.list({ limit: 10, state: 'open' })).items) await dismissed(id);
      assert.deepEqual(await counts(), []);
    });

    it('pages go from the newest to the oldest, each once, filtered', async () => {
      const batch = Array.from({ length: 205 }, (_, n) =>
        letter(`${n}`, { type: `t-${n % 2}`, source: '/s' }),
      );
      const ids = await letters.keep(batch);
      const seen: string[] = [];
      let next: string | undefined;
      do {
        const page = await letters.list({ limit: 60, ...(next === undefined ? {} : { cursor: next }) });
        seen.push(...page.items.map(({ id }) => id));
        next = page.next;
      } while (next !== undefined);
      assert.deepEqual(seen, ids.toReversed());
      assert.equal((await letters.list({ limit: 200, type: 't-1', source: '/s' })).items.length, 102);
      assert.equal((await letters.list({ limit: 200, state: 'resolved' })).total, 0);
      assert.equal((await letters.list({ limit: 1, type: 't-1', cursor: '9' })).total, 102);
    });

    it('a hostile name is no reason to refuse a batch', async () => {
      const hostile = letter('a', { source: '/x\0y', type: 't\0', origin: 'o\0' });
      const [id = ''] = await letters.keep([hostile, letter('b')]);
      assert.equal((await letters.get(id))?.source, '/x\ufffdy');
      assert.equal((await letters.list({ limit: 10, type: 't\0', source: '/x\0y' })).items.length, 1);
      assert.equal(await letters.get('\0'), undefined);
      assert.equal(await letters.delete('\0'), 'not-found');
    });
  });
}
