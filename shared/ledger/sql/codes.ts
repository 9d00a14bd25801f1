import {
  type Account,
  DOCUMENT_ACCOUNTS,
  DOSSIER_ACCOUNTS,
  OPEN_ACCOUNTS,
} from '../../bookkeeping/accounts.ts';
import type { Timing } from '../../bookkeeping/leg.ts';
import type { Book } from '../port.ts';

/** Numbers of words in the files: only ever append. */
const TIMINGS: readonly Timing[] = ['early', 'on-time', 'late', 'no-due-date'];
/** Document accounts begin here, far behind the dossiers', so that either list can grow. */
const FIRST_DOCUMENT_ACCOUNT = 32;

export const BOOKS: Readonly<Record<Book, number>> = { dossier: 1, document: 2 };

const ACCOUNT_BY_CODE = new Map<number, Account>([
  ...DOSSIER_ACCOUNTS.map((account, index) => [index, account] as const),
  ...DOCUMENT_ACCOUNTS.map((account, index) => [FIRST_DOCUMENT_ACCOUNT + index, account] as const),
]);
const CODE_BY_ACCOUNT = new Map([...ACCOUNT_BY_CODE].map(([code, account]) => [account, code]));

export function accountCode(account: Account): number {
  const code = CODE_BY_ACCOUNT.get(account);
  if (code === undefined) throw new RangeError(`No such account: ${account}`);
  return code;
}

export function accountOf(code: number): Account {
  const account = ACCOUNT_BY_CODE.get(code);
  if (account === undefined) throw new RangeError(`No such account: ${code}`);
  return account;
}

export const OPEN_CODES: readonly number[] = OPEN_ACCOUNTS.map(accountCode);

/** Accounts of a book that are flows of the day they are entered. */
export const FLOW_CODES: Readonly<Record<Book, readonly number[]>> = {
  dossier: DOSSIER_ACCOUNTS.map(accountCode).filter((code) => !OPEN_CODES.includes(code)),
  document: DOCUMENT_ACCOUNTS.map(accountCode),
};

/** 0 is null. */
export const timingCode = (timing: Timing | null): number =>
  timing === null ? 0 : TIMINGS.indexOf(timing) + 1;
export const timingOf = (code: number): Timing | null => TIMINGS[code - 1] ?? null;

/** 0 is null: no moment in the ledger is that of 1970. */
export const orZero = (moment: number | null): number => moment ?? 0;
export const orNull = (stored: number): number | null => (stored === 0 ? null : stored);
