import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { dossierId, unitId } from '../../contracts/ids.ts';
import { type Position, START } from '../../contracts/stored-event.ts';
import type { LedgerReader, LedgerWriter } from '../port.ts';
import {
  at,
  counts,
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
      const [broken, next] = placed([received(C, '2026-01-05 09:00'), received(C, '2026-01-05 10:00')], 6);
      assert.ok(broken && next);
      await writer.post({ events: [{ ...broken, data: '{' }], position: 6 as Position });
      await writer.post({ events: [next], position: 7 as Position });
      assert.deepEqual(await lost(), [], 'it is set aside');
      await writer.post({ events: [third], position: 8 as Position });
      assert.deepEqual(await lost(), [{ type: 'dossier.status.v1', events: 2 }]);
      await writer.post({ events: [second], position: 9 as Position });
      assert.deepEqual(await lost(), [{ type: 'dossier.status.v1', events: 2 }]);
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
