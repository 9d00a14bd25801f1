import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { foldRulesOf } from '../../shared/ledger/fold-office.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { verifyLedger } from '../../shared/ledger/verify.ts';
import { type Command, UsageError } from './command.ts';

/** `nhip verify`: proves the figures from the events, also while the server runs. */
export const verify: Command = {
  name: 'verify',
  summary: 'Recompute every figure from the events and check the conservation laws',
  usage: `nhip verify [--json]

Reads DATA_DIR/events.db and DATA_DIR/ledger.db, changes nothing, and may run beside the server. Exit code 0: every check
holds; 1: one does not, and which is said. TZ_OFFICE and OFFICE_HOURS must be those of the server.`,
  async run(args, { config, out }) {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
    const [eventsPath, ledgerPath] = ['events.db', 'ledger.db'].map((name) =>
      join(config.DATA_DIR, name),
    ) as [string, string];
    if (!existsSync(eventsPath) || !existsSync(ledgerPath)) {
      throw new UsageError(
        `DATA_DIR ${config.DATA_DIR} has not both events.db and ledger.db: start a server on it once`,
      );
    }
    const zone = config.TZ_OFFICE;
    const events = openEventReader(eventsPath);
    const ledger = openLedgerReader(ledgerPath, zone);
    try {
      const rules = foldRulesOf({ zone, holidays: vietnamHolidays(), hours: config.OFFICE_HOURS });
      const report = await verifyLedger({ events, ledger, rules });
      if (values.json) {
        out(JSON.stringify(report, null, 2));
        return report.ok ? 0 : 1;
      }
      for (const { name, claim, kind, failures } of report.checks) {
        out(`${kind === 'ok' ? 'ok    ' : 'FAILED'}  ${name}: ${claim}`);
        for (const failure of failures) out(`          ${failure}`);
      }
      out(
        `${report.events} events up to position ${report.checkpoint.position}: ${report.ok ? 'all is well' : 'NOT well'}`,
      );
      return report.ok ? 0 : 1;
    } finally {
      await ledger.close();
      await events.close();
    }
  },
};
