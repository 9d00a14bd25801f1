import {
  CHANNELS,
  type Channel,
  DOSSIER_STATUSES,
  type DossierStatus,
  type DueBasis,
} from '../../books/dossier/status.v1.ts';
import { dayOf, firstMomentOf, isDay, parseWhen, type When } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import { dossierId } from '../../contracts/ids.ts';
import type { Mark } from '../../contracts/marks.ts';
import { unmarked } from '../../kernel/written-text.ts';
import type { DossierName, ProgressName, SupplementName } from './names.ts';
import { type Fields, Written } from './record.ts';

/** One status that a record states. A value of the record itself is {@link Written}, so that a fault can point at it. */
export interface StatedStatus {
  readonly time: Written | undefined;
  readonly data: { readonly status: string | Written } & Readonly<Record<string, unknown>>;
}

/** The statement of a record of progress: one status at its own moment. Its step's deadline is not the dossier's due date. */
export function progressOf(fields: Fields<ProgressName>, unit: string | undefined): readonly StatedStatus[] {
  const { status, marks } = statusOf(fields.TrangThai);
  const inferred: Mark[] = fields.ThoiDiemXuLy === undefined ? ['time-inferred'] : [];
  const data = { ...identity(fields, unit), status };
  return [
    {
      time: fields.ThoiDiemXuLy ?? fields.NgayBatDau,
      data: { ...data, sequence: sequenceOf(data), ...marked([...marks, ...inferred]) },
    },
  ];
}

/** The statements of a record of a dossier: each date gives the status it proves, and the status one more if no date proves it. */
export function dossierOf(
  fields: Fields<DossierName>,
  given: readonly Fields<SupplementName>[],
  unit: string | undefined,
  zone: Zone,
): readonly StatedStatus[] {
  const base = {
    ...identity(fields, unit),
    procedureId: fields.MaTTHC,
    fieldId: fields.MaLinhVuc,
    channel: channelOf(fields.KenhThucHien),
  };
  const supplements = given.toSorted((one, other) => inOrder(one.NgayBoSung, other.NgayBoSung, zone));
  // A supplement moves `NgayHenTra` itself; the slip's due date is then found only in the first supplement that moved it.
  const slip =
    supplements.find((one) => one.NgayHenTraMoi !== undefined)?.NgayHenTraTruoc ?? fields.NgayHenTra;
  const dated = datedStatuses(fields, supplements, slip, zone);
  const last = inTime(dated, zone).at(-1);
  const { status, marks } = statusOf(fields.TrangThaiHoSo);
  const code = textOf(status);
  const proven = HAS_ITS_DATE.has(code)
    ? dated.some(({ data }) => data.status === code)
    : last?.data.status === code && marks.length === 0;
  const now = { status, sequence: LAST, ...marked([...marks, 'time-inferred']) };
  const all = proven ? dated : [...dated, { time: last?.time, data: now }];
  const statuses = fields.NgayTiepNhan === undefined ? withoutReceipt(all, slip, zone) : all;
  return statuses.map(({ time, data }) => ({ time, data: { ...base, sequence: sequenceOf(data), ...data } }));
}

/** Without a receipt, the first status after the application states the slip's due date, so that the date is not lost. */
function withoutReceipt(
  all: readonly StatedStatus[],
  slip: Written | undefined,
  zone: Zone,
): readonly StatedStatus[] {
  const first = inTime(all, zone).find(({ data }) => data.status !== 'registered') ?? all[0];
  return all.map((stated) =>
    stated === first ? { ...stated, data: { ...due(slip), ...stated.data } } : stated,
  );
}

/**
 * The order of statements of one moment: as in life; of receipts that differ in the due date the earliest, so that a date moved
 * silently in the record is seen as moved, in either order of arrival; and the status, which the record asserts after all its dates.
 */
