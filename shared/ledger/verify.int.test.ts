import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { dossierBook } from '../books/dossier/book.ts';
import { dossierId, unitId } from '../contracts/ids.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import type { EventStore } from '../event-store/port.ts';
import type { LedgerReader } from './port.ts';
import { codesOf } from './sql/codes.ts';
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
  const store: Pick<EventStore, 'readAll'> = {
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

  /** Damages the file, lets `check` look, and mends it. */
  const damaged = async (damage: string, mend: string, check: () => Promise<void>) => {
    const db = new DatabaseSync(path);
    db.exec(damage);
    await check();
    db.exec(mend);
    db.close();
  };

  it('finds nothing wrong with a ledger that is right', async () => {
    assert.deepEqual(await failedChecks(), []);
  });

  it('counts the events it took the figures from', async () => {
    assert.equal((await verifyLedger({ events: store, ledger, rules: RULES })).events, 6);
  });

  it('sees a balance that is not the sum of the journal', async () => {
    const account = codesOf(dossierBook).code('settled/early');
    const settled = `UPDATE balance SET count = count + 1 WHERE account = ${account}`;
    await damaged(settled, settled.replace('+', '-'), async () => {
      const failed = await failedChecks();
      assert.ok(failed.includes('dossier: balances'), String(failed));
      assert.ok(failed.includes('dossier: recomputed'), String(failed));
      assert.ok(failed.includes('dossier: periods'), String(failed));
    });
  });

  it('sees a leg that no event stands for', async () => {
    const turned = 'UPDATE journal SET sign = -sign WHERE entry = 1';
    await damaged(turned, turned, async () => {
      const failed = await failedChecks();
      for (const law of ['no negative balance', 'carry-over', 'balances']) {
        assert.ok(failed.includes(`dossier: ${law}`), String(failed));
      }
    });
  });

  it('sees that a stream has lost events, and names them', async () => {
    const [first, ...others] = recorded;
    assert.ok(first);
    const cut: Pick<EventStore, 'readAll'> = {
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

  it('finds nothing wrong again once the damage is mended', async () => {
    assert.deepEqual(await failedChecks(), []);
  });
});
