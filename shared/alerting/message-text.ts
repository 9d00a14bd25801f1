import type { Zone } from '../calendar/zone.ts';
import type { Moment } from '../kernel/clock.ts';
import type { BilingualText } from '../measures/bilingual.ts';
import { decimalOf, type Fraction, percentDigits, valueDigits } from '../measures/rate.ts';
import { both, clockText, countText, type Language, percentText, written } from '../measures/text-parts.ts';
import type { AlertTransitionedV1 } from './facts.ts';
import {
  type FeedSubject,
  type ObjectiveSubject,
  OFFICE,
  type RegisterName,
  type RegisterSubject,
} from './rule.ts';

/** The text of a message: one or two sentences that a person understands without other context. */
export function textOf(fact: AlertTransitionedV1, zone: Zone): BilingualText {
  const { subject } = fact;
  if (subject.kind === 'register') return registerText(fact, subject);
  if (subject.kind !== 'feed') return objectiveText(fact, subject, zone);
  const { others = [] } = fact;
  return others.length > 0 ? feedsText(fact, [subject, ...others]) : feedText(fact, subject, zone);
}

const HEADS = {
  breach: { vi: 'Không đạt', en: 'Breached' },
  'at-risk': { vi: 'Có nguy cơ không đạt', en: 'At risk' },
  'breach over': { vi: 'Đã đạt trở lại', en: 'Met again' },
  'at-risk over': { vi: 'Hết nguy cơ', en: 'No longer at risk' },
  withdrawn: { vi: 'Không còn theo dõi', en: 'No longer watched' },
} as const;

function objectiveText(fact: AlertTransitionedV1, subject: ObjectiveSubject, zone: Zone): BilingualText {
  const rule = fact.rule === 'breach' ? 'breach' : 'at-risk';
  const isOver = fact.kind === 'resolved';
  const { meaning, scope } = subject;
  return both((language) => {
    const vi = language === 'vi';
    const over = fact.reason === 'withdrawn' ? 'withdrawn' : (`${rule} over` as const);
    const head = HEADS[isOver ? over : rule][language];
    const title = meaning?.title[language] ?? subject.objective;
    const place = placeText(scope);
    const since = fact.since === undefined ? [] : [spanText(fact, fact.since, zone, language)];
    const owner = meaning ? [`${vi ? 'Phụ trách' : 'Owner'}: ${meaning.owner[language]}.`] : [];
    const figure = `${shareText(subject, language)}${budgetText(subject, language)}.`;
    return [`${reminder(fact, language)}${head}: ${title}${place}.`, figure, ...since, ...owner].join(' ');
  });
}

const placeText = (scope: string): string => (scope === OFFICE ? '' : ` (${scope})`);

const NOT_COMPUTABLE: BilingualText = { vi: 'Chưa tính được', en: 'Not computable' };

const SMALL_GROUP: BilingualText = {
  vi: 'Nhóm nhỏ ({n} người): không nêu kết quả',
  en: 'A small group (of {n}): its result is not shown',
};

const reminder = ({ reason }: AlertTransitionedV1, language: Language): string =>
  reason === 'repeat-interval' ? { vi: 'Nhắc lại. ', en: 'Reminder. ' }[language] : '';

/** A target that is not "at least" says so. */
const SIGNS = { '<=': '≤ ', '=': '= ' } as const;

function shareText(
  { numerator, denominator, smallGroup, target, comparator, measuredIn, meaning }: ObjectiveSubject,
  language: Language,
): string {
  if (smallGroup) return SMALL_GROUP[language].replace('{n}', countText(denominator, language));
  const goal = decimalOf(target);
  const aim = { vi: 'mục tiêu', en: 'target' }[language];
  const sign = comparator ? SIGNS[comparator] : '';
  if (measuredIn) {
    const shown = (value: Fraction) =>
      `${written(valueDigits(value, goal), language)} ${measuredIn[language]}`;
    const value = denominator === 0 ? NOT_COMPUTABLE[language] : shown({ numerator, denominator });
    return `${value}, ${aim} ${sign}${shown(goal)}`;
  }
  const wanted = `${comparator === '<=' ? sign : ''}${percentText(percentDigits(goal, goal), language)}`;
  if (denominator === 0) return `${NOT_COMPUTABLE[language]}, ${aim} ${wanted}`;
  const share = percentText(percentDigits({ numerator, denominator }, goal), language);
  const noun = meaning?.words ? ` ${meaning.words.counted[language]}` : '';
  const of = {
    vi: `${countText(numerator, language)}/${countText(denominator, language)}`,
    en: `${countText(numerator, language)} of ${countText(denominator, language)}`,
  };
  return `${share} (${of[language]}${noun}), ${aim} ${wanted}`;
}

function budgetText({ meaning }: ObjectiveSubject, language: Language): string {
  if (meaning?.needed) {
    const n = countText(meaning.needed, language);
    return { vi: `; còn thiếu ${n}`, en: `; ${n} more needed` }[language];
  }
  if (!meaning?.words || meaning.lateBudget === null) return '';
  const { lateBudget, words } = meaning;
  const n = countText(Math.abs(lateBudget), language);
  const failure = words.failed[Math.abs(lateBudget) === 1 ? 'one' : 'many'][language];
  const text =
    lateBudget < 0
      ? { vi: `vượt mức cho phép ${n} ${failure}`, en: `over by ${n} ${failure}` }
      : { vi: `còn được phép ${n} ${failure}`, en: `room for ${n} more ${failure}` };
  return `; ${text[language]}`;
}

