import type { Book } from '../bookkeeping/book.ts';
import { type Ruling, rulingsText } from '../bookkeeping/ruling.ts';
import type { RuledCount, RuledSubject, RulingQuery } from '../bookkeeping/ruling-query.ts';
import { byPrecedence, partingRule } from '../books/dossier/definitions/rules.ts';
import { addDays, type Zone } from '../calendar/zone.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import type { FigureFrame } from './figure-frame.ts';
import type { Behind } from './observatory.ts';
import type { Fraction } from './rate.ts';

/** The end that stands in for a missing one: where the figure is cut, or the end of the whole window, also while it runs. */
export const OPEN_ENDS = ['cut', 'window-end'] as const;
export type OpenEnd = (typeof OPEN_ENDS)[number];

/** What is asked of definitions: the same window, scope and knowledge as the figure of an objective. */
export type DefinitionQuestion = Omit<RulingQuery, 'after' | 'span' | 'named'>;

/** The book of a measure whose subjects definitions rule on; undefined of any other measure. */
export const definedBook = ({ measure: { counted } }: Pick<FigureFrame, 'measure'>): Book | undefined =>
  counted.kind === 'amounts' ? counted.populations.find(({ book }) => book.definitions)?.book : undefined;

/** @param definitions by their names */
export function definitionQuestion(
  book: Book,
  { frame, procedures, calendarParts }: Pick<Behind, 'frame' | 'procedures' | 'calendarParts'>,
  definitions: readonly string[],
  openEnd: OpenEnd,
  zone: Zone,
): DefinitionQuestion {
  const { window, filter, known } = frame;
  return {
    ...{ book, definitions, filter },
    ...known,
    basis: {
      window,
      openEnd: openEnd === 'cut' ? window.stockAt : zone.momentAt(addDays(window.to, 1), 0) - 1,
      limits: procedures.flatMap(({ id, from, to, legalLimit }) =>
        legalLimit ? [{ procedure: id, from, to, ...legalLimit }] : [],
      ),
      calendar: calendarParts,
    },
  };
}

/** Numbers of subjects in one question to the ledger, so that a client that leaves ends the reading soon. */
const SPAN = 100_000;

/** How many dossiers have which rulings, over all of the ledger. */
export async function countedBy(
  ledger: LedgerSnapshot,
  question: DefinitionQuestion,
): Promise<readonly RuledCount[]> {
  const counts = new Map<string, { readonly rulings: readonly Ruling[]; count: number }>();
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page = await ledger.rulings({ ...question, after, span: SPAN });
    for (const { rulings, count } of page.counts) {
      const key = rulingsText(rulings);
      counts.set(key, { rulings, count: (counts.get(key)?.count ?? 0) + count });
    }
    after = page.next;
  }
  return [...counts.values()];
}

/** The dossiers with some rulings, in the order in which the ledger first met them. */
export async function listedBy(
  ledger: LedgerSnapshot,
  question: DefinitionQuestion,
  rulings: readonly (readonly Ruling[])[],
  { limit, after: begin = 0 }: { readonly limit: number; readonly after?: number | undefined },
): Promise<{ readonly items: readonly RuledSubject[]; readonly next: number | undefined }> {
  const items: RuledSubject[] = [];
  const texts = rulings.map(rulingsText);
  let after: number | undefined = texts.length === 0 ? undefined : begin;
  while (after !== undefined && items.length < limit) {
    const named = { rulings: texts, limit: limit - items.length };
    const page = await ledger.rulings({ ...question, after, span: SPAN, named });
    items.push(...page.named);
    after = page.next;
  }
  return { items, next: after };
}

/** What a rule decides. */
export interface RuleCount extends Ruling {
  readonly count: number;
}

/** A share by one definition, and by which rules dossiers count for, against or not at all. */
export interface DefinedFigure extends Fraction {
  readonly rules: readonly RuleCount[];
}

/** A score out of so many points for a share, in hundredths, rounded half up; null where nothing counts. */
export function scoreOf({ numerator, denominator }: Fraction, outOf: number): number | null {
  if (denominator === 0) return null;
  const hundredths =
    (2n * 100n * BigInt(outOf) * BigInt(numerator) + BigInt(denominator)) / (2n * BigInt(denominator));
  return Number(hundredths) / 100;
}

/** @param index of the definition in the question */
export function figureBy(counts: readonly RuledCount[], index: number): DefinedFigure {
  const rules = new Map<string, RuleCount>();
  for (const { rulings, count } of counts) {
    const ruling = rulings[index];
    if (!ruling) continue;
    const key = rulingsText([ruling]);
    rules.set(key, { ...ruling, count: (rules.get(key)?.count ?? 0) + count });
  }
  const all = [...rules.values()].sort(byRule);
  const of = (...wanted: Ruling['counts'][]) =>
    all.filter(({ counts: one }) => wanted.includes(one)).reduce((sum, { count }) => sum + count, 0);
  return { numerator: of('for'), denominator: of('for', 'against'), rules: all };
}

const byRule = (one: Ruling, other: Ruling): number =>
  byPrecedence(one, other) || (one.counts < other.counts ? -1 : 1);

/** The dossiers at which two definitions part by one rule, and what they add to the second figure. */
export interface PartedByRule {
  readonly rule: string;
  readonly subjects: number;
  /** How many more the second counts on time, and in all. */
  readonly numerator: number;
  readonly denominator: number;
  /** The rulings of these dossiers. */
  readonly rulings: readonly (readonly Ruling[])[];
}

/** What parts the two definitions of a question, in the order of precedence of the rules. All of them add up to the difference. */
export function partedBy(counts: readonly RuledCount[]): readonly PartedByRule[] {
  const parted = new Map<string, PartedByRule>();
  for (const { rulings, count } of counts) {
    const [one, other] = rulings;
    if (!one || !other || one.counts === other.counts) continue;
    const rule = partingRule(one, other);
    const known = parted.get(rule) ?? { rule, subjects: 0, numerator: 0, denominator: 0, rulings: [] };
    parted.set(rule, {
      rule,
      subjects: known.subjects + count,
      numerator: known.numerator + count * (isFor(other) - isFor(one)),
      denominator: known.denominator + count * (isCounted(other) - isCounted(one)),
      rulings: [...known.rulings, rulings],
    });
  }
  return [...parted.values()].sort(byPrecedence);
}

const isFor = ({ counts }: Ruling): number => (counts === 'for' ? 1 : 0);
const isCounted = ({ counts }: Ruling): number => (counts === 'outside' ? 0 : 1);
