import type { OnTimeDefinition } from './definition.ts';
import { by } from './rules.ts';
import { IN_A_COPY, notEndedIn } from './software.ts';

/** The report by unit of TD.DichVuCong: withdrawn dossiers, and those without a due date, are on time. */
export const tdUnitReport: OnTimeDefinition = {
  name: 'td-unit-report',
  version: 1,
  title: { vi: 'Báo cáo đơn vị của TD.DichVuCong', en: 'Unit report of TD.DichVuCong' },
  source: {
    vi: 'Phần mềm TD.DichVuCong, báo cáo theo đơn vị: hồ sơ rút và hồ sơ không có hẹn trả được cộng vào đúng hạn',
    en: 'The software TD.DichVuCong, report by unit: withdrawn dossiers and those without a due date are added to the punctual ones',
  },
  unconfirmed: [IN_A_COPY],
  rulingOn(dossier, basis) {
    const notEnded = notEndedIn(dossier, basis);
    if (notEnded) return notEnded;
    const { end, finished, dueDayOver } = dossier;
    if (end === 'withdrawn') return by(end).for;
    if (dueDayOver === null) return by('no-due-date').for;
    if (finished === null) return by('no-finish-date').outside;
    return finished < dueDayOver ? by('calendar-date').for : by('calendar-date').against;
  },
};
