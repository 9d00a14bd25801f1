import type { When } from '../calendar/when.ts';
import type { Zone } from '../calendar/zone.ts';
import { type DataOf, type EventKind, fromStored } from '../contracts/event-kind.ts';
import type { EventId, UnitId } from '../contracts/ids.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import { type Book, NO_ALIASES } from './book.ts';
import { factId } from './fact-id.ts';
import { sureMoment } from './future.ts';
import { byRecording } from './replacement.ts';

/** The kinds of events of a register, by the act that each states, in the order in which acts of one moment follow each other. */
// biome-ignore lint/suspicious/noExplicitAny: of data of any shape: each act has its own
export type Acts = Readonly<Record<string, EventKind<any>>>;

/** What one event of a register states: the act, and the content of the event. */
export type ActFact<All extends Acts> = {
  readonly [Act in keyof All]: {
    readonly id: EventId;
    readonly recordedAt: Moment;
    readonly time: When;
    readonly act: Act;
    readonly data: DataOf<All[Act]>;
  };
}[keyof All];

/** The fact of an event; undefined for one of another type. */
export function actFact<All extends Acts>(acts: All, recorded: RecordedEvent): ActFact<All> | undefined {
  const found = Object.entries(acts).find(([, { type }]) => type === recorded.type);
  if (!found) return undefined;
  const [act, kind] = found;
  return factOf(act, recorded, fromStored(kind, recorded.data));
}

/**
 * In the order of their times; acts of one moment in that of the kinds, then of their recording: a row that is mended on the day of its update
 * replaces the one before. What was recorded at once follows by id.
 */
export function actsInOrder<All extends Acts>(
  facts: readonly ActFact<All>[],
  acts: All,
  zone: Zone,
): readonly ActFact<All>[] {
  const place = new Map<keyof All, number>(Object.keys(acts).map((act, index) => [act, index]));
  const at = new Map(facts.map((fact) => [fact, sureMoment(fact.time, fact, zone)]));
  return facts.toSorted(
    (a, b) =>
      (at.get(a) ?? 0) - (at.get(b) ?? 0) ||
      (place.get(a.act) ?? 0) - (place.get(b.act) ?? 0) ||
      byRecording(a, b),
  );
}

/** The parts that the books of registers have in common: an act is a fact, and its unit, if it states one, is `unitId`. */
export const actBook = <All extends Acts>(
  acts: All,
  nameOf: (data: ActFact<All>['data']) => string,
): Pick<Book<ActFact<All>>, 'events' | 'codec' | 'unitsIn' | 'withUnits' | 'agencySeparator'> => ({
  events: Object.entries(acts).map(([act, kind]) => ({
    kind,
    subjectOf: (data: ActFact<All>['data']) => ({ name: nameOf(data), aliases: NO_ALIASES }),
    factOf: (recorded, event) => factOf(act, recorded, event),
  })),
  // Subjects of registers have few facts each: stored as plain JSON.
  codec: { encode: (fact) => fact, decode: (stored) => stored as ActFact<All> },
  unitsIn(fact) {
    const unit = unitIn(fact);
    return unit === undefined ? [] : [unit];
  },
  withUnits(fact, unitOf) {
    const unit = unitIn(fact);
    return unit === undefined ? fact : { ...fact, data: { ...fact.data, unitId: unitOf(unit) } };
  },
  agencySeparator: '-',
});

const unitIn = ({ data }: { readonly data: { readonly unitId?: UnitId | undefined } }) => data.unitId;

/** Of the kind of an act come data of that act: the one place that states it, since types cannot of a list. */
const factOf = <All extends Acts>(
  act: keyof All,
  recorded: RecordedEvent,
  { time, data }: { readonly time: When; readonly data: object },
): ActFact<All> =>
  ({ id: factId(recorded), recordedAt: recorded.recordedAt, time, act, data }) as ActFact<All>;
