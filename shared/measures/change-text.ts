import type { Zone } from '../calendar/zone.ts';
import type { BilingualText } from './bilingual.ts';
import {
  CHANGE_CLASSES,
  type ChangeCell,
  type ChangeClass,
  type FigureChange,
  shareOfChange,
  totalOf,
} from './changes.ts';
import { FIELD, UNIT } from './dimensions.ts';
import type { AppliedMeasure } from './measure.ts';
import type { Between, ExplainedFigure } from './observatory.ts';
import { decimalOf, type Fraction, percentDigits, pointsDigits } from './rate.ts';
import { both, clockText, countText, dayText, type Language, percentText, written } from './text-parts.ts';

const TITLES: Readonly<Record<ChangeClass, BilingualText>> = {
  reclassified: { vi: 'Xếp lại do đổi định nghĩa hoặc danh mục', en: 'Reclassified' },
  corrected: { vi: 'Được đính chính', en: 'Corrected' },
  left: { vi: 'Không còn được tính', en: 'Left' },
  'settled-late': { vi: 'Trễ hạn', en: 'Settled late' },
  'settled-on-time': { vi: 'Đúng hạn', en: 'Settled on time' },
  'became-overdue': { vi: 'Trở thành quá hạn', en: 'Became overdue' },
  entered: { vi: 'Mới vào', en: 'Entered' },
};

/** The title of a class: for what is decided or pending, that of the part of the measure. */
export function changeTitle(kind: ChangeClass, { parts, failing, pending }: AppliedMeasure): BilingualText {
  const named = (name: string | null) => parts.find((part) => part.name === name)?.title;
  const kept = parts.find(({ counts, of }) => counts === 'for' && !of)?.title;
  const titles: Partial<Record<ChangeClass, BilingualText | undefined>> = {
    'settled-late': named(failing),
    'settled-on-time': kept,
    'became-overdue': named(pending),
  };
  return titles[kind] ?? TITLES[kind];
}

/** One sentence: how far a share moved, and what did most of it. */
export function changeText(
  { before, after, change, nameOf }: ExplainedFigure & { readonly change: FigureChange },
  between: Between,
  zone: Zone,
): BilingualText {
  const isComputable = before.measurement.value !== null && after.measurement.value !== null;
  const moved = isComputable ? shareOfChange(totalOf(change.cells), change) : null;
  const lead = leadOf(change, moved);
  const { measure, window } = after;
  return both((language) => {
    const span = spanText(between, zone, language);
    if (!moved) return `${NO_POINTS[language]} ${span}${leadText(lead, language)}.`;
    if (moved.numerator === 0) {
      const goal = decimalOf(after.definition.target);
      const share = percentText(percentDigits(change.after, goal), language);
      return `${{ vi: `Giữ nguyên ${share}`, en: `Unchanged at ${share}` }[language]} ${span}.`;
    }
    const points = written(pointsDigits(moved).replace('-', ''), language);
    const isUp = moved.numerator > 0;
    const head = {
      vi: `${isUp ? 'Tăng' : 'Giảm'} ${points} điểm phần trăm`,
      en: `${isUp ? 'Rose' : 'Fell'} by ${points} points`,
    };
    return `${head[language]} ${span}${leadText(lead, language)}.`;
  });

  function leadText(one: Lead | undefined, language: Language): string {
    if (!one) return '';
    const most = one.most && placeText(one.most, one.subjects, language);
    return `: ${amountText(one, measure, language)}${most ? `, ${most}` : ''}`;
  }

  function placeText({ unit, field, subjects }: ChangeCell, of: number, language: Language): string {
    const named = (dimension: string, id: string) => nameOf(dimension, id, window.cutTo) ?? id;
    const where = [
      ...(field === null ? [] : [named(FIELD.name, field)]),
      ...(unit === null ? [] : [`${{ vi: 'tại', en: 'in' }[language]} ${named(UNIT.name, unit)}`]),
    ].join(' ');
    if (where === '') return '';
    const n = countText(subjects, language);
    const isAll = subjects === of;
    const some = { vi: `trong đó ${n} thuộc ${where}`, en: `${n} of them ${where}` };
    const all = { vi: `đều thuộc ${where}`, en: `all of them ${where}` };
    return of === 1 ? where : (isAll ? all : some)[language];
  }
}

const NO_POINTS: BilingualText = { vi: 'Không so sánh được bằng điểm', en: 'Not comparable in points' };

/** The class that explains most. */
interface Lead {
  readonly kind: ChangeClass;
  readonly subjects: number;
  /** The unit and field that has most of it, where it is the greater part. */
  readonly most: ChangeCell | undefined;
}

/** The class with the most points in the direction of the figure; without points, that with the most subjects. */
function leadOf(change: FigureChange, moved: Fraction | null): Lead | undefined {
  const weights = CHANGE_CLASSES.map((kind) => {
    const cells = change.cells.filter((cell) => cell.kind === kind);
    const total = totalOf(cells);
    const points = shareOfChange(total, change)?.numerator ?? 0;
    return { kind, cells, total, weight: moved ? points * Math.sign(moved.numerator) : total.subjects };
  });
  const [first] = weights.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  if (!first) return undefined;
  const { kind, cells, total } = first;
  const [most] = cells.toSorted((a, b) => b.subjects - a.subjects);
  return {
    kind,
    subjects: total.subjects,
    most: most && 2 * most.subjects > total.subjects ? most : undefined,
  };
}

function amountText({ kind, subjects }: Lead, measure: AppliedMeasure, language: Language): string {
  const { counted, failed } = measure.words;
  const n = countText(subjects, language);
  if (kind === 'settled-late') {
    const late = failed[subjects === 1 ? 'one' : 'many'][language];
    return { vi: `thêm ${n} ${late}`, en: `${n} more ${late}` }[language];
  }
  const title = changeTitle(kind, measure)[language];
  const lower = title.charAt(0).toLocaleLowerCase(language) + title.slice(1);
  return { vi: `${n} ${counted.vi} ${lower}`, en: `${n} ${lower}` }[language];
}

function spanText(between: Between, zone: Zone, language: Language): string {
  const { from, to } =
    between.kind === 'days'
      ? { from: dayText(between.from), to: dayText(between.to) }
      : {
          from: clockText(between.from, zone),
          to: between.to === undefined ? undefined : clockText(between.to, zone),
        };
  if (to === undefined) return { vi: `từ ${from}`, en: `since ${from}` }[language];
  return { vi: `từ ${from} đến ${to}`, en: `from ${from} to ${to}` }[language];
}
