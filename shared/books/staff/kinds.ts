/** Công chức, viên chức. The page lists people by it, too. */
export const STAFF_KINDS = ['civil-servant', 'public-employee'] as const;
export type StaffKind = (typeof STAFF_KINDS)[number];
