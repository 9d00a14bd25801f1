import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Book } from '../../bookkeeping/book.ts';
import { books } from '../../books/registry.ts';
import { dossierId, unitId } from '../../contracts/ids.ts';
import { type Position, START } from '../../contracts/stored-event.ts';
import type { LedgerReader, LedgerWriter } from '../port.ts';
import { type BookRegistry, type Entry, registryOf } from '../registry.ts';
import {
  at,
  counts,
  day,
  type LedgerFactory,
  type LedgerUnderTest,
  placed,
  post,
  RULES,
  type Unplaced,
  unplaced,
} from './contract-events.ts';

const A = dossierId('H19.12-260105-0001');
const B = dossierId('H19.12-260105-0002');

function received(id: typeof A, time: string): Unplaced {
  const data = {
    dossierId: id,
    status: 'received',
    unitId: unitId('H19.12'),
    dueAt: at('2026-01-09'),
  } as const;
  return unplaced({ type: 'dossier.status.v1', time: at(time), data }, `${id}/${time}`, at(time) + 1_000);
}

/** The names for which the code of a book or of the office fails. */
interface Failures {
  readonly subjectOf: string;
  readonly factOf: string;
  readonly unitsIn: string;
  readonly declaredBy: string;
}

function failingOver({ subjectOf, factOf, unitsIn, declaredBy }: Failures): BookRegistry {
  const failIf = (name: string, given: object) => {
    if (JSON.stringify(given).includes(name)) throw new TypeError(`nothing to make of ${name}`);
  };
  const failing = (book: Book): Book => ({
    ...book,
    unitsIn(fact) {
      failIf(unitsIn, fact);
      return book.unitsIn(fact);
    },
    events: book.events.map((event) => ({
      ...event,
      subjectOf(data) {
        failIf(subjectOf, data);
        return event.subjectOf(data);
      },
      factOf(recorded, stated, office) {
        failIf(factOf, stated.data);
        return event.factOf(recorded, stated, office);
      },
    })),
  });
  const { entries, ...registry } = registryOf(books.all.map(failing), books.module);
  const declared = (entry: Entry): Entry => {
    if (entry.of !== 'office') return entry;
    const { event } = entry;
    return {
      ...entry,
      event: {
        ...event,
        declaredBy(data, knownAt) {
          failIf(declaredBy, data);
          return event.declaredBy(data, knownAt);
        },
      },
    };
  };
  return { ...registry, entries: new Map([...entries].map(([type, entry]) => [type, declared(entry)])) };
}

