import { SaxesParser } from 'saxes';
import { pointerOf, shown } from '../../contracts/fault.ts';
import { type Element, type Parsed, unreadable } from './element.ts';

/** Bounds on the size of foreign XML. */
export const XML_LIMITS = { tags: 50_000, attributes: 50_000, depth: 32 } as const;

/**
 * Parses a well-formed XML document within {@link XML_LIMITS}. Document types are refused outright; so no entity but the five
 * predefined ones is ever declared, and any other is a fault.
 * @param at JSON Pointer to the place where the document stands, for the pointers of its elements
 */
export function parseXml(text: string, at = ''): Parsed {
  const tree = new Tree();
  const parser = new SaxesParser({ position: true });
  // A handler that throws ends the parsing at once.
  parser.on('error', (error) => refuse(error.message, 'one well-formed XML document'));
  parser.on('doctype', () => refuse('a DOCTYPE', 'XML without a document type'));
  parser.on('xmldecl', ({ encoding = 'UTF-8' }) => {
    // .NET declares the encoding of its strings, UTF-16, in every message; a text that we can read is proof that it is not UTF-16.
    if (!/^(utf-?8|us-ascii|utf-?16)$/i.test(encoding)) refuse(`XML in ${encoding}`, 'XML in UTF-8');
  });
  parser.on('attribute', () => tree.attribute());
  parser.on('opentag', ({ name }) => tree.open(localName(name)));
  parser.on('text', (piece) => tree.text(piece));
  parser.on('cdata', (piece) => tree.text(piece));
  parser.on('closetag', () => tree.close());
  try {
    parser.write(text.trimStart()).close();
  } catch (error) {
    if (error instanceof Refusal) return unreadable(error.message, error.expected, at);
    throw error;
  }
  return tree.root
    ? { kind: 'tree', root: placed(tree.root, at + pointerOf([tree.root.name])) }
    : unreadable('no element', 'one XML document', at);
}

class Refusal extends Error {
  readonly expected: string;
  constructor(was: string, expected: string) {
    super(was);
    this.expected = expected;
  }
}

function refuse(was: string, expected: string): never {
  throw new Refusal(shown(was), expected);
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

interface Node {
  readonly name: string;
  text: string;
  readonly children: Node[];
}

/** Builds the tree from the events of the parser. */
class Tree {
  root: Node | undefined;
  readonly #open: Node[] = [];
  #tags = 0;
  #attributes = 0;

  attribute(): void {
    this.#attributes += 1;
    if (this.#attributes > XML_LIMITS.attributes) {
      refuse('more attributes', `at most ${XML_LIMITS.attributes} attributes`);
    }
  }

  open(name: string): void {
    this.#tags += 1;
    if (this.#tags > XML_LIMITS.tags) refuse('more tags', `at most ${XML_LIMITS.tags} tags`);
    if (this.#open.length === XML_LIMITS.depth) {
      refuse('deeper elements', `at most ${XML_LIMITS.depth} elements nested in each other`);
    }
    const node: Node = { name, text: '', children: [] };
    const parent = this.#open.at(-1);
    if (parent) parent.children.push(node);
    else this.root = node;
    this.#open.push(node);
  }

  text(piece: string): void {
    const node = this.#open.at(-1);
    if (node) node.text += piece;
  }

  close(): void {
    this.#open.pop();
  }
}

/** Elements that share a name with a sibling are distinguished by their number, from 0. */
function placed({ name, text, children }: Node, pointer: string): Element {
  const total = new Map<string, number>();
  for (const child of children) total.set(child.name, (total.get(child.name) ?? 0) + 1);
  const seen = new Map<string, number>();
  const elements = children.map((child) => {
    const number = seen.get(child.name) ?? 0;
    seen.set(child.name, number + 1);
    const path = (total.get(child.name) ?? 0) > 1 ? [child.name, number] : [child.name];
    return placed(child, pointer + pointerOf(path));
  });
  return { name, pointer, text: text.trim(), children: elements };
}
