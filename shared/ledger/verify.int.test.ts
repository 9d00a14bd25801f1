import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { dossierBook } from '../books/dossier/book.ts';
import { books } from '../books/registry.ts';
import { dossierId, unitId } from '../contracts/ids.ts';
import { type Position, type RecordedEvent, START } from '../contracts/stored-event.ts';
import type { EventStore } from '../event-store/port.ts';
import { StoreError } from '../kernel/store-error.ts';
import type { LedgerReader } from './port.ts';
import { codesOf } from './sql/codes.ts';
import { cuboidFor } from './sql/cuboids.ts';
import { openLedgerReader } from './sqlite/reader.ts';
import { openLedgerWriter } from './sqlite/writer.ts';
import { at, placed, RULES, unplaced, ZONE } from './testing/contract-events.ts';
import { verifyLedger } from './verify.ts';

/** Three dossiers over two months: one settled, one open, one withdrawn; the last two linked by an alias known late. */
function events(): RecordedEvent[] {
  const status = (
    number: number,
    state: 'received' | 'completed' | 'withdrawn',
    day: string,
    alias?: number,
  ) => {
    const id = (of: number) => dossierId(`H19.12-260105-000${of}`);
    const data = {
      dossierId: id(number),
      status: state,
      unitId: unitId('H19.12'),
      dueAt: at('2026-01-20'),
      ...(alias === undefined ? {} : { aliases: [id(alias)] }),
    };
    const event = { type: 'dossier.status.v1', time: at(`${day} 08:00`), data } as const;
    return unplaced(event, `${number}/${state}`, at(`${day} 09:00`));
  };
  return placed([
    status(1, 'received', '2026-01-05'),
    status(2, 'received', '2026-01-06'),
    status(3, 'received', '2026-01-07'),
    status(4, 'received', '2026-01-08'),
    status(1, 'completed', '2026-01-09'),
    status(3, 'withdrawn', '2026-02-02', 4),
  ]);
}

