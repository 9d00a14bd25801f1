-- Webhooks, their messages and the outcomes. Booleans are 0 and 1, as SQLite has them: one source of queries.
CREATE TABLE nhip.webhook (
  id text PRIMARY KEY,
  url text NOT NULL,
  description text NOT NULL,
  filter text NOT NULL,
  enabled integer NOT NULL,
  "disabledReason" text,
  "createdAt" bigint NOT NULL
);

CREATE TABLE nhip.secret (
  -- SQLite gives every table one.
  rowid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  webhook text NOT NULL REFERENCES nhip.webhook(id) ON DELETE CASCADE,
  secret text NOT NULL,
  "createdAt" bigint NOT NULL,
  -- Null for the one in use; after a rotation the old one signs too until then.
  "expiresAt" bigint
);
CREATE INDEX secret_by_webhook ON nhip.secret(webhook);

CREATE TABLE nhip.delivery (
  -- Order of queueing, for cursors.
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The webhook-id header, the same on every try.
  id text NOT NULL UNIQUE,
  webhook text NOT NULL REFERENCES nhip.webhook(id) ON DELETE CASCADE,
  type text NOT NULL,
  -- The exact text sent and signed.
  body text NOT NULL,
  "createdAt" bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
  -- Grows by one with every replay: each round ends in an outcome of its own.
  round integer NOT NULL,
  -- Failed tries of this round.
  tries integer NOT NULL,
  "nextAt" bigint NOT NULL,
  "finishedAt" bigint,
  -- The final outcome is an event in the store too; 0 until it is there.
  told integer NOT NULL
);
CREATE INDEX delivery_due ON nhip.delivery(webhook, "nextAt") WHERE status = 'pending';
CREATE INDEX delivery_by_webhook ON nhip.delivery(webhook, seq);
CREATE INDEX delivery_by_status ON nhip.delivery(status);
CREATE INDEX delivery_untold ON nhip.delivery(seq) WHERE told = 0 AND status <> 'pending';

CREATE TABLE nhip.attempt (
  rowid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  delivery text NOT NULL REFERENCES nhip.delivery(id) ON DELETE CASCADE,
  at bigint NOT NULL,
  ms bigint NOT NULL,
  status integer,
  error text,
  snippet text
);
CREATE INDEX attempt_by_delivery ON nhip.attempt(delivery);

-- How far each alert's stream has been turned into deliveries, and its state there: a start reads only later events.
CREATE TABLE nhip.alert (
  key text PRIMARY KEY,
  revision integer NOT NULL,
  state text NOT NULL,
  -- JSON of the last transition, or null in JSON.
  fact text NOT NULL
);
