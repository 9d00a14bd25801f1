import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { changesContract } from '../../measures/testing/changes-contract-suite.ts';
import { definitionsContract } from '../../measures/testing/definitions-contract-suite.ts';
import { listContract } from '../../measures/testing/list-contract-suite.ts';
import { ledgerProperties } from '../contract-properties.test.ts';
import { type LedgerUnderTest, writtenTable, ZONE } from '../testing/contract-events.ts';
import { ledgerContract } from '../testing/contract-suite.ts';
import { feedContract } from '../testing/feed-suite.ts';
import { objectiveContract } from '../testing/objective-suite.ts';
import { pastContract } from '../testing/past-suite.ts';
import { setAsideContract } from '../testing/set-aside-suite.ts';
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
    breakWrites: async (point) => {
      const table = writtenTable(point);
      const db = new DatabaseSync(path);
      for (const change of ['INSERT', 'UPDATE']) {
        db.exec(
          `CREATE TRIGGER broken_${change} BEFORE ${change} ON ${table} BEGIN SELECT RAISE(ABORT, 'broken'); END`,
        );
      }
      return async () => {
        db.exec('DROP TRIGGER broken_INSERT; DROP TRIGGER broken_UPDATE');
        db.close();
      };
    },
    remove: async () => {
      for (const each of open) await each.close();
      rmSync(directory, { recursive: true });
    },
  };
}

ledgerContract(sqliteLedger);
setAsideContract(sqliteLedger);
feedContract(sqliteLedger);
objectiveContract(sqliteLedger);
ledgerProperties(sqliteLedger);
listContract(sqliteLedger);
changesContract(sqliteLedger);
definitionsContract(sqliteLedger);
pastContract(sqliteLedger);
