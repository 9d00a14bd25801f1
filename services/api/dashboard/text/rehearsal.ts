/** What an objective would have been over the past. Vietnamese, English. */
export const REHEARSAL = {
  'rehearsal.caption': [
    'Cuối mỗi tháng, với chỉ tiêu {target}, theo những gì biết hôm nay',
    'At the end of each month, by the target {target} and by what is known today',
  ],
  'rehearsal.month': ['Tháng', 'Month'],
  'rehearsal.figure': ['Kết quả', 'Figure'],
  'rehearsal.state': ['Tình trạng', 'State'],
  'rehearsal.noAlert': ['Không có cảnh báo nào.', 'It would not have alerted.'],
  'rehearsal.alerts': ['Sẽ có {n} cảnh báo:', 'It would have alerted {n} {n|time|times}:'],
} as const;
