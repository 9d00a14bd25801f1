-- An open letter stays when its content is erased, until it is resolved or somebody dismisses it; a closed one goes after a time.
ALTER TABLE nhip.dead_letter
  ADD COLUMN doubted_types text,
  ADD COLUMN erased_at bigint,
  ADD COLUMN closed_at bigint,
  ADD COLUMN closed_by text,
  ADD COLUMN close_reason text;
UPDATE nhip.dead_letter SET closed_at = received_at WHERE state <> 'open';

-- The types in doubt after a loss on a topic.
CREATE TABLE nhip.topic_type (
  topic text NOT NULL,
  type text NOT NULL,
  PRIMARY KEY (topic, type)
);
