import type { Ruling } from '../../../bookkeeping/ruling.ts';
import type { RuledDossier } from '../milestones.ts';
import { isIn, type OnTimeBasis, standingThen } from './definition.ts';
import { by } from './rules.ts';

/**
 * The ruling on a dossier that software in use does not compare at all: not settled, or not in the window. Undefined of one that was
 * settled or withdrawn in it.
 */
export function notEndedIn(dossier: RuledDossier, basis: OnTimeBasis): Ruling | undefined {
  const standing = standingThen(dossier, basis);
  if (standing !== 'settled' && standing !== 'withdrawn') return by(standing).outside;
  return isIn(dossier.closed, basis) ? undefined : by('not-settled-in-window').outside;
}
