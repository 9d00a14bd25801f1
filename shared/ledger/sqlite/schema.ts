/**
 * Numbers instead of words and 0 instead of null (no moment here is 1970) keep the rows narrow and allow every column in a
 * key. `codes.ts` and `cuboids.ts` map the numbers. A change of a table raises `LEDGER_VERSION`, and the tables of PostgreSQL
 * change with it.
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
    -- What the event store came to at the position.
    store TEXT, link TEXT,
    -- File name of the ledger that replaced this one after a rebuild.
    successor TEXT
  ) STRICT;

  -- The books with events, and the first moment of each.
  CREATE TABLE book (number INTEGER PRIMARY KEY, known_since INTEGER NOT NULL) STRICT;

  -- The dimensions of the amounts of a book; its plan names the columns. The first cuboid of a book has all of them,
  -- the others only those that their figures need.
  CREATE TABLE dimensions (
    id INTEGER PRIMARY KEY,
    cuboid INTEGER NOT NULL,
    unit TEXT, second TEXT, third TEXT, fourth TEXT, always TEXT, apart TEXT,
    key TEXT NOT NULL UNIQUE
  ) STRICT;

  -- Append only. Entries are numbered without gaps and known_at never decreases, so a moment of knowledge is a range of entries.
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

  -- The journal summed: per day for flows; for open accounts over all days (day 0) and over blocks of days (stock-days.ts).
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
  -- Parts of long subjects, which further facts leave as they are: kind 0 facts, 1 legs. state-codec.ts reads them.
  CREATE TABLE subject_page (
    subject INTEGER NOT NULL, kind INTEGER NOT NULL, page INTEGER NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (subject, kind, page)
  ) STRICT;
  CREATE TABLE name (book INTEGER NOT NULL, name TEXT NOT NULL, subject INTEGER NOT NULL, PRIMARY KEY (book, name)) STRICT, WITHOUT ROWID;
  CREATE TABLE absorbed (subject INTEGER PRIMARY KEY, remaining INTEGER NOT NULL) STRICT;

  -- The standings of each subject, one for each value of the dimension that separates them.
  -- sort: due of open accounts, day of entry of the others.
  CREATE TABLE standing (
    subject INTEGER NOT NULL,
    dimensions INTEGER NOT NULL,
    account INTEGER NOT NULL,
    sort INTEGER NOT NULL,
    due INTEGER NOT NULL,
    due_original INTEGER NOT NULL,
    original INTEGER NOT NULL,
    -- Since when it stands so; the days outside of which no definition counts it; and by what definitions rule on it.
    known_at INTEGER NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, milestones TEXT,
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

  -- Reference data. Each row changed the state of its unit or day: the last row known at a moment is in force then. The next statement
  -- is compared with it by time, asserted_at and event; one without a change raises these.
  CREATE TABLE declared (
    version INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    known_at INTEGER NOT NULL,
    record TEXT NOT NULL,
    time INTEGER NOT NULL, asserted_at INTEGER NOT NULL, event TEXT NOT NULL
  ) STRICT;
  -- The positions of the events by which facts of subjects were read anew: their entries in the journal follow from no event of the subject.
  CREATE TABLE revision (position INTEGER PRIMARY KEY) STRICT;
  -- Identifiers in three groups that events name and no rule assigns to a unit.
  CREATE TABLE seen_agency (id TEXT PRIMARY KEY, known_since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- The events of each source and type, by the feed and rank with which they were stored.
  CREATE TABLE source (
    source TEXT NOT NULL,
    feed TEXT NOT NULL,
    rank INTEGER NOT NULL,
    type TEXT NOT NULL,
    events INTEGER NOT NULL,
    first_recorded_at INTEGER NOT NULL,
    last_recorded_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (source, feed, rank, type)
  ) STRICT, WITHOUT ROWID;
  -- The sources of each subject of more than one origin: a change of their ranks concerns it. Rows of absorbed subjects stay.
  CREATE TABLE subject_source (
    book INTEGER NOT NULL, source TEXT NOT NULL, subject INTEGER NOT NULL, PRIMARY KEY (book, source, subject)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE poison (
    position INTEGER PRIMARY KEY, event TEXT NOT NULL, stream TEXT NOT NULL, type TEXT NOT NULL, error TEXT NOT NULL
  ) STRICT;
  -- Streams whose first events the store no longer has; none of them is set aside.
  CREATE TABLE cut (
    stream TEXT PRIMARY KEY, type TEXT NOT NULL, position INTEGER NOT NULL, lost INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** Separate from the tables, because a rebuild creates them last: one sort is faster than unordered inserts. */
export const INDEXES = `
  CREATE INDEX dimensions_by_cuboid ON dimensions (cuboid, unit, second, third);
  CREATE INDEX journal_by_known_at ON journal (known_at);
  CREATE INDEX journal_by_day ON journal (day);
  CREATE INDEX journal_by_subject ON journal (subject, to_account, from_account, sign);
  CREATE INDEX standing_by_account ON standing (account, sort, subject, dimensions, due, due_original, original);
  CREATE INDEX finding_by_subject ON finding (subject);
`;
