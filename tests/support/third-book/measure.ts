import { allIn } from '../../../shared/bookkeeping/selection.ts';
import { UNIT } from '../../../shared/measures/dimensions.ts';
import { leavesOf, measure } from '../../../shared/measures/measure.ts';
import { inspectionBook } from './book.ts';
import { inspectionConcluded, inspectionPlanned } from './contracts.ts';

const inspections = leavesOf<unknown>(inspectionBook);

/** The share of concluded inspections that found all in order. */
export const inspectionsInOrder = measure({
  name: 'inspections-in-order',
  version: 1,
  judgement: { kind: 'rate' },
  options: {},
  dimensions: [
    UNIT,
    { name: 'topic', title: { vi: 'Chuyên đề', en: 'Topic' }, description: 'Topic of the inspection.' },
  ],
  populations: () => [{ book: inspectionBook, filter: {}, by: [] }],
  verdict: {
    failing: 'faulty',
    pending: 'overdue',
    parts: [
      inspections('in-order', 'for', { vi: 'Đúng quy định', en: 'In order' }, () => allIn('in-order')),
      inspections('faulty', 'against', { vi: 'Có sai phạm', en: 'With faults' }, () => allIn('faulty')),
      inspections(
        'overdue',
        'open',
        { vi: 'Quá hạn kiểm tra', en: 'Overdue' },
        ({ window }) => [{ account: 'open', due: { on: 'adjusted', until: window.stockAt } }],
        { urgent: true },
      ),
      inspections('to-come', 'open', { vi: 'Chưa đến hạn', en: 'To come' }, ({ window }) => [
        { account: 'open', due: { on: 'adjusted', after: window.stockAt } },
      ]),
    ],
  },
  stock: null,
  words: {
    counted: { vi: 'cuộc kiểm tra', en: 'inspections' },
    failed: {
      one: { vi: 'cuộc có sai phạm', en: 'inspection with faults' },
      many: { vi: 'cuộc có sai phạm', en: 'inspections with faults' },
    },
  },
  text: () => ({
    vi: 'Cuộc kiểm tra đúng quy định ÷ cuộc kiểm tra đã kết luận',
    en: 'Inspections in order ÷ inspections concluded',
  }),
  eventTypes: [inspectionPlanned.type, inspectionConcluded.type],
  requires: null,
  nothingCounted: 'nothing-inspected',
});
