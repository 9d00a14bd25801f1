import { z } from 'zod';
import {
  CHANNELS,
  DOSSIER_STATUSES,
  type DossierStatus,
  type DueBasis,
  type Mark,
} from '../contracts/dossier-status.v1.ts';
import { shown } from '../contracts/fault.ts';
import { dossierId, unitId } from '../contracts/ids.ts';
import { dateReader } from './date-forms.ts';
import { type DialectOptions, identified, type Translated, type TranslatedInput } from './translated.ts';

export interface DvcqgOptions extends DialectOptions {
  /** `MaDonVi` or `MaDinhDanhDV` of the request's query, where the adapter puts it there and not in the envelope. */
  readonly unit?: string;
}

/** Sources of this dialect begin so; it is a national feed (rank 2). */
export const DVCQG_SOURCE = '/feeds/dvcqg';

/** Adapters write numbers as text and text as numbers, and say "nothing" in three ways. */
const field = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => String(value ?? '').trim() || undefined)
  .catch(undefined);

const read = dateReader(['yyyyMMddHHmmss', 'yyyyMMddHHmm', 'yyyyMMdd', 'iso']);
/** A date in no known form stays as it is, so that the contract refuses it by name. */
const date = field.transform((text) => (text === undefined ? undefined : (read(text) ?? text)));

const supplement = z.object({
  NgayBoSung: date,
  NgayTiepNhanBoSung: date,
  NgayHenTraTruoc: date,
  NgayHenTraMoi: date,
});
type Supplement = z.output<typeof supplement>;

/** The fields that are read. Whatever else a record holds, the applicant's data above all, never gets past this schema. */
const dossierRecord = z.object({
  MaHoSo: field,
  MaHoSoKhac: field,
  MaTTHC: field,
  MaLinhVuc: field,
  KenhThucHien: field,
  TrangThaiHoSo: field,
  NgayNopHoSo: date,
  NgayTiepNhan: date,
  NgayHenTra: date,
  NgayTuChoi: date,
  NgayKetThucXuLy: date,
  NgayTra: date,
  DanhSachHoSoBoSung: z.array(supplement).nullish().catch(null),
});
type DossierRecord = z.output<typeof dossierRecord>;

const progressRecord = z.object({
  MaHoSo: field,
  MaHoSoKhac: field,
  TrangThai: field,
  ThoiDiemXuLy: date,
  NgayBatDau: date,
});
type ProgressRecord = z.output<typeof progressRecord>;

const envelope = z.object({
  madonvi: field,
  MaDonVi: field,
  MaDinhDanhDV: field,
  data: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()).transform((one) => [one])]),
});

/**
 * Translates a request of the National Public Service Portal's synchronisation (Cổng Dịch vụ công quốc gia), services
 * `DongBoHoSoMC` and `CapNhatTienDoHoSoMC`, into `dossier.status.v1` events.
 *
 * A record has no identity and no time of its own: it states dates. Each date becomes the event it proves, and the status
 * one more if no date proves it. So a record sent again is all duplicates, and one that moved on adds only what is new.
 * Some senders write the hour with a 12-hour clock; nothing in a record shows it, so such times stand as written.
 * @param body the request as parsed JSON.
 */
export function decodeDvcqg(body: unknown, options: DvcqgOptions): Translated {
  const request = envelope.safeParse(body);
  if (!request.success) {
    const expected =
      'an envelope {service, madonvi?, data: [records]} of DongBoHoSoMC or CapNhatTienDoHoSoMC';
    return { kind: 'invalid', fault: { code: 'envelope-invalid', pointer: '', was: shown(body), expected } };
  }
  const { data, madonvi, MaDonVi, MaDinhDanhDV } = request.data;
  const stated = madonvi ?? MaDonVi ?? MaDinhDanhDV ?? options.unit;
  const unit = stated === undefined ? undefined : unitId(stated);
  const source = `${DVCQG_SOURCE}/${unit ?? 'national'}`;
  return {
    kind: 'inputs',
    inputs: data.flatMap((item, record): TranslatedInput[] =>
      spoken(item, unit).map((statement) => ({
        ...identified({ source, type: 'dossier.status.v1', ...statement }, options),
        record,
      })),
    ),
  };
}

interface Spoken {
  readonly time: string | undefined;
  readonly data: { readonly status: string } & Readonly<Record<string, unknown>>;
}

function spoken(item: unknown, unit: string | undefined): readonly Spoken[] {
  const progress = progressRecord.safeParse(item);
  // `TrangThai` and `ThoiDiemXuLy` stand in records of progress alone; the variant with the unit in its query names no service.
  if (progress.success && (progress.data.ThoiDiemXuLy ?? progress.data.TrangThai)) {
    return [progressOf(progress.data, unit)];
  }
  const record = dossierRecord.safeParse(item);
  // Not even a record: one statement that says nothing, for the contract to refuse.
  if (!record.success) return [{ time: undefined, data: { status: '' } }];
  const statements = dossierOf(record.data, unit);
  // Without a code each statement would be refused for the same reason: one is enough to tell of it.
  return statements.slice(0, record.data.MaHoSo || record.data.MaHoSoKhac ? undefined : 1);
}

function progressOf(record: ProgressRecord, unit: string | undefined): Spoken {
  const { status, marks } = statusOf(record.TrangThai);
  const inferred: Mark[] = record.ThoiDiemXuLy === undefined ? ['time-inferred'] : [];
  return {
    time: record.ThoiDiemXuLy ?? record.NgayBatDau,
    data: {
      ...identity(record, unit),
      status,
      sequence: sequenceOf({ status }),
      ...marked([...marks, ...inferred]),
    },
  };
}

