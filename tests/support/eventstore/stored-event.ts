export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface StoredEvent extends ProposedEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  /** Epoch milliseconds. */
  readonly created: number;
}

/** The server's `long.MaxValue`, which a number of JavaScript only comes near. */
export const TOMBSTONE_REVISION = 2 ** 63;

export type Expected = bigint | 'any' | 'no-stream' | 'stream-exists';

export type Decision =
  /** Stored now, or found to be stored already in just this place; `position` is undefined where the server names none. */
  | { readonly kind: 'written'; readonly revision: number; readonly position: bigint | undefined }
  | { readonly kind: 'wrong-version'; readonly current: number }
  | { readonly kind: 'deleted' };
