import { OPEN_ACCOUNTS } from '../bookkeeping/accounts.ts';
import { allIn, type DueRange, type PostedAccount, type Selection } from '../bookkeeping/selection.ts';
import { EXCHANGE_CHANNELS, type ExchangeChannel } from '../books/document/registered.v1.ts';
import type { Window } from '../calendar/windows.ts';
import type { Moment } from '../kernel/clock.ts';
import type { ObjectiveDefinition } from './definition.ts';

/** Which due date a dossier is held against: the original one, or the one lawfully changed (hẹn gốc, hẹn điều chỉnh). */
export const BASES = ['adjusted', 'original'] as const;
export type Basis = (typeof BASES)[number];

export const DOSSIER_PARTS = [
  // The fraction: settled = on-time + late.
  'settled',
  'on-time',
  'late',
  // Outside of it.
  'no-due-date',
  'no-finish-date',
  'withdrawn',
  'refused-at-intake',
  // Not yet settled, as they stand at the window's `stockAt`: open holds the others.
  'open',
  'overdue',
  'due-soon',
  'paused',
  'open-no-due-date',
] as const;
export type DossierPart = (typeof DOSSIER_PARTS)[number];

export const DOCUMENT_PARTS = [
  // The fraction: exchanged = electronic + not-electronic.
  'exchanged',
  'electronic',
  'not-electronic',
  // Outside of it.
  'awaiting',
  'exempt-classified',
  'exempt-regulated',
  'recalled',
  'to-itself',
] as const;
export type DocumentPart = (typeof DOCUMENT_PARTS)[number];

export type PartName = DossierPart | DocumentPart;

export interface PartMoments {
  readonly now: Moment;
  readonly window: Pick<Window, 'current' | 'stockAt'>;
  readonly dueSoonUntil: Moment;
}

/**
 * What counts as which part of a measure, for its figure, which counts the amounts of the ledger that a part selects, and
 * for its list, which lists the subjects behind the same amounts. The selections of one part never overlap.
 */
export type Parts<Name extends PartName> = Readonly<Record<Name, readonly Selection[]>>;

/** The parts of an objective's formula. */
export function partsOf(
  { formula }: Pick<ObjectiveDefinition, 'formula'>,
  basis: Basis,
  moments: PartMoments,
): Readonly<Partial<Record<PartName, readonly Selection[]>>> {
  switch (formula.name) {
    case 'dossiers-on-time':
      return dossierParts(basis, moments);
    case 'documents-electronic':
      return documentParts(formula, moments);
  }
}

export function dossierParts(
  basis: Basis,
  { window, dueSoonUntil }: Omit<PartMoments, 'now'>,
): Parts<DossierPart> {
  const settled = basis === 'original' ? settledOnOriginal() : SETTLED;
  const inProgress = (due: DueRange): Selection[] => IN_PROGRESS.map((account) => ({ account, due }));
  const { stockAt, current } = window;
  return {
    settled: [...settled.onTime, ...settled.late],
    'on-time': settled.onTime,
    late: settled.late,
    'no-due-date': settled.noDueDate,
    // Without an end there is no timing on any basis.
    'no-finish-date': allIn('settled/no-finish-date'),
    withdrawn: allIn('withdrawn'),
    'refused-at-intake': allIn('refused-at-intake'),
    open: allIn(...OPEN_ACCOUNTS),
    overdue: inProgress({ on: basis, until: stockAt }),
    // What was due soon in a window that is over has long been decided.
    'due-soon': current ? inProgress({ on: basis, after: stockAt, until: dueSoonUntil }) : [],
    paused: allIn('paused'),
    'open-no-due-date': inProgress({ on: basis, none: true }),
  };
}

const IN_PROGRESS = ['in-progress/timed', 'in-progress/no-due-date'] as const satisfies PostedAccount[];

/** A settled dossier's account is its timing against the adjusted due date. */
const SETTLED = {
  onTime: allIn('settled/early', 'settled/on-time'),
  late: allIn('settled/late'),
  noDueDate: allIn('settled/no-due-date'),
};

const TIMED = ['settled/early', 'settled/on-time', 'settled/late', 'settled/no-due-date'] as const;

function settledOnOriginal(): typeof SETTLED {
  const timed = (...original: NonNullable<Selection['original']>): Selection[] =>
    TIMED.map((account) => ({ account, original }));
  return {
    onTime: timed('early', 'on-time'),
    late: timed('late'),
    noDueDate: timed('no-due-date', null),
  };
}

type DocumentFormula = Extract<ObjectiveDefinition['formula'], { name: 'documents-electronic' }>;

function documentParts(formula: DocumentFormula, { now }: Pick<PartMoments, 'now'>): Parts<DocumentPart> {
  const counted = countedChannels(formula);
  const others = [...EXCHANGE_CHANNELS.filter((channel) => !counted.includes(channel)), null];
  const electronic: Selection[] = [{ account: 'exchanged/electronic', channels: counted }];
  const notElectronic: Selection[] = [
    { account: 'exchanged/electronic', channels: others },
    // What nobody waits for, and what was waited for until now.
    { account: 'exchanged/not-electronic', due: { on: 'adjusted', none: true } },
    { account: 'exchanged/not-electronic', due: { on: 'adjusted', until: now } },
  ];
  return {
    exchanged: [...electronic, ...notElectronic],
    electronic,
    'not-electronic': notElectronic,
    awaiting: [{ account: 'exchanged/not-electronic', due: { on: 'adjusted', after: now } }],
    'exempt-classified': allIn('exempt/classified'),
    'exempt-regulated': allIn('exempt/regulated'),
    recalled: allIn('recalled'),
    'to-itself': allIn('to-itself'),
  };
}

/** Channels that count as electronic when they succeed. */
const countedChannels = ({ policy, scope }: DocumentFormula): readonly ExchangeChannel[] =>
  policy === 'v1' && scope === 'internal' ? ['axis', 'internal-system'] : ['axis'];
