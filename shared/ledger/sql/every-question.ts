import { unitId } from '../../contracts/ids.ts';
import { START } from '../../event-store/port.ts';
import type { Moment } from '../../platform/clock.ts';
import { ALL_DAYS } from '../contract-events.ts';
import type { BalanceQuery, ListQuery } from '../port.ts';
import { balancesOf, changesOf, lastEntryKnownAt } from './balances.ts';
import { dossierFacts } from './fact-codecs.ts';
import { listStandings } from './lists.ts';
import { listKnownAt } from './lists-as-of.ts';
import type { Queries } from './queries.ts';

/** Where the ledger under test stands: the number of its last entry, and a moment in the midst of what it knows. */
export interface Midst {
  readonly entry: number;
  readonly knownAt: Moment;
}

const BALANCES: BalanceQuery = {
  book: 'dossier',
  ...ALL_DAYS,
  filter: { units: [unitId('H19.01')] },
  by: ['day'],
};
const LIST: ListQuery = {
  accounts: ['in-progress/timed', 'settled/late'],
  filter: { units: [unitId('H19.01')] },
  limit: 10,
};

/** One of each kind of question that a figure or a list asks, for tests of what an engine makes of them. */
export const EVERY_QUESTION: readonly {
  readonly name: string;
  readonly ask: (db: Queries, midst: Midst) => Promise<unknown>;
}[] = [
  { name: 'balances', ask: (db, { entry }) => balancesOf(db, BALANCES, checkpointAt(entry)) },
  {
    name: 'balances as known lately',
    ask: (db, { entry, knownAt }) => balancesOf(db, { ...BALANCES, knownAt }, checkpointAt(entry)),
  },
  { name: 'changes', ask: (db, { entry }) => changesOf(db, BALANCES, entry - 5, checkpointAt(entry)) },
  { name: 'the entry of a moment', ask: (db, { knownAt }) => lastEntryKnownAt(db, knownAt) },
  { name: 'lists', ask: (db) => listStandings(db, LIST) },
  {
    name: 'lists of what is overdue',
    ask: (db, { knownAt }) => listStandings(db, { ...LIST, dueUntil: knownAt }),
  },
  { name: 'lists by finding', ask: (db) => listStandings(db, { ...LIST, finding: 'no-due-date' }) },
  {
    name: 'lists as known then',
    ask: (db, { knownAt }) =>
      listKnownAt(db, LIST, knownAt, { book: 'dossier', codec: dossierFacts, itemsOf: () => [] }),
  },
  {
    name: 'lists of all as known then',
    ask: (db, { knownAt }) =>
      listKnownAt(db, { ...LIST, accounts: ['outside'] }, knownAt, {
        book: 'dossier',
        codec: dossierFacts,
        itemsOf: () => [],
      }),
  },
];

const checkpointAt = (entry: number) => ({ position: START, knownAt: 0, generation: '', entry, office: 0 });
