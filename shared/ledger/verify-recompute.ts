import { isOpen } from '../bookkeeping/accounts.ts';
import type { Leg, Side } from '../bookkeeping/leg.ts';
import { exchangeFact, registerFact } from '../books/document/book.ts';
import type { DocumentFact } from '../books/document/fact.ts';
import { documentTimeline } from '../books/document/timeline.ts';
import { dossierFact } from '../books/dossier/book.ts';
import type { DossierFact } from '../books/dossier/fact.ts';
import { dossierTimeline } from '../books/dossier/timeline.ts';
import type { LocalDay } from '../calendar/zone.ts';
import { fromStored, isEventType } from '../contracts/event.ts';
import type { StreamName } from '../contracts/ids.ts';
import type { RecordedEvent } from '../event-store/port.ts';
import type { Moment } from '../kernel/clock.ts';
import { Agencies } from '../office/agencies.ts';
import type { CalendarRecord, DeclaredOrder, DeclaredRow } from '../office/declared.ts';
import { agencyRecord, calendarRecord, compareOrders, orderOf } from '../office/records.ts';
import type { FoldRules } from './fold.ts';
import type { Balance, BalanceQuery, Book, Filter } from './port.ts';

interface Group<Fact> {
  readonly names: Set<string>;
  readonly facts: Fact[];
}

/**
 * The legs of the ledger by the plainest way there is: every fact in the list of its subject, no journal, no reversals, no
 * batches. Shares with the ledger how one event is read and the timeline functions, nothing else.
 */
export class Recomputation {
  readonly #rules: FoldRules;
  readonly #isMine: (book: Book, name: string) => boolean;
  readonly #seen = new Set<string>();
  readonly #dossiers = new Map<string, Group<DossierFact>>();
  readonly #documents = new Map<string, Group<DocumentFact>>();
  readonly #days = new Map<LocalDay, { readonly order: DeclaredOrder; readonly record: CalendarRecord }>();
  #declared: readonly CalendarRecord[] = [];
  /** The rows of the table of agency identifiers. */
  readonly #table: DeclaredRow[] = [];
  /** The revision that comes next in each stream. */
  readonly #next = new Map<StreamName, number>();
  /** Streams with the revisions that the store no longer has. */
  readonly missing: string[] = [];

  /** @param isMine leaves subjects out, so that many can be taken in turns; ids of one subject go together */
  constructor(rules: FoldRules, isMine: (book: Book, name: string) => boolean = () => true) {
    this.#rules = rules;
    this.#isMine = isMine;
  }

