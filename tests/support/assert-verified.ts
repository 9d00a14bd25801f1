import assert from 'node:assert/strict';
import { join } from 'node:path';
import { books } from '../../shared/books/registry.ts';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import { DEFAULT_OFFICE_HOURS } from '../../shared/calendar/working-calendar.ts';
import { zoneOf } from '../../shared/calendar/zone.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { verifyLedger } from '../../shared/ledger/verify.ts';

/** Holds the files of a server against the laws of bookkeeping; its ledger is to have every event. */
export async function assertVerified(dataDir: string): Promise<void> {
  const zone = zoneOf('Asia/Ho_Chi_Minh');
  const events = openEventReader(join(dataDir, 'events.db'));
  const ledger = openLedgerReader(join(dataDir, 'ledger.db'), zone);
  const rules = foldRulesOf({ books, zone, holidays: vietnamHolidays(), hours: DEFAULT_OFFICE_HOURS });
  const { checks } = await verifyLedger({ events, ledger, rules });
  await ledger.close();
  await events.close();
  assert.deepEqual(
    checks.filter(({ kind }) => kind === 'failed'),
    [],
  );
}
