import type { ExchangeStep } from '../../books/document/exchange.v1.ts';
import type { Zone } from '../../calendar/zone.ts';
import { unitId } from '../../contracts/ids.ts';
import { type DateField, dayField, timeField } from './dates.ts';
import { documentIdOf, namedDocument } from './document-id.ts';
import {
  childrenOf,
  descendants,
  type Element,
  type Field,
  faulty,
  fieldAt,
  isEmpty,
  valued,
} from './element.ts';
import { businessOf, headOf, type Message } from './messages.ts';

/** One step of one document towards one recipient, as a message states it. */
export interface Step {
  readonly documentId: Field;
  readonly recipient: Field;
  /** An {@link ExchangeStep}, unless it is faulty. */
  readonly step: Field;
  readonly time: Field;
  readonly timeInferred: boolean;
}

/** Status codes of a receiver's answer (QCVN 102:2016/BTTTT); written `1`, `01` or as an integer. */
const STEP_OF_STATUS: ReadonlyMap<number, ExchangeStep> = new Map([
  [1, 'arrived'],
  [2, 'rejected'],
  [3, 'accepted'],
  [4, 'assigned'],
  [5, 'in-progress'],
  [6, 'completed'],
  [13, 'recall-requested'],
  [15, 'recall-agreed'],
  [16, 'change-refused'],
]);
const STATUS_CODES = [...STEP_OF_STATUS.keys()].map((code) => String(code).padStart(2, '0')).join(', ');

/** `BussinessDocType` (sic). */
const NEW = 0;
const RECALL = 1;
const UPDATE = 2;
const REPLACEMENT = 3;

/**
 * The steps that one message states: a document message that it was sent, recalled, updated or replaced; a status the step of a receiver. They
 * come one by one, since a replacement of many documents for many recipients multiplies.
 */
export function stepsOf(message: Message, zone: Zone): Iterable<Step> {
  const head = headOf(message);
  const isStatus = head.name === 'Status' || fieldAt(head, 'StatusCode').value !== undefined;
  return isStatus ? statusSteps(head, message, zone) : documentSteps(head, message, zone);
}

const numberIn = ({ value = '' }: Field): number | undefined =>
  /^\d{1,9}$/.test(value) ? Number(value) : undefined;

/** Each recipient; without any, its place remains, for the fault to point at. */
const eachOf = (recipients: readonly Field[], none: Field): readonly Field[] =>
  (recipients.length === 0 ? [none] : recipients).map((recipient) => required(recipient, 'an OrganId'));

function* statusSteps(head: Element, { sentAt }: Message, zone: Zone): Generator<Step> {
  const code = fieldAt(head, 'StatusCode');
  const known = STEP_OF_STATUS.get(numberIn(code) ?? -1);
  const step = known ? valued(code, known) : faulty(code, `an edXML status code: ${STATUS_CODES}`);
  const stated = fieldAt(head, 'Timestamp');
  const time = required(
    timeField(stated.value === undefined ? (sentAt ?? stated) : stated, zone),
    'a Timestamp',
  );
  // The sender reports a recall; its `To` lists the recipients.
  const recipients = known === 'recall-requested' ? agencies(childrenOf(head, 'To')) : [];
  for (const document of answered(head)) {
    const documentId = documentIdOf(document, fieldAt(document, 'OrganId'), zone);
    for (const recipient of eachOf(recipients, fieldAt(head, 'From', 'OrganId'))) {
      yield { documentId, recipient, step, time, timeInferred: false };
    }
  }
}

/** The documents that a status answers; without any it has the place where one should be. */
function answered(head: Element): readonly Element[] {
  const documents = childrenOf(head, 'ResponseFor').filter((one) => !isEmpty(one));
  return documents.length > 0
    ? documents
    : [{ name: 'ResponseFor', pointer: `${head.pointer}/ResponseFor`, text: '', children: [] }];
}

function* documentSteps(head: Element, message: Message, zone: Zone): Generator<Step> {
  const { header } = message;
  const business = businessOf(header);
  const from = fieldAt(head, 'From', 'OrganId');
  const own = documentIdOf(head, from, zone);
  const when = sentTime(head, message, zone);
  const to = agencies(childrenOf(head, 'To'));
  const none = fieldAt(head, 'To', 'OrganId');
  function* steps(documentId: Field, recipients: readonly Field[], step: Field): Generator<Step> {
    for (const recipient of eachOf(recipients, none)) yield { documentId, recipient, step, ...when };
  }

  const kind = business ? fieldAt(business, 'BussinessDocType') : { pointer: header.pointer };
  const does = (step: ExchangeStep): Field => valued(kind, step);
  const target = targetOf(business, { own, from, stated: fieldAt(head, 'DocumentId') }, zone);
  const type = kind.value === undefined ? NEW : numberIn(kind);
  for (const { pointer, expected } of strayLists(business, type)) {
    yield* steps(own, to, faulty({ ...kind, pointer }, expected));
  }
  switch (type) {
    case NEW:
      return yield* steps(own, to, does('sent'));
    case RECALL:
      return yield* steps(target, to, does('recall-requested'));
    case UPDATE: {
      const { added, removed, unclear } = receivers(business);
      const gone = new Set(removed.map(idIn));
      const kept = distinct([...to, ...added]).filter(
        (one) => one.value === undefined || !gone.has(idIn(one)),
      );
      if (removed.length === 0 || kept.length > 0) yield* steps(target, kept, does('sent'));
      for (const organ of removed) yield* steps(target, [organ], does('recall-requested'));
      for (const { organ, type } of unclear) yield* steps(target, [organ], type);
      return;
    }
    case REPLACEMENT:
      for (const info of listed(business, 'ReplacementInfoList', 'ReplacementInfo')) {
        const named = agencies(listed(info, 'OrganIdList', 'OrganId'));
        const replaced = namedDocument(fieldAt(info, 'DocumentId'), from, zone);
        yield* steps(replaced, named.length === 0 ? to : named, does('replaced'));
      }
      return yield* steps(own, to, does('sent'));
    default:
      return yield* steps(
        own,
        to,
        faulty(kind, 'a BussinessDocType: 0 new, 1 recall, 2 update, 3 replacement'),
      );
  }
}

