/** The page of the objectives by unit. Vietnamese, English. */
export const CASCADE = {
  'cascade.caption': [
    'Con số của đơn vị không cộng dồn lên đơn vị cấp trên: mỗi mục tiêu được đo riêng.',
    'Nothing is rolled up to the unit above: each objective is measured by itself.',
  ],
  'cascade.show': ['Hiển thị', 'Show'],
  'show.all': ['Tất cả', 'Everything'],
  'show.attention': ['Cần chú ý', 'What needs attention'],
  'show.without': ['Đơn vị chưa có mục tiêu', 'Units without objectives'],
  'cascade.objective': ['Mục tiêu', 'Objective'],
  'cascade.status': ['Tình trạng', 'State'],
  'cascade.figure': ['Kết quả', 'Figure'],
  'cascade.target': ['Chỉ tiêu', 'Target'],
  'cascade.path': ['Lộ trình đến nay', 'Path by now'],
  'cascade.none': ['Chưa đặt mục tiêu riêng', 'No objective of its own'],
  'cascade.nothing': ['Không có đơn vị nào như vậy.', 'There is no such unit.'],
  'cascade.office': ['Văn phòng', 'The Office'],
  'cascade.summary': [
    '{met}/{all} mục tiêu đạt; {units} đơn vị chưa có mục tiêu riêng',
    '{met} of {all} objectives met; {units} {units|unit|units} without an objective',
  ],
  'cascade.undeclared': ['đơn vị chưa khai báo', 'undeclared unit'],
} as const;
