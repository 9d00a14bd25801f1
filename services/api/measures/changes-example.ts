import { DRY_RUN } from './definition-examples.ts';

const [month] = DRY_RUN.months;

const late = {
  ...{ class: 'settled-late', subjects: 2, numerator: 0, denominator: 2 },
  share: { numerator: -16, denominator: 99, points: -16.161616161616163 },
};
const row = { subjects: 2, numerator: 0, denominator: 2, share: late.share, classes: [late] };

const frame = {
  id: 'dossier-on-time',
  title: { vi: 'Hồ sơ giải quyết đúng hạn', en: 'Dossiers on time' },
  ...{ unit: null, field: null, procedure: null, target: 0.96, comparator: '>=', measuredIn: null },
  ...{ kind: 'rate', path: null, window: month?.window, shownFor: null, stage: null, basis: 'adjusted' },
  asOf: '2026-11-20T09:00:00.000Z',
  position: '5001',
};

/** An example for the OpenAPI document: two dossiers were settled late. */
export const CHANGES = {
  ...frame,
  before: { asOf: '2026-11-16T16:59:59.999Z', value: 8 / 9, numerator: 8, denominator: 9, reason: null },
  after: { asOf: '2026-11-20T09:00:00.000Z', value: 8 / 11, numerator: 8, denominator: 11, reason: null },
  share: { numerator: -16, denominator: 99, points: -16.161616161616163 },
  text: {
    vi: 'Giảm 16,16 điểm phần trăm từ 16/11/2026 23:59: thêm 2 hồ sơ trễ, đều thuộc Đất đai tại H19.12.',
    en: 'Fell by 16.16 points since 16/11/2026 23:59: 2 more late dossiers, all of them Đất đai in H19.12.',
  },
  classes: [{ ...late, title: { vi: 'Trễ hạn', en: 'Late' } }],
  units: [{ ...row, key: 'H19.12', name: null }],
  fields: [{ ...row, key: 'Đất đai', name: null }],
};

/** An example of its list: nothing was corrected. */
export const CHANGED = { ...frame, class: 'corrected', total: 0, dossiers: [] };
