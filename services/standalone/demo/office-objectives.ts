import decision124 from '../../../shared/measures/decision-124.json' with { type: 'json' };
import templates from '../../../shared/measures/templates.json' with { type: 'json' };
import { OFFICE } from './inspections.ts';

const builtin = (id: string) => {
  const found = decision124.objectives.find((one) => one.id === id);
  if (!found) throw new RangeError(`There is no built-in objective ${id}`);
  return found;
};

const line = (what: string, who: string, due: string) => ({
  ...{ what, who, due },
  ...{ resources: 'Trong dự toán được giao', judgedBy: 'Số liệu của mục tiêu sau ba tháng' },
});

/**
 * A file of objectives: those of the Decision, and some that units of the invented office have of their own (Article 2): with a parent
 * and a plan, and one that people enter. @param year of the demonstration
 */
export function demoObjectives(year: number): { readonly objectives: readonly object[] } {
  const days = { version: 1, validFrom: `${year}-01-01`, validTo: `${year}-12-31` };
  const [satisfaction] = templates.objectives;
  return {
    objectives: [
      ...decision124.objectives,
      {
        ...{ ...builtin('staff-rating'), ...days, id: 'room-staff-rating', parent: 'staff-rating' },
        ...{ unit: `${OFFICE}.01`, target: '0.96', source: 'Kế hoạch 03/KH-HCTC' },
        owner: { vi: 'Trưởng phòng Hành chính - Tổ chức', en: 'Head of administration' },
        plan: [
          {
            ...line('Đánh giá giữa năm từng người', 'Trưởng phòng', `${year}-06-30`),
            ...{ doneOn: `${year}-01-20`, result: 'Biên bản 02/BB-HCTC' },
          },
          line('Bồi dưỡng kỹ năng soạn thảo', 'Phó Trưởng phòng', `${year}-11-15`),
        ],
      },
      {
        ...{ ...builtin('staff-title-standard'), ...days, id: 'room-title-standard' },
        ...{ parent: 'staff-title-standard', unit: `${OFFICE}.01`, target: '0.95' },
        source: 'Kế hoạch 03/KH-HCTC',
        owner: { vi: 'Trưởng phòng Hành chính - Tổ chức', en: 'Head of administration' },
      },
      {
        ...{ ...satisfaction, ...days, id: 'center-satisfaction', unit: `${OFFICE}.02` },
        source: 'Kế hoạch 05/KH-TTHCC',
        plan: [line('Khảo sát tại quầy và trên cổng', 'Phó Giám đốc Trung tâm', `${year}-12-15`)],
      },
    ],
  };
}
