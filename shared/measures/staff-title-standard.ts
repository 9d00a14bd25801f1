import { allIn } from '../bookkeeping/selection.ts';
import { staffAssigned } from '../books/staff/assigned.v1.ts';
import { staffBook } from '../books/staff/book.ts';
import { staffStandard } from '../books/staff/standard.v1.ts';
import { STAFF_KIND, UNIT } from './dimensions.ts';
import { leavesOf, measure } from './measure.ts';

const leaf = leavesOf<unknown>(staffBook);

/** The share of staff who meet the standard of their title or position on the last day (đạt tiêu chuẩn chức danh). */
export const staffTitleStandard = measure({
  name: 'staff-title-standard',
  version: 1,
  judgement: { kind: 'rate' },
  options: {},
  populations: () => [{ book: staffBook, filter: { where: { aspect: 'standard' } }, by: [] }],
  verdict: {
    failing: 'not-met',
    pending: 'not-known',
    parts: [
      leaf('met', 'for', { vi: 'Đạt tiêu chuẩn', en: 'Meets the standard' }, () => allIn('standard/met')),
      leaf('not-met', 'against', { vi: 'Chưa đạt tiêu chuẩn', en: 'Does not meet it' }, () =>
        allIn('standard/not-met'),
      ),
      leaf(
        'not-yet-placed',
        'outside',
        { vi: 'Chưa xếp vị trí việc làm', en: 'Not yet placed on a position' },
        () => allIn('standard/not-yet-placed'),
      ),
      leaf(
        'not-known',
        'open',
        { vi: 'Chưa đối chiếu tiêu chuẩn', en: 'Not yet checked' },
        () => allIn('standard/not-known'),
        { missing: true },
      ),
    ],
  },
  dimensions: [UNIT, STAFF_KIND],
  stock: null,
  words: {
    counted: { vi: 'người đã đối chiếu tiêu chuẩn', en: 'people checked' },
    failed: {
      one: { vi: 'người chưa đạt tiêu chuẩn', en: 'person who does not meet the standard' },
      many: { vi: 'người chưa đạt tiêu chuẩn', en: 'people who do not meet the standard' },
    },
  },
  text: () => ({
    vi: 'Người đạt tiêu chuẩn chức danh, vị trí việc làm ÷ người đã đối chiếu tiêu chuẩn, vào ngày cuối kỳ; người chưa xếp vị trí và người chưa đối chiếu được nêu riêng',
    en: 'People who meet the standard of their title or position ÷ people who were checked, on the last day; those not yet placed and not yet checked are stated apart',
  }),
  eventTypes: [staffAssigned.type, staffStandard.type],
  requires: { eventTypes: [staffAssigned.type], reason: 'no-staff-list' },
  nothingCounted: 'nothing-checked',
  ofPeople: true,
  onLastDay: true,
});
