import { LedgerNotReady } from '../port.ts';

/**
 * Raise it when the tables of either engine or the meaning of their content change: a ledger of another version is rebuilt,
 * never read.
 */
export const LEDGER_VERSION = 10;

/** A ledger that this version cannot read; the projector rebuilds it from the events. */
export class LedgerVersionError extends LedgerNotReady {
  constructor(message: string) {
    super('ledger-version', message);
  }
}
