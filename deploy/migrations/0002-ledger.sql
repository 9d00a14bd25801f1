-- Each ledger is a schema of its own, ledger_1, ledger_2, ..., made by the projector with the tables of its version. This row
-- names the one that counts; a rebuild makes another beside it and puts it in force by changing the row.
CREATE TABLE nhip.ledger_in_force (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  schema text NOT NULL CHECK (schema ~ '^ledger_[0-9]+$'),
  version integer NOT NULL
);
CREATE SEQUENCE nhip.ledger_number;
