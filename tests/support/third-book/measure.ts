import { allIn } from '../../../shared/bookkeeping/selection.ts';
import { UNIT } from '../../../shared/measures/dimensions.ts';
import { measure } from '../../../shared/measures/measure.ts';
import { inspectionBook } from './book.ts';
import { inspectionConcluded, inspectionPlanned } from './contracts.ts';

/** The share of concluded inspections that found all in order. */
export const inspectionsInOrder = measure({
  name: 'inspections-in-order',
  version: 1,
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
      {
        name: 'in-order',
        title: { vi: 'Đúng quy định', en: 'In order' },
        counts: 'for',
        book: inspectionBook,
        select: () => allIn('in-order'),
      },
      {
        name: 'faulty',
        title: { vi: 'Có sai phạm', en: 'With faults' },
        counts: 'against',
        book: inspectionBook,
        select: () => allIn('faulty'),
      },
      {
        name: 'overdue',
        title: { vi: 'Quá hạn kiểm tra', en: 'Overdue' },
        counts: 'open',
        urgent: true,
        book: inspectionBook,
        select: ({ window }) => [{ account: 'open', due: { on: 'adjusted', until: window.stockAt } }],
      },
      {
        name: 'to-come',
        title: { vi: 'Chưa đến hạn', en: 'To come' },
        counts: 'open',
        book: inspectionBook,
        select: ({ window }) => [{ account: 'open', due: { on: 'adjusted', after: window.stockAt } }],
      },
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