  /** Takes the next event in order of position; `knownAt` is the greatest recordedAt so far. */
  take(recorded: RecordedEvent, knownAt: Moment): void {
    if (!isEventType(recorded.type)) {
      this.#follow(recorded);
      return;
    }
    const { type, time, data } = fromStored(recorded.type, recorded.data);
    switch (type) {
      case 'dossier.status.v1':
        if (!this.#isNew('dossier', data.dossierId, recorded)) return;
        addTo(this.#dossiers, [data.dossierId, ...(data.aliases ?? [])], [dossierFact(recorded, time, data)]);
        return;
      case 'document.registered.v1': {
        if (!this.#isNew('document', data.documentId, recorded)) return;
        const graceUntil = this.#rules.graceUntil(data.issuedAt, this.#declared);
        const fact = registerFact(recorded, time, data, graceUntil);
        addTo(this.#documents, [data.documentId, ...(data.aliases ?? [])], [fact]);
        return;
      }
      case 'document.exchange.v1':
        if (!this.#isNew('document', data.documentId, recorded)) return;
        addTo(this.#documents, [data.documentId], [exchangeFact(recorded, time, data)]);
        return;
      case 'calendar.day-declared.v1':
        this.#follow(recorded);
        this.#declare(calendarRecord(data, knownAt), orderOf(recorded, time, data, this.#rules.zone));
        return;
      case 'unit.declared.v1':
        this.#follow(recorded);
        return;
      case 'agency-id.mapped.v1':
        this.#follow(recorded);
        this.#table.push({
          version: this.#table.length,
          order: orderOf(recorded, time, data, this.#rules.zone),
          declared: { kind: 'agency', record: agencyRecord(data, knownAt) },
        });
        return;
    }
  }

  legs(book: Book): Leg[] {
    const { zone } = this.#rules;
    const agencies = new Agencies(this.#table);
    if (book === 'dossier') {
      const lives = joined(this.#dossiers, agencies);
      return lives.flatMap(
        (facts) =>
          dossierTimeline(
            facts.map((fact) => agencies.dossierFact(fact)),
            zone,
          ).legs,
      );
    }
    return joined(this.#documents, agencies).flatMap((facts) => {
      const { pairs } = documentTimeline(
        facts.map((fact) => agencies.documentFact(fact)),
        zone,
      );
      return pairs.flatMap(({ legs }) => legs);
    });
  }

  #declare(record: CalendarRecord, order: DeclaredOrder): void {
    const known = this.#days.get(record.day);
    if (known && compareOrders(known.order, order) >= 0) return;
    this.#days.set(record.day, { order, record });
    this.#declared = [...this.#days.values()].map((each) => each.record);
  }

  #isNew(book: Book, name: string, recorded: RecordedEvent): boolean {
    const { id } = recorded;
    if (!this.#isMine(book, name)) return false;
    this.#follow(recorded);
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    return true;
  }

  /** A stream counts 0, 1, 2, …: where it does not, events are gone that once were there. */
  #follow({ stream, revision }: RecordedEvent): void {
    const next = this.#next.get(stream) ?? 0;
    if (revision > next) this.missing.push(`${stream} lacks its events ${next} to ${revision - 1}`);
    this.#next.set(stream, revision + 1);
  }
}

/** The facts of each subject, once the table has joined those that are one. */
function joined<Fact>(groups: ReadonlyMap<string, Group<Fact>>, agencies: Agencies): (readonly Fact[])[] {
  const known = new Map<string, Group<Fact>>();
  for (const { names, facts } of new Set(groups.values())) addTo(known, agencies.namesOf([...names]), facts);
  return [...new Set(known.values())].map(({ facts }) => facts);
}

function addTo<Fact>(
  groups: Map<string, Group<Fact>>,
  names: readonly string[],
  facts: readonly Fact[],
): void {
  const linked = new Set(names.map((name) => groups.get(name)).filter((group) => group !== undefined));
  const [group = { names: new Set<string>(), facts: [] }, ...others] = linked;
  for (const other of others) {
    for (const name of other.names) group.names.add(name);
    group.facts.push(...other.facts);
  }
  for (const name of names) group.names.add(name);
  group.facts.push(...facts);
  for (const name of group.names) groups.set(name, group);
}

/** Counts by place, where a place is a balance without its count. */
export type Counts = Map<string, number>;

/** Adds what legs contribute to the answer of a query about the present; places that come to zero stay, with 0. */
export function countLegs(legs: readonly Leg[], query: BalanceQuery, counts: Counts): void {
  const count = (leg: Leg, side: Side, change: number) => {
    const stock = isOpen(side.account);
    if (leg.day > query.to || (!stock && leg.day < query.from)) return;
    const { dimensions } = leg;
    const key = query.by.map((each) => (each === 'day' ? (stock ? null : leg.day) : dimensions[each]));
    const { account, original, due, dueOriginal } = side;
    const place = placeOf({ account, original, due, dueOriginal, key });
    counts.set(place, (counts.get(place) ?? 0) + change);
  };
  for (const leg of legs) {
    if (!passes(leg, query.filter)) continue;
    count(leg, leg.from, -1);
    count(leg, leg.to, 1);
  }
}

export const placeOf = ({ account, original, due, dueOriginal, key }: Omit<Balance, 'count'>): string =>
  JSON.stringify([account, original, due, dueOriginal, key]);

function passes({ dimensions }: Leg, { units, field, procedure, channel, scope }: Filter): boolean {
  if (units && (dimensions.unit === null || !units.includes(dimensions.unit))) return false;
  if (field !== undefined && dimensions.field !== field) return false;
  if (procedure !== undefined && dimensions.procedure !== procedure) return false;
  if (channel !== undefined && dimensions.channel !== channel) return false;
  return scope === undefined || dimensions.scope === scope;
}
