import { hash } from 'node:crypto';
import type { Branded } from '../kernel/brand.ts';
import { composed } from '../kernel/written-text.ts';

/** Name-based UUID (RFC 9562 version 5), lower case with hyphens: the permanent identity of an event. */
export type EventId = Branded<string, 'EventId'>;
/** Dossier code (mã hồ sơ) in canonical form, e.g. `H19.12-240501-0001`. */
export type DossierId = Branded<string, 'DossierId'>;
/** Document identifier (mã định danh văn bản), canonical `{organ},{yyyy-MM-dd},{number/notation}`. */
export type DocumentId = Branded<string, 'DocumentId'>;
/** Agency identifier (mã định danh cơ quan, QĐ 20/2020/QĐ-TTg) in canonical form, e.g. `H19.12`, or a local unit name. */
export type UnitId = Branded<string, 'UnitId'>;
/** Administrative procedure code (mã TTHC) without the province's suffix, e.g. `2.000635`. */
export type ProcedureId = Branded<string, 'ProcedureId'>;
/** Field of administration (lĩnh vực). */
export type FieldId = Branded<string, 'FieldId'>;
/** Stream of the event store: `dossier-{id}`, `document-{id}`, `unit-{id}`, `calendar`, `alert-{key}`, ... */
export type StreamName = Branded<string, 'StreamName'>;
/** A configured feed (nguồn tin), by default one per CloudEvents `source`. */
export type FeedName = Branded<string, 'FeedName'>;

/** Namespace of every Nhịp event id; never changed, since a change would make every known event new. */
const EVENT_NAMESPACE = Buffer.from('6f1d2b0c6e6843f0a0f5c6e2b7d94a11', 'hex');

/**
 * The identity of an event: UUID version 5 (RFC 9562 §5.5) over `source` and `id` of its CloudEvent; for input without
 * these, over the feed's name and a hash of the canonical content. The origin (offsets, lines) is not part of it.
 */
export function eventId(source: string, id: string): EventId {
  // The length prefix keeps ("a", "bc") and ("ab", "c") apart.
  return nameBasedUuid(EVENT_NAMESPACE, `${source.length}:${source}${id}`) as EventId;
}

/** UUID version 5 (RFC 9562 §5.5): SHA-1 over the namespace's 16 bytes and the name's UTF-8 form. */
export function nameBasedUuid(namespace: Uint8Array, name: string): string {
  const digest = hash('sha1', Buffer.concat([namespace, Buffer.from(name, 'utf8')]), 'hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

/** The suffix of the axis of 2013 (CV 512): an identifier names the same agency with it and without it. */
const AXIS_SUFFIX = /\.e-doc\.vn$/i;
const OLD_FORM = /^(\d{3})\.(\d{2})\.(\d{2})\.([A-Z]\d{2})$/;
/** From the top level down (QĐ 20/2020/QĐ-TTg), or in three groups up to the top level. */
const KNOWN_FORMS = /^(?:[A-Z]\d{2}(?:\.\d{2,3})*|\d{2}\.\d{2}\.[A-Z]\d{2})$/;
const text = (value: string) => composed(value.trim());

/**
 * Canonical agency identifier: the four-group form of QCVN 102:2016 (`000.00.12.H19`) is reversed and its all-zero
 * groups are dropped (`H19.12`). The three groups of the axis of 2013 (`00.02.H19`) stay as written, since no rule reverses
 * them safely: only their suffix `.e-doc.vn` is dropped. Any other text stays, trimmed and in Unicode NFC.
 */
export function unitId(value: string): UnitId {
  const trimmed = text(value).replace(AXIS_SUFFIX, '');
  const upper = trimmed.toUpperCase();
  const old = OLD_FORM.exec(upper);
  if (old) {
    const groups = [old[4], old[3], old[2], old[1]].filter(
      (group) => group !== undefined && !/^0+$/.test(group),
    );
    return groups.join('.') as UnitId;
  }
  return (KNOWN_FORMS.test(upper) ? upper : trimmed) as UnitId;
}

const DOSSIER_CODE = /^(.+?)-(\d{6})-(\d{4,})$/;

/** Canonical dossier code: the agency part in canonical form; codes of another shape stay as they are, trimmed. */
export function dossierId(value: string): DossierId {
  const trimmed = text(value);
  const parts = DOSSIER_CODE.exec(trimmed);
  return (parts ? `${unitId(parts[1] ?? '')}-${parts[2]}-${parts[3]}` : trimmed) as DossierId;
}

const DOCUMENT_ID = /^([^,]+),\s*(\d{4})[/-](\d{1,2})[/-](\d{1,2})\s*,\s*(.+)$/;

/** An agency and the counter of its gateway, for a document with neither number nor date. */
const COUNTED = /^([^,]+),\s*(\d{1,18})$/;

/** Canonical document id; a UUID or another private form that some gateways send stays as it is, trimmed. */
export function documentId(value: string): DocumentId {
  const trimmed = text(value);
  const counted = COUNTED.exec(trimmed);
  if (counted) return `${unitId(counted[1] ?? '')},${counted[2]}` as DocumentId;
  const parts = DOCUMENT_ID.exec(trimmed);
  if (!parts) return trimmed as DocumentId;
  const [, organ = '', year, month = '', day = '', number = ''] = parts;
  return `${unitId(organ)},${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')},${number.trim()}` as DocumentId;
}

/** Canonical procedure code: the publishing province's suffix (`.H38`, `.000.00.00.H19`) is dropped. */
export function procedureId(value: string): ProcedureId {
  const trimmed = text(value);
  return (/^(\d+\.\d+)(\.\d{3}\.\d{2}\.\d{2})?\.[A-Z]\d{2}$/.exec(trimmed.toUpperCase())?.[1] ??
    trimmed) as ProcedureId;
}

export const fieldId = (value: string): FieldId => text(value) as FieldId;
export const feedName = (value: string): FeedName => text(value) as FeedName;
export const streamName = (value: string): StreamName => value as StreamName;
