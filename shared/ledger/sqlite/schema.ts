/**
 * Numbers instead of words and 0 instead of null (no moment here is 1970) keep the rows narrow and let every column be part
 * of a key. `codes.ts` and `cuboids.ts` know the numbers. A change of a
 * table raises `LEDGER_VERSION`, and is made for PostgreSQL too.
 */
export const TABLES = `
  CREATE TABLE checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    position INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    office INTEGER NOT NULL,
    generation TEXT NOT NULL,
    next_subject INTEGER NOT NULL,
    -- File name of the ledger that a rebuild put in the place of this one.
    successor TEXT
  ) STRICT;

  -- The books of which anything is known, and since when.
  CREATE TABLE book (number INTEGER PRIMARY KEY, known_since INTEGER NOT NULL) STRICT;

  -- What the amounts of a book are told apart by; its plan says what the columns hold. The first cuboid of a book has everything,
  -- the others leave out what their figures do not ask for.
  CREATE TABLE dimensions (
    id INTEGER PRIMARY KEY,
    cuboid INTEGER NOT NULL,
    unit TEXT, second TEXT, third TEXT, fourth TEXT, always TEXT, apart TEXT,
    key TEXT NOT NULL UNIQUE
  ) STRICT;

  -- Append only. Entries are numbered without gaps and known_at never falls, so a moment of knowledge is a range of entries.
  CREATE TABLE journal (
    entry INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    sign INTEGER NOT NULL,
    day INTEGER NOT NULL,
    dimensions INTEGER NOT NULL,
    from_account INTEGER NOT NULL, from_due INTEGER NOT NULL, from_due_original INTEGER NOT NULL, from_original INTEGER NOT NULL,
    to_account INTEGER NOT NULL, to_due INTEGER NOT NULL, to_due_original INTEGER NOT NULL, to_original INTEGER NOT NULL
  ) STRICT;

  -- The journal summed: per day for accounts whose flow is asked for, with day 0 (all days) for open accounts.
  CREATE TABLE balance (
    dimensions INTEGER NOT NULL,
    account INTEGER NOT NULL,
    day INTEGER NOT NULL,
    due INTEGER NOT NULL,
    due_original INTEGER NOT NULL,
    original INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (dimensions, account, day, due, due_original, original)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE subject (number INTEGER PRIMARY KEY, book INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
  CREATE TABLE name (book INTEGER NOT NULL, name TEXT NOT NULL, subject INTEGER NOT NULL, PRIMARY KEY (book, name)) STRICT, WITHOUT ROWID;
  CREATE TABLE absorbed (subject INTEGER PRIMARY KEY, remaining INTEGER NOT NULL) STRICT;

  -- Where each subject stands, once for each value of what tells its standings apart. sort: due of open accounts, day of entry of the others.
  CREATE TABLE standing (
    subject INTEGER NOT NULL,
    dimensions INTEGER NOT NULL,
    account INTEGER NOT NULL,
    sort INTEGER NOT NULL,
    due INTEGER NOT NULL,
    due_original INTEGER NOT NULL,
    original INTEGER NOT NULL,
    PRIMARY KEY (subject, dimensions)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE finding (
    code TEXT NOT NULL,
    account INTEGER NOT NULL,
    sort INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    dimensions INTEGER NOT NULL,
    PRIMARY KEY (code, account, sort, subject, dimensions)
  ) STRICT, WITHOUT ROWID;

  -- Reference data. Each row changed what stood of its unit or day: the last one that was known at a moment held then. By its time,
  -- asserted_at and event the next statement is compared with it; one that says the same raises them.
  CREATE TABLE declared (
    version INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    known_at INTEGER NOT NULL,
    record TEXT NOT NULL,
    time INTEGER NOT NULL, asserted_at INTEGER NOT NULL, event TEXT NOT NULL
  ) STRICT;
  -- Identifiers in three groups that events name, of which no rule says which unit they are.
  CREATE TABLE seen_agency (id TEXT PRIMARY KEY, known_since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE feed (
    feed TEXT PRIMARY KEY,
    rank INTEGER NOT NULL,
    types TEXT NOT NULL,
    events INTEGER NOT NULL,
    first_recorded_at INTEGER NOT NULL,
    last_recorded_at INTEGER NOT NULL,
    position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE poison (
    position INTEGER PRIMARY KEY, event TEXT NOT NULL, stream TEXT NOT NULL, type TEXT NOT NULL, error TEXT NOT NULL
  ) STRICT;
`;

/** Apart from the tables, because a rebuild makes them at the end: sorting once is cheaper than inserting in disorder. */
export const INDEXES = `
  CREATE INDEX dimensions_by_cuboid ON dimensions (cuboid, unit, second, third);
  CREATE INDEX journal_by_known_at ON journal (known_at);
  CREATE INDEX journal_by_day ON journal (day);
  CREATE INDEX journal_by_subject ON journal (subject, to_account, from_account, sign);
  CREATE INDEX standing_by_account ON standing (account, sort, subject, dimensions, due, due_original, original);
  CREATE INDEX finding_by_subject ON finding (subject);
`;
