import type { OnTimeDefinition } from './definition.ts';
import { by } from './rules.ts';
import { IN_A_COPY, notEndedIn } from './software.ts';

/** The progress report of TD.DichVuCong after Decision 766: the calendar date of the end, withdrawn dossiers inside. */
export const td766Progress: OnTimeDefinition = {
  name: 'td-766-progress',
  version: 1,
  title: { vi: 'Tiến độ 766 của TD.DichVuCong', en: '766 progress of TD.DichVuCong' },
  source: {
    vi: 'Phần mềm TD.DichVuCong, báo cáo tiến độ theo QĐ 766: ngày của NgayKetThucXuLy so với ngày của NgayHenTra',
    en: 'The software TD.DichVuCong, progress report after QĐ 766: the date of NgayKetThucXuLy against that of NgayHenTra',
  },
  unconfirmed: [
    IN_A_COPY,
    {
      vi: 'Hồ sơ đã giải quyết không có hẹn trả: ở đây để ngoài',
      en: 'A settled dossier without a due date: here it is left out',
    },
  ],
  rulingOn(dossier, basis) {
    const notEnded = notEndedIn(dossier, basis);
    if (notEnded) return notEnded;
    const isWithdrawn = dossier.end === 'withdrawn';
    const ended = isWithdrawn ? dossier.closed : dossier.finished;
    if (ended === null) return by('no-finish-date').outside;
    if (dossier.dueDayOver === null) return by('no-due-date').outside;
    const rule = by(isWithdrawn ? 'withdrawn' : 'calendar-date');
    return ended < dossier.dueDayOver ? rule.for : rule.against;
  },
};
