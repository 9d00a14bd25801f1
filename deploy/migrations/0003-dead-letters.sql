-- Messages that could not be stored, kept until an operator resolves or dismisses them.
CREATE TABLE nhip.dead_letter (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  received_at bigint NOT NULL,
  origin text NOT NULL,
  feed text,
  source text,
  type text,
  raw bytea NOT NULL,
  size bigint NOT NULL,
  faults text NOT NULL,
  state text NOT NULL DEFAULT 'open',
  attempts integer NOT NULL DEFAULT 0
);
CREATE INDEX dead_letter_open ON nhip.dead_letter (type) WHERE state = 'open';
CREATE INDEX dead_letter_received ON nhip.dead_letter (received_at);

-- One row: the total bytes of all `raw`, so that a check for room need not add them up.
CREATE TABLE nhip.dead_letter_content (
  one integer PRIMARY KEY DEFAULT 1 CHECK (one = 1),
  bytes bigint NOT NULL
);
INSERT INTO nhip.dead_letter_content (bytes) VALUES (0);
