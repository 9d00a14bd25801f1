/** A projector process for tests to kill: follows the store at argv[2] into the ledger at argv[3], a few events a transaction. */
import { openEventReader } from '../../../shared/event-store/sqlite/store.ts';
import { openLedgerWriter } from '../../../shared/ledger/sqlite/writer.ts';
import { RULES } from '../../../shared/ledger/testing/contract-events.ts';

const [eventsPath = '', ledgerPath = ''] = process.argv.slice(2);
const ledger = openLedgerWriter(ledgerPath, RULES);
const events = openEventReader(eventsPath);
for (;;) {
  const page = await events.readAll(ledger.checkpoint.position, 7);
  if (page.events.length === 0) break;
  await ledger.post(page);
  process.stdout.write('.');
}