/** Facts about events that cannot be folded, for a ledger on any engine. */
export function setAsideContract(create: LedgerFactory): void {
  describe('events that cannot be folded', () => {
    let ledger: LedgerUnderTest;
    let writer: LedgerWriter;
    let reader: LedgerReader;
    beforeEach(async () => {
      ledger = await create();
      writer = await ledger.openWriter(RULES);
      reader = await ledger.openReader();
    });
    afterEach(() => ledger.remove());

    it('lists the events that are set aside, page by page, after reopening too', async () => {
      const broken = (dossier: typeof A, day: string) => ({ ...received(dossier, day), data: '{' });
      await post(writer, [broken(A, '2026-01-05 09:00'), broken(B, '2026-01-05 10:00')]);
      await post(writer, [received(A, '2026-01-05 11:00'), broken(B, '2026-01-05 12:00')]);
      const reopened = await ledger.openWriter(RULES);
      await reader.snapshot(async (snapshot) => {
        assert.deepEqual(await snapshot.setAside(), [{ type: 'dossier.status.v1', events: 3 }]);
        const [first, second] = await snapshot.setAsideEvents(START, 2);
        assert.deepEqual([first?.position, second?.position], [1, 2]);
        assert.match(first?.error ?? '', /JSON/);
        const rest = await snapshot.setAsideEvents(second?.position ?? START, 2);
        assert.deepEqual(
          rest.map(({ position }) => position),
          [4],
        );
        assert.deepEqual(rest, await reopened.setAside(second?.position ?? START, 2));
      });
    });

    it('sets aside the events that the code of their book or of the office fails at, and folds all others', async () => {
      const failures = {
        subjectOf: 'H19.12-260105-0006',
        factOf: 'H19.12-260105-0007',
        unitsIn: 'H19.99',
        declaredBy: '2026-02-17',
      };
      const failing = await ledger.openWriter({ ...RULES, books: failingOver(failures) });
      const elsewhere = received(dossierId('H19.12-260105-0008'), '2026-01-05 09:00');
      const dayOff = (date: string) => {
        const data = { day: date, kind: 'off', instrument: 'CV 1' } as const;
        const time = at('2026-01-05 10:00');
        return unplaced({ type: 'calendar.day-declared.v1', time, data }, date, time);
      };
      const { poison, checkpoint } = await post(failing, [
        received(dossierId(failures.subjectOf), '2026-01-05 09:00'),
        received(dossierId(failures.factOf), '2026-01-05 09:00'),
        { ...elsewhere, data: elsewhere.data.replace('"H19.12"', `"${failures.unitsIn}"`) },
        received(A, '2026-01-05 09:00'),
        dayOff(failures.declaredBy),
        dayOff('2026-02-18'),
        received(B, '2026-01-05 11:00'),
      ]);
      assert.deepEqual(
        poison.map(({ position }) => position).sort((a, b) => a - b),
        [1, 2, 3, 5],
      );
      assert.equal(checkpoint.position, 7);
      assert.deepEqual(await counts(reader), { 'in-progress/timed': 2 });
      await reader.snapshot(async (snapshot) => {
        const declared = await snapshot.declared();
        assert.deepEqual(
          declared.map((row) => row.declared.kind === 'calendar-day' && row.declared.record.day),
          [day('2026-02-18')],
        );
        assert.deepEqual(await snapshot.lost(), []);
        assert.match((await snapshot.setAsideEvents(START, 1))[0]?.error ?? '', /nothing to make of/);
      });
    });

    it('notices once that a stream begins after its first event, unless what it lacks is set aside', async () => {
      const lost = () => reader.snapshot((snapshot) => snapshot.lost());
      const [first, second, third] = placed([
        received(A, '2026-01-05 09:00'),
        received(A, '2026-01-05 10:00'),
        received(A, '2026-01-05 11:00'),
      ]);
      const whole = placed([received(B, '2026-01-05 09:00'), received(B, '2026-01-05 09:00')], 4);
      assert.ok(first && second && third && whole[0] && whole[1]);
      await writer.post({ events: whole, position: 5 as Position });
      assert.deepEqual(await lost(), []);
      const C = dossierId('H19.12-260105-0003');
      const twoOfA = [{ stream: `dossier-${A}`, type: 'dossier.status.v1', before: 2, events: 2 }];
      const [broken, next] = placed([received(C, '2026-01-05 09:00'), received(C, '2026-01-05 10:00')], 6);
      assert.ok(broken && next);
      await writer.post({ events: [{ ...broken, data: '{' }], position: 6 as Position });
      await writer.post({ events: [next], position: 7 as Position });
      assert.deepEqual(await lost(), [], 'it is set aside');
      await writer.post({ events: [third], position: 8 as Position });
      assert.deepEqual(await lost(), twoOfA);
      await writer.post({ events: [second], position: 9 as Position });
      assert.deepEqual(await lost(), twoOfA);
    });

    it('folds an event again that was set aside; what fails again stays set aside', async () => {
      const [first, second] = [received(A, '2026-01-05 09:00'), received(B, '2026-01-05 10:00')];
      const broken = [first, second].map((event) => ({ ...event, data: '{' }));
      const page = placed(broken);
      await writer.post({ events: page, position: 2 as Position });
      const events = page.map((event, index) => (index === 0 ? { ...event, data: first.data } : event));
      const { checkpoint, poison } = await writer.retry(events);
      assert.deepEqual(
        poison.map(({ position }) => position),
        [2],
      );
      assert.equal(checkpoint.position, 2);
      assert.deepEqual(await counts(reader), { 'in-progress/timed': 1 });
      assert.deepEqual(await reader.snapshot((snapshot) => snapshot.setAside()), [
        { type: 'dossier.status.v1', events: 1 },
      ]);
      await writer.retry(events);
      assert.deepEqual(await counts(reader), { 'in-progress/timed': 1 }, 'once');
    });
  });
}
