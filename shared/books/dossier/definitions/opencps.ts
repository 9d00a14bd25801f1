import type { OnTimeDefinition } from './definition.ts';
import { by } from './rules.ts';
import { notEndedIn } from './software.ts';

const MINUTE = 60;

/** Statistics of OpenCPS: the release of the result, to the minute for limits in any unit. */
export const openCps: OnTimeDefinition = {
  name: 'opencps',
  version: 1,
  title: { vi: 'Thống kê OpenCPS', en: 'OpenCPS statistics' },
  source: {
    vi: 'Phần mềm OpenCPS (opencps-v2): releaseDate so với dueDate; phần mềm cắt tỷ lệ thành số nguyên',
    en: 'The software OpenCPS (opencps-v2): releaseDate against dueDate; the software cuts the share to an integer',
  },
  unconfirmed: [
    {
      vi: 'releaseDate được hiểu là ngày kết thúc xử lý',
      en: 'That releaseDate is the end of processing',
    },
    {
      vi: 'Không có hẹn trả: một hàm tính trước hạn, hàm khác tính đúng hạn; cả hai đều là đạt',
      en: 'Without a due date: early in one method, on time in another; for the share in both',
    },
  ],
  rulingOn(dossier, basis) {
    const { end, finished, due } = dossier;
    const notEnded = notEndedIn(dossier, basis);
    if (notEnded) return notEnded;
    if (end === 'withdrawn') return by(end).outside;
    if (finished === null) return by('no-finish-date').outside;
    if (due === null) return by('no-due-date').for;
    const isLate = Math.floor(finished / MINUTE) > Math.floor(due / MINUTE);
    return isLate ? by('minute').against : by('minute').for;
  },
};
