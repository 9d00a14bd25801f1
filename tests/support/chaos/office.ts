import { type Random, seeded } from '../../../services/standalone/demo/random.ts';
import { statusEvent } from '../status-event.ts';

/** Units of the office. Each is an objective of its own, so that alerts come and go apart from each other. */
export const UNITS = ['H19.01', 'H19.02', 'H19.03', 'H19.04'] as const;
export type Unit = (typeof UNITS)[number];

/** A message: the CloudEvent, or content that cannot be one. */
export type Sent =
  | { readonly kind: 'event'; readonly id: string; readonly text: string }
  /** Becomes a dead letter, however often it is sent. */
  | { readonly kind: 'poison'; readonly text: string };

/** The expected figures of one unit. */
export interface Expected {
  readonly numerator: number;
  readonly denominator: number;
  readonly overdue: number;
  readonly late: readonly string[];
}

interface Dossier {
  readonly id: string;
  readonly unit: Unit;
  readonly inTime: boolean;
  readonly settled: boolean;
}

/**
 * An invented office: makes the messages of its software, and keeps the same in a plain array, of which the figures are counted
 * again. Everything is over long before the test, or ends in it: a dossier whose due day was two days ago is late.
 */
export interface Office {
  /**
   * The events of a few more dossiers, in no order in particular, a repetition and a poison among them now and then.
   * @param readable everything is JSON, as the content of one body has to be
   */
  next(dossiers: number, readable: boolean): readonly Sent[];
  /** These are stored: a later use of one of their ids for other content is refused. */
  stored(batch: readonly Sent[]): void;
  /** All that was ever made, each once. */
  readonly made: readonly Sent[];
  /** Undefined asks for the whole office. */
  expected(unit?: Unit): Expected;
}

const DAY_MS = 86_400_000;
/** Of the dossiers, or of the messages. */
const OPEN = 0.2;
const CORRECTED = 0.1;
const REPEATED = 0.1;
const POISON = 0.02;

export function openOffice(seed: number, now = Date.now()): Office {
  const random = seeded(seed);
  const at = (days: number) => new Date(now + days * DAY_MS).toISOString();
  const dossiers: Dossier[] = [];
  const made: Sent[] = [];
  const stored: Extract<Sent, { kind: 'event' }>[] = [];
  const moods = new Map<Unit, boolean>();
  /** Of the settled dossiers of each unit, so that a long run need not count all for each new one. */
  const shares = new Map<Unit, Pick<Expected, 'numerator' | 'denominator'>>();

  const due = (inTime: boolean) => ({ dueAt: at(inTime ? 2 : -2), dueBasis: 'receipt-slip' });
  const event = (text: { readonly id: string }): Sent => ({
    kind: 'event',
    id: text.id,
    text: JSON.stringify(text),
  });

  function dossier(): readonly Sent[] {
    const id = `H19.01-260105-${String(dossiers.length).padStart(6, '0')}`;
    const unit = random.pick(UNITS);
    const inTime = moodOf(unit);
    const settled = !random.chance(OPEN);
    dossiers.push({ id, unit, inTime, settled });
    if (settled) {
      const { numerator, denominator } = shares.get(unit) ?? { numerator: 0, denominator: 0 };
      shares.set(unit, { numerator: numerator + Number(inTime), denominator: denominator + 1 });
    }
    const corrected = random.chance(CORRECTED);
    const first = { unitId: unit, ...due(corrected ? !inTime : inTime) };
    return [
      event(statusEvent(id, 'received', at(-10), first)),
      ...(settled ? [event(statusEvent(id, 'completed', at(0), { finishedAt: at(0) }))] : []),
      ...(corrected
        ? [
            event({
              ...statusEvent(id, 'received', at(-10), {
                unitId: unit,
                ...due(inTime),
                corrects: `${id}-received`,
              }),
              id: `${id}-corrected`,
            }),
          ]
        : []),
    ];
  }

  /** In time, or not, until the share has passed the target well: so alerts are raised, and resolved, again and again. */
  function moodOf(unit: Unit): boolean {
    const { numerator, denominator } = shares.get(unit) ?? { numerator: 0, denominator: 0 };
    const share = denominator === 0 ? 0.5 : numerator / denominator;
    const mood = share > 0.53 ? false : share < 0.47 ? true : (moods.get(unit) ?? random.chance(0.5));
    moods.set(unit, mood);
    return mood;
  }

  function poison(number: number, readable: boolean): Sent {
    const known = stored[random.whole(0, stored.length - 1)];
    const text =
      known !== undefined && random.chance(0.3)
        ? JSON.stringify({ ...JSON.parse(known.text), time: new Date(now - number).toISOString() })
        : readable || random.chance(0.5)
          ? JSON.stringify(statusEvent(`P-${number}`, 'no-status', at(-1)))
          : `{"poison": ${number}`;
    return { kind: 'poison', text };
  }

  function expected(unit?: Unit): Expected {
    const ours = dossiers.filter((one) => unit === undefined || one.unit === unit);
    const settled = ours.filter((one) => one.settled);
    return {
      numerator: settled.filter((one) => one.inTime).length,
      denominator: settled.length,
      overdue: ours.filter((one) => !one.settled && !one.inTime).length,
      late: settled
        .filter((one) => !one.inTime)
        .map(({ id }) => id)
        .sort(),
    };
  }

  return {
    made,
    expected,
    next(count, readable) {
      const fresh = Array.from({ length: count }, dossier).flat();
      const bad = fresh
        .filter(() => random.chance(POISON))
        .map((_, index) => poison(made.length + index, readable));
      const again = fresh
        .filter(() => random.chance(REPEATED))
        .flatMap(() => made[random.whole(0, made.length - 1)] ?? [])
        .filter((one) => !readable || isReadable(one));
      made.push(...fresh, ...bad);
      return shuffled([...fresh, ...bad, ...again], random);
    },
    stored(batch) {
      for (const one of batch) if (one.kind === 'event') stored.push(one);
    },
  };
}

const isReadable = ({ text }: Sent): boolean => text.endsWith('}');

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** For OBJECTIVES_FILE: one objective for each unit, notified at once, and the whole office's, never notified. */
export const objectivesOf = (units: readonly Unit[]) => ({
  objectives: [
    objective('on-time-office', null, []),
    ...units.map((unit) =>
      objective(`on-time-${unit.toLowerCase().replace('.', '-')}`, unit, [
        { rule: 'breach', forMinutes: 0, minimumVolume: 1, margin: '0', repeatMinutes: null },
      ]),
    ),
  ],
});

const objective = (id: string, unit: Unit | null, alerts: readonly object[]) => ({
  id,
  version: 1,
  title: { vi: id, en: id },
  text: { vi: id, en: id },
  source: 'a test',
  formula: { name: 'dossiers-on-time', version: 1 },
  target: '0.5',
  comparator: '>=',
  aspirational: false,
  window: 'year',
  unit,
  owner: { vi: id, en: id },
  validFrom: '2023-10-05',
  validTo: '2023-12-31',
  dueSoonWorkingHours: 16,
  feedSilentWorkingHours: 4,
  alerts,
});
