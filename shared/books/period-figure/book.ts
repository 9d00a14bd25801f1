import { type Book, type BookEvent, type BookItem, NO_ALIASES } from '../../bookkeeping/book.ts';
import { sureWhen } from '../../bookkeeping/future.ts';
import { sideIn } from '../../bookkeeping/leg.ts';
import type { KnownFact } from '../../bookkeeping/subject.ts';
import { dayOf, type LocalDate } from '../../calendar/when.ts';
import type { UnitId } from '../../contracts/ids.ts';
import {
  type FigureApprovedV1,
  type FigureEnteredV1,
  type FigureRefusedV1,
  figureApproved,
  figureEntered,
  figureRefused,
} from './entered.v1.ts';
import {
  accountOf,
  FIGURE_ACCOUNTS,
  type FigureAccount,
  type PeriodFigure,
  periodFigure,
} from './entries.ts';
import { approvalFact, entryFact, type FigureFact, refusalFact, rowFact } from './fact.ts';
import { type FigureRecordedV1, figureRecorded } from './recorded.v1.ts';

/** The figure of one objective and period. */
export interface FigureItem extends BookItem, PeriodFigure {
  readonly objective: string;
  readonly period: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly unit: UnitId | null;
  readonly account: FigureAccount;
}

const subjectOf = ({ objectiveId, period }: { readonly objectiveId: string; readonly period: string }) => ({
  name: `${objectiveId}/${period}`,
  aliases: NO_ALIASES,
});
const entered: BookEvent<FigureFact, FigureEnteredV1> = {
  ...{ kind: figureEntered, subjectOf },
  factOf: (recorded, stated, { zone }) => entryFact(recorded, stated, zone),
};
const approved: BookEvent<FigureFact, FigureApprovedV1> = {
  ...{ kind: figureApproved, subjectOf },
  factOf: (recorded, stated, { zone }) => approvalFact(recorded, stated, zone),
};
const refused: BookEvent<FigureFact, FigureRefusedV1> = {
  ...{ kind: figureRefused, subjectOf },
  factOf: (recorded, stated, { zone }) => refusalFact(recorded, stated, zone),
};

const recorded: BookEvent<FigureFact, FigureRecordedV1> = {
  ...{ kind: figureRecorded, subjectOf },
  factOf: (event, stated, { zone }) => rowFact(event, stated, zone),
};

/** Undefined for a decision without an entry: the server states none. */
function itemIn(known: readonly KnownFact<FigureFact>[]): FigureItem | undefined {
  const figure = periodFigure(known.map(({ fact }) => fact));
  const entry = figure.entries.at(-1)?.fact;
  const last = entry ?? figure.recorded;
  if (!last) return undefined;
  const { objective, period, from, to } = last;
  const unit = entry?.unit ?? null;
  return { ...figure, objective, period, from, to, unit, account: accountOf(figure), findings: [] };
}

/** The book of figures that people enter by hand (sổ số liệu nhập tay): one amount for each objective and period, on its last day. */
export const figureBook: Book<FigureFact, FigureItem> = {
  name: 'period-figure',
  number: 5,
  collection: 'periodFigures',
  events: [entered, approved, refused, recorded],
  accounts: {
    // Append only: the index of an account is its number in storage.
    names: ['not-entered', ...FIGURE_ACCOUNTS],
    source: 'not-entered',
    neverReceived: [],
    open: [],
  },
  dimensions: { by: ['unit', 'objective'], sums: [['objective'], ['unit', 'objective']] },
  codec: { encode: (fact) => fact, decode: (stored) => stored as FigureFact },
  evaluate(known, zone) {
    const item = itemIn(known);
    if (!item) {
      const dimensions = { unit: null, objective: null };
      return { legs: [], standings: [{ dimensions, side: sideIn('not-entered'), day: null, findings: [] }] };
    }
    const dimensions = { unit: item.unit, objective: item.objective };
    const { recorded: row, account } = item;
    // A row may come before its period is over.
    const to = row && account === 'recorded' ? sureWhen(item.to, { recordedAt: row.at }, zone) : item.to;
    const [day, side] = [dayOf(to, zone), sideIn(account)];
    return {
      legs: [{ day, from: sideIn('not-entered'), to: side, dimensions }],
      standings: [{ dimensions, side, day, findings: [] }],
    };
  },
  itemOf({ names, known }) {
    const item = itemIn(known);
    if (!item) throw new Error(`The ledger lists the figure ${names[0]?.name}, of which there is no entry`);
    return item;
  },
  unitsIn: (fact) => (fact.kind === 'entered' && fact.unit !== null ? [fact.unit] : []),
  withUnits: (fact, unitOf) =>
    fact.kind === 'entered' && fact.unit !== null ? { ...fact, unit: unitOf(fact.unit) } : fact,
  agencySeparator: '/',
};
