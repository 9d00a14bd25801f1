-- The chain of the events (shared/event-store/chain.ts) of an event store that keeps none itself, over what the projector has read.
-- No rebuild drops it: a rebuild is compared with it. Whoever begins it anew by intent empties the tables with TRUNCATE.
CREATE TABLE nhip.chain (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  store uuid NOT NULL,
  begun_at bigint NOT NULL,
  covered bigint NOT NULL,
  -- Of this first record.
  link text NOT NULL
);

-- A row for up to 1,000 events that were posted together, in the order of their positions.
CREATE TABLE nhip.chain_page (
  last bigint PRIMARY KEY,
  -- The last position of the page before, 0 for the first page: no two pages follow the same one.
  after bigint NOT NULL UNIQUE,
  link text NOT NULL,
  events integer NOT NULL,
  positions bigint[] NOT NULL,
  -- 32 bytes an event.
  links bytea NOT NULL,
  -- Where each event stands in its stream, so that a missing one shows whether retention removed it.
  streams text[] NOT NULL,
  revisions integer[] NOT NULL,
  types text[] NOT NULL
);

CREATE FUNCTION nhip.chain_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'the chain of the events is append-only'; END $$;
CREATE TRIGGER chain_is_append_only BEFORE UPDATE OR DELETE ON nhip.chain
  FOR EACH ROW EXECUTE FUNCTION nhip.chain_is_append_only();
CREATE TRIGGER chain_page_is_append_only BEFORE UPDATE OR DELETE ON nhip.chain_page
  FOR EACH ROW EXECUTE FUNCTION nhip.chain_is_append_only();

-- The findings of the projector that leads, for all processes.
CREATE TABLE nhip.scrub (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- The first fault of the last comparison of all, or of the one under way.
  fault text,
  -- A JSON object: how many chained events the store no longer has by its retention, by type.
  lost text NOT NULL
);
