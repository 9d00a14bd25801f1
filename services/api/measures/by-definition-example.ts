import { CHANGED, CHANGES } from './changes-example.ts';

const { before: _before, after: _after, share: _share, text: _text, classes: _classes, ...rest } = CHANGES;
const { units: _units, fields: _fields, ...figure } = rest;
const frame = { ...figure, openEnd: 'cut' };

const late = { vi: 'So ngày kết thúc xử lý', en: 'By the end of processing, in the unit of the limit' };
const overdue = { vi: 'Đang giải quyết, đã quá hạn', en: 'Open and overdue' };

const ours = {
  ...{ name: 'settled-in-period', version: 1, unconfirmed: [], score: null },
  title: { vi: 'Giải quyết trong kỳ', en: 'Settled in the window' },
  source: {
    vi: 'Quyết định 124/QĐ-VP: tỷ lệ hồ sơ giải quyết đúng hạn và trước hạn',
    en: 'Decision 124/QĐ-VP: the share of dossiers settled on time or early',
  },
  ...{ value: 8 / 9, numerator: 8, denominator: 9 },
};
const due = {
  ...{ name: 'due-in-period', version: 1, unconfirmed: [], score: null },
  title: { vi: 'Đến hạn trong kỳ', en: 'Due in the window' },
  source: {
    vi: 'Nhịp: hồ sơ có hẹn trả (đã điều chỉnh đúng quy định) trong kỳ, dù giải quyết khi nào',
    en: 'Nhịp: dossiers whose due date, as lawfully changed, is in the window, whenever they are settled',
  },
  ...{ value: 8 / 11, numerator: 8, denominator: 11 },
};
const share = { numerator: -16, denominator: 99, points: -16.161616161616163 };
const settled = [
  { counts: 'for', rule: 'end-of-processing', title: late, count: 8 },
  { counts: 'against', rule: 'end-of-processing', title: late, count: 1 },
];

/** Examples for the OpenAPI document: two dossiers are open and overdue, which only the second definition counts. */
export const BY_DEFINITIONS = {
  ...frame,
  byDefinition: [
    { ...ours, difference: { numerator: 0, denominator: 81, points: 0 }, rules: settled },
    {
      ...due,
      difference: share,
      rules: [{ counts: 'against', rule: 'overdue', title: overdue, count: 2 }, ...settled],
    },
  ],
};

export const COMPARED = {
  ...frame,
  ...{ a: ours, b: due, share },
  rules: [{ rule: 'overdue', title: overdue, subjects: 2, numerator: 0, denominator: 2, share }],
};

const { class: _class, ...list } = CHANGED;
const listed = { ...list, openEnd: 'cut' };

export const DEFINED_LIST = { ...listed, definition: 'due-in-period' };
export const PARTED_LIST = { ...listed, rule: 'overdue' };
