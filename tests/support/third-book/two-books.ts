import { allIn } from '../../../shared/bookkeeping/selection.ts';
import { OPEN_ACCOUNTS } from '../../../shared/books/dossier/accounts.ts';
import { dossierBook } from '../../../shared/books/dossier/book.ts';
import { dossierStatus } from '../../../shared/books/dossier/status.v1.ts';
import { UNIT } from '../../../shared/measures/dimensions.ts';
import { measure } from '../../../shared/measures/measure.ts';
import { inspectionBook } from './book.ts';
import { inspectionConcluded, inspectionPlanned } from './contracts.ts';

/** The share of settled dossiers and concluded inspections together that are in order: a measure that reads two books. */
export const workInOrder = measure({
  name: 'work-in-order',
  version: 1,
  options: {},
  dimensions: [UNIT],
  populations: () => [
    { book: dossierBook, filter: {}, by: [] },
    { book: inspectionBook, filter: {}, by: [] },
  ],
  verdict: {
    failing: 'faulty',
    pending: 'overdue',
    parts: [
      {
        name: 'in-time',
        title: { vi: 'Hồ sơ đúng hạn', en: 'Dossiers in time' },
        counts: 'for',
        book: dossierBook,
        select: () => allIn('settled/early', 'settled/on-time'),
      },
      {
        name: 'in-order',
        title: { vi: 'Cuộc kiểm tra đúng quy định', en: 'Inspections in order' },
        counts: 'for',
        book: inspectionBook,
        select: () => allIn('in-order'),
      },
      {
        name: 'late',
        title: { vi: 'Hồ sơ trễ hạn', en: 'Late dossiers' },
        counts: 'against',
        book: dossierBook,
        select: () => allIn('settled/late'),
      },
      {
        name: 'faulty',
        title: { vi: 'Cuộc kiểm tra có sai phạm', en: 'Inspections with faults' },
        counts: 'against',
        book: inspectionBook,
        select: () => allIn('faulty'),
      },
      {
        name: 'not-judged',
        title: { vi: 'Hồ sơ không tính', en: 'Dossiers left out' },
        counts: 'outside',
        book: dossierBook,
        select: () =>
          allIn('settled/no-due-date', 'settled/no-finish-date', 'withdrawn', 'refused-at-intake'),
      },
      {
        name: 'in-progress',
        title: { vi: 'Hồ sơ đang giải quyết', en: 'Open dossiers' },
        counts: 'open',
        book: dossierBook,
        select: () => allIn(...OPEN_ACCOUNTS),
      },
      {
        name: 'overdue',
        title: { vi: 'Cuộc kiểm tra quá hạn', en: 'Overdue inspections' },
        counts: 'open',
        book: inspectionBook,
        select: ({ window }) => [{ account: 'open', due: { on: 'adjusted', until: window.stockAt } }],
      },
      {
        name: 'to-come',
        title: { vi: 'Cuộc kiểm tra chưa đến hạn', en: 'Inspections to come' },
        counts: 'open',
        book: inspectionBook,
        select: ({ window }) => [{ account: 'open', due: { on: 'adjusted', after: window.stockAt } }],
      },
    ],
  },
  stock: null,
  words: {
    counted: { vi: 'việc', en: 'pieces of work' },
    failed: {
      one: { vi: 'việc chưa đạt', en: 'piece of work not in order' },
      many: { vi: 'việc chưa đạt', en: 'pieces of work not in order' },
    },
  },
  text: () => ({
    vi: '(Hồ sơ đúng hạn + cuộc kiểm tra đúng quy định) ÷ (hồ sơ đã giải quyết + cuộc kiểm tra đã kết luận)',
    en: '(Dossiers in time + inspections in order) ÷ (dossiers settled + inspections concluded)',
  }),
  eventTypes: [dossierStatus.type, inspectionPlanned.type, inspectionConcluded.type],
  requires: null,
  nothingCounted: 'nothing-ended',
});
