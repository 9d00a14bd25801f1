import { isIn, type OnTimeDefinition, standingThen } from './definition.ts';
import { by } from './rules.ts';
import { settledRuling } from './settled-in-period.ts';

/** The dossiers that were due: one that rots is late, whether or not it is ever settled. */
export const dueInPeriod: OnTimeDefinition = {
  name: 'due-in-period',
  version: 1,
  title: { vi: 'Đến hạn trong kỳ', en: 'Due in the window' },
  source: {
    vi: 'Nhịp: hồ sơ có hẹn trả (đã điều chỉnh đúng quy định) trong kỳ, dù giải quyết khi nào',
    en: 'Nhịp: dossiers whose due date, as lawfully changed, is in the window, whenever they are settled',
  },
  unconfirmed: [],
  rulingOn(dossier, basis) {
    const standing = standingThen(dossier, basis);
    if (standing !== 'open' && standing !== 'settled') return by(standing).outside;
    const { due, overdueFrom } = dossier;
    if (due === null || overdueFrom === null) return by('no-due-date').outside;
    if (!isIn(due, basis)) return by('not-due-in-window').outside;
    if (standing === 'settled') return settledRuling(dossier);
    return overdueFrom <= basis.now ? by('overdue').against : by('not-yet-overdue').outside;
  },
};
