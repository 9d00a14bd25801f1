import { EXTENSION_RULES } from '../../bookkeeping/extension-rule.ts';
import type { FoldRules } from '../fold.ts';
import { LedgerNotReady } from '../port.ts';

/**
 * Raise it when the tables of either engine or the meaning of their content change: a ledger of another version is rebuilt,
 * never read.
 */
export const LEDGER_VERSION = 10;

/** What a ledger is folded by, as far as its facts depend on it. */
export type VersionedRules = Pick<FoldRules, 'extensionRule'>;

const A_RULE = 1_000;

/** The version that a ledger carries: {@link LEDGER_VERSION}, and the rule by which it was folded. Under another rule it is rebuilt, too. */
export const versionBy = ({ extensionRule }: VersionedRules): number =>
  LEDGER_VERSION + A_RULE * EXTENSION_RULES.indexOf(extensionRule);

/** Whether this version of the program can read the tables, by whichever rule they were folded. */
export const isReadable = (version: unknown): boolean => Number(version) % A_RULE === LEDGER_VERSION;

/** A ledger that this version cannot read, or not continue; the projector rebuilds it from the events. */
export class LedgerVersionError extends LedgerNotReady {
  constructor(message: string) {
    super('ledger-version', message);
  }
}

/** @param rules of a writer; a reader reads a ledger of any rule @throws LedgerVersionError */
export function checkLedgerVersion(ledger: string, version: unknown, rules?: VersionedRules): void {
  if (rules ? version === versionBy(rules) : isReadable(version)) return;
  const wanted = rules ? versionBy(rules) : LEDGER_VERSION;
  throw new LedgerVersionError(`${ledger} is of version ${version}, not ${wanted}`);
}
