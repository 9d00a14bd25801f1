import type { BilingualText } from './bilingual.ts';

/** What a figure can be broken down by. */
export interface NamedDimension<Name extends string = string> {
  readonly name: Name;
  readonly title: BilingualText;
}

export const UNIT = { name: 'unit', title: { vi: 'Đơn vị', en: 'Unit' } } as const;
export const FIELD = { name: 'field', title: { vi: 'Lĩnh vực', en: 'Field' } } as const;
export const PROCEDURE = { name: 'procedure', title: { vi: 'Thủ tục', en: 'Procedure' } } as const;
export const CHANNEL = { name: 'channel', title: { vi: 'Kênh', en: 'Channel' } } as const;
