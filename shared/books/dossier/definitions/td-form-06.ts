import { isIn, type OnTimeDefinition, standingThen } from './definition.ts';
import { by } from './rules.ts';
import { IN_A_COPY } from './software.ts';

/** Form 06 of TD.DichVuCong: the hand-over to the applicant, to the second. An applicant that comes late makes the office late. */
export const tdForm06: OnTimeDefinition = {
  name: 'td-form-06',
  version: 1,
  title: { vi: 'Biểu 06 của TD.DichVuCong', en: 'Form 06 of TD.DichVuCong' },
  source: {
    vi: 'Phần mềm TD.DichVuCong, biểu 06: NgayTra so với NgayHenTra',
    en: 'The software TD.DichVuCong, form 06: NgayTra against NgayHenTra',
  },
  unconfirmed: [IN_A_COPY],
  rulingOn(dossier, basis) {
    const standing = standingThen(dossier, basis);
    if (standing === 'withdrawn' || standing === 'refused-at-intake' || standing === 'not-received')
      return by(standing).outside;
    const { handedOver, due } = dossier;
    if (handedOver === null || !isIn(handedOver, basis)) return by('not-handed-over').outside;
    if (due === null) return by('no-due-date').outside;
    return handedOver <= due ? by('hand-over').for : by('hand-over').against;
  },
};
