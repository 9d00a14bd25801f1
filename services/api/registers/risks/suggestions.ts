import { hash } from 'node:crypto';
import { riskBook } from '../../../../shared/books/risk/book.ts';
import type { Zone } from '../../../../shared/calendar/zone.ts';
import { formatDay } from '../../../../shared/calendar/zone.ts';
import type { Clock } from '../../../../shared/kernel/clock.ts';
import type { ReadOptions } from '../../../../shared/ledger/port.ts';
import type { BilingualText } from '../../../../shared/measures/bilingual.ts';
import { FIELD } from '../../../../shared/measures/dimensions.ts';
import type { MeasuredFigure, Observatory } from '../../../../shared/measures/observatory.ts';

/** A risk that the figures suggest; a person accepts or dismisses it. */
export interface Suggestion {
  /** The same for the same thing in one year: that of the risk, once it is accepted. */
  readonly id: string;
  readonly kind: 'turning-late' | 'feed-silent';
  readonly description: BilingualText;
  readonly objective: string | null;
  readonly field: string | null;
  readonly feed: string | null;
  readonly numerator: number | null;
  readonly denominator: number | null;
}

/** With a smaller denominator a field is no sign: one late of two says little. */
const MINIMUM_VOLUME = 20;

interface Parts {
  readonly observatory: Observatory;
  readonly zone: Zone;
  readonly clock: Clock;
}

/** What the present figures of the whole office suggest, without what was accepted or dismissed in this year. */
export async function suggestions(
  { observatory, zone, clock }: Parts,
  reading: ReadOptions = {},
): Promise<readonly Suggestion[]> {
  const { figures } = await observatory.measureAll({}, reading);
  const year = formatDay(zone.dayOf(clock())).slice(0, 4);
  const found = [...silentFeeds(figures, year)];
  for (const figure of figures) found.push(...(await lateFields(observatory, figure, year, reading)));
  return observatory.from(
    {},
    async (snapshot) => {
      const open: Suggestion[] = [];
      for (const one of found) if (!(await snapshot.subject(riskBook, one.id))) open.push(one);
      return open;
    },
    reading,
  );
}

/** Fields that miss the target of an objective by themselves. */
async function lateFields(
  observatory: Observatory,
  { definition, measure }: MeasuredFigure,
  year: string,
  reading: ReadOptions,
): Promise<readonly Suggestion[]> {
  const { id: objective, unit, title } = definition;
  if (unit !== null || !measure.dimensions.some(({ name }) => name === FIELD.name)) return [];
  const outcome = await observatory.breakdown(objective, FIELD.name, {}, reading);
  if (outcome.kind !== 'figure') return [];
  return outcome.figure.rows.flatMap(({ key, name, figure: { status, numerator, denominator } }) => {
    if (typeof key !== 'string' || status !== 'breached' || denominator < MINIMUM_VOLUME) return [];
    const shown = name ?? key;
    return [
      {
        id: idOf(year, 'turning-late', objective, key),
        kind: 'turning-late' as const,
        description: {
          vi: `Lĩnh vực ${shown} không đạt: ${title.vi} (${numerator}/${denominator})`,
          en: `The field ${shown} misses: ${title.en} (${numerator} of ${denominator})`,
        },
        ...{ objective, field: key, feed: null, numerator, denominator },
      },
    ];
  });
}

/** Feeds that an objective needs and that are silent beyond its limit. */
function silentFeeds(figures: readonly MeasuredFigure[], year: string): readonly Suggestion[] {
  const silent = figures.flatMap(({ definition, measurement }) =>
    measurement.trust.freshness.flatMap(({ feed, silent: isSilent }) =>
      isSilent ? [{ feed, objective: definition.id }] : [],
    ),
  );
  return [...Map.groupBy(silent, ({ feed }) => feed)].map(([feed, [first]]) => ({
    id: idOf(year, 'feed-silent', feed),
    kind: 'feed-silent',
    description: {
      vi: `Nguồn tin ${feed} im lặng quá thời gian cho phép, số liệu không còn tin cậy`,
      en: `The feed ${feed} is silent beyond its limit, so figures cannot be believed`,
    },
    objective: first?.objective ?? null,
    ...{ field: null, feed, numerator: null, denominator: null },
  }));
}

const idOf = (year: string, ...what: readonly string[]): string =>
  `S-${year}-${hash('sha1', JSON.stringify(what), 'hex').slice(0, 10)}`;
