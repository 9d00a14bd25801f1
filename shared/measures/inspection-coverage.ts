import { z } from 'zod';
import { inspectionBook } from '../books/inspection/book.ts';
import { inspectionConcluded } from '../books/inspection/concluded.v1.ts';
import { INSPECTION_KINDS, type InspectionKind } from '../books/inspection/kinds.ts';
import { inspectionPlanned } from '../books/inspection/planned.v1.ts';
import { inspectionVisited } from '../books/inspection/visited.v1.ts';
import type { BilingualText } from './bilingual.ts';
import { FIELD, UNIT } from './dimensions.ts';
import { INSPECTED_UNITS, readInspectedUnits, type UnitPart } from './inspected-units.ts';
import { type Leaf, listMeasure, type Marks } from './measure.ts';

const options = { kind: z.enum(INSPECTION_KINDS) };

const EVENT_TYPES = [inspectionPlanned.type, inspectionVisited.type, inspectionConcluded.type];
const PLANNED: Marks = { planned: true };

const leaf = (name: UnitPart, counts: Leaf['counts'], title: BilingualText, marks: Marks = {}): Leaf => ({
  ...{ name, counts, title, ...marks },
});

const LEAVES: readonly Leaf[] = [
  leaf(
    'inspected-as-planned',
    'for',
    { vi: 'Đã kiểm tra theo kế hoạch', en: 'Inspected as planned' },
    PLANNED,
  ),
  leaf('inspected-unplanned', 'for', { vi: 'Đã kiểm tra ngoài kế hoạch', en: 'Inspected without a plan' }),
  leaf(
    'under-way',
    'open',
    { vi: 'Đã kiểm tra theo kế hoạch, chưa kết luận', en: 'Visited as planned, not concluded' },
    PLANNED,
  ),
  leaf('under-way-unplanned', 'open', {
    vi: 'Đã kiểm tra ngoài kế hoạch, chưa kết luận',
    en: 'Visited without a plan, not concluded',
  }),
  leaf('planned', 'open', { vi: 'Có kế hoạch, chưa kiểm tra', en: 'Planned, not visited' }, PLANNED),
  leaf('not-planned', 'open', { vi: 'Chưa có kế hoạch', en: 'Not planned' }),
  leaf('ended', 'outside', {
    vi: 'Đã kiểm tra, sau đó sáp nhập hoặc giải thể',
    en: 'Inspected, then merged or closed',
  }),
  leaf('off-roster', 'outside', {
    vi: 'Đã kiểm tra, ngoài danh sách đơn vị phải kiểm tra',
    en: 'Inspected, not on the list of units',
  }),
  leaf(
    'undeclared',
    'outside',
    { vi: 'Đã kiểm tra, đơn vị chưa được khai báo', en: 'Inspected, but not declared as a unit' },
    { fault: true },
  ),
];

const TEXTS: Readonly<Record<InspectionKind, BilingualText>> = {
  par: {
    vi: 'Phòng, ban, trung tâm, cổng thông tin dưới Văn phòng trực tiếp thực hiện hoặc quản lý theo dõi thủ tục hành chính vào ngày cuối kỳ và đã có kết luận kiểm tra cải cách hành chính trong kỳ ÷ tất cả các đơn vị đó; mỗi đơn vị tính một lần, kể từ ngày ban hành kết luận',
    en: 'Rooms, boards, centres and the portal below the office that handle or monitor procedures on the last day and have a conclusion of an inspection of administrative reform in the window ÷ all of these units; each unit once, from the day of its conclusion',
  },
  procedures: {
    vi: 'Đơn vị dưới Văn phòng trực tiếp thực hiện hoặc quản lý theo dõi thủ tục hành chính vào ngày cuối kỳ và đã có kết luận kiểm tra kiểm soát thủ tục hành chính trong kỳ ÷ tất cả các đơn vị đó; mỗi đơn vị tính một lần',
    en: 'Units below the office that handle or monitor procedures on the last day and have a conclusion of an inspection of the control of procedures in the window ÷ all of these units; each unit once',
  },
  'iso-audit': {
    vi: 'Đơn vị dưới Văn phòng trực tiếp thực hiện hoặc quản lý theo dõi thủ tục hành chính vào ngày cuối kỳ và đã có kết luận đánh giá nội bộ ISO 9001 trong kỳ ÷ tất cả các đơn vị đó; mỗi đơn vị tính một lần',
    en: 'Units below the office that handle or monitor procedures on the last day and have a conclusion of an internal audit by ISO 9001 in the window ÷ all of these units; each unit once',
  },
};

/**
 * The share of the units below the office that were inspected (Decision 124/QĐ-VP, objective 4). What is counted are units, of which the
 * list follows from the tree on the last day, and not inspections: a unit counts once, however often it was inspected.
 */
export const inspectionCoverage = listMeasure({
  name: 'inspection-coverage',
  version: 1,
  judgement: { kind: 'cumulative', undecided: 'inside' },
  options,
  dimensions: [UNIT, { ...FIELD, overlaps: true }],
  list: {
    collection: INSPECTED_UNITS,
    books: [inspectionBook],
    read: (sources, { kind }) => readInspectedUnits(sources, kind),
  },
  verdict: {
    failing: 'not-inspected',
    pending: 'not-planned',
    parts: [
      {
        name: 'inspected',
        title: { vi: 'Đã kiểm tra', en: 'Inspected' },
        of: ['inspected-as-planned', 'inspected-unplanned'],
      },
      ...LEAVES.filter(({ counts }) => counts === 'for'),
      {
        name: 'not-inspected',
        title: { vi: 'Chưa kiểm tra', en: 'Not inspected yet' },
        of: ['under-way', 'under-way-unplanned', 'planned', 'not-planned'],
      },
      ...LEAVES.filter(({ counts }) => counts !== 'for'),
    ],
  },
  words: {
    counted: { vi: 'đơn vị', en: 'units' },
    failed: {
      one: { vi: 'đơn vị chưa kiểm tra', en: 'unit not inspected' },
      many: { vi: 'đơn vị chưa kiểm tra', en: 'units not inspected' },
    },
  },
  text: (_, { kind }) => TEXTS[kind],
  eventTypes: EVENT_TYPES,
  requires: { eventTypes: EVENT_TYPES, reason: 'no-inspections' },
  nothingCounted: 'no-units',
});
