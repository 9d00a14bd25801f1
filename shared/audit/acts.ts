/** The record of a key as the audit stream keeps it: never its hash. */
export interface KeyFacts {
  readonly id: string;
  readonly name: string;
  readonly rights: readonly string[];
  /** Null: every source. */
  readonly sources: readonly string[] | null;
  /** Absent where the key names none. */
  readonly person?: string;
  /** Absent: every unit. */
  readonly units?: readonly string[];
}

/** What was done, as the stream `audit` keeps it. A later kind of act is a line here. Moments are epoch milliseconds. */
export type Act =
  | { readonly type: 'audit.key-created.v1' | 'audit.key-changed.v1'; readonly data: KeyFacts }
  | { readonly type: 'audit.key-revoked.v1'; readonly data: Pick<KeyFacts, 'id' | 'name'> }
  | {
      readonly type: 'audit.keys-refused.v1';
      readonly data: {
        readonly refused: number;
        readonly addresses: readonly { readonly address: string; readonly refused: number }[];
      };
    }
  | {
      readonly type: 'audit.webhook-created.v1';
      readonly data: { readonly id: string; readonly url: string; readonly filter: object };
    }
  | {
      readonly type: 'audit.webhook-changed.v1';
      readonly data: { readonly id: string; readonly enabled: boolean };
    }
  | {
      readonly type: 'audit.webhook-deleted.v1' | 'audit.webhook-secret-rotated.v1';
      readonly data: { readonly id: string };
    }
  | {
      readonly type: 'audit.silence-created.v1';
      readonly data: {
        readonly id: string;
        readonly matchers: object;
        readonly startsAt: number;
        readonly endsAt: number;
        readonly comment: string;
      };
    }
  | { readonly type: 'audit.silence-ended.v1'; readonly data: { readonly id: string } }
  | {
      readonly type: 'audit.alert-acknowledged.v1';
      readonly data: { readonly alert: string; readonly comment: string };
    }
  | {
      readonly type: 'audit.dead-letter-dismissed.v1';
      readonly data: { readonly id: string; readonly reason: string };
    }
  | {
      readonly type: 'audit.feed-declared.v1';
      readonly data: {
        readonly name: string;
        readonly sources: readonly string[];
        readonly rank: number;
        readonly coverageFrom: number | null;
        readonly types: readonly string[];
      };
    }
  | { readonly type: 'audit.feed-retired.v1'; readonly data: { readonly name: string } }
  | {
      readonly type: 'audit.restored.v1';
      readonly data: {
        readonly at: number;
        /** The folder. */
        readonly from: string;
        /** When the backup began. */
        readonly backupOf: number;
        readonly events: number;
        /** Position of the last event. */
        readonly head: number;
        readonly digest: string;
        /** Null in backups from before the chain. */
        readonly chain: { readonly store: string; readonly link: string } | null;
        readonly withoutWebhooks: boolean;
      };
    }
  | {
      readonly type: 'audit.file-begun-anew.v1';
      readonly data: { readonly file: string };
    }
  | {
      /** The first use of a key for people; its fingerprint says which one it is, and nothing of its content. */
      readonly type: 'audit.staff-key-used.v1';
      readonly data: { readonly fingerprint: string };
    }
  | {
      readonly type: 'audit.staff-names-set.v1';
      /** How many; never a name, nor whose. */
      readonly data: { readonly names: number };
    }
  | {
      readonly type: 'audit.staff-names-deleted.v1';
      readonly data: { readonly names: number; readonly all: boolean };
    }
  | {
      readonly type: 'audit.objective-defined.v1' | 'audit.objective-changed.v1';
      readonly data: { readonly id: string; readonly version: number; readonly reason: string };
    }
  | {
      readonly type: 'audit.objective-closed.v1';
      /** Without a last day it was opened again. */
      readonly data: { readonly id: string; readonly lastDay: string | null; readonly reason: string };
    }
  | {
      readonly type: 'audit.register-entry.v1';
      /** `act`: the type of the event, which has its content. */
      readonly data: { readonly register: string; readonly id: string; readonly act: string };
    }
  | {
      readonly type: 'audit.figure-entered.v1' | 'audit.figure-approved.v1' | 'audit.figure-refused.v1';
      readonly data: {
        readonly objective: string;
        readonly period: string;
        /** Null where the key names none. */
        readonly person: string | null;
      };
    }
  | {
      readonly type: 'audit.loss-accepted.v1';
      /** The event `loss.accepted.v1` of the id names the streams. */
      readonly data: { readonly id: string; readonly streams: number; readonly reason: string };
    }
  | {
      readonly type: 'audit.rebuild-started.v1';
      readonly data: { readonly topology: 'embedded' | 'production' };
    };
