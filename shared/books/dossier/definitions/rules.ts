import type { Ruling } from '../../../bookkeeping/ruling.ts';

/** Text in Vietnamese and English. */
export interface Words {
  readonly vi: string;
  readonly en: string;
}

/**
 * The rules that decide what a dossier means by a definition. Of two definitions that part at a dossier, the rule that parts them
 * is the first of this order that decides in either.
 */
export const RULES = {
  'refused-at-intake': { vi: 'Từ chối tiếp nhận', en: 'Refused at intake' },
  'not-received': { vi: 'Chưa tiếp nhận trong kỳ', en: 'Not received by the end of the window' },
  withdrawn: { vi: 'Người dân rút hồ sơ', en: 'Withdrawn by the applicant' },
  'not-received-in-window': { vi: 'Tiếp nhận từ kỳ trước', en: 'Received before the window' },
  'not-in-hand': { vi: 'Kết thúc trước kỳ', en: 'Ended before the window' },
  'not-due-in-window': { vi: 'Hẹn trả ngoài kỳ', en: 'Not due in the window, or not yet' },
  'not-handed-over': { vi: 'Chưa trả kết quả trong kỳ', en: 'Not handed over in the window' },
  'not-settled-in-window': { vi: 'Giải quyết ngoài kỳ', en: 'Settled outside the window' },
  'supplement-twice': { vi: 'Yêu cầu bổ sung quá một lần', en: 'Supplement asked for more than once' },
  'supplement-waiting': { vi: 'Đang chờ bổ sung', en: 'Waiting for the supplement' },
  'supplement-time': { vi: 'Trừ thời gian bổ sung', en: 'The time of the supplement is taken off' },
  stopped: { vi: 'Dừng xử lý', en: 'Processing was stopped' },
  'not-yet-overdue': { vi: 'Đang giải quyết, chưa quá hạn', en: 'Open and not yet overdue' },
  overdue: { vi: 'Đang giải quyết, đã quá hạn', en: 'Open and overdue' },
  'open-end': { vi: 'Đang giải quyết, tính đến cuối kỳ', en: 'Open: the end of the window stands in' },
  'legal-limit': { vi: 'Theo thời hạn của thủ tục', en: 'By the legal limit of its procedure' },
  'no-legal-limit': { vi: 'Không có hẹn trả, không có thời hạn', en: 'No due date and no legal limit' },
  'no-due-date': { vi: 'Không có hẹn trả', en: 'Without a due date' },
  'no-finish-date': { vi: 'Không rõ ngày kết thúc', en: 'Without a known end' },
  open: { vi: 'Đang giải quyết', en: 'Open' },
  'hand-over': { vi: 'So ngày trả kết quả', en: 'By the time of the hand-over' },
  'calendar-date': { vi: 'So theo ngày', en: 'By the calendar date of the end' },
  minute: { vi: 'So theo phút', en: 'By the minute of the end' },
  second: { vi: 'So theo giây', en: 'By the second of the end' },
  'end-of-processing': {
    vi: 'So ngày kết thúc xử lý',
    en: 'By the end of processing, in the unit of the limit',
  },
} as const satisfies Readonly<Record<string, Words>>;

export type OnTimeRule = keyof typeof RULES;

/** In the order of precedence. */
export const RULE_NAMES: readonly string[] = Object.keys(RULES);

type WithRule = Pick<Ruling, 'rule'>;

/** Compares by precedence, the first to decide before. */
export const byPrecedence = ({ rule: one }: WithRule, { rule: other }: WithRule): number =>
  RULE_NAMES.indexOf(one) - RULE_NAMES.indexOf(other);

/** The rule that parts two rulings on one dossier. */
export const partingRule = (one: WithRule, other: WithRule): string =>
  byPrecedence(one, other) <= 0 ? one.rule : other.rule;

const TITLES: Readonly<Record<string, Words>> = RULES;

/** @throws RangeError of what is no rule */
export function titleOfRule(rule: string): Words {
  const title = TITLES[rule];
  if (!title) throw new RangeError(`There is no rule ${rule}`);
  return title;
}

interface ByRule {
  readonly for: Ruling;
  readonly against: Ruling;
  readonly outside: Ruling;
}

/** One object for each ruling, so that they are counted by identity. */
const RULINGS = Object.fromEntries(
  Object.keys(RULES).map((rule) => [
    rule,
    {
      for: { counts: 'for', rule },
      against: { counts: 'against', rule },
      outside: { counts: 'outside', rule },
    } satisfies ByRule,
  ]),
) as Readonly<Record<OnTimeRule, ByRule>>;

export const by = (rule: OnTimeRule): ByRule => RULINGS[rule];