describe('verifying a ledger', () => {
  const recorded = events();
  const store: Pick<EventStore, 'readAll' | 'head'> = {
    head: async () => recorded.at(-1)?.position ?? START,
    readAll: async (position, limit) => {
      const page = recorded.filter((event) => event.position > position).slice(0, limit);
      const head = recorded.at(-1)?.position ?? position;
      return { events: page, position: page.at(-1)?.position ?? position, head };
    },
  };
  let directory: string;
  let path: string;
  let ledger: LedgerReader;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'verify-'));
    path = join(directory, 'ledger.db');
    const writer = openLedgerWriter(path, RULES);
    for (const event of recorded) await writer.post({ events: [event], position: event.position });
    await writer.close();
    ledger = openLedgerReader(path, ZONE);
  });
  after(async () => {
    await ledger.close();
    rmSync(directory, { recursive: true });
  });

  const failedChecks = async () => {
    const { checks, ok } = await verifyLedger({ events: store, ledger, rules: RULES });
    const failed = checks.filter(({ kind }) => kind === 'failed').map(({ name }) => name);
    assert.equal(ok, failed.length === 0);
    return failed;
  };

  /** Damages the file, runs `check`, and repairs it. */
  const damaged = async (damage: string, mend: string, check: () => Promise<void>) => {
    const db = new DatabaseSync(path);
    db.exec(damage);
    await check();
    db.exec(mend);
    db.close();
  };

  it('finds no failure in a correct ledger', async () => {
    assert.deepEqual(await failedChecks(), []);
  });

  it('counts the events behind the figures', async () => {
    assert.equal((await verifyLedger({ events: store, ledger, rules: RULES })).events, 6);
  });

  const code = (account: string) => codesOf(dossierBook).code(account);
  const [outside, timed, paused, early] = [
    code('outside'),
    code('in-progress/timed'),
    code('paused'),
    code('settled/early'),
  ];
  const changed = (table: string, change: string, back: string, where: string) => ({
    damage: `UPDATE ${table} SET ${change} WHERE ${where}`,
    mend: `UPDATE ${table} SET ${back} WHERE ${where}`,
  });
  const inSum = (account: number, ...by: readonly string[]) =>
    `account = ${account} AND dimensions = (SELECT id FROM dimensions WHERE cuboid = ${cuboidFor(dossierBook, by)})`;
  /** Adds one to the count of an account in the sum by some dimensions. */
  const counted = (account: number, ...by: readonly string[]) =>
    changed('balance', 'count = count + 1', 'count = count - 1', inSum(account, ...by));

  /** One damaged row each, and all laws that it breaks. */
  const DAMAGES = [
    {
      about: 'a leg out of an empty account',
      ...changed('journal', `from_account = ${early}`, `from_account = ${outside}`, 'entry = 1'),
      seen: ['no negative balance', 'standings', 'balances', 'sums'],
    },
    {
      about: 'a leg on another day',
      ...changed('journal', 'day = day + 1', 'day = day - 1', 'entry = 1'),
      seen: ['balances', 'sums'],
    },
    {
      about: 'a subject in another account than by the journal',
      ...changed('standing', `account = ${paused}`, `account = ${early}`, 'subject = 1'),
      seen: ['standings', 'subjects'],
    },
    {
      about: 'a subject with another due date than by the journal',
      ...changed('standing', 'due = due + 1', 'due = due - 1', 'subject = 2'),
      seen: ['standings', 'subjects'],
    },
    {
      about: 'a subject on another day than by the journal',
      ...changed('standing', 'sort = sort + 1', 'sort = sort - 1', 'subject = 1'),
      seen: ['standings', 'subjects'],
    },
    {
      about: 'a subject with two standings',
      damage: `INSERT INTO standing SELECT subject, dimensions + 1, account, sort, due, due_original, original, known_at, first_day, last_day, milestones FROM standing WHERE subject = 1`,
      mend: 'DELETE FROM standing WHERE subject = 1 AND dimensions > (SELECT min(dimensions) FROM standing)',
      seen: ['standings', 'subjects'],
    },
    {
      about: 'a fact that no event states',
      ...changed(
        'subject',
        `state = replace(state, 'H19.12', 'H19.13')`,
        `state = replace(state, 'H19.13', 'H19.12')`,
        'number = 1',
      ),
      seen: ['subjects', 'facts'],
    },
    {
      about: 'a finding that follows from no fact',
      damage: `INSERT INTO finding VALUES ('future', ${timed}, 1, 2, 1)`,
      mend: `DELETE FROM finding WHERE code = 'future'`,
      seen: ['subjects'],
    },
    {
      about: 'a flow in the sum by nothing',
      ...counted(early),
      seen: ['periods', 'balances', 'sums', 'recomputed'],
    },
    {
      about: 'a stock in the sum by nothing',
      ...counted(timed),
      seen: ['periods', 'carry-over', 'balances', 'sums', 'recomputed'],
    },
    {
      about: 'a flow on another day in the sum by channel',
      ...changed('balance', 'day = day - 1', 'day = day + 1', inSum(early, 'channel')),
      seen: ['sums', 'recomputed'],
    },
    {
      about: 'a flow on another day in the finest sum, which no answer of all days shows',
      ...changed('balance', 'day = day - 1', 'day = day + 1', inSum(early, ...dossierBook.dimensions.by)),
      seen: ['sums'],
    },
    {
      about: 'a stock in a block of days, which answers about the past read',
      ...changed(
        'balance',
        'count = count + 1',
        'count = count - 1',
        `account = ${timed} AND day < -1000000`,
      ),
      seen: ['sums'],
    },
    {
      about: 'a stock in another block of days',
      ...changed('balance', 'day = day - 100', 'day = day + 100', `account = ${timed} AND day < -1000000`),
      seen: ['sums'],
    },
    {
      about: 'a sum under a combination that nothing has',
      damage:
        'INSERT INTO balance SELECT 9999, account, day, due, due_original, original, count FROM balance LIMIT 1',
      mend: 'DELETE FROM balance WHERE dimensions = 9999',
      seen: ['sums'],
    },
    ...[['unit'], ['field'], ['procedure'], ['channel'], ['unit', 'channel']].map((by) => ({
      about: `a flow in the sum by ${by.join(' and ')}`,
      ...counted(early, ...by),
      seen: ['sums', 'recomputed'],
    })),
  ];
  for (const { about, damage, mend, seen } of DAMAGES) {
    it(`finds ${about}`, async () => {
      const laws = seen.map((law) => `dossier: ${law}`);
      await damaged(damage, mend, async () => assert.deepEqual(await failedChecks(), laws));
    });
  }

  it('breaks each law of a book by one of these damages', async () => {
    const { checks } = await verifyLedger({ events: store, ledger, rules: RULES });
    const ofBook = new RegExp(`^(${books.all.map(({ name }) => name).join('|')}): `);
    const laws = new Set(checks.map(({ name }) => name.replace(ofBook, '')));
    for (const law of DAMAGES.flatMap(({ seen }) => seen)) laws.delete(law);
    assert.deepEqual(
      [...laws],
      [
        'ledger: up to date',
        'ledger: nothing set aside',
        'ledger: dimensions',
        'events: readable',
        'events: whole streams',
      ],
    );
  });

  it('finds a combination of dimensions that is not what its key says', async () => {
    const change = changed('dimensions', `unit = 'H19.13'`, `unit = 'H19.12'`, 'id = 1');
    await damaged(change.damage, change.mend, async () => {
      assert.ok((await failedChecks()).includes('ledger: dimensions'));
    });
  });

  it('names the misplaced subject, and both accounts', async () => {
    const { damage, mend } = changed('standing', `account = ${paused}`, `account = ${early}`, 'subject = 1');
    await damaged(damage, mend, async () => {
      const { checks } = await verifyLedger({ events: store, ledger, rules: RULES });
      assert.deepEqual(checks.find(({ name }) => name === 'dossier: standings')?.failures, [
        'H19.12-260105-0001 stands in paused, where the journal does not put it',
        'H19.12-260105-0001 does not stand in settled/early, where the journal puts it',
      ]);
    });
  });

  it('finds lost events of a stream, and names them', async () => {
    const [first, ...others] = recorded;
    assert.ok(first);
    const cut: typeof store = {
      ...store,
      readAll: async (position, limit) => {
        const page = await store.readAll(position, limit);
        return { ...page, events: page.events.filter(({ id }) => id !== first.id) };
      },
    };
    assert.ok(others.some(({ stream }) => stream === first.stream));
    const { checks } = await verifyLedger({ events: cut, ledger, rules: RULES });
    const law = checks.find(({ name }) => name === 'events: whole streams');
    assert.deepEqual(law?.failures, [`${first.stream} lacks its events 0 to 0`]);
  });

  it('is never well where the ledger is behind the store, and waits for one that is catching up', async () => {
    const events = { ...store, head: async () => (recorded.length + 4) as Position };
    const { checks, ok } = await verifyLedger({ events, ledger, rules: RULES, patienceMs: 0 });
    assert.equal(ok, false);
    assert.deepEqual(checks.find(({ name }) => name === 'ledger: up to date')?.failures, [
      'it is at position 6, the store at 10',
    ]);
    let looks = 0;
    const catchingUp: LedgerReader = {
      snapshot: (read) => ledger.snapshot(read),
      close: async () => {},
      checkpoint: async () => {
        looks += 1;
        const checkpoint = await ledger.checkpoint();
        return looks < 3 ? { ...checkpoint, position: START } : checkpoint;
      },
    };
    assert.ok((await verifyLedger({ events: store, ledger: catchingUp, rules: RULES })).ok);
  });

  it('names by position what cannot be read, and checks the rest', async () => {
    const events: typeof store = {
      ...store,
      async readAll(position, limit) {
        if (position < 3 && position + limit >= 3)
          throw new StoreError('corrupt', 'database disk image is malformed');
        return store.readAll(position, limit);
      },
    };
    const { checks } = await verifyLedger({ events, ledger, rules: RULES });
    const failed = checks.filter(({ kind }) => kind === 'failed');
    assert.deepEqual(failed.find(({ name }) => name === 'events: readable')?.failures, [
      'position 3: database disk image is malformed',
    ]);
    assert.ok(
      failed.some(({ name }) => name === 'dossier: recomputed'),
      'its figures differ',
    );
    const away: typeof store = {
      ...store,
      readAll: async () => {
        throw new StoreError('unavailable', 'the store is unreachable');
      },
    };
    await assert.rejects(verifyLedger({ events: away, ledger, rules: RULES }), { code: 'unavailable' });
  });

  it('finds no failure after the repair', async () => {
    assert.deepEqual(await failedChecks(), []);
  });
});