function feedText(fact: AlertTransitionedV1, { feed, lastEventAt }: FeedSubject, zone: Zone): BilingualText {
  return both((language) => {
    if (fact.kind === 'resolved') {
      const text = { vi: `Nguồn tin ${feed} đã có tin trở lại.`, en: `Feed ${feed} sends again.` }[language];
      return fact.since === undefined ? text : `${text} ${spanText(fact, fact.since, zone, language)}`;
    }
    const last = lastEventAt === null ? undefined : clockText(lastEventAt, zone);
    const texts = {
      vi: `Nguồn tin ${feed} im lặng: ${last === undefined ? 'chưa có tin nào' : `tin cuối lúc ${last}`}.`,
      en: `Feed ${feed} is silent: ${last === undefined ? 'it has sent nothing yet' : `its last event came at ${last}`}.`,
    };
    return `${reminder(fact, language)}${texts[language]}`;
  });
}

/** Names in a text; the message itself lists all. */
const NAMED = 10;

function feedsText(fact: AlertTransitionedV1, feeds: readonly FeedSubject[]): BilingualText {
  return both((language) => {
    const vi = language === 'vi';
    const n = countText(feeds.length, language);
    const more = feeds.length - NAMED;
    const named = feeds.slice(0, NAMED).map(({ feed }) => feed);
    if (more > 0)
      named.push(vi ? `và ${countText(more, language)} nguồn khác` : `and ${countText(more, language)} more`);
    const head =
      fact.kind === 'resolved'
        ? { vi: `${n} nguồn tin đã có tin trở lại`, en: `${n} feeds send again` }
        : { vi: `${n} nguồn tin im lặng`, en: `${n} feeds are silent` };
    return `${reminder(fact, language)}${head[language]}: ${named.join(', ')}.`;
  });
}

const OVERDUE: Readonly<
  Record<RegisterName, { readonly vi: string; readonly one: string; readonly many: string }>
> = {
  risks: {
    vi: 'rủi ro quá thời hạn xử lý',
    one: 'risk is past the last day of its plan',
    many: 'risks are past the last day of their plans',
  },
  'risk-reviews': {
    vi: 'rủi ro cần rà soát',
    one: 'risk needs a review',
    many: 'risks need a review',
  },
  opportunities: {
    vi: 'cơ hội quá thời hạn thực hiện',
    one: 'opportunity is past the last day of its plan',
    many: 'opportunities are past the last day of their plans',
  },
  'review-actions': {
    vi: 'hành động sau rà soát quá thời hạn',
    one: 'action of a review is past its last day',
    many: 'actions of reviews are past their last day',
  },
  reports: {
    vi: 'báo cáo quá hạn nộp',
    one: 'report is past its last day',
    many: 'reports are past their last day',
  },
  inspections: {
    vi: 'cuộc kiểm tra quá thời hạn theo kế hoạch mà chưa tiến hành',
    one: 'planned inspection has not begun by the last day of its plan',
    many: 'planned inspections have not begun by the last day of their plans',
  },
  'inspection-findings': {
    vi: 'tồn tại qua kiểm tra quá thời hạn khắc phục',
    one: 'finding of an inspection is not mended by its day',
    many: 'findings of inspections are not mended by their day',
  },
  'entered-figures': {
    vi: 'kỳ quá hạn nhập số liệu',
    one: 'period has no entered figure, and is past its last day',
    many: 'periods have no entered figure, and are past their last day',
  },
  'figure-approvals': {
    vi: 'số liệu nhập tay chờ người thứ hai phê duyệt quá lâu',
    one: 'entered figure waits too long for a second person',
    many: 'entered figures wait too long for a second person',
  },
  'risk-approvals': {
    vi: 'phương án xử lý rủi ro chờ người đứng đầu phê duyệt quá lâu',
    one: 'plan for a risk waits too long for the head',
    many: 'plans for risks wait too long for the head',
  },
  'risk-verifications': {
    vi: 'rủi ro đã xử lý chờ người thứ hai xác nhận quá lâu',
    one: 'treated risk waits too long to be verified by a second person',
    many: 'treated risks wait too long to be verified by a second person',
  },
};

function registerText(
  fact: AlertTransitionedV1,
  { register, scope, overdue }: RegisterSubject,
): BilingualText {
  return both((language) => {
    const { vi, one, many } = OVERDUE[register];
    const place = placeText(scope);
    const n = countText(overdue, language);
    if (fact.kind === 'resolved')
      return `${{ vi: `Không còn ${vi}`, en: `None left: ${many}` }[language]}${place}.`;
    const text = { vi: `${n} ${vi}`, en: `${n} ${overdue === 1 ? one : many}` }[language];
    return `${reminder(fact, language)}${text}${place}.`;
  });
}

function spanText({ kind, at }: AlertTransitionedV1, since: Moment, zone: Zone, language: Language): string {
  const [from, to] = [clockText(since, zone), clockText(at, zone)];
  const texts =
    kind === 'resolved'
      ? { vi: `Kéo dài từ ${from} đến ${to}.`, en: `It lasted from ${from} to ${to}.` }
      : { vi: `Từ ${from}.`, en: `Since ${from}.` };
  return texts[language];
}
