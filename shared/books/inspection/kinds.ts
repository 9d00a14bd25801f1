/** Kiểm tra cải cách hành chính, kiểm soát thủ tục hành chính, đánh giá nội bộ ISO 9001. The forms of the page have this list, too. */
export const INSPECTION_KINDS = ['par', 'procedures', 'iso-audit'] as const;
export type InspectionKind = (typeof INSPECTION_KINDS)[number];

/** Trực tiếp tại đơn vị, or qua báo cáo và hồ sơ: both are inspections. */
export const INSPECTION_MODES = ['on-site', 'by-file'] as const;
export type InspectionMode = (typeof INSPECTION_MODES)[number];
