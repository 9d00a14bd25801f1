import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LedgerUnderTest, ZONE } from '../contract-events.ts';
import { ledgerContract } from '../contract-suite.ts';
import { openLedgerReader } from './reader.ts';
import { openLedgerWriter } from './writer.ts';

async function sqliteLedger(): Promise<LedgerUnderTest> {
  const directory = mkdtempSync(join(tmpdir(), 'ledger-'));
  const path = join(directory, 'ledger.db');
  const open: { close(): Promise<void> }[] = [];
  const opened = <Each extends { close(): Promise<void> }>(each: Each): Each => {
    open.push(each);
    return each;
  };
  return {
    openWriter: async (rules) => opened(openLedgerWriter(path, rules)),
    openReader: async () => opened(openLedgerReader(path, ZONE)),
    remove: async () => {
      for (const each of open) await each.close();
      rmSync(directory, { recursive: true });
    },
  };
}

ledgerContract(sqliteLedger);
