import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { dossierId, unitId } from '../../shared/contracts/ids.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { at, counts, RULES, unplaced, ZONE } from '../../shared/ledger/testing/contract-events.ts';
import { verifyLedger } from '../../shared/ledger/verify.ts';

const DOSSIERS = 700;
const CHILD = new URL('./testing/crashing-projector.ts', import.meta.url).pathname;

describe('a projector that is killed', () => {
  let directory: string;
  let eventsPath: string;
  let ledgerPath: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'crash-'));
    eventsPath = join(directory, 'events.db');
    ledgerPath = join(directory, 'ledger.db');
  });
  after(() => rmSync(directory, { recursive: true }));

  /** Runs a projector until it has made so many commits, then kills it. @returns whether it was still at work */
  const killedAfter = (commits: number) =>
    new Promise<boolean>((resolve, reject) => {
      const child = spawn(process.execPath, [CHILD, eventsPath, ledgerPath], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let made = 0;
      child.stdout.on('data', (dots: Buffer) => {
        made += dots.length;
        if (made >= commits) child.kill('SIGKILL');
      });
      child.on('error', reject);
      child.on('exit', (code, signal) =>
        code ? reject(new Error(`exit ${code}`)) : resolve(signal !== null),
      );
    });

  it('loses nothing and counts nothing twice, wherever it is killed', async () => {
    const store = await openEventStore(eventsPath);
    for (const status of ['received', 'completed'] as const) {
      const events = Array.from({ length: DOSSIERS }, (_, index) => {
        const id = `H19.12-260105-${String(index).padStart(4, '0')}`;
        const time = at(status === 'received' ? '2026-01-05 08:00' : '2026-01-08 08:00');
        const data = { dossierId: dossierId(id), status, unitId: unitId('H19.12'), dueAt: at('2026-01-09') };
        return unplaced({ type: 'dossier.status.v1', time, data }, `${id}/${status}`, time);
      });
      await store.record(events, at('2026-01-10'));
    }
    let kills = 0;
    while (await killedAfter(20 + kills * 13)) kills += 1;
    assert.ok(kills >= 3, `killed ${kills} times`);

    const ledger = openLedgerReader(ledgerPath, ZONE);
    assert.deepEqual(await counts(ledger), { 'settled/early': DOSSIERS });
    const { ok, checks } = await verifyLedger({ events: store, ledger, rules: RULES });
    assert.ok(ok, JSON.stringify(checks));
    await ledger.close();
    await store.close();
  });
});
