import { allIn } from '../../../shared/bookkeeping/selection.ts';
import { UNIT } from '../../../shared/measures/dimensions.ts';
import { leavesOf, measure } from '../../../shared/measures/measure.ts';
import { drillBook } from './book.ts';
import { drillConcluded, drillPlanned } from './contracts.ts';

const drills = leavesOf<unknown>(drillBook);

/** The share of concluded drills that found all in order. */
export const drillsInOrder = measure({
  name: 'drills-in-order',
  version: 1,
  judgement: { kind: 'rate' },
  options: {},
  dimensions: [
    UNIT,
    { name: 'topic', title: { vi: 'Chuyên đề', en: 'Topic' }, description: 'Topic of the drill.' },
  ],
  populations: () => [{ book: drillBook, filter: {}, by: [] }],
  verdict: {
    failing: 'faulty',
    pending: 'overdue',
    parts: [
      drills('in-order', 'for', { vi: 'Đúng quy định', en: 'In order' }, () => allIn('in-order')),
      drills('faulty', 'against', { vi: 'Có sai phạm', en: 'With faults' }, () => allIn('faulty')),
      drills(
        'overdue',
        'open',
        { vi: 'quá hạn diễn tập', en: 'Overdue' },
        ({ window }) => [{ account: 'open', due: { on: 'adjusted', until: window.stockAt } }],
        { urgent: true },
      ),
      drills('to-come', 'open', { vi: 'Chưa đến hạn', en: 'To come' }, ({ window }) => [
        { account: 'open', due: { on: 'adjusted', after: window.stockAt } },
      ]),
    ],
  },
  stock: null,
  words: {
    counted: { vi: 'cuộc diễn tập', en: 'drills' },
    failed: {
      one: { vi: 'cuộc có sai phạm', en: 'drill with faults' },
      many: { vi: 'cuộc có sai phạm', en: 'drills with faults' },
    },
  },
  text: () => ({
    vi: 'Cuộc diễn tập đúng quy định ÷ cuộc diễn tập đã kết luận',
    en: 'Drills in order ÷ drills concluded',
  }),
  eventTypes: [drillPlanned.type, drillConcluded.type],
  requires: null,
  nothingCounted: 'nothing-drilled',
});
