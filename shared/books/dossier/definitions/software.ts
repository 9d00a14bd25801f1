import type { Ruling } from '../../../bookkeeping/ruling.ts';
import type { RuledDossier } from '../milestones.ts';
import { isIn, type OnTimeBasis, standingThen } from './definition.ts';
import { by, type Words } from './rules.ts';

/** What is not confirmed of TD.DichVuCong. */
export const IN_A_COPY: Words = {
  vi: 'Theo một bản sao năm 2024 của phần mềm; bản đang dùng có thể khác',
  en: 'Seen in a copy of 2024; the version in use may differ',
};

/**
 * The ruling on a dossier that software in use does not compare at all: not settled, or not in the window. Undefined of one that was
 * settled or withdrawn in it.
 */
export function notEndedIn(dossier: RuledDossier, basis: OnTimeBasis): Ruling | undefined {
  const standing = standingThen(dossier, basis);
  if (standing !== 'settled' && standing !== 'withdrawn') return by(standing).outside;
  return isIn(dossier.closed, basis) ? undefined : by('not-settled-in-window').outside;
}
