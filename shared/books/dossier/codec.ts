import type { FactCodec } from '../../bookkeeping/book.ts';
import type { When } from '../../calendar/when.ts';
import type { EventId, FieldId, ProcedureId, UnitId } from '../../contracts/ids.ts';
import type { DossierFact } from './fact.ts';
import { CHANNELS, DOSSIER_STATUSES, DUE_BASES } from './status.v1.ts';

/** Indexes of words without a list in a contract. Only append to these lists and to those of the contracts. */
const LIMIT_UNITS = ['days', 'hours'] as const;
const OUTCOMES = ['granted', 'refused'] as const;

/** 0 is undefined: not stated. */
type Stored<Value> = Value | 0;
const stored = <Value>(value: Value | undefined): Stored<Value> => value ?? 0;
const stated = <Value>(value: Stored<Value>): Value | undefined => (value === 0 ? undefined : value);

/** 0 is undefined, else the index in the list plus one. */
const placed = <Word>(list: readonly Word[], word: Word | undefined): number =>
  word === undefined ? 0 : list.indexOf(word) + 1;
const worded = <Word>(list: readonly Word[], place: number): Word | undefined => list[place - 1];

type StoredDossierFact = readonly [
  id: EventId,
  recordedAt: number,
  rank: number,
  time: When,
  /** 0 is a letter of apology. */
  status: number,
  assertedAt: Stored<When>,
  /** The sequence plus one, since 0 is a valid sequence. */
  sequence: number,
  corrects: Stored<EventId>,
  marks: number,
  receivedAt: Stored<When>,
  dueAt: Stored<When> | null,
  dueBasis: number,
  limitUnit: number,
  finishedAt: Stored<When>,
  outcome: number,
  unit: Stored<UnitId>,
  field: Stored<FieldId>,
  procedure: Stored<ProcedureId>,
  channel: number,
  letter: Stored<string>,
  returnedAt: Stored<When>,
];

const DEFAULTED = 1;
const TIME_INFERRED = 2;
const ANY_EXTENSION = 4;

export const dossierFacts: FactCodec<DossierFact> = {
  encode: (fact): StoredDossierFact => [
    fact.id,
    fact.recordedAt,
    fact.rank,
    fact.time,
    fact.status === 'apology' ? 0 : placed(DOSSIER_STATUSES, fact.status),
    fact.assertedAt ?? 0,
    fact.sequence === undefined ? 0 : fact.sequence + 1,
    stored(fact.corrects),
    (fact.defaulted ? DEFAULTED : 0) +
      (fact.timeInferred ? TIME_INFERRED : 0) +
      (fact.anyExtension ? ANY_EXTENSION : 0),
    fact.receivedAt ?? 0,
    fact.dueAt === undefined ? 0 : fact.dueAt,
    placed(DUE_BASES, fact.dueBasis),
    placed(LIMIT_UNITS, fact.limitUnit),
    fact.finishedAt ?? 0,
    placed(OUTCOMES, fact.outcome),
    stored(fact.unit),
    stored(fact.field),
    stored(fact.procedure),
    placed(CHANNELS, fact.channel),
    stored(fact.letter),
    fact.returnedAt ?? 0,
  ],
  decode: (array) => {
    // Written by encode() above.
    const [id, recordedAt, rank, time, status, assertedAt, sequence, corrects, marks, receivedAt, ...rest] =
      array as StoredDossierFact;
    const [
      dueAt,
      dueBasis,
      limitUnit,
      finishedAt,
      outcome,
      unit,
      field,
      procedure,
      channel,
      letter,
      returnedAt,
    ] = rest;
    return {
      id,
      recordedAt,
      rank,
      time,
      status: worded(DOSSIER_STATUSES, status) ?? 'apology',
      assertedAt: stated(assertedAt),
      sequence: sequence === 0 ? undefined : sequence - 1,
      corrects: stated(corrects),
      defaulted: marks & DEFAULTED ? true : undefined,
      timeInferred: marks & TIME_INFERRED ? true : undefined,
      receivedAt: stated(receivedAt),
      dueAt: stated(dueAt),
      dueBasis: worded(DUE_BASES, dueBasis),
      limitUnit: worded(LIMIT_UNITS, limitUnit),
      finishedAt: stated(finishedAt),
      returnedAt: stated(returnedAt),
      outcome: worded(OUTCOMES, outcome),
      unit: stated(unit),
      field: stated(field),
      procedure: stated(procedure),
      channel: worded(CHANNELS, channel),
      anyExtension: marks & ANY_EXTENSION ? true : undefined,
      letter: stated(letter),
    };
  },
};
