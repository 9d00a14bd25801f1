import type { Balance, BalanceQuery } from '../../bookkeeping/balance.ts';
import type { LocalDay } from '../../calendar/zone.ts';
import type { LostEvents } from '../../contracts/lost-events.ts';
import { START } from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { Checkpoint, LedgerReader, LedgerSnapshot, TypeCount } from '../../ledger/port.ts';
import type { SourceRecord } from '../../ledger/source-counts.ts';
import { Agencies } from '../../office/agencies.ts';
import type { DeclaredRow } from '../../office/declared.ts';

/** Some subjects in one place. */
export interface Amount extends Omit<Balance, 'key'> {
  /** Of entry into the account. */
  readonly day: LocalDay;
  readonly knownAt: Moment;
  /** By dimension; one that is missing is "not stated". */
  readonly at: { readonly unit?: string; readonly [dimension: string]: string | undefined };
}

const never = (): never => {
  throw new Error('A figure asks no such thing of the ledger');
};

/** A ledger of plain arrays, for tests of figures: what it holds is what stands in them. */
export class StubLedger implements LedgerReader {
  readonly amounts: Amount[] = [];
  readonly declared: DeclaredRow[] = [];
  readonly sources: (SourceRecord & { readonly position: number })[] = [];
  readonly setAside: TypeCount[] = [];
  readonly lost: LostEvents[] = [];
  knownSince: Moment | null = 0;
  now: Checkpoint = { position: START, knownAt: 0, entry: 0, office: 0, generation: 'first' };
  /** What was read, in order. */
  readonly reads: string[] = [];

  checkpoint = async (): Promise<Checkpoint> => this.now;
  close = async (): Promise<void> => {};
  snapshot = <Value>(read: (ledger: LedgerSnapshot) => Promise<Value>): Promise<Value> => read(this.at());

  /** The ledger at one checkpoint. */
  at(checkpoint: Checkpoint = this.now): LedgerSnapshot {
    return {
      checkpoint,
      balances: async (query) => {
        this.reads.push('balances');
        return sums(
          this.amounts.filter((one) => isIn(query, one) && isKnown(one, query)),
          query,
        );
      },
      changes: async () => {
        this.reads.push('changes');
        return [];
      },
      knownSince: async () => this.knownSince,
      declared: async ({ since = 0, knownAt } = {}) => {
        this.reads.push(`declared since ${since}`);
        return this.declared.filter(
          ({ version, declared }) => version > since && isKnown(declared.record, { knownAt }),
        );
      },
      agencies: async ({ knownAt }: { readonly knownAt?: Moment } = {}) =>
        new Agencies(this.declared.filter(({ declared }) => isKnown(declared.record, { knownAt }))),
      sources: async (since = START) => {
        this.reads.push(`sources since ${since}`);
        return this.sources
          .filter(({ position }) => position > since)
          .map(({ position, ...record }) => record);
      },
      setAside: async () => this.setAside,
      lost: async () => this.lost,
      setAsideEvents: never,
      moved: never,
      compared: never,
      rulings: never,
      items: never,
      movements: never,
      misplaced: never,
      wrongSums: never,
      wrongSubjects: never,
      storedFacts: never,
      wrongDimensions: never,
      list: never,
      subject: never,
      seenAgencies: never,
    };
  }
}

const isKnown = (one: { readonly knownAt: Moment }, { knownAt }: { readonly knownAt?: Moment | undefined }) =>
  knownAt === undefined || one.knownAt <= knownAt;

function isIn({ book, from, to, filter: { units, where = {} } }: BalanceQuery, { account, day, at }: Amount) {
  const isOpen = book.accounts.open.includes(account);
  return (
    book.accounts.names.includes(account) &&
    day <= to &&
    (isOpen || from <= day) &&
    (units === undefined || units.some((unit) => unit === at.unit)) &&
    Object.entries(where).every(([dimension, value]) => at[dimension] === value)
  );
}

function sums(amounts: readonly Amount[], { by }: BalanceQuery): readonly Balance[] {
  return amounts.map(({ account, original, due, dueOriginal, count, day, at }) => ({
    ...{ account, original, due, dueOriginal, count },
    key: by.map((dimension) => (dimension === 'day' ? day : (at[dimension] ?? null))),
  }));
}