function sequenceOf({ status, dueAt }: StatedStatus['data']): number {
  const place = (DOSSIER_STATUSES as readonly string[]).indexOf(textOf(status));
  return Math.max(0, place) * STRIDE + dueNumber(dueAt);
}

/** The day of a due date as a number, yyyyMMdd. */
function dueNumber(dueAt: unknown): number {
  const date = /^(\d{4})-(\d{2})-(\d{2})/.exec(dueAt instanceof Written ? dueAt.text : '');
  return Number(date?.slice(1).join('') ?? 0);
}

const STRIDE = 100_000_000;
/** More than the number of any day that the contract accepts, like the stride. */
const TURN = 21_000_000;
const LAST = DOSSIER_STATUSES.length * STRIDE;

/** Statuses that a date field of their own proves. */
const HAS_ITS_DATE: ReadonlySet<string> = new Set<DossierStatus>([
  'registered',
  'received',
  'intake-refused',
  'completed',
  'returned',
]);

const textOf = (value: string | Written): string => (typeof value === 'string' ? value : value.text);

const whenOf = (date: Written | undefined, zone: Zone): When | undefined =>
  date && parseWhen(date.text, zone);

/** By the moment, or the one that begins the day; statuses without a date come first. */
function inOrder(one: Written | undefined, other: Written | undefined, zone: Zone): number {
  const [left = Number.NEGATIVE_INFINITY, right = Number.NEGATIVE_INFINITY] = [one, other].map((date) => {
    const when = whenOf(date, zone);
    return when === undefined ? undefined : firstMomentOf(when, zone);
  });
  return left < right ? -1 : Number(left > right);
}

const inTime = (stated: readonly StatedStatus[], zone: Zone): readonly StatedStatus[] =>
  stated
    .filter(({ time }) => whenOf(time, zone) !== undefined)
    .sort((one, other) => inOrder(one.time, other.time, zone));

/** Whether two dates leave open which of them came first. */
function tied(one: Written | undefined, other: Written | undefined, zone: Zone): boolean {
  const [left, right] = [whenOf(one, zone), whenOf(other, zone)];
  if (left === undefined || right === undefined) return false;
  return left === right || ((isDay(left) || isDay(right)) && dayOf(left, zone) === dayOf(right, zone));
}

/** The status of each date of a record, in lifecycle order. */
function datedStatuses(
  fields: Fields<DossierName>,
  supplements: readonly Fields<SupplementName>[],
  slip: Written | undefined,
  zone: Zone,
): readonly StatedStatus[] {
  const { NgayNopHoSo, NgayTiepNhan, NgayTuChoi, NgayKetThucXuLy, NgayTra } = fields;
  return [
    ...at(NgayNopHoSo, { status: 'registered' }),
    ...at(NgayTiepNhan, { status: 'received', receivedAt: NgayTiepNhan, ...due(slip) }),
    ...at(NgayTuChoi, { status: 'intake-refused' }),
    ...inTurn(
      supplements.flatMap((one) => supplementStatuses(one, zone)),
      zone,
    ),
    ...at(NgayKetThucXuLy, { status: 'completed', finishedAt: NgayKetThucXuLy }),
    ...at(NgayTra, { status: 'returned', returnedAt: NgayTra }),
  ];
}

function supplementStatuses(supplement: Fields<SupplementName>, zone: Zone): readonly StatedStatus[] {
  const { NgayBoSung, NgayTiepNhanBoSung, NgayHenTraMoi } = supplement;
  const moved = due(NgayHenTraMoi, 'supplement');
  const answered = NgayTiepNhanBoSung !== undefined;
  if (NgayBoSung === undefined && !answered && NgayHenTraMoi) return movedAtNoTime(NgayHenTraMoi, zone);
  return [
    ...at(NgayBoSung, { status: 'supplement-requested', ...(answered ? {} : moved) }),
    ...at(NgayTiepNhanBoSung, { status: 'in-progress', ...moved }),
  ];
}

