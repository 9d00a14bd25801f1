import { DOSSIER_STATUSES } from '../books/dossier/status.v1.ts';
import type { Zone } from '../calendar/zone.ts';
import { type Fault, pointerOf, shown } from '../contracts/fault.ts';
import { fieldNames, misspelling } from '../contracts/field-names.ts';
import { unitId } from '../contracts/ids.ts';
import { statesNothing } from '../kernel/written-text.ts';
import { REQUEST_NAMES, SERVICES, type Service, SUPPLEMENTS, UNIT_NAMES } from './dvcqg/names.ts';
import { droppedOf, faultAt, isObject, keptOf, RECORD, readRecord, Written } from './dvcqg/record.ts';
import { dossierOf, progressOf, type StatedStatus } from './dvcqg/statements.ts';
import { type DialectOptions, identified, type Translated, type TranslatedInput } from './translated.ts';

export interface DvcqgOptions extends DialectOptions {
  /** Of a time without an offset. */
  readonly zone: Zone;
  /** `MaDonVi` or `MaDinhDanhDV` of the request's query, where the adapter puts it there and not in the envelope. */
  readonly unit?: string | undefined;
  /** `service` of the query: a bare array of records names none. */
  readonly service?: string | undefined;
}

/** Sources of this dialect begin so; it is a national feed (rank 2). */
export const DVCQG_SOURCE = '/feeds/dvcqg';
const TYPE = 'dossier.status.v1';
/** A record has six dates and a status, and two for each supplement: the most that are known are a handful. */
export const RECORD_EVENTS = 100;
/** Of one request, as of one edXML body: 1,000 records of ten. */
export const REQUEST_EVENTS = 10_000;
const NATIONAL = `${DVCQG_SOURCE}/national`;

/** Each unit that sends is a feed of its own. */
export const sourceOf = (unit: string | undefined): string =>
  unit === undefined || statesNothing(unit) ? NATIONAL : `${DVCQG_SOURCE}/${unitId(unit)}`;

/**
 * The unit and service that a refused request stated for all its records, for a mended request that does not repeat them.
 * @param source of the refused one
 * @param body of the refused one, as far as it can be read
 */
export function statedBefore(source: string, body: unknown): Pick<DvcqgOptions, 'unit' | 'service'> {
  const envelope = isObject(body) ? body : {};
  const own = UNIT_NAMES.map((name) => envelope[name]).find((unit) => !statesNothing(unit));
  const feed = source === NATIONAL ? undefined : source.slice(DVCQG_SOURCE.length + 1);
  const unit = typeof own === 'string' || typeof own === 'number' ? String(own) : feed;
  return { unit, service: SERVICES.find((one) => one === envelope.service) };
}

/**
 * Translates a request of the National Public Service Portal's synchronisation (Cổng Dịch vụ công quốc gia), services
 * `DongBoHoSoMC` and `CapNhatTienDoHoSoMC`, into `dossier.status.v1` events.
 *
 * A record has no identity and no time of its own: it states dates. Each date becomes the event it proves, and the status
 * one more if no date proves it. So a record sent again gives only duplicates, and a record with new dates adds only their events.
 * Some senders write the hour with a 12-hour clock; nothing in a record shows it, so such times stand as written.
 * @param body the request as parsed JSON: an envelope, or the array that would be its `data`
 */
export function decodeDvcqg(body: unknown, options: DvcqgOptions): Translated {
  const request = requestOf(body, options);
  if (request.kind === 'invalid') return request;
  const { service, unit, records, placeOf } = request;
  const source = sourceOf(unit);
  const letters = lettersOf({ service, MaDinhDanhDV: unit });
  const inputs: TranslatedInput[] = [];
  for (const [record, item] of records.entries()) {
    const made = inputsOf(item, { service, unit, source, options });
    if (inputs.length + made.length > REQUEST_EVENTS) {
      const expected = `records that come to up to ${REQUEST_EVENTS} events`;
      const fault = {
        code: 'envelope-invalid',
        pointer: placeOf(record),
        was: 'more events',
        expected,
      } as const;
      return { kind: 'invalid', fault };
    }
    const isRefused = made.some(({ kind }) => kind === 'invalid');
    const raw = letters(item, isRefused);
    const asSent = (pointer: string) => pointer.replace(/^\/data\/0(?=\/|$)/, () => placeOf(record));
    inputs.push(...made.map((decoded) => ({ decoded, raw, record, asSent })));
  }
  return { kind: 'inputs', inputs };
}

