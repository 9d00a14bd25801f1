import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import type { EventId } from '../../contracts/ids.ts';
import { newEvent, RECORDED_AT } from '../testing/contract-support.ts';
import { IdIndex } from './id-index.ts';
import { packed } from './requests.ts';
import { openForWriting } from './schema.ts';
import { SqliteWriter } from './writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-ids-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

/** Beginnings of ids that share a slot, end a bucket, or end the last one. */
const BEGINNINGS = ['00000000-0000', '007fffff-ff00', 'a1b2c3d4-e5f6', 'ffffffff-fffe', 'ffffffff-ffff'];
const idOf = ([beginning, rest]: readonly [number, number]): EventId =>
  `${BEGINNINGS[beginning]}-5000-8000-${String(rest).padStart(12, '0')}` as EventId;

const id = fc.tuple(fc.nat(BEGINNINGS.length - 1), fc.nat(5));
const step = fc.record({
  ids: fc.array(id, { maxLength: 8 }),
  end: fc.constantFrom('commit', 'commit', 'roll back', 'reopen'),
});

describe('The index of event ids', () => {
  it('knows exactly the ids committed, however alike, over rollbacks and reopenings', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const path = join(folder, `${++files}.db`);
        const known = new Set<EventId>();
        let file = open(path);
        for (const { ids, end } of steps) {
          file.failing(end === 'roll back');
          // The model: an id is new once, unless its transaction is rolled back.
          const batch = ids.map(idOf);
          const wanted = batch.map((one, index) =>
            known.has(one) || batch.indexOf(one) < index ? 'duplicate' : 'recorded',
          );
          const kinds = file.record(batch);
          if (end === 'roll back' && wanted.includes('recorded')) {
            assert.equal(kinds, 'failed');
          } else {
            assert.deepEqual(kinds, wanted);
            for (const one of batch) known.add(one);
          }
          if (end === 'reopen') {
            file.close();
            file = open(path);
          }
        }
        file.close();
      }),
      { numRuns: 80 },
    );
  });
});

/** A store whose index keeps only three ids in memory, and whose transactions fail at their very end when told to. */
function open(path: string) {
  const db = openForWriting(path);
  const writer = new SqliteWriter(db, new IdIndex(db, 3));
  db.exec(`
    PRAGMA synchronous = OFF;
    CREATE TEMP TABLE failing (yes INTEGER);
    INSERT INTO failing VALUES (0);
    CREATE TEMP TRIGGER fails BEFORE INSERT ON main.heads WHEN (SELECT yes FROM failing) BEGIN SELECT RAISE(ABORT, 'told to'); END;
  `);
  return {
    failing: (yes: boolean) => db.exec(`UPDATE failing SET yes = ${yes ? 1 : 0}`),
    record: (ids: readonly EventId[]) => {
      const events = ids.map((one) => ({ ...newEvent(), id: one, data: '{}' }));
      const [reply] = writer.write([packed({ kind: 'record', events, recordedAt: RECORDED_AT })]);
      return reply?.kind === 'recorded' ? reply.result.outcomes.map(({ kind }) => kind) : reply?.kind;
    },
    close: () => writer.close(),
  };
}
