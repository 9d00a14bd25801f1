import { isIn, type OnTimeDefinition, standingThen } from './definition.ts';
import { by } from './rules.ts';
import { settledRuling } from './settled-in-period.ts';

/** The dossiers that came in: an open one is not on time yet. None is carried over from before. */
export const received: OnTimeDefinition = {
  name: 'received',
  version: 1,
  title: { vi: 'Tiếp nhận trong kỳ (NĐ 61)', en: 'Received in the window (NĐ 61)' },
  source: {
    vi: 'Nghị định 61/2018/NĐ-CP, Điều 30 khoản 2 điểm c: số hồ sơ giải quyết đúng hạn trên tổng số hồ sơ tiếp nhận; Nghị định đã được thay thế từ 01/7/2025 bằng Nghị định 118/2025/NĐ-CP',
    en: 'Decree 61/2018/NĐ-CP, article 30.2c: dossiers settled on time, of all received; replaced by Decree 118/2025/NĐ-CP from 01/7/2025 on',
  },
  unconfirmed: [
    {
      vi: 'Nghị định 118/2025/NĐ-CP có giữ cách tính này hay không',
      en: 'Whether Decree 118/2025/NĐ-CP keeps this rule',
    },
    {
      vi: 'Hồ sơ rút, không có hẹn trả hoặc không rõ ngày kết thúc được để ngoài: Nghị định không nêu',
      en: 'That dossiers withdrawn, without a due date or without a known end are left out: the decree is silent',
    },
  ],
  rulingOn(dossier, basis) {
    const standing = standingThen(dossier, basis);
    if (standing === 'refused-at-intake' || standing === 'not-received') return by(standing).outside;
    if (!isIn(dossier.received, basis)) return by('not-received-in-window').outside;
    if (standing === 'withdrawn') return by(standing).outside;
    return standing === 'open' ? by(standing).against : settledRuling(dossier);
  },
};
