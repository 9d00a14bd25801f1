/** Findings of a timeline, by code. Vietnamese, English. */
export const FINDINGS = {
  'finding.decision-replaced': [
    'Quyết định mới thay quyết định xếp loại trước',
    'A later decision replaces the rating',
  ],
  'finding.rule-set-of-other-staff': [
    'Quy định xếp loại không áp dụng cho loại nhân sự này',
    'The rule set is not one for this kind of staff',
  ],
  'finding.unassigned': [
    'Có xếp loại nhưng không có nơi công tác trong năm',
    'Rated, and no assignment is known in the year',
  ],
  'finding.receipt-inferred': [
    'Không có sự kiện tiếp nhận: ngày tiếp nhận được suy ra',
    'No receipt was reported: its day is inferred',
  ],
  'finding.future': [
    'Có thời điểm ở tương lai: chưa tính cho đến khi đính chính',
    'A time lies in the future: not counted until corrected',
  ],
  'finding.finished-before-received': [
    'Ngày kết thúc trước ngày tiếp nhận',
    'The end lies before the receipt',
  ],
  'finding.due-moved-without-basis': [
    'Hẹn trả bị đổi không nêu căn cứ: không áp dụng',
    'The due date was moved without a basis: ignored',
  ],
  'finding.due-after-end': [
    'Hẹn trả được đặt sau khi kết thúc: không áp dụng',
    'A due date was set after the end: ignored',
  ],
  'finding.extension-repeated': [
    'Gia hạn thêm lần nữa: quy định chỉ tính một lần',
    'Extended once more: the law counts one extension',
  ],
  'finding.extension-too-late': [
    'Gia hạn trong hoặc sau ngày hẹn trả: quy định yêu cầu trước ít nhất một ngày',
    'Extended on its due day or later: the law asks for a day before it',
  ],
  'finding.extension-without-due-date': [
    'Gia hạn khi chưa biết hẹn trả: không có gì để gia hạn',
    'Extended, though no due date was known: there was nothing to extend',
  ],
  'finding.due-before-received': ['Hẹn trả trước ngày tiếp nhận', 'The due date lies before the receipt'],
  'finding.end-by-day': [
    'Kết thúc trong ngày hẹn trả, không rõ giờ: tính là đúng hạn',
    'Ended on its due day at an unknown hour: counted as on time',
  ],
  'finding.no-due-date': ['Không có hẹn trả: nằm ngoài tỷ lệ', 'No due date: outside the share'],
  'finding.reopened': ['Được mở lại sau khi đã xử lý xong', 'Reopened after completion'],
  'finding.refusal-taken-back': [
    'Hoàn thành sau khi bị từ chối tiếp nhận: việc từ chối không còn hiệu lực',
    'Completed after a refusal at intake: the refusal is revoked',
  ],
  'finding.ignored-after-end': ['Trạng thái đến sau khi kết thúc: bỏ qua', 'A status after the end: ignored'],
  'finding.defaulted-status': [
    'Trạng thái do phần mềm gửi tự điền',
    'The status was filled in by the sending system',
  ],
  'finding.replaced': ['Một sự kiện đã được đính chính', 'An event has been corrected'],
  'finding.corrects-not-seen': [
    'Đính chính một sự kiện chưa nhận được',
    'Corrects an event that has not been seen',
  ],
  'finding.outranked': [
    'Nguồn khác được ưu tiên: các tin này chỉ để đối chiếu',
    'A better-ranked feed decides: these are evidence only',
  ],
  'finding.time-inferred': [
    'Không có ngày chứng minh: thời điểm được suy ra',
    'No date proves it: the time is inferred',
  ],
  'finding.claimed-not-seen': [
    'Sổ văn bản ghi gửi qua trục nhưng trục chưa ghi nhận',
    'The register states the axis as the channel, but the axis has no trace of it',
  ],
  'finding.regulated-without-citation': [
    'Miễn theo quy định nhưng không dẫn văn bản',
    'Exempt as regulated, but nothing is cited',
  ],
  'finding.unregistered': ['Trục có nhưng sổ văn bản không có', 'The axis has it, the register does not'],
  'finding.rejected': ['Nơi nhận đã từ chối', 'The receiver rejected it'],
  'finding.to-itself': [
    'Nơi gửi có tên trong nơi nhận: không tính là trao đổi với nơi khác',
    'The sender is among its own recipients: no exchange with another',
  ],
  'finding.planned-after-begin': [
    'Kế hoạch có ngày sau khi đã bắt đầu kiểm tra: coi là ngoài kế hoạch',
    'The plan is dated after the inspection had begun: it counts as unplanned',
  ],
  'finding.visited-after-conclusion': [
    'Buổi kiểm tra sau ngày kết luận: không tính',
    'A visit after the conclusion: it changes nothing',
  ],
  'finding.unit-differs': ['Các sự kiện nêu đơn vị khác nhau', 'Events state different units'],
  'finding.without-inspection': [
    'Chưa có sự kiện nào về cuộc kiểm tra này',
    'No event states the inspection itself',
  ],
  'finding.closed-without-finding': [
    'Đã xác nhận khắc phục nhưng chưa nêu tồn tại, hạn chế',
    'Mended, and no event states what was found',
  ],
} as const;
