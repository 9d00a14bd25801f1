import { vietnamHolidays } from '../calendar/holidays.ts';
import type { FoldRules } from '../ledger/fold.ts';
import { foldRulesOf } from '../ledger/fold-rules.ts';
import type { BookRegistry } from '../ledger/registry.ts';
import type { Config } from '../platform/config.ts';

/** The rules by which every process of an office folds its ledger, as they are configured. */
export const configuredRules = (
  { TZ_OFFICE, OFFICE_HOURS, EXTENSION_RULE }: Pick<Config, 'TZ_OFFICE' | 'OFFICE_HOURS' | 'EXTENSION_RULE'>,
  books: BookRegistry,
): FoldRules =>
  foldRulesOf({
    ...{ books, zone: TZ_OFFICE, holidays: vietnamHolidays(), hours: OFFICE_HOURS },
    extensionRule: EXTENSION_RULE,
  });
