import type { Generated } from 'kysely';
import type { AddedColumn } from '../../../shared/sql/sqlite/database.ts';
import type { Delivery } from './outbox.ts';

/** The tables of the outbox, as both engines have them. Booleans are 0 and 1. */
export interface OutboxTables {
  readonly webhook: {
    readonly id: string;
    readonly url: string;
    readonly description: string;
    readonly filter: string;
    readonly enabled: number;
    readonly disabledReason: string | null;
    readonly createdAt: number;
  };
  readonly secret: {
    readonly rowid: Generated<number>;
    readonly webhook: string;
    readonly secret: string;
    readonly createdAt: number;
    readonly expiresAt: number | null;
  };
  readonly delivery: {
    readonly seq: Generated<number>;
    readonly id: string;
    readonly webhook: string;
    readonly type: string;
    readonly body: string;
    readonly createdAt: number;
    readonly status: Delivery['status'];
    readonly round: number;
    readonly tries: number;
    readonly nextAt: number;
    readonly finishedAt: number | null;
    /** 1 once its outcome has been recorded as an event. The stored name is kept, so that older files stay readable. */
    readonly told: number;
    readonly traceparent: string | null;
  };
  readonly attempt: {
    readonly rowid: Generated<number>;
    readonly delivery: string;
    readonly at: number;
    readonly ms: number;
    readonly status: number | null;
    readonly error: string | null;
    readonly snippet: string | null;
  };
  readonly alert: {
    readonly key: string;
    readonly revision: number;
    readonly state: string;
    readonly fact: string;
  };
}

/**
 * webhooks.db; on PostgreSQL the same stands in `deploy/migrations`. Unlike a read model they cannot be rebuilt: registrations, secrets and the log of attempts live only
 * here. STRICT, so that a row has the types of its TypeScript interface.
 */
export const SQLITE_SCHEMA = `
CREATE TABLE IF NOT EXISTS webhook (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  filter TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  disabledReason TEXT,
  createdAt INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS secret (
  webhook TEXT NOT NULL REFERENCES webhook(id) ON DELETE CASCADE,
  secret TEXT NOT NULL,
  createdAt INTEGER NOT NULL,
  -- Null for the one in use; after a rotation the old one signs too until then.
  expiresAt INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS secret_by_webhook ON secret(webhook);

CREATE TABLE IF NOT EXISTS delivery (
  -- Order of queueing, for cursors.
  seq INTEGER PRIMARY KEY,
  -- The webhook-id header, the same on every try.
  id TEXT NOT NULL UNIQUE,
  webhook TEXT NOT NULL REFERENCES webhook(id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  -- The exact text sent and signed.
  body TEXT NOT NULL,
  createdAt INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
  -- Grows by one with every replay: each round ends in an outcome of its own.
  round INTEGER NOT NULL,
  -- Failed tries of this round.
  tries INTEGER NOT NULL,
  nextAt INTEGER NOT NULL,
  finishedAt INTEGER,
  -- The final outcome is an event in the store too; 0 until it is there.
  told INTEGER NOT NULL,
  -- W3C Trace Context of the transition.
  traceparent TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS delivery_due ON delivery(webhook, nextAt) WHERE status = 'pending';
CREATE INDEX IF NOT EXISTS delivery_by_webhook ON delivery(webhook, seq);
CREATE INDEX IF NOT EXISTS delivery_by_status ON delivery(status);
CREATE INDEX IF NOT EXISTS delivery_untold ON delivery(seq) WHERE told = 0 AND status <> 'pending';

CREATE TABLE IF NOT EXISTS attempt (
  delivery TEXT NOT NULL REFERENCES delivery(id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  status INTEGER,
  error TEXT,
  snippet TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS attempt_by_delivery ON attempt(delivery);

-- How far each alert's stream has been turned into deliveries, and its state there: a start reads only later events.
CREATE TABLE IF NOT EXISTS alert (
  key TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  state TEXT NOT NULL,
  -- JSON of the last transition, or null in JSON.
  fact TEXT NOT NULL
) STRICT;
`;

/** Columns that files of earlier versions lack. */
export const SQLITE_ADDED: readonly AddedColumn[] = [
  { table: 'delivery', column: 'traceparent', declared: 'TEXT' },
];
