import type { ExchangeStep } from '../contracts/document-exchange.v1.ts';
import { shown } from '../contracts/fault.ts';
import { documentId, unitId } from '../contracts/ids.ts';
import { dateReader } from './date-forms.ts';
import { childrenOf, descendants, type Element, textAt } from './element.ts';
import { type DialectOptions, identified, type Translated, type TranslatedInput } from './translated.ts';
import { parseXml } from './xml.ts';

/** The source of this dialect's events: the axis (trục liên thông văn bản), whichever gateway it came through. */
export const EDXML_SOURCE = '/feeds/edxml';

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

/** `BussinessDocType` (sic). */
const NEW = 0;
const RECALL = 1;
const UPDATE = 2;
const REPLACEMENT = 3;

const read = dateReader([
  'yyyy/MM/dd HH:mm:ss',
  'yyyy/MM/dd HH:mm',
  'yyyy/MM/dd',
  'dd/MM/yyyy HH:mm:ss',
  'dd/MM/yyyy HH:mm',
  'dd/MM/yyyy',
  'epoch-ms',
  'iso',
]);

/** One step of one document towards one recipient, as the message states it. */
interface Step {
  readonly documentId: string | undefined;
  readonly recipient: string | undefined;
  /** A code that is not known stays as written, beside what it should have been. */
  readonly step: ExchangeStep | { readonly unknown: string; readonly expected: string };
  readonly time: string | undefined;
  readonly timeInferred: boolean;
}

/**
 * Translates an edXML message into `document.exchange.v1` events, one for each recipient: a document message tells that it was
 * sent (or recalled, updated, replaced), a status message what its receiver did. Read are the form of QCVN 102:2016, the older
 * one in a SOAP envelope, and the one that a `<message>` carries in base64. Attachments and the names of people are not read.
 */
export function decodeEdxml(text: string, options: DialectOptions): Translated {
  const parsed = parseXml(text);
  if (parsed.kind === 'invalid') return parsed;
  const wrappers = descendants(parsed.root, 'message').filter((message) => textAt(message, 'content'));
  if (wrappers.length === 0) return translated(parsed.root, undefined, 0, options);
  const inputs: TranslatedInput[] = [];
  for (const [record, wrapper] of wrappers.entries()) {
    const inner = unwrapped(wrapper, record, options);
    // What the good messages beside it say must not be lost, nor said twice: the whole comes again once it is mended.
    if (inner.kind === 'invalid') return inner;
    inputs.push(...inner.inputs);
  }
  return { kind: 'inputs', inputs };
}

function unwrapped(wrapper: Element, record: number, options: DialectOptions): Translated {
  const content = textAt(wrapper, 'content') ?? '';
  const xml = content.startsWith('<') ? content : Buffer.from(content, 'base64').toString('utf8');
  const parsed = parseXml(xml);
  return parsed.kind === 'invalid'
    ? parsed
    : translated(parsed.root, textAt(wrapper, 'send-date'), record, options);
}

function translated(
  root: Element,
  sentAt: string | undefined,
  record: number,
  options: DialectOptions,
): Translated {
  const header = descendants(root, 'edXMLHeader')[0] ?? descendants(root, 'Header')[0];
  const heads = header?.children.filter(({ name }) => name === 'Status' || name === 'MessageHeader') ?? [];
  const head = heads.find((one) => textAt(one, 'StatusCode')) ?? heads[0];
  if (!header || !head) {
    const expected = 'edXMLHeader (or a SOAP Header) with Status or MessageHeader';
    return {
      kind: 'invalid',
      fault: { code: 'envelope-invalid', pointer: '', was: shown(root.name), expected },
    };
  }
  const isStatus = head.name === 'Status' || textAt(head, 'StatusCode') !== undefined;
  const steps = isStatus ? statusSteps(head, sentAt) : documentSteps(head, header, sentAt);
  return { kind: 'inputs', inputs: steps.map((step) => ({ ...input(step, options), record })) };
}

function input({ documentId, recipient, step, time, timeInferred }: Step, options: DialectOptions) {
  const unknown = typeof step === 'object' ? step : undefined;
  const statement = {
    source: EDXML_SOURCE,
    type: 'document.exchange.v1',
    time,
    data: {
      documentId,
      recipientUnitId: recipient,
      step: unknown ? unknown.unknown : step,
      at: time,
      ...(timeInferred ? { marks: ['time-inferred'] } : {}),
    },
  };
  const made = identified(statement, options);
  if (!unknown || made.decoded.kind === 'event') return made;
  // The contract can only say which steps there are; the sender must hear which codes.
  const faults = made.decoded.faults.map((fault) =>
    fault.pointer === '/data/step' ? { ...fault, expected: unknown.expected } : fault,
  );
  return { ...made, decoded: { ...made.decoded, faults } };
}

function statusSteps(head: Element, sentAt: string | undefined): readonly Step[] {
  const code = textAt(head, 'StatusCode') ?? '';
  const known = /^\d+$/.test(code) ? STEP_OF_STATUS.get(Number(code)) : undefined;
  const codes = [...STEP_OF_STATUS.keys()].map((one) => String(one).padStart(2, '0')).join(', ');
  const step = known ?? { unknown: code, expected: `an edXML status code: ${codes}` };
  const answered = childrenOf(head, 'ResponseFor')[0];
  const { time, timeInferred } = firstTime([textAt(head, 'Timestamp'), sentAt]);
  const from = textAt(head, 'From', 'OrganId');
  // A recall is told by the sender: its recipients are those it is told to.
  const recipients = known === 'recall-requested' ? organs(childrenOf(head, 'To')) : [];
  return (recipients.length === 0 ? [from] : recipients).map((recipient) => ({
    documentId: idOf(answered, textAt(answered, 'OrganId')),
    recipient,
    step,
    time,
    timeInferred,
  }));
}

