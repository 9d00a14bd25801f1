import { type Fault, shown } from '../../contracts/fault.ts';
import { childrenOf, type Element, type Field, fieldAt, isEmpty, unreadable } from './element.ts';
import { foldedName } from './names.ts';

/** One message of a body. */
export interface Message {
  /** The fields read from `edXMLHeader`, or from the header of a SOAP envelope. */
  readonly header: Element;
  /** When a gateway sent the wrapper it came in. */
  readonly sentAt: Field | undefined;
  /** Dotted names below the header that are not read. */
  readonly dropped: readonly string[];
}

/** A place of a tree in which messages stand: themselves, or the wrapper of a gateway, whose content is one more tree. */
export type Found =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'wrapper'; readonly element: Element };

const EXPECTED = 'edXMLHeader (a SOAP Header, or header in JSON) with Status or MessageHeader';

/** Elements that stand for a message: one without any must not vanish beside others. */
const ENVELOPES: ReadonlySet<string> = new Set(['edXML', 'edXMLEnvelope', 'Envelope', 'message']);

/** Every message of a tree, in the order of the body; refused as a whole if one place holds none. */
export function messagesIn(root: Element, sentAt: Field | undefined) {
  const places = placesIn(root, sentAt);
  const found: Found[] = [];
  for (const place of places) {
    if (place.kind === 'missing')
      return unreadable(shown(place.element.name), EXPECTED, place.element.pointer);
    found.push(place);
  }
  return found.length > 0
    ? ({ kind: 'found', found } as const)
    : unreadable(shown(root.name), EXPECTED, root.pointer);
}

type Place = Found | { readonly kind: 'missing'; readonly element: Element };

function placesIn(element: Element, sentAt: Field | undefined): readonly Place[] {
  if (element.name === 'message' && fieldAt(element, 'content').value !== undefined) {
    return [{ kind: 'wrapper', element }];
  }
  if (headsOf(element).length > 0) {
    return [{ kind: 'message', message: messageOf(element, sentAt) }];
  }
  const stated = fieldAt(element, 'send-date');
  const sent = stated.written === undefined ? sentAt : stated;
  const inside = element.children.flatMap((child) => placesIn(child, sent));
  const expected = element.name === 'edXMLHeader' || ENVELOPES.has(element.name);
  return inside.length === 0 && expected ? [{ kind: 'missing', element }] : inside;
}

/** The children of an element with a known or misspelt name; `dropped` gets the paths of the others. */
function read(element: Element, path: string, dropped: Set<string>): Element {
  const children = element.children.flatMap((child) => {
    const at = path + child.name;
    if (foldedName(child.name) !== undefined) return read(child, `${at}.`, dropped);
    dropped.add(at);
    return [];
  });
  return { ...element, children };
}

function messageOf(element: Element, sentAt: Field | undefined): Message {
  const dropped = new Set<string>();
  return { header: read(element, '', dropped), sentAt, dropped: [...dropped] };
}

const headsOf = ({ name, children }: Element): readonly Element[] =>
  name === 'edXMLHeader' || name === 'Header'
    ? children.filter((child) => child.name === 'Status' || child.name === 'MessageHeader')
    : [];

/** The heads of a message; an empty one counts only where there is no other. */
export function headOf({ header }: Message): Element {
  const heads = headsOf(header);
  return heads.find((head) => !isEmpty(head)) ?? heads[0] ?? header;
}

/** Elements that are read and may stand once beside each other. Of two one would be lost without a word. */
const SINGLE: ReadonlySet<string> = new Set([
  'From',
  'DocumentId',
  'Code',
  'CodeNumber',
  'CodeNotation',
  'PromulgationInfo',
  'PromulgationDate',
  'StatusCode',
  'Timestamp',
  'Bussiness',
  'BussinessDocType',
  'ReceiverType',
]);
/** Where an agency may stand once only; elsewhere `OrganId` is a list. */
const OF_ONE_AGENCY: ReadonlySet<string> = new Set(['From', 'ResponseFor']);

/** Parts of a message that would be lost without notice: a misspelt name, or a second element where only one may be. */
export function misshapen({ header }: Message): readonly Fault[] {
  const heads = headsOf(header).filter((head) => !isEmpty(head));
  const [, second] = heads;
  return second
    ? [wrong(second, `a second ${second.name}`, 'one Status or MessageHeader')]
    : misshapenIn(header);
}

function misshapenIn(element: Element): readonly Fault[] {
  const seen = new Set<string>();
  return element.children.flatMap((child) => {
    const name = foldedName(child.name) ?? child.name;
    if (name !== child.name) return wrong(child, shown(child.name), `the name ${name}`);
    if (isEmpty(child)) return [];
    if (child.text !== '' && child.children.length > 0) {
      return wrong(child, 'text beside elements', 'text or elements');
    }
    const single = SINGLE.has(name) || (name === 'OrganId' && OF_ONE_AGENCY.has(element.name));
    if (single && seen.has(name)) return wrong(child, `a second ${name}`, `one ${name}`);
    seen.add(name);
    return misshapenIn(child);
  });
}

const wrong = ({ pointer }: Element, was: string, expected: string): Fault => ({
  code: 'data-invalid',
  pointer,
  was,
  expected,
});

/** The operation of a document message (`Bussiness`, sic); it stands among the hops, or beside them. */
export const businessOf = (header: Element): Element | undefined =>
  [
    ...childrenOf(header, 'TraceHeaderList').flatMap((list) => childrenOf(list, 'Bussiness')),
    ...childrenOf(header, 'Bussiness'),
  ].find((business) => !isEmpty(business));
