import { STAFF_KINDS } from '../books/staff/kinds.ts';
import { procedureId } from '../contracts/ids.ts';
import type { BilingualText } from './bilingual.ts';

/** A property of what is counted: figures are filtered and broken down by it. */
export interface NamedDimension<Name extends string = string> {
  readonly name: Name;
  readonly title: BilingualText;
  /** Of the query parameter that filters by it. */
  readonly description: string;
  /** One item may have several values: the rows of a breakdown do not add up to the whole. */
  readonly overlaps?: true;
  /** Every value, where the list is closed. */
  readonly values?: readonly string[];
  /** The canonical form of a value, where trimmed text in Unicode NFC is not enough. */
  readonly canonical?: (value: string) => string;
}

export const UNIT = {
  name: 'unit',
  title: { vi: 'Đơn vị', en: 'Unit' },
  description: 'With all units below it.',
} as const;
export const FIELD = {
  name: 'field',
  title: { vi: 'Lĩnh vực', en: 'Field' },
  description: 'Field of administration (lĩnh vực), as events name it.',
} as const;
export const PROCEDURE = {
  name: 'procedure',
  title: { vi: 'Thủ tục', en: 'Procedure' },
  description: 'Code of the administrative procedure (mã thủ tục).',
  canonical: procedureId,
} as const;
/** The channels of each book are a list of its own. */
export const CHANNEL = { name: 'channel', title: { vi: 'Kênh', en: 'Channel' } } as const;
export const STAFF_KIND = {
  name: 'staffKind',
  title: { vi: 'Công chức, viên chức', en: 'Kind of staff' },
  description: `Staff: ${STAFF_KINDS.join(' or ')}.`,
  values: STAFF_KINDS,
} as const;
