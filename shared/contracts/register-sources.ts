/** Where a risk or an opportunity was seen. The form of the page has this list, too, without the schemas of the contracts. */
export const SOURCES = [
  'internal-audit',
  'external-audit',
  'inspection',
  'management-review',
  'staff',
  'complaint',
  'figures',
  'other',
] as const;
