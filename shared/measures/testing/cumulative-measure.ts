import { allIn } from '../../bookkeeping/selection.ts';
import { dossierBook } from '../../books/dossier/book.ts';
import { type Judgement, leavesOf, measure } from '../measure.ts';

const title = { vi: 'phần', en: 'part' };
const leaf = leavesOf<unknown>(dossierBook);

/** A measure that grows towards its target, for tests: accounts of dossiers stand for visits to units. */
export const visitedUnits = (undecided: Extract<Judgement, { kind: 'cumulative' }>['undecided']) =>
  measure({
    ...{ name: 'units-visited', version: 1, options: {}, dimensions: [], stock: null, eventTypes: [] },
    judgement: { kind: 'cumulative', undecided },
    populations: () => [{ book: dossierBook, filter: {}, by: [] }],
    verdict: {
      failing: 'refused',
      pending: 'unplanned',
      parts: [
        leaf('visited', 'for', title, () => allIn('settled/early')),
        leaf('refused', 'against', title, () => allIn('settled/late')),
        leaf('planned', 'open', title, () => allIn('paused'), { planned: true }),
        leaf('unplanned', 'open', title, () => allIn('in-progress/timed')),
      ],
    },
    words: { counted: title, failed: { one: title, many: title } },
    text: () => title,
    requires: null,
    nothingCounted: 'no-units',
  });
export const unitsVisited = visitedUnits('inside');
