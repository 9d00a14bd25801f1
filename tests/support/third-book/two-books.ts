import { allIn } from '../../../shared/bookkeeping/selection.ts';
import { OPEN_ACCOUNTS } from '../../../shared/books/dossier/accounts.ts';
import { dossierBook } from '../../../shared/books/dossier/book.ts';
import { dossierStatus } from '../../../shared/books/dossier/status.v1.ts';
import { UNIT } from '../../../shared/measures/dimensions.ts';
import { leavesOf, measure } from '../../../shared/measures/measure.ts';
import { inspectionBook } from './book.ts';
import { inspectionConcluded, inspectionPlanned } from './contracts.ts';

const dossiers = leavesOf<unknown>(dossierBook);
const inspections = leavesOf<unknown>(inspectionBook);

/** The share of settled dossiers and concluded inspections together that are in order: a measure that reads two books. */
export const workInOrder = measure({
  name: 'work-in-order',
  version: 1,
  judgement: { kind: 'rate' },
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
      dossiers('in-time', 'for', { vi: 'Hồ sơ đúng hạn', en: 'Dossiers in time' }, () =>
        allIn('settled/early', 'settled/on-time'),
      ),
      inspections('in-order', 'for', { vi: 'Cuộc kiểm tra đúng quy định', en: 'Inspections in order' }, () =>
        allIn('in-order'),
      ),
      dossiers('late', 'against', { vi: 'Hồ sơ trễ hạn', en: 'Late dossiers' }, () => allIn('settled/late')),
      inspections(
        'faulty',
        'against',
        { vi: 'Cuộc kiểm tra có sai phạm', en: 'Inspections with faults' },
        () => allIn('faulty'),
      ),
      dossiers('not-judged', 'outside', { vi: 'Hồ sơ không tính', en: 'Dossiers left out' }, () =>
        allIn('settled/no-due-date', 'settled/no-finish-date', 'withdrawn', 'refused-at-intake'),
      ),
      dossiers('in-progress', 'open', { vi: 'Hồ sơ đang giải quyết', en: 'Open dossiers' }, () =>
        allIn(...OPEN_ACCOUNTS),
      ),
      inspections(
        'overdue',
        'open',
        { vi: 'Cuộc kiểm tra quá hạn', en: 'Overdue inspections' },
        ({ window }) => [{ account: 'open', due: { on: 'adjusted', until: window.stockAt } }],
      ),
      inspections(
        'to-come',
        'open',
        { vi: 'Cuộc kiểm tra chưa đến hạn', en: 'Inspections to come' },
        ({ window }) => [{ account: 'open', due: { on: 'adjusted', after: window.stockAt } }],
      ),
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