type Request =
  | {
      readonly kind: 'request';
      readonly service: Service | undefined;
      readonly unit: string | undefined;
      readonly records: readonly unknown[];
      /** Where a record stands in the body, as a JSON Pointer. */
      readonly placeOf: (record: number) => string;
    }
  | { readonly kind: 'invalid'; readonly fault: Fault };

const requestNames = fieldNames(REQUEST_NAMES);

function requestOf(body: unknown, options: DvcqgOptions): Request {
  const envelope = Array.isArray(body) ? { data: body as readonly unknown[] } : body;
  if (!isObject(envelope)) return invalid('', body, ENVELOPE);
  for (const [written, value] of Object.entries(envelope)) {
    const name = requestNames.get(written.toLowerCase());
    // The unit has two spellings, so a known name is known first.
    if (name === undefined || REQUEST_NAMES.includes(written)) continue;
    return { kind: 'invalid', fault: misspelling('envelope-invalid', [written], value, name) };
  }
  const { data } = envelope;
  if (!Array.isArray(data) && !isObject(data)) return invalid('', body, ENVELOPE);
  const unitName = UNIT_NAMES.find((name) => !statesNothing(envelope[name]));
  const unit = unitName === undefined ? options.unit : envelope[unitName];
  if (!statesNothing(unit) && typeof unit !== 'string' && typeof unit !== 'number') {
    return invalid(pointerOf([unitName ?? '']), unit, 'the identifier of a unit, as text');
  }
  const stated = statesNothing(envelope.service) ? options.service : envelope.service;
  const service = SERVICES.find((one) => one === String(stated).trim());
  if (service === undefined && !statesNothing(stated)) {
    return invalid('/service', stated, SERVICES.join(' or '));
  }
  const records: readonly unknown[] = Array.isArray(data) ? data : [data];
  const list = Array.isArray(body) ? '' : '/data';
  return {
    kind: 'request',
    service,
    unit: statesNothing(unit) ? undefined : unitId(String(unit)),
    records,
    placeOf: (record) => (Array.isArray(data) ? list + pointerOf([record]) : list),
  };
}

const ENVELOPE =
  'an envelope {service, madonvi?, data: [records]} of DongBoHoSoMC or CapNhatTienDoHoSoMC, or the array of records';

const invalid = (pointer: string, was: unknown, expected: string): Request => ({
  kind: 'invalid',
  fault: { code: 'envelope-invalid', pointer, was: shown(was), expected },
});

interface Surroundings {
  readonly service: Service | undefined;
  readonly unit: string | undefined;
  readonly source: string;
  readonly options: DvcqgOptions;
}

/** The events of a record, and all that is wrong with it as one refusal. */
function inputsOf(
  item: unknown,
  { service, unit, source, options }: Surroundings,
): readonly TranslatedInput['decoded'][] {
  const read = readRecord(item, service);
  if (read.kind === 'invalid') return [{ kind: 'invalid', faults: read.faults, source, type: TYPE }];
  const { fields, supplements } = read;
  const statuses =
    read.service === 'DongBoHoSoMC'
      ? dossierOf(fields, supplements, unit, options.zone)
      : progressOf(fields, unit);
  if (statuses.length > RECORD_EVENTS) {
    const expected = `supplements that come to up to ${RECORD_EVENTS} events with the rest of the record`;
    const fault = faultAt(`${RECORD}/${SUPPLEMENTS}`, supplements, expected);
    return [{ kind: 'invalid', faults: [fault], source, type: TYPE }];
  }
  const events: TranslatedInput['decoded'][] = [];
  const faults = new Map<string, Fault>();
  for (const one of statuses) {
    const { time, data } = one;
    const texts = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, textOf(value)]));
    const { decoded } = identified({ source, type: TYPE, time: time?.text, data: texts }, options);
    if (decoded.kind === 'event') {
      // Once for the record, however many events it becomes.
      const droppedFields = events.length === 0 ? droppedOf(item, read.service) : [];
      events.push({ ...decoded, droppedFields });
    } else {
      for (const fault of decoded.faults.map((each) => asWritten(each, one, read.service))) {
        faults.set(`${fault.pointer} ${fault.expected}`, fault);
      }
    }
  }
  if (faults.size === 0) return events;
  return [...events, { kind: 'invalid', faults: [...faults.values()], source, type: TYPE }];
}