function dossierOf(record: DossierRecord, unit: string | undefined): readonly Spoken[] {
  const base = {
    ...identity(record, unit),
    procedureId: record.MaTTHC,
    fieldId: record.MaLinhVuc,
    channel: CHANNELS[Number(record.KenhThucHien) - 1],
  };
  const dated = datedStatuses(record).map(({ time, data }) => ({
    time,
    data: { ...base, ...data, sequence: sequenceOf(data) },
  }));
  const { status, marks } = statusOf(record.TrangThaiHoSo);
  const last = dated
    .filter(({ time }) => /^\d{4}-/.test(time ?? ''))
    .sort(byTime)
    .at(-1);
  const proven = HAS_ITS_DATE.has(status)
    ? dated.some(({ data }) => data.status === status)
    : last?.data.status === status && marks.length === 0;
  if (proven) return dated;
  const now = { ...base, status, sequence: LAST, ...marked([...marks, 'time-inferred']) };
  return [...dated, { time: last?.time, data: now }];
}

/**
 * The order of statements of one moment: as in life; of receipts that differ in the due date the earliest, so that a date moved
 * silently in the record is seen as moved, whichever came first; and the status, which the record asserts after all its dates.
 */
function sequenceOf({ status, dueAt }: Spoken['data']): number {
  const due =
    /^(\d{4})-(\d{2})-(\d{2})/
      .exec(String(dueAt ?? ''))
      ?.slice(1)
      .join('') ?? 0;
  return Math.max(0, (DOSSIER_STATUSES as readonly string[]).indexOf(status)) * STRIDE + Number(due);
}
/** More than any date written as a number, yyyyMMdd. */
const STRIDE = 100_000_000;
const LAST = DOSSIER_STATUSES.length * STRIDE;

/** Statuses that a date field of their own proves. */
const HAS_ITS_DATE: ReadonlySet<string> = new Set<DossierStatus>([
  'registered',
  'received',
  'intake-refused',
  'completed',
  'returned',
]);

const byTime = (one: Spoken, other: Spoken): number =>
  (one.time ?? '') < (other.time ?? '') ? -1 : Number((one.time ?? '') > (other.time ?? ''));

/** What each date of a record says, in lifecycle order. */
function datedStatuses(record: DossierRecord): readonly Spoken[] {
  const supplements = [...(record.DanhSachHoSoBoSung ?? [])].sort((one, other) =>
    (one.NgayBoSung ?? '') < (other.NgayBoSung ?? '') ? -1 : 1,
  );
  // A supplement moves `NgayHenTra` itself; what stood on the slip is then found only in the first one that did.
  const slip =
    supplements.find((one) => one.NgayHenTraMoi !== undefined)?.NgayHenTraTruoc ?? record.NgayHenTra;
  const { NgayNopHoSo, NgayTiepNhan, NgayTuChoi, NgayKetThucXuLy, NgayTra } = record;
  return [
    ...at(NgayNopHoSo, { status: 'registered' }),
    ...at(NgayTiepNhan, { status: 'received', receivedAt: NgayTiepNhan, ...due(slip) }),
    ...at(NgayTuChoi, { status: 'intake-refused' }),
    ...supplements.flatMap(supplementStatuses),
    ...at(NgayKetThucXuLy, { status: 'completed', finishedAt: NgayKetThucXuLy }),
    ...at(NgayTra, { status: 'returned', returnedAt: NgayTra }),
  ];
}

function supplementStatuses({ NgayBoSung, NgayTiepNhanBoSung, NgayHenTraMoi }: Supplement): Spoken[] {
  const moved = due(NgayHenTraMoi, 'supplement');
  const answered = NgayTiepNhanBoSung !== undefined;
  return [
    ...at(NgayBoSung, { status: 'supplement-requested', ...(answered ? {} : moved) }),
    ...at(NgayTiepNhanBoSung, { status: 'in-progress', ...moved }),
  ];
}

/** Codes 1-10 are {@link DOSSIER_STATUSES} in order; an unknown one is left for the contract to refuse. */
function statusOf(code: string | undefined): { readonly status: string; readonly marks: readonly Mark[] } {
  if (code === undefined) return { status: 'in-progress', marks: ['defaulted'] };
  return { status: DOSSIER_STATUSES[Number(code) - 1] ?? code, marks: [] };
}

/** `MaHoSo` and the local `MaHoSoKhac` are one dossier; its unit is the sender's, or a part of it that the code names. */
function identity(
  { MaHoSo, MaHoSoKhac }: { MaHoSo?: string | undefined; MaHoSoKhac?: string | undefined },
  unit?: string,
) {
  const code = MaHoSo ?? MaHoSoKhac;
  const agency = /^(.+)-\d{6}-\d{4,}$/.exec(dossierId(code ?? ''))?.[1];
  const handling = unit === undefined || agency?.startsWith(`${unit}.`) ? (agency ?? unit) : unit;
  return {
    dossierId: code,
    ...(MaHoSoKhac === undefined || MaHoSoKhac === code ? {} : { aliases: [MaHoSoKhac] }),
    ...(handling === undefined ? {} : { unitId: handling }),
  };
}

const at = (time: string | undefined, data: Spoken['data']): Spoken[] =>
  time === undefined ? [] : [{ time, data }];

/** A slip's due date goes without a basis: the first is the slip's anyway, and a later one that nothing explains moves nothing. */
const due = (dueAt: string | undefined, dueBasis?: DueBasis) =>
  dueAt === undefined ? {} : { dueAt, dueBasis };

const marked = (marks: readonly Mark[]) => (marks.length === 0 ? {} : { marks });
