import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Filter } from '../bookkeeping/balance.ts';
import { books } from '../books/registry.ts';
import { DEFAULT_OFFICE_HOURS } from '../calendar/working-calendar.ts';
import { zoneOf } from '../calendar/zone.ts';
import type { Checkpoint, LedgerSnapshot } from '../ledger/port.ts';
import { builtinObjectives } from './builtin.ts';
import { handEnteredShare } from './hand-entered.ts';
import { Observatory } from './observatory.ts';
import { StubLedger } from './testing/stub-ledger.ts';

/** Without entries; `lists` are the filters of the lists that were read. */
class EmptyLedger extends StubLedger {
  readonly lists: Filter[] = [];

  override at(checkpoint?: Checkpoint): LedgerSnapshot {
    return {
      ...super.at(checkpoint),
      list: async (_, { filter }) => {
        this.lists.push(filter);
        return { items: [] };
      },
    };
  }
}

test('a hundred objectives are one list of each window, and one objective is a list of its own', async () => {
  const [builtin = assert.fail()] = builtinObjectives();
  const { name, version } = handEnteredShare;
  const definitions = Array.from({ length: 100 }, (_, number) => ({
    ...{ ...builtin, id: `entered-${number}`, alerts: [] },
    formula: { name, version, period: 'month' },
    window: number % 2 === 0 ? ('year' as const) : ('quarter' as const),
  }));
  const ledger = new EmptyLedger();
  const observatory = new Observatory({
    ...{ ledger, measures: [handEnteredShare], kinds: books.kinds },
    file: { definitions, from: 'file' },
    clock: () => Date.parse('2026-11-23T10:00:00+07:00'),
    ...{ zone: zoneOf('Asia/Ho_Chi_Minh'), holidays: [], hours: DEFAULT_OFFICE_HOURS },
    ...{ deadLetters: async () => [], doubts: () => [] },
  });
  assert.equal((await observatory.measureAll()).figures.length, 100);
  assert.deepEqual(ledger.lists, [{}, {}]);
  await observatory.measureAll();
  assert.deepEqual(ledger.lists, [{}, {}, {}, {}], 'an answer later the ledger may have others');
  await observatory.measure('entered-7');
  assert.deepEqual(ledger.lists.at(-1), { where: { objective: 'entered-7' } });
});
