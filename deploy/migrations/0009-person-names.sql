-- Names of staff, by pseudonym: deletable, and in no dump that docs/backup.md makes.
CREATE TABLE nhip.person_name (
  ref text PRIMARY KEY,
  name text NOT NULL,
  set_at bigint NOT NULL
);
-- ANALYZE would copy names into the statistics of the planner, where a deletion does not reach them.
ALTER TABLE nhip.person_name ALTER COLUMN name SET STATISTICS 0;
