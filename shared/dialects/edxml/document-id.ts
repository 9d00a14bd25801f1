import type { Zone } from '../../calendar/zone.ts';
import { documentId, unitId } from '../../contracts/ids.ts';
import { dayField } from './dates.ts';
import { type Element, type Field, faulty, fieldAt, valued } from './element.ts';

/** `agency,date,number/notation` (QĐ 395/QĐ-BTTTT), the date in any of the forms of the axis. */
const FULL = /^([^,]*),([^,]*\d[/-]\d[^,]*),(.+)$/s;
/** A gateway's internal number: unique for one agency at most. */
const COUNTER = /^\d{1,18}$/;

/**
 * The identifier of the document that an element names: agency, day of promulgation, and number/notation, else the number
 * alone, else the counter of `DocumentId`. A `DocumentId` with all three parts stands for itself; so does one of another form
 * (such as a UUID) where a part is missing. The time of sending is no part of it: a document may be sent again.
 */
export function documentIdOf(element: Element, organ: Field, zone: Zone): Field {
  const stated = fieldAt(element, 'DocumentId');
  const info = fieldAt(element, 'PromulgationInfo', 'PromulgationDate');
  const day = dayField(info.written === undefined ? fieldAt(element, 'PromulgationDate') : info, zone);
  if (day.fault) return day;
  const full = fullId(stated, zone);
  if (full) return full;
  const code = codeOf(element) ?? (COUNTER.test(stated.value ?? '') ? stated.value : undefined);
  if (organ.value !== undefined && day.value !== undefined && code !== undefined) {
    return valued(stated, `${unitId(organ.value)},${day.value.slice(0, 10)},${code}`);
  }
  return alone(stated, organ);
}

/** The document that a `DocumentId` names by itself, as that of a recall or a replacement does. */
export const namedDocument = (stated: Field, organ: Field, zone: Zone): Field =>
  fullId(stated, zone) ?? alone(stated, organ);

function fullId(stated: Field, zone: Zone): Field | undefined {
  const [, organ = '', date = '', number = ''] = FULL.exec(stated.value ?? '') ?? [];
  if (number === '') return undefined;
  const day = dayField({ ...stated, value: date.trim() }, zone);
  return day.fault || organ.trim() === ''
    ? faulty(stated, 'agency,date,number/notation, with a date that exists')
    : valued(stated, documentId(`${organ},${day.value?.slice(0, 10)},${number}`));
}

function alone(stated: Field, organ: Field): Field {
  if (stated.value === undefined) {
    return faulty(stated, 'a DocumentId, or the agency, PromulgationDate and Code it is made of');
  }
  return COUNTER.test(stated.value) && organ.value !== undefined
    ? valued(stated, `${unitId(organ.value)},${stated.value}`)
    : stated;
}

/** `15/VP-HC`, written as one text or as `CodeNumber` and `CodeNotation`; without a notation the number alone. */
function codeOf(element: Element): string | undefined {
  const number = fieldAt(element, 'Code', 'CodeNumber').value;
  const notation = fieldAt(element, 'Code', 'CodeNotation').value;
  if (number === undefined) return fieldAt(element, 'Code').value;
  return notation === undefined ? number : `${number}/${notation}`;
}
