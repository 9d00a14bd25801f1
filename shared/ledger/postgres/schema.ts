import type { Branded } from '../../kernel/brand.ts';

/** Schema of one ledger; checked, so that it can stand in the text of a statement. */
export type LedgerSchema = Branded<string, 'LedgerSchema'>;

export function ledgerSchema(name: unknown): LedgerSchema {
  if (typeof name !== 'string' || !/^ledger_\d+$/.test(name)) {
    throw new RangeError(`Not the name of a ledger's schema: ${name}`);
  }
  return name as LedgerSchema;
}

/**
 * As on SQLite: numbers instead of words, 0 instead of null (no moment here is 1970). `codes.ts` and `cuboids.ts` know the
 * numbers. Text is ordered by its bytes, whatever the locale of the database. A change of a table raises `LEDGER_VERSION`.
 */
export const tablesOf = (schema: LedgerSchema): string => `
  CREATE TABLE ${schema}.checkpoint (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL,
    known_at bigint NOT NULL,
    entry bigint NOT NULL,
    office bigint NOT NULL,
    generation text NOT NULL,
    next_subject bigint NOT NULL
  ) WITH (fillfactor = 10);

  -- The books of which anything is known, and since when.
  CREATE TABLE ${schema}.book (number smallint PRIMARY KEY, known_since bigint NOT NULL);

  -- What the amounts of a book are told apart by; its plan says what the columns hold. The first cuboid of a book has everything,
  -- the others leave out what their figures do not ask for.
  CREATE TABLE ${schema}.dimensions (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    cuboid smallint NOT NULL,
    unit text COLLATE "C", second text COLLATE "C", third text COLLATE "C", fourth text COLLATE "C",
    always text COLLATE "C", apart text COLLATE "C",
    key text COLLATE "C" NOT NULL UNIQUE
  );

  -- Append only. Entries are numbered without gaps and known_at never falls, so a moment of knowledge is a range of entries.
  CREATE TABLE ${schema}.journal (
    entry bigint PRIMARY KEY,
    position bigint NOT NULL,
    known_at bigint NOT NULL,
    subject bigint NOT NULL,
    sign smallint NOT NULL,
    day integer NOT NULL,
    dimensions integer NOT NULL,
    from_account smallint NOT NULL, from_due bigint NOT NULL, from_due_original bigint NOT NULL, from_original smallint NOT NULL,
    to_account smallint NOT NULL, to_due bigint NOT NULL, to_due_original bigint NOT NULL, to_original smallint NOT NULL
  );

  -- The journal summed: per day for accounts whose flow is asked for, with day 0 (all days) for open accounts.
  CREATE TABLE ${schema}.balance (
    dimensions integer NOT NULL,
    account smallint NOT NULL,
    day integer NOT NULL,
    due bigint NOT NULL,
    due_original bigint NOT NULL,
    original smallint NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (dimensions, account, day, due, due_original, original)
  ) WITH (fillfactor = 80);

  CREATE TABLE ${schema}.subject (number bigint PRIMARY KEY, book smallint NOT NULL, state text NOT NULL);
  CREATE TABLE ${schema}.name (
    book smallint NOT NULL, name text COLLATE "C" NOT NULL, subject bigint NOT NULL, PRIMARY KEY (book, name)
  );
  CREATE TABLE ${schema}.absorbed (subject bigint PRIMARY KEY, remaining bigint NOT NULL);

  -- Where each subject stands, once for each value of what tells its standings apart. sort: due of open accounts, day of entry of the others.
  CREATE TABLE ${schema}.standing (
    subject bigint NOT NULL,
    dimensions integer NOT NULL,
    account smallint NOT NULL,
    sort bigint NOT NULL,
    due bigint NOT NULL,
    due_original bigint NOT NULL,
    original smallint NOT NULL,
    PRIMARY KEY (subject, dimensions)
  );
  CREATE TABLE ${schema}.finding (
    code text COLLATE "C" NOT NULL,
    account smallint NOT NULL,
    sort bigint NOT NULL,
    subject bigint NOT NULL,
    dimensions integer NOT NULL,
    PRIMARY KEY (code, account, sort, subject, dimensions)
  );
  -- Of all indexes the only one that filling the tables needs.
  CREATE INDEX finding_by_subject ON ${schema}.finding (subject);

  -- Reference data. Each row changed what stood of its unit or day: the last one that was known at a moment held then. By its time,
  -- asserted_at and event the next statement is compared with it; one that says the same raises them.
  CREATE TABLE ${schema}.declared (
    version bigint PRIMARY KEY,
    kind text NOT NULL,
    known_at bigint NOT NULL,
    record text NOT NULL,
    time bigint NOT NULL, asserted_at bigint NOT NULL, event text NOT NULL
  );
  -- Identifiers in three groups that events name, of which no rule says which unit they are.
  CREATE TABLE ${schema}.seen_agency (id text COLLATE "C" PRIMARY KEY, known_since bigint NOT NULL);
  CREATE TABLE ${schema}.feed (
    feed text COLLATE "C" PRIMARY KEY,
    rank integer NOT NULL,
    types text NOT NULL,
    events bigint NOT NULL,
    first_recorded_at bigint NOT NULL,
    last_recorded_at bigint NOT NULL,
    position bigint NOT NULL
  );
  CREATE TABLE ${schema}.poison (
    position bigint PRIMARY KEY, event text NOT NULL, stream text NOT NULL, type text NOT NULL, error text NOT NULL
  );
`;

/** Apart from the tables, because a rebuild makes them at the end: sorting once is cheaper than inserting in disorder. */
export const indexesOf = (schema: LedgerSchema): string => `
  CREATE INDEX dimensions_by_cuboid ON ${schema}.dimensions (cuboid, unit, second, third);
  CREATE INDEX journal_by_known_at ON ${schema}.journal (known_at, entry);
  CREATE INDEX journal_by_day ON ${schema}.journal (day);
  CREATE INDEX journal_by_subject ON ${schema}.journal (subject, entry) INCLUDE (to_account, from_account, sign);
  CREATE INDEX standing_by_account ON ${schema}.standing (account, sort, subject, dimensions)
    INCLUDE (due, due_original, original);
`;
