import { allIn, type DueRange, type Selection } from '../bookkeeping/selection.ts';
import { type DossierAccount, type DossierDimensions, OPEN_ACCOUNTS } from '../books/dossier/accounts.ts';
import { dossierApology } from '../books/dossier/apology.v1.ts';
import { dossierBook } from '../books/dossier/book.ts';
import { CHANNELS, dossierStatus } from '../books/dossier/status.v1.ts';
import type { BilingualText } from './bilingual.ts';
import { CHANNEL, FIELD, PROCEDURE, UNIT } from './dimensions.ts';
import { type Basis, leavesOf, measure, type Population, type Verdict, type Viewpoint } from './measure.ts';

/** A settled dossier counts on the local day of its end, whenever it was received. */
const settledOnDayOfEnd: Population = {
  book: dossierBook,
  filter: {},
  by: ['letter'],
};

const leaf = leavesOf<unknown>(dossierBook);

const IN_PROGRESS = OPEN_ACCOUNTS.filter((account) => account !== 'paused');
const inProgress = (due: DueRange): Selection[] => IN_PROGRESS.map((account) => ({ account, due }));

/** A settled dossier's account is its timing against the adjusted due date; the original timing stands beside it. */
const TIMED = ['settled/early', 'settled/on-time', 'settled/late', 'settled/no-due-date'] as const;
const settled = (
  basis: Basis,
  accounts: readonly DossierAccount[],
  ...original: NonNullable<Selection['original']>
): Selection[] =>
  basis === 'adjusted' ? allIn(...accounts) : TIMED.map((account) => ({ account, original }));

const late =
  (letter: DossierDimensions['letter']) =>
  ({ basis }: Viewpoint): Selection[] =>
    settled(basis, ['settled/late'], 'late').map((selection) => ({
      ...selection,
      among: { dimension: 'letter', values: [letter] },
    }));

/** Settled dossiers by their due date; what is open stands as it stood at the window's `stockAt`. */
const byDueDate: Verdict<unknown> = {
  failing: 'late',
  pending: 'overdue',
  parts: [
    {
      name: 'settled',
      title: { vi: 'Đã giải quyết', en: 'Settled' },
      of: ['on-time', 'late-with-letter', 'late-without-letter'],
    },
    leaf('on-time', 'for', { vi: 'Trước hạn và đúng hạn', en: 'Early or on time' }, ({ basis }) =>
      settled(basis, ['settled/early', 'settled/on-time'], 'early', 'on-time'),
    ),
    {
      name: 'late',
      title: { vi: 'Trễ hạn', en: 'Late' },
      of: ['late-with-letter', 'late-without-letter'],
    },
    leaf(
      'late-with-letter',
      'against',
      { vi: 'Trễ hạn, có văn bản xin lỗi', en: 'Late, with a letter of apology' },
      late('issued'),
    ),
    leaf(
      'late-without-letter',
      'against',
      { vi: 'Trễ hạn, không có văn bản xin lỗi', en: 'Late, without a letter of apology' },
      late(null),
    ),
    leaf(
      'no-due-date',
      'outside',
      { vi: 'Không có hẹn trả', en: 'Without a due date' },
      ({ basis }) => settled(basis, ['settled/no-due-date'], 'no-due-date', null),
      { fault: true },
    ),
    // Without an end there is no timing on any basis.
    leaf(
      'no-finish-date',
      'outside',
      { vi: 'Không rõ ngày kết thúc', en: 'Without a known end' },
      () => allIn('settled/no-finish-date'),
      { fault: true },
    ),
    leaf('withdrawn', 'outside', { vi: 'Rút hồ sơ', en: 'Withdrawn' }, () => allIn('withdrawn')),
    leaf('refused-at-intake', 'outside', { vi: 'Từ chối tiếp nhận', en: 'Refused at intake' }, () =>
      allIn('refused-at-intake'),
    ),
    {
      name: 'open',
      title: { vi: 'Đang giải quyết và tạm dừng', en: 'Open' },
      of: ['overdue', 'due-soon', 'not-yet-due', 'paused', 'open-no-due-date'],
    },
    leaf(
      'overdue',
      'open',
      { vi: 'Đang quá hạn', en: 'Overdue now' },
      ({ basis, window }) => inProgress({ on: basis, until: window.stockAt }),
      { urgent: true },
    ),
    // What was due soon in a window that is over has long been decided.
    leaf(
      'due-soon',
      'open',
      { vi: 'Sắp hết hạn', en: 'Due soon' },
      ({ basis, window, dueSoonUntil }) =>
        window.current ? inProgress({ on: basis, after: window.stockAt, until: dueSoonUntil }) : [],
      { urgent: true },
    ),
    leaf(
      'not-yet-due',
      'open',
      { vi: 'Chưa đến hạn', en: 'Not yet due' },
      ({ basis, window, dueSoonUntil }) =>
        inProgress({ on: basis, after: window.current ? dueSoonUntil : window.stockAt }),
    ),
    leaf('paused', 'open', { vi: 'Tạm dừng', en: 'Paused' }, () => allIn('paused')),
    leaf(
      'open-no-due-date',
      'open',
      { vi: 'Đang giải quyết, không có hẹn trả', en: 'Open without a due date' },
      ({ basis }) => inProgress({ on: basis, none: true }),
    ),
  ],
};

const channel = {
  ...CHANNEL,
  description: `Dossiers: how they came in (${CHANNELS.join(', ')}).`,
  values: CHANNELS,
};

const TEXTS: Readonly<Record<Basis, BilingualText>> = {
  adjusted: {
    vi: '(Hồ sơ giải quyết trước hạn + đúng hạn) ÷ (trước hạn + đúng hạn + quá hạn), theo hẹn trả đã điều chỉnh đúng quy định; không tính hồ sơ rút, bị từ chối tiếp nhận, không có hẹn trả hoặc không rõ ngày kết thúc xử lý',
    en: '(Dossiers settled early + on time) ÷ (early + on time + late), by the due date as lawfully changed; dossiers withdrawn, refused at intake, without a due date or without a known end of processing are left out',
  },
  original: {
    vi: '(Hồ sơ giải quyết trước hạn + đúng hạn) ÷ (trước hạn + đúng hạn + quá hạn), theo hẹn trả gốc; không tính hồ sơ rút, bị từ chối tiếp nhận, không có hẹn trả hoặc không rõ ngày kết thúc xử lý',
    en: '(Dossiers settled early + on time) ÷ (early + on time + late), by the original due date; dossiers withdrawn, refused at intake, without a due date or without a known end of processing are left out',
  },
};

/** The share of settled dossiers that were settled on time or early. */
export const dossiersOnTime = measure({
  name: 'dossiers-on-time',
  version: 1,
  judgement: { kind: 'rate' },
  options: {},
  settings: ['extensionRule'],
  populations: () => [settledOnDayOfEnd],
  verdict: byDueDate,
  dimensions: [UNIT, FIELD, PROCEDURE, channel],
  stock: {
    total: 'open',
    overdue: 'overdue',
    dueSoon: 'due-soon',
    paused: 'paused',
    noDueDate: 'open-no-due-date',
  },
  words: {
    counted: { vi: 'hồ sơ', en: 'dossiers' },
    failed: {
      one: { vi: 'hồ sơ trễ', en: 'late dossier' },
      many: { vi: 'hồ sơ trễ', en: 'late dossiers' },
    },
  },
  text: (basis) => TEXTS[basis],
  eventTypes: [dossierStatus.type, dossierApology.type],
  requires: null,
  nothingCounted: 'nothing-settled',
});
