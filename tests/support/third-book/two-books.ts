import { allIn } from '../../../shared/bookkeeping/selection.ts';
import { OPEN_ACCOUNTS } from '../../../shared/books/dossier/accounts.ts';
import { dossierBook } from '../../../shared/books/dossier/book.ts';
import { dossierStatus } from '../../../shared/books/dossier/status.v1.ts';
import { UNIT } from '../../../shared/measures/dimensions.ts';
import { leavesOf, measure } from '../../../shared/measures/measure.ts';
import { drillBook } from './book.ts';
import { drillConcluded, drillPlanned } from './contracts.ts';

const dossiers = leavesOf<unknown>(dossierBook);
const drills = leavesOf<unknown>(drillBook);

/** The share of settled dossiers and concluded drills together that are in order: a measure that reads two books. */
export const workInOrder = measure({
  name: 'work-in-order',
  version: 1,
  judgement: { kind: 'rate' },
  options: {},
  dimensions: [UNIT],
  populations: () => [
    { book: dossierBook, filter: {}, by: [] },
    { book: drillBook, filter: {}, by: [] },
  ],
  verdict: {
    failing: 'faulty',
    pending: 'overdue',
    parts: [
      dossiers('in-time', 'for', { vi: 'Hồ sơ đúng hạn', en: 'Dossiers in time' }, () =>
        allIn('settled/early', 'settled/on-time'),
      ),
      drills('in-order', 'for', { vi: 'Cuộc diễn tập đúng quy định', en: 'Drills in order' }, () =>
        allIn('in-order'),
      ),
      dossiers('late', 'against', { vi: 'Hồ sơ trễ hạn', en: 'Late dossiers' }, () => allIn('settled/late')),
      drills('faulty', 'against', { vi: 'Cuộc diễn tập có sai phạm', en: 'Drills with faults' }, () =>
        allIn('faulty'),
      ),
      dossiers('not-judged', 'outside', { vi: 'Hồ sơ không tính', en: 'Dossiers left out' }, () =>
        allIn('settled/no-due-date', 'settled/no-finish-date', 'withdrawn', 'refused-at-intake'),
      ),
      dossiers('in-progress', 'open', { vi: 'Hồ sơ đang giải quyết', en: 'Open dossiers' }, () =>
        allIn(...OPEN_ACCOUNTS),
      ),
      drills('overdue', 'open', { vi: 'Cuộc diễn tập quá hạn', en: 'Overdue drills' }, ({ window }) => [
        { account: 'open', due: { on: 'adjusted', until: window.stockAt } },
      ]),
      drills('to-come', 'open', { vi: 'Cuộc diễn tập chưa đến hạn', en: 'Drills to come' }, ({ window }) => [
        { account: 'open', due: { on: 'adjusted', after: window.stockAt } },
      ]),
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
    vi: '(Hồ sơ đúng hạn + cuộc diễn tập đúng quy định) ÷ (hồ sơ đã giải quyết + cuộc diễn tập đã kết luận)',
    en: '(Dossiers in time + drills in order) ÷ (dossiers settled + drills concluded)',
  }),
  eventTypes: [dossierStatus.type, drillPlanned.type, drillConcluded.type],
  requires: null,
  nothingCounted: 'nothing-ended',
});