/** A statement that the contract refuses: for the missing date, and for the due date if it is invalid. */
function movedAtNoTime(dueAt: Written, zone: Zone): readonly StatedStatus[] {
  const missing = new Written('', dueAt.pointer.replace(/[^/]*$/, 'NgayBoSung'), undefined);
  const times = whenOf(dueAt, zone) === undefined ? [missing, dueAt] : [missing];
  return times.flatMap((time) => at(time, { status: 'supplement-requested' }));
}

/** An answer whose date leaves open whether it came after its request is numbered behind it, and so is a request behind an answer. */
function inTurn(statuses: readonly StatedStatus[], zone: Zone): readonly StatedStatus[] {
  const pause = sequenceOf({ status: 'supplement-requested' });
  let turn = 0;
  return statuses.map((stated, index) => {
    turn = tied(statuses[index - 1]?.time, stated.time, zone) ? turn + 1 : 0;
    if (turn === 0) return stated;
    const { time, data } = stated;
    return { time, data: { ...data, sequence: pause + turn * TURN + dueNumber(data.dueAt) } };
  });
}

interface Status {
  readonly status: string | Written;
  readonly marks: readonly Mark[];
}

/** Codes 1-10 are {@link DOSSIER_STATUSES} in order; another one is left for the contract to refuse. */
function statusOf(code: Written | undefined): Status {
  if (code === undefined) return { status: 'in-progress', marks: ['defaulted'] };
  const status = /^\d+$/.test(code.text) ? DOSSIER_STATUSES[Number(code.text) - 1] : undefined;
  return { status: code.as(status ?? `code ${code.text}`), marks: [] };
}

/** Kênh thực hiện in words, without their accents, which senders write in several forms or leave out. */
const CHANNEL_WORDS: readonly (readonly [RegExp, Channel])[] = [
  [/^(nop )?truc tiep$/, 'in-person'],
  [/^(nop )?(truc tuyen|online)$/, 'online'],
  [/^(nop )?(qua )?(dich vu )?(bcci|buu dien|buu chinh( cong ich)?( \(bcci\))?)$/, 'postal'],
];

/** A code 1-3, or words; another one is left for the contract to refuse. */
function channelOf(written: Written | undefined): Written | undefined {
  if (written === undefined) return undefined;
  const { text } = written;
  const plain = unmarked(text).replace(/\s+/g, ' ');
  const channel = /^\d+$/.test(text)
    ? CHANNELS[Number(text) - 1]
    : CHANNEL_WORDS.find(([pattern]) => pattern.test(plain))?.[1];
  return written.as(channel ?? `channel ${text}`);
}

/** `MaHoSo` and the local `MaHoSoKhac` are one dossier; its unit is the sender's, or a part of it that the code names. */
function identity({ MaHoSo, MaHoSoKhac }: Fields<'MaHoSo' | 'MaHoSoKhac'>, unit?: string) {
  const code = MaHoSo ?? MaHoSoKhac;
  const agency = /^(.+)-\d{6}-\d{4,}$/.exec(dossierId(code?.text ?? ''))?.[1];
  const handling = unit === undefined || agency?.startsWith(`${unit}.`) ? (agency ?? unit) : unit;
  return {
    dossierId: code,
    ...(MaHoSoKhac === undefined || MaHoSoKhac.text === code?.text ? {} : { aliases: [MaHoSoKhac.text] }),
    ...(handling === undefined ? {} : { unitId: handling }),
  };
}

const at = (time: Written | undefined, data: StatedStatus['data']): StatedStatus[] =>
  time === undefined ? [] : [{ time, data }];

/** A slip's due date goes without a basis: the first is the slip's anyway, and a later one that nothing explains moves nothing. */
const due = (dueAt: Written | undefined, dueBasis?: DueBasis) =>
  dueAt === undefined ? {} : { dueAt, dueBasis };

const marked = (marks: readonly Mark[]) => (marks.length === 0 ? {} : { marks });