function documentSteps(head: Element, header: Element, sentAt: string | undefined): readonly Step[] {
  const traces = childrenOf(header, 'TraceHeaderList')[0];
  const business = childrenOf(traces, 'Bussiness')[0] ?? childrenOf(header, 'Bussiness')[0];
  // Each gateway adds its own hop; the first is the sender's.
  const [hop] = childrenOf(traces, 'TraceHeader')
    .map((trace) => readDate(textAt(trace, 'Timestamp')))
    .filter((moment) => moment !== undefined)
    .sort();
  const promulgated = textAt(head, 'PromulgationInfo', 'PromulgationDate');
  const moment = firstTime([hop, sentAt], promulgated);
  const own = idOf(head, textAt(head, 'From', 'OrganId'));
  const target = textAt(business, 'DocumentId') ?? own;
  const to = organs(childrenOf(head, 'To'));
  const steps = (document: string | undefined, step: Step['step'], recipients: readonly string[]): Step[] =>
    // Without recipients one step remains, for the contract to refuse.
    (recipients.length === 0 ? [undefined] : recipients).map((recipient) => ({
      documentId: document,
      recipient,
      step,
      ...moment,
    }));

  const type = textAt(business, 'BussinessDocType') ?? String(NEW);
  switch (/^\d+$/.test(type) ? Number(type) : type) {
    case NEW:
      return steps(own, 'sent', to);
    case RECALL:
      return steps(target, 'recall-requested', to);
    case UPDATE: {
      const { added, removed } = receivers(business);
      const kept = [...new Set([...to, ...added])].filter((organ) => !removed.includes(organ));
      return [
        ...(removed.length > 0 && kept.length === 0 ? [] : steps(target, 'sent', kept)),
        ...removed.flatMap((organ) => steps(target, 'recall-requested', [organ])),
      ];
    }
    case REPLACEMENT:
      return [
        ...replacements(business, to).flatMap((one) => steps(one.document, 'replaced', one.organs)),
        ...steps(own, 'sent', to),
      ];
    default:
      return steps(
        own,
        { unknown: type, expected: 'a BussinessDocType: 0 new, 1 recall, 2 update, 3 replacement' },
        to,
      );
  }
}

/** `ReceiverType` 0 takes a recipient away, 1 adds one. */
function receivers(business: Element | undefined): {
  added: readonly string[];
  removed: readonly string[];
} {
  const list = (business ? descendants(business, 'Receiver') : []).map((receiver) => ({
    type: Number(textAt(receiver, 'ReceiverType')),
    organ: unitId(textAt(receiver, 'OrganId') ?? ''),
  }));
  const ofType = (type: number) =>
    list.filter((one) => one.type === type && one.organ !== '').map((one) => one.organ);
  return { added: ofType(1), removed: ofType(0) };
}

/** Which documents are replaced, and for whom: for all recipients when it does not say. */
function replacements(business: Element | undefined, to: readonly string[]) {
  const infos = business ? descendants(business, 'ReplacementInfo') : [];
  return infos.map((info) => {
    const named = descendants(info, 'OrganId').flatMap((organ) =>
      organ.text === '' ? [] : [unitId(organ.text)],
    );
    return { document: textAt(info, 'DocumentId'), organs: named.length === 0 ? to : named };
  });
}

/** Each agency once, in canonical form: copies of one organ in `To` are one recipient. */
const organs = (elements: readonly Element[]): readonly string[] => [
  ...new Set(elements.flatMap((element) => textAt(element, 'OrganId') ?? []).map(unitId)),
];

const CANONICAL = /^[^,]+,\d{4}-\d{2}-\d{2},./;

/**
 * The identifier of the document that an element speaks of. Some gateways put a UUID or a shortened form into `DocumentId`:
 * then it is made of the agency, the date of promulgation and the number and notation.
 */
function idOf(element: Element | undefined, organ: string | undefined): string | undefined {
  const stated = textAt(element, 'DocumentId');
  if (stated !== undefined && CANONICAL.test(documentId(stated))) return stated;
  const day = readDate(
    textAt(element, 'PromulgationInfo', 'PromulgationDate') ?? textAt(element, 'PromulgationDate'),
  );
  const code = codeOf(element);
  return organ && day && code ? `${organ},${day.slice(0, 10)},${code}` : stated;
}

/** `15/VP-HC`, written as one text or as `CodeNumber` and `CodeNotation`. */
function codeOf(element: Element | undefined): string | undefined {
  const number = textAt(element, 'Code', 'CodeNumber');
  const notation = textAt(element, 'Code', 'CodeNotation');
  return number && notation ? `${number}/${notation}` : textAt(element, 'Code');
}

/** A date in a form that is not known stays as it is, so that the contract refuses it by name. */
const readDate = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : (read(text) ?? text);

/** The first time that is stated; else the one to infer from. */
function firstTime(
  stated: readonly (string | undefined)[],
  inferFrom?: string,
): Pick<Step, 'time' | 'timeInferred'> {
  const time = stated.find((text) => text !== undefined);
  return time === undefined
    ? { time: readDate(inferFrom), timeInferred: inferFrom !== undefined }
    : { time: readDate(time), timeInferred: false };
}
