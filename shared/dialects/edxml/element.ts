import { type Fault, pointerOf, shown } from '../../contracts/fault.ts';

/** An element of a message by its local name: prefixes and namespaces on the axis are not dependable. Attributes are not kept. */
export interface Element {
  readonly name: string;
  /** JSON Pointer (RFC 6901) to it in the message as it was sent. */
  readonly pointer: string;
  /** Its own text, trimmed. */
  readonly text: string;
  readonly children: readonly Element[];
}

/** A message as a tree, or why it is none. */
export type Parsed =
  | { readonly kind: 'tree'; readonly root: Element }
  | { readonly kind: 'invalid'; readonly fault: Fault };

/** A body that cannot be read as a message at all. */
export const unreadable = (was: string, expected: string, pointer = ''): Parsed & { kind: 'invalid' } => ({
  kind: 'invalid',
  fault: { code: 'unparseable', pointer, was, expected },
});

/** The children of that local name. */
export const childrenOf = (element: Element | undefined, name: string): readonly Element[] =>
  element?.children.filter((child) => child.name === name) ?? [];

/** Every descendant of that local name, the element itself included, outermost first; none inside another. */
export const descendants = (element: Element, name: string): readonly Element[] =>
  element.name === name ? [element] : element.children.flatMap((child) => descendants(child, name));

/** Whether it has no content: senders write `<ResponseFor />` for none. */
export const isEmpty = ({ text, children }: Element): boolean => text === '' && children.every(isEmpty);

/** A value that a message states, where it stands, and its fault if it has one. */
export interface Field {
  readonly pointer: string;
  /** As it was written; absent where nothing is, or an empty element. */
  readonly written?: string;
  /** As the contracts read it. */
  readonly value?: string;
  readonly fault?: Fault;
}

/** The text at a path of local names, first match at each step. */
export function fieldAt(element: Element, ...path: readonly string[]): Field {
  const [name, ...rest] = path;
  if (name === undefined) return written(element);
  const child = childrenOf(element, name).find((one) => !isEmpty(one)) ?? childrenOf(element, name)[0];
  return child ? fieldAt(child, ...rest) : { pointer: element.pointer + pointerOf(path) };
}

const written = ({ pointer, text }: Element): Field =>
  text === '' ? { pointer } : { pointer, written: text, value: text };

/** The same place with another value. */
export const valued = ({ pointer, written }: Field, value: string): Field =>
  written === undefined ? { pointer, value } : { pointer, written, value };

/** The same place, where something else should stand. */
export const faulty = (field: Field, expected: string): Field => ({
  ...field,
  fault: { code: 'data-invalid', pointer: field.pointer, was: shown(field.written), expected },
});
