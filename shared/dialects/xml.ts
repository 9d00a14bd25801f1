import { XMLParser } from 'fast-xml-parser';
import { type Fault, shown } from '../contracts/fault.ts';

/** An element by its local name: prefixes and namespaces on the axis are not dependable. Attributes are not kept. */
export interface XmlElement {
  readonly name: string;
  /** Its own text, trimmed; character references are resolved. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

export type ParsedXml =
  | { readonly kind: 'xml'; readonly root: XmlElement }
  | { readonly kind: 'invalid'; readonly fault: Fault };

/** Bounds on what a stranger may make us parse: the parser reads mark-up letter by letter and CDATA at a stride. */
export const XML_LIMITS = { characters: 32 << 20, markup: 4 << 20, tags: 50_000, depth: 32 } as const;

const parser = new XMLParser({
  preserveOrder: true,
  removeNSPrefix: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  processEntities: false,
  cdataPropName: '#cdata',
  maxNestedTags: XML_LIMITS.depth,
});

/** Parses a well-formed document within {@link XML_LIMITS}. Document types and entity declarations are refused outright. */
export function parseXml(text: string): ParsedXml {
  const refusal = refused(text);
  if (refusal) return refusal;
  try {
    // `true` checks well-formedness first; the parser alone repairs what it can.
    const [root] = elements(parser.parse(text.replace(/^\uFEFF/, '').trim(), true));
    return root ? { kind: 'xml', root } : invalid('no element', 'one XML document');
  } catch (error) {
    return invalid(error instanceof Error ? error.message : String(error), 'one well-formed XML document');
  }
}

function refused(text: string): ParsedXml | undefined {
  if (text.length > XML_LIMITS.characters) {
    return invalid(`${text.length} characters`, `at most ${XML_LIMITS.characters} characters`);
  }
  const markup = withoutCdata(text);
  if (/<!\s*(?:DOCTYPE|ENTITY)/i.test(markup)) return invalid('a DOCTYPE', 'XML without a document type');
  if (markup.length > XML_LIMITS.markup) {
    return invalid(`${markup.length} characters of mark-up`, `at most ${XML_LIMITS.markup} outside CDATA`);
  }
  const tags = markup.split('<').length - 1;
  return tags > XML_LIMITS.tags ? invalid(`${tags} tags`, `at most ${XML_LIMITS.tags} tags`) : undefined;
}

function withoutCdata(text: string): string {
  let kept = '';
  let from = 0;
  for (;;) {
    const start = text.indexOf('<![CDATA[', from);
    if (start < 0) return kept + text.slice(from);
    kept += text.slice(from, start);
    const end = text.indexOf(']]>', start);
    if (end < 0) return kept;
    from = end + 3;
  }
}

const invalid = (was: string, expected: string): ParsedXml => ({
  kind: 'invalid',
  fault: { code: 'unparseable', pointer: '', was: shown(was), expected },
});

/** The parser's ordered form: a list of objects with one key each, the element's name, `#text` or `#cdata`. */
function elements(nodes: unknown): XmlElement[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: Record<string, unknown>) =>
    Object.entries(node)
      .filter(([name]) => !name.startsWith('#') && name !== ':@')
      .map(([name, content]) => ({ name, text: ownText(content), children: elements(content) })),
  );
}

function ownText(nodes: unknown): string {
  if (!Array.isArray(nodes)) return '';
  return nodes
    .map((node: Record<string, unknown>) =>
      '#cdata' in node ? plain(node['#cdata']) : resolved(String(node['#text'] ?? '')),
    )
    .join('')
    .trim();
}

const plain = (nodes: unknown): string =>
  Array.isArray(nodes)
    ? nodes.map((node: Record<string, unknown>) => String(node['#text'] ?? '')).join('')
    : '';

const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The five predefined entities and numeric references; any other name stays as written, since none can be declared. */
const resolved = (text: string): string =>
  text.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
    if (name) return PREDEFINED[name] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : whole;
  });

/** The children of that local name. */
export const childrenOf = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? [];

/** The text at a path of local names, first match at each step; undefined when there is none or it is empty. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  const end = path.reduce<XmlElement | undefined>((at, name) => childrenOf(at, name)[0], element);
  return end?.text || undefined;
}

/** Every descendant of that local name, the element itself included, outermost first; none inside another. */
export function descendants(element: XmlElement, name: string): readonly XmlElement[] {
  return element.name === name ? [element] : element.children.flatMap((child) => descendants(child, name));
}
