/**
 * Which extensions of a due date count (gia hạn). `once-before-due`: one in all, dated at least one calendar day before the due date then in
 * force (NĐ 61 art. 19.9; in the decrees after it unconfirmed). `any`: each. The index is the number in a ledger's version: append only.
 */
export const EXTENSION_RULES = ['once-before-due', 'any'] as const;
export type ExtensionRule = (typeof EXTENSION_RULES)[number];

export const DEFAULT_EXTENSION_RULE: ExtensionRule = 'once-before-due';
