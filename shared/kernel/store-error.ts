/**
 * Why a store could not do an operation. `full`: no room on the disk. `unavailable`: unreachable, or the outcome is unknown.
 * `corrupt`: its content contradicts itself. `too-large`: more bytes than it accepts at once. `refused`: never accepted, for
 * another reason. `newer`: a newer version of the program wrote it. `clock`: the present time is not sure, so nothing is recorded.
 * `staff-key`: the key for people is not that of the store, so nothing is recorded. After `too-large` and `refused` a further try does not help.
 */
export type StoreErrorCode =
  | 'full'
  | 'unavailable'
  | 'corrupt'
  | 'newer'
  | 'closed'
  | 'too-large'
  | 'refused'
  | 'clock'
  | 'staff-key';

/** Thrown by the event store, the ledger, the outbox and the dead letters. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
