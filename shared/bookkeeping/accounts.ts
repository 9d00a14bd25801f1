/**
 * The accounts in which a dossier can stand, exactly one at a time (a closed list). Their order is their number in storage:
 * only ever append to it.
 */
export const DOSSIER_ACCOUNTS = [
  'outside',
  'refused-at-intake',
  'in-progress/timed',
  'in-progress/no-due-date',
  'paused',
  'settled/early',
  'settled/on-time',
  'settled/late',
  'settled/no-due-date',
  'settled/no-finish-date',
  'withdrawn',
] as const;
export type DossierAccount = (typeof DOSSIER_ACCOUNTS)[number];

/** The accounts in which a (document × recipient) pair can stand; `unregistered` is before and outside the register. */
export const DOCUMENT_ACCOUNTS = [
  'unregistered',
  'exchanged/electronic',
  'exchanged/not-electronic',
  'exempt/classified',
  'exempt/regulated',
  'recalled',
  'to-itself',
] as const;
export type DocumentAccount = (typeof DOCUMENT_ACCOUNTS)[number];

export type Account = DossierAccount | DocumentAccount;

/** Accounts of work not yet ended: stocks, which stand from one day to the next. The others are flows of the day they are entered. */
export const OPEN_ACCOUNTS = [
  'in-progress/timed',
  'in-progress/no-due-date',
  'paused',
] as const satisfies readonly DossierAccount[];

export const isOpen = (account: Account): boolean => (OPEN_ACCOUNTS as readonly Account[]).includes(account);
