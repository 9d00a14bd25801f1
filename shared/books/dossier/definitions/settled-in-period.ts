import type { Ruling } from '../../../bookkeeping/ruling.ts';
import type { DossierMilestones } from '../milestones.ts';
import { isIn, type OnTimeDefinition, standingThen } from './definition.ts';
import { by } from './rules.ts';

/** The measure `dossiers-on-time`, by the due date as lawfully changed. */
export const settledInPeriod: OnTimeDefinition = {
  name: 'settled-in-period',
  version: 1,
  title: { vi: 'Giải quyết trong kỳ', en: 'Settled in the window' },
  source: {
    vi: 'Quyết định 124/QĐ-VP: tỷ lệ hồ sơ giải quyết đúng hạn và trước hạn',
    en: 'Decision 124/QĐ-VP: the share of dossiers settled on time or early',
  },
  unconfirmed: [],
  rulingOn(dossier, basis) {
    const standing = standingThen(dossier, basis);
    if (standing === 'open' || standing === 'not-received') return by(standing).outside;
    if (!isIn(dossier.closed, basis)) return by('not-settled-in-window').outside;
    return standing === 'settled' ? settledRuling(dossier) : by(standing).outside;
  },
};

/** A settled dossier by its end of processing, in the unit of its limit. */
export function settledRuling({ finished, overdueFrom }: DossierMilestones): Ruling {
  if (finished === null) return by('no-finish-date').outside;
  if (overdueFrom === null) return by('no-due-date').outside;
  const { against, for: onTime } = by('end-of-processing');
  return finished >= overdueFrom ? against : onTime;
}
