import { byRecording } from '../../bookkeeping/replacement.ts';
import { statedAnew } from '../../bookkeeping/row.ts';
import { secondPerson } from '../../contracts/two-people.ts';
import type { DecisionFact, EntryFact, FigureFact, RowFact } from './fact.ts';

/**
 * How an entry stands. `replaced`: a later entry came before anybody had decided about it, or was approved. An approval that is not
 * that of a second person leaves it `unapproved`.
 */
export type EntryState = 'unapproved' | 'approved' | 'refused' | 'replaced';

export interface Entry {
  readonly fact: EntryFact;
  readonly state: EntryState;
  /** Every approval and refusal of it, in order. */
  readonly decisions: readonly DecisionFact[];
}

/** What the statements about one objective and period come to. */
export interface PeriodFigure {
  /** In the order in which they were entered. */
  readonly entries: readonly Entry[];
  /** The entry that counts: the last that a second person has approved. */
  readonly approved: Entry | undefined;
  /** The last entry, while it waits for a second person. */
  readonly waiting: Entry | undefined;
  /** The last row that states something new, while no person has entered a figure since it was first recorded. */
  readonly recorded: RowFact | undefined;
  readonly statements: number;
}

/** The accounts of a period, see the book; before an entry it is in `not-entered`. Append only: the book stores their index. */
export const FIGURE_ACCOUNTS = ['waiting', 'approved', 'replacing', 'refused', 'recorded'] as const;
export type FigureAccount = (typeof FIGURE_ACCOUNTS)[number];

const recorded = ({ id, at }: Pick<FigureFact, 'id' | 'at'>) => ({ id, recordedAt: at });

/** A pure function of the set of facts: their order of arrival does not matter. */
export function periodFigure(facts: readonly FigureFact[]): PeriodFigure {
  const inOrder = facts.toSorted((a, b) => byRecording(recorded(a), recorded(b)));
  const decisions = Map.groupBy(
    inOrder.filter((fact) => fact.kind === 'approved' || fact.kind === 'refused'),
    ({ entry }) => entry,
  );
  const judged = inOrder
    .filter((fact) => fact.kind === 'entered')
    .map((fact) => ({ fact, decisions: decisions.get(fact.id) ?? [] }))
    .map((entry) => ({ ...entry, decided: decisionOn(entry.fact, entry.decisions) }));
  const last = judged.at(-1);
  const counted = judged.findLast(({ decided }) => decided === 'approved');
  const entries = judged.map((entry): Entry => {
    const { fact, decisions: all, decided } = entry;
    const isOver = entry !== (decided === 'approved' ? counted : last);
    const state = decided === 'refused' ? decided : isOver ? 'replaced' : (decided ?? 'unapproved');
    return { fact, decisions: all, state };
  });
  return {
    entries,
    approved: entries.find(({ state }) => state === 'approved'),
    waiting: entries.find(({ state }) => state === 'unapproved'),
    recorded: unanswered(
      facts.filter((fact) => fact.kind === 'recorded'),
      entries.at(-1),
    ),
    statements: facts.length,
  };
}

/** Undefined where the last row that differs from the one before it was there when a person entered a figure. */
function unanswered(rows: readonly RowFact[], last: Entry | undefined): RowFact | undefined {
  const inOrder = rows.toSorted((a, b) => a.time - b.time || byRecording(recorded(a), recorded(b)));
  const index = inOrder.findLastIndex((one, at) => statedAnew(contentOf(one), contentOf(inOrder[at - 1])));
  // What is sent again says nothing new, whatever day of update it has.
  const since = Math.min(...inOrder.slice(index).map(({ at }) => at));
  return last && last.fact.at >= since ? undefined : inOrder[index];
}

const contentOf = (row: RowFact | undefined) => row && [row.amount, row.evidence];

/** The first decision that is one; an approval by the same person, or without a person, is none. */
function decisionOn(
  { person }: EntryFact,
  decisions: readonly DecisionFact[],
): 'approved' | 'refused' | undefined {
  return decisions.find((one) => one.kind === 'refused' || secondPerson(person, one.person) === 'allowed')
    ?.kind;
}

export function accountOf({ approved, waiting, entries }: PeriodFigure): FigureAccount {
  if (entries.length === 0) return 'recorded';
  return approved ? (waiting ? 'replacing' : 'approved') : waiting ? 'waiting' : 'refused';
}
