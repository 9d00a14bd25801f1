import type { BalanceQuery, ListQuery } from '../../bookkeeping/balance.ts';
import type { MovedQuery } from '../../bookkeeping/moved.ts';
import type { RulingQuery } from '../../bookkeeping/ruling-query.ts';
import { allIn } from '../../bookkeeping/selection.ts';
import { dossierBook } from '../../books/dossier/book.ts';
import { DEFAULT_OFFICE_HOURS } from '../../calendar/working-calendar.ts';
import { unitId } from '../../contracts/ids.ts';
import { START } from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import { Resolution } from '../../office/resolution.ts';
import { balancesOf, changesOf } from '../sql/balances.ts';
import { lastEntryKnown } from '../sql/knowledge.ts';
import { listPlaces } from '../sql/lists.ts';
import { movedBetween, movedPage } from '../sql/moved.ts';
import type { Queries } from '../sql/queries.ts';
import { rulingsOf } from '../sql/rulings.ts';
import { ALL_DAYS, ZONE } from './contract-events.ts';

/** The state of the ledger under test: its last entry, and moments of its known events: the last, one shortly before, one of weeks before. */
export interface Midst {
  readonly entry: number;
  readonly last: Moment;
  readonly knownAt: Moment;
  readonly longAgo: Moment;
}

const BALANCES: BalanceQuery = {
  book: dossierBook,
  ...ALL_DAYS,
  filter: { units: [unitId('H19.01')] },
  by: ['day'],
};
const LIST: ListQuery = {
  anyOf: allIn('in-progress/timed', 'settled/late'),
  filter: { units: [unitId('H19.01')] },
  limit: 10,
};

/** One query of each kind for figures and lists, for tests of the query plans of an engine. */
export const EVERY_QUESTION: readonly {
  readonly name: string;
  readonly ask: (db: Queries, midst: Midst) => Promise<unknown>;
}[] = [
  { name: 'balances', ask: (db, { entry }) => balancesOf(db, BALANCES, checkpointAt(entry), ZONE) },
  {
    name: 'balances as known lately',
    ask: (db, { entry, last, knownAt }) =>
      balancesOf(db, { ...BALANCES, knownAt }, { entry, knownAt: last }, ZONE),
  },
  {
    name: 'balances as known weeks ago',
    ask: (db, { entry, last, longAgo }) =>
      balancesOf(db, { ...BALANCES, knownAt: longAgo }, { entry, knownAt: last }, ZONE),
  },
  {
    name: 'balances up to that day, as known then',
    ask: (db, { entry, last, longAgo }) =>
      balancesOf(
        db,
        { ...BALANCES, to: ZONE.dayOf(longAgo), knownAt: longAgo },
        { entry, knownAt: last },
        ZONE,
      ),
  },
  { name: 'changes', ask: (db, { entry }) => changesOf(db, BALANCES, entry - 5, checkpointAt(entry)) },
  { name: 'the entry of a moment', ask: (db, { entry, knownAt }) => lastEntryKnown(db, { knownAt }, entry) },
  { name: 'lists', ask: (db, { entry }) => listPlaces(db, dossierBook, LIST, checkpointAt(entry)) },
  {
    name: 'lists of overdue subjects',
    ask: (db, { entry, knownAt }) => listPlaces(db, dossierBook, overdue(knownAt), checkpointAt(entry)),
  },
  {
    name: 'lists by finding',
    ask: (db, { entry }) =>
      listPlaces(db, dossierBook, { ...LIST, finding: 'no-due-date' }, checkpointAt(entry)),
  },
  {
    name: 'lists as known then',
    ask: (db, { entry, knownAt }) => listPlaces(db, dossierBook, { ...LIST, knownAt }, checkpointAt(entry)),
  },
  {
    name: 'lists as of an earlier day',
    ask: (db, { entry, knownAt }) =>
      listPlaces(db, dossierBook, { ...overdue(knownAt), to: ZONE.dayOf(knownAt) }, checkpointAt(entry)),
  },
  {
    name: 'what moved lately',
    ask: (db, { entry, last, knownAt }) => movedBetween(db, moved(knownAt, last), { entry }),
  },
  {
    name: 'a page of what moved lately',
    ask: (db, { entry, last, knownAt }) =>
      movedPage(db, { ...moved(knownAt, last), anyOf: [], limit: 10 }, { entry }),
  },
  {
    name: 'a list of what has not moved lately',
    ask: (db, { entry, last, knownAt }) =>
      listPlaces(db, dossierBook, { ...overdue(last), unmoved: moved(knownAt, last) }, checkpointAt(entry)),
  },
  { name: 'rulings', ask: (db, { entry }) => rulingsOf(db, RULINGS, readingOf(entry)) },
  {
    name: 'rulings as known then',
    ask: (db, { entry, knownAt }) => rulingsOf(db, { ...RULINGS, knownAt }, readingOf(entry)),
  },
];

const RULINGS: RulingQuery = {
  ...{ book: dossierBook, definitions: dossierBook.definitions?.names ?? [], filter: LIST.filter },
  basis: {
    window: { ...ALL_DAYS, name: 'from-to', cutTo: ALL_DAYS.to, current: true, stockAt: 0 },
    ...{ openEnd: 0, limits: [], calendar: { holidays: [], hours: DEFAULT_OFFICE_HOURS } },
  },
  ...{ after: 0, span: 1_000 },
};
/** No more subjects than entries. */
const readingOf = (entry: number) => ({ zone: ZONE, resolution: Resolution.NONE, nextSubject: entry + 1 });

const moved = (before: number, after: number): MovedQuery => ({
  ...{ book: dossierBook, from: ALL_DAYS.from, filter: LIST.filter, by: ['unit', 'field'] },
  before: { to: ZONE.dayOf(before), knownAt: before },
  after: { to: ZONE.dayOf(after), knownAt: after },
});

const overdue = (until: Moment): ListQuery => ({
  ...LIST,
  anyOf: [{ account: 'in-progress/timed', due: { on: 'adjusted', until } }],
});
const checkpointAt = (entry: number) => ({ position: START, knownAt: 0, generation: '', entry, office: 0 });
