import type { Branded } from '../../kernel/brand.ts';

/** The schema of one ledger; validated, so that it is safe in the text of a statement. */
export type LedgerSchema = Branded<string, 'LedgerSchema'>;

export function ledgerSchema(name: unknown): LedgerSchema {
  if (typeof name !== 'string' || !/^ledger_\d+$/.test(name)) {
    throw new RangeError(`Not a name of a ledger's schema: ${name}`);
  }
  return name as LedgerSchema;
}

/**
 * As on SQLite: numbers instead of words, 0 instead of null (no moment here is 1970). `codes.ts` and `cuboids.ts` map the
 * numbers. Text sorts by its bytes, in any locale of the database. A change of a table raises `LEDGER_VERSION`.
 */
export const tablesOf = (schema: LedgerSchema): string => `
  CREATE TABLE ${schema}.checkpoint (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL,
    known_at bigint NOT NULL,
    entry bigint NOT NULL,
    office bigint NOT NULL,
    generation text NOT NULL,
    next_subject bigint NOT NULL,
    -- What the event store came to at the position.
    store text, link text
  ) WITH (fillfactor = 10);

  -- The books with events, and the first moment of each.
  CREATE TABLE ${schema}.book (number smallint PRIMARY KEY, known_since bigint NOT NULL);

  -- The dimensions of the amounts of a book; its plan names the columns. The first cuboid of a book has all of them,
  -- the others only those that their figures need.
  CREATE TABLE ${schema}.dimensions (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    cuboid smallint NOT NULL,
    unit text COLLATE "C", second text COLLATE "C", third text COLLATE "C", fourth text COLLATE "C",
    always text COLLATE "C", apart text COLLATE "C",
    key text COLLATE "C" NOT NULL UNIQUE
  );

  -- Append only. Entries are numbered without gaps and known_at never decreases, so a moment of knowledge is a range of entries.
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

  -- The journal summed: per day for flows; for open accounts over all days (day 0) and over blocks of days (stock-days.ts).
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
  -- Parts of long subjects, which further facts leave as they are: kind 0 facts, 1 legs. state-codec.ts reads them.
  CREATE TABLE ${schema}.subject_page (
    subject bigint NOT NULL, kind smallint NOT NULL, page integer NOT NULL, content text NOT NULL,
    PRIMARY KEY (subject, kind, page)
  );
  CREATE TABLE ${schema}.name (
    book smallint NOT NULL, name text COLLATE "C" NOT NULL, subject bigint NOT NULL, PRIMARY KEY (book, name)
  );
  CREATE TABLE ${schema}.absorbed (subject bigint PRIMARY KEY, remaining bigint NOT NULL);

  -- The standings of each subject, one for each value of the dimension that separates them.
  -- sort: due of open accounts, day of entry of the others.
  CREATE TABLE ${schema}.standing (
    subject bigint NOT NULL,
    dimensions integer NOT NULL,
    account smallint NOT NULL,
    sort bigint NOT NULL,
    due bigint NOT NULL,
    due_original bigint NOT NULL,
    original smallint NOT NULL,
    -- Since when it stands so; the days outside of which no definition counts it; and by what definitions rule on it.
    known_at bigint NOT NULL, first_day integer NOT NULL, last_day integer NOT NULL, milestones text COLLATE "C",
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
  -- The only index that filling the tables needs.
  CREATE INDEX finding_by_subject ON ${schema}.finding (subject);

  -- Reference data. Each row changed the state of its unit or day: the last row known at a moment is in force then. The next statement
  -- is compared with it by time, asserted_at and event; one without a change raises these.
  CREATE TABLE ${schema}.declared (
    version bigint PRIMARY KEY,
    kind text NOT NULL,
    known_at bigint NOT NULL,
    record text NOT NULL,
    time bigint NOT NULL, asserted_at bigint NOT NULL, event text NOT NULL
  );
  -- The positions of the events by which facts of subjects were read anew: their entries in the journal follow from no event of the subject.
  CREATE TABLE ${schema}.revision (position bigint PRIMARY KEY);
  -- Identifiers in three groups that events name and no rule assigns to a unit.
  CREATE TABLE ${schema}.seen_agency (id text COLLATE "C" PRIMARY KEY, known_since bigint NOT NULL);
  -- The events of each source and type, by the feed and rank with which they were stored.
  CREATE TABLE ${schema}.source (
    source text COLLATE "C" NOT NULL,
    feed text COLLATE "C" NOT NULL,
    rank integer NOT NULL,
    type text COLLATE "C" NOT NULL,
    events bigint NOT NULL,
    first_recorded_at bigint NOT NULL,
    last_recorded_at bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (source, feed, rank, type)
  );
  -- The sources of each subject of more than one origin: a change of their ranks concerns it. Rows of absorbed subjects stay.
  CREATE TABLE ${schema}.subject_source (
    book smallint NOT NULL, source text COLLATE "C" NOT NULL, subject bigint NOT NULL, PRIMARY KEY (book, source, subject)
  );
  CREATE TABLE ${schema}.poison (
    position bigint PRIMARY KEY, event text NOT NULL, stream text NOT NULL, type text NOT NULL, error text NOT NULL
  );
  -- Streams whose first events the store no longer has; none of them is set aside.
  CREATE TABLE ${schema}.cut (
    stream text COLLATE "C" PRIMARY KEY, type text NOT NULL, position bigint NOT NULL, lost bigint NOT NULL
  );
`;

/** Separate from the tables, because a rebuild creates them last: one sort is faster than unordered inserts. */
export const indexesOf = (schema: LedgerSchema): string => `
  CREATE INDEX dimensions_by_cuboid ON ${schema}.dimensions (cuboid, unit, second, third);
  CREATE INDEX journal_by_known_at ON ${schema}.journal (known_at, entry);
  CREATE INDEX journal_by_day ON ${schema}.journal (day, entry);
  CREATE INDEX journal_by_subject ON ${schema}.journal (subject, entry) INCLUDE (to_account, from_account, sign);
  CREATE INDEX standing_by_account ON ${schema}.standing (account, sort, subject, dimensions)
    INCLUDE (due, due_original, original);
`;
