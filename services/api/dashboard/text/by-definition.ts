/** The figure by other definitions of "on time". Vietnamese, English. */
export const BY_DEFINITION = {
  byDefinition: ['Theo các cách tính khác', 'By other definitions'],
  'byDefinition.text': [
    'Cùng các hồ sơ này, Cổng Dịch vụ công quốc gia, Nghị định 61 và các phần mềm đang dùng tính ra tỷ lệ khác. Xem từng cách tính và những hồ sơ tạo nên chênh lệch.',
    'Of the same dossiers the national portal, Decree 61 and software in use have other shares. See each definition, and the dossiers that make the difference.',
  ],
  'byDefinition.ask': ['So sánh', 'Compare'],
  openEnd: ['Hồ sơ chưa kết thúc được tính đến', 'An open dossier ends, where a definition needs an end,'],
  'openEnd.cut': ['thời điểm tính', 'now, or at the end of the window'],
  'openEnd.window-end': ['cuối kỳ', 'at the end of the whole window'],
  'definition.name': ['Cách tính', 'Definition'],
  'definition.value': ['Tỷ lệ', 'Share'],
  'definition.difference': ['Chênh lệch (điểm %)', 'Difference (points)'],
  'definition.unconfirmed': ['{n} điểm chưa được xác nhận', '{n} {n|rule|rules} not confirmed'],
  compared: ['Từ “{a}” sang “{b}”', 'From “{a}” to “{b}”'],
  'compared.none': ['Hai cách tính không khác nhau ở hồ sơ nào.', 'The two part at no dossier.'],
  'compared.rule': ['Quy tắc tạo nên chênh lệch', 'Rule that parts them'],
  'compared.count': ['Số hồ sơ', 'Dossiers'],
  'compared.points': ['Điểm phần trăm', 'Points'],
  'ruled.for': ['đúng hạn', 'on time'],
  'ruled.against': ['trễ hạn', 'late'],
  'ruled.outside': ['không tính', 'not counted'],
} as const;
