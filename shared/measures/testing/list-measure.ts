import { dossierBook } from '../../books/dossier/book.ts';
import { FIELD, UNIT } from '../dimensions.ts';
import { listMeasure } from '../measure.ts';
import type { ListItem, ListReading, ListSources } from '../measured-list.ts';

const part = { vi: 'phần', en: 'part' };

/** A measure that counts whatever `read` returns, for tests. */
export const countsList = (read: (sources: ListSources) => Promise<ListReading>) =>
  listMeasure({
    ...{ name: 'listed', version: 1, options: {}, eventTypes: [], requires: null },
    judgement: { kind: 'cumulative', undecided: 'inside' },
    dimensions: [UNIT, { ...FIELD, overlaps: true }],
    list: { collection: 'things', books: [dossierBook], read },
    verdict: {
      failing: 'to-do',
      pending: 'to-do',
      parts: [
        { name: 'all', title: part, of: ['done', 'planned', 'to-do'] },
        { name: 'done', title: part, counts: 'for', planned: true },
        { name: 'planned', title: part, counts: 'open', planned: true },
        { name: 'to-do', title: part, counts: 'open' },
        { name: 'gone', title: part, counts: 'outside' },
      ],
    },
    words: { counted: part, failed: { one: part, many: part } },
    text: () => part,
    nothingCounted: 'nothing-listed',
  });

export const listed = (...items: readonly ListItem[]) => countsList(async () => ({ kind: 'items', items }));