const textOf = (value: unknown): unknown => (value instanceof Written ? value.text : value);

/** Turns a fault of the translation into a fault of the record: its pointer, its value and the value expected there. */
function asWritten(fault: Fault, { time, data }: StatedStatus, service: Service): Fault {
  const [, name = ''] = /^\/data\/(\w+)/.exec(fault.pointer) ?? [];
  const value = fault.pointer === '/time' ? time : data[name];
  if (value instanceof Written) {
    const expected = EXPECTED.find(([field]) => field.test(value.pointer))?.[1] ?? fault.expected;
    return { ...fault, code: 'data-invalid', pointer: value.pointer, was: shown(value.was), expected };
  }
  if (fault.pointer === '/time') {
    const expected =
      service === 'DongBoHoSoMC'
        ? `one of NgayNopHoSo, NgayTiepNhan, NgayTuChoi, ${SUPPLEMENTS}, NgayKetThucXuLy, NgayTra: a date at least`
        : 'ThoiDiemXuLy or NgayBatDau';
    return { ...fault, code: 'data-invalid', pointer: RECORD, expected };
  }
  const pointer = name === 'dossierId' ? `${RECORD}/MaHoSo` : RECORD;
  const expected = name === 'dossierId' ? 'the code of the dossier, in MaHoSo or MaHoSoKhac' : fault.expected;
  return { ...fault, pointer, expected };
}

/** The value expected in a field, in the words of the portal. */
const EXPECTED: readonly (readonly [RegExp, string])[] = [
  [
    /\/(Ngay|ThoiDiem)\w*$/,
    'a date between 1990 and 2099 as yyyyMMddHHmmss, yyyyMMdd or RFC 3339, e.g. 20261120093100',
  ],
  [
    /\/TrangThai\w*$/,
    `a status code: ${DOSSIER_STATUSES.map((status, index) => `${index + 1} ${status}`).join(', ')}`,
  ],
  [/\/KenhThucHien$/, '1 or trực tiếp, 2 or trực tuyến, 3 or bưu chính công ích (BCCI)'],
];

/** So many names that are not kept stand in a dead letter. */
const OMITTED_LIMIT = 100;

/**
 * Writes the content of the dead letter of each record: a request of that record alone, which can be mended and sent again. Refused
 * records of a request that are alike in all that is kept are numbered, so that each is a letter of its own.
 */
function lettersOf(envelope: Readonly<Record<string, unknown>>) {
  const alike = new Map<string, number>();
  return (item: unknown, isRefused: boolean): string => {
    const { content, omitted } = keptOf(item);
    const names = omitted.length === 0 ? {} : { omitted: omitted.filter(isName).slice(0, OMITTED_LIMIT) };
    const request = { ...envelope, data: [content], ...names };
    const text = JSON.stringify(request);
    if (!isRefused) return text;
    const occurrence = (alike.get(text) ?? 0) + 1;
    alike.set(text, occurrence);
    return occurrence === 1 ? text : JSON.stringify({ ...request, occurrence });
  };
}

/** Keeps no text that looks like content rather than a name. */
const isName = (name: string): boolean => /^[\w.-]{1,100}$/.test(name);