/** Lists that the kind of message gives no meaning: it, or they, must be a mistake. */
const strayLists = (business: Element | undefined, type: number | undefined) =>
  [
    { list: 'ReceiverList', item: 'Receiver', of: UPDATE },
    { list: 'ReplacementInfoList', item: 'ReplacementInfo', of: REPLACEMENT },
  ].flatMap(({ list, item, of }) => {
    const [first] = of === type ? [] : listed(business, list, item);
    return first ? [{ pointer: first.pointer, expected: `no ${list} without BussinessDocType ${of}` }] : [];
  });

/** The document that is recalled or updated: the message's own, unless it names another. */
function targetOf(
  business: Element | undefined,
  { own, from, stated }: { readonly own: Field; readonly from: Field; readonly stated: Field },
  zone: Zone,
): Field {
  if (!business) return own;
  const target = fieldAt(business, 'DocumentId');
  return target.value === undefined || target.value === stated.value
    ? own
    : namedDocument(target, from, zone);
}

/** Each gateway adds its own hop; the first is the sender's. Without any the day of promulgation stands for it. */
function sentTime(
  head: Element,
  { header, sentAt }: Message,
  zone: Zone,
): Pick<Step, 'time' | 'timeInferred'> {
  const hops = childrenOf(header, 'TraceHeaderList')
    .flatMap((list) => childrenOf(list, 'TraceHeader'))
    .map((hop) => timeField(fieldAt(hop, 'Timestamp'), zone))
    .filter((hop) => hop.written !== undefined);
  const hop = hops.find(({ fault }) => fault) ?? [...hops].sort(byMoment)[0];
  const stated = hop ?? (sentAt && timeField(sentAt, zone));
  return stated
    ? { time: stated, timeInferred: false }
    : {
        time: required(dayField(fieldAt(head, 'PromulgationInfo', 'PromulgationDate'), zone), TIME),
        timeInferred: true,
      };
}

const TIME = 'a Timestamp of a TraceHeader, or a PromulgationDate';

/** A field that a step requires. */
const required = (field: Field, expected: string): Field =>
  field.value === undefined && !field.fault ? faulty(field, expected) : field;

const byMoment = (one: DateField, other: DateField): number => (one.moment ?? 0) - (other.moment ?? 0);

/** The agencies of a list: each identifier is one, each element without one has the place where it is missing. */
function agencies(elements: readonly Element[]): readonly Field[] {
  const fields = elements.flatMap((element): readonly Field[] => {
    if (element.name === 'OrganId' || (element.text !== '' && element.name === 'OrganIdList'))
      return [fieldAt(element)];
    const ids = childrenOf(element, 'OrganId').filter((id) => !isEmpty(id));
    return ids.length > 0 ? ids.map((id) => fieldAt(id)) : [fieldAt(element, 'OrganId')];
  });
  return distinct(fields);
}

const idIn = ({ value = '' }: Field): string => unitId(value);

/** Each agency once, across the forms of its identifier: copies of one organ in `To` are one recipient. */
function distinct(fields: readonly Field[]): readonly Field[] {
  const seen = new Set<string>();
  return fields.filter((field) => {
    if (field.value === undefined) return true;
    const known = seen.has(idIn(field));
    seen.add(idIn(field));
    return !known;
  });
}

/**
 * The items of a list that an element holds: those under the item's name, and the list itself where it is one item. A single one
 * where a list is expected is a list of one.
 */
function listed(holder: Element | undefined, list: string, item: string): readonly Element[] {
  return (holder ? descendants(holder, list) : []).flatMap((element) => {
    const items = childrenOf(element, item).filter((one) => !isEmpty(one));
    const rest = { ...element, children: element.children.filter(({ name }) => name !== item) };
    return isEmpty(rest) ? items : [...items, rest];
  });
}

/** `ReceiverType` 0 removes a recipient, 1 adds one. */
function receivers(business: Element | undefined) {
  const added: Field[] = [];
  const removed: Field[] = [];
  const unclear: { readonly organ: Field; readonly type: Field }[] = [];
  for (const receiver of listed(business, 'ReceiverList', 'Receiver')) {
    const type = fieldAt(receiver, 'ReceiverType');
    for (const organ of agencies([receiver])) {
      if (numberIn(type) === 1) added.push(organ);
      else if (numberIn(type) === 0) removed.push(organ);
      else unclear.push({ organ, type: faulty(type, 'a ReceiverType: 0 removed, 1 added') });
    }
  }
  return { added: distinct(added), removed: distinct(removed), unclear };
}
