import type { BilingualText, ObjectiveDefinition } from './definition.ts';
import type { Basis } from './parts.ts';

/** What a figure counts, in words that stand beside it. */
export function formulaText(formula: ObjectiveDefinition['formula'], basis: Basis): BilingualText {
  switch (formula.name) {
    case 'dossiers-on-time':
      return basis === 'adjusted' ? ON_TIME.adjusted : ON_TIME.original;
    case 'documents-electronic':
      return formula.policy === 'v1' && formula.scope === 'internal' ? ELECTRONIC.internal : ELECTRONIC.axis;
  }
}

const ON_TIME: Readonly<Record<Basis, BilingualText>> = {
  adjusted: {
    vi: '(Hồ sơ giải quyết trước hạn + đúng hạn) ÷ (trước hạn + đúng hạn + quá hạn), theo hẹn trả đã điều chỉnh đúng quy định; không tính hồ sơ rút, bị từ chối tiếp nhận, không có hẹn trả hoặc không rõ ngày kết thúc xử lý',
    en: '(Dossiers settled early + on time) ÷ (early + on time + late), by the due date as lawfully changed; dossiers withdrawn, refused at intake, without a due date or without a known end of processing are left out',
  },
  original: {
    vi: '(Hồ sơ giải quyết trước hạn + đúng hạn) ÷ (trước hạn + đúng hạn + quá hạn), theo hẹn trả gốc; không tính hồ sơ rút, bị từ chối tiếp nhận, không có hẹn trả hoặc không rõ ngày kết thúc xử lý',
    en: '(Dossiers settled early + on time) ÷ (early + on time + late), by the original due date; dossiers withdrawn, refused at intake, without a due date or without a known end of processing are left out',
  },
};

const ELECTRONIC: Readonly<Record<'axis' | 'internal', BilingualText>> = {
  axis: {
    vi: 'Lượt (văn bản × nơi nhận) đã đến qua trục liên thông ÷ tổng số lượt đã phát hành quá 2 giờ làm việc; không tính văn bản mật, văn bản có quy định riêng được dẫn chiếu, văn bản thu hồi hoặc thay thế, lượt gửi cho chính nơi gửi',
    en: 'Pairs (document × recipient) that arrived by the interconnection axis ÷ all pairs that arrived or were issued more than 2 working hours ago; classified, specifically regulated, recalled and replaced ones and those to the sender itself are left out',
  },
  internal: {
    vi: 'Lượt (văn bản × nơi nhận) đã đến qua trục liên thông hoặc gửi qua phần mềm nội bộ ÷ tổng số lượt đã phát hành quá 2 giờ làm việc; không tính văn bản mật, văn bản có quy định riêng được dẫn chiếu, văn bản thu hồi hoặc thay thế, lượt gửi cho chính nơi gửi',
    en: 'Pairs (document × recipient) that arrived by the interconnection axis or went by the internal system ÷ all pairs that arrived or were issued more than 2 working hours ago; classified, specifically regulated, recalled and replaced ones and those to the sender itself are left out',
  },
};
