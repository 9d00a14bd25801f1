/** An element of a message by its local name: prefixes and namespaces on the axis are not dependable. Attributes are not kept. */
export interface Element {
  readonly name: string;
  /** JSON Pointer (RFC 6901) to it in the message as it was sent. */
  readonly pointer: string;
  /** Its own text, trimmed. */
  readonly text: string;
  readonly children: readonly Element[];
}

/** The children of that local name. */
export const childrenOf = (element: Element | undefined, name: string): readonly Element[] =>
  element?.children.filter((child) => child.name === name) ?? [];

/** The text at a path of local names, first match at each step; undefined when there is none or it is empty. */
export function textAt(element: Element | undefined, ...path: readonly string[]): string | undefined {
  const end = path.reduce<Element | undefined>((at, name) => childrenOf(at, name)[0], element);
  return end?.text || undefined;
}

/** Every descendant of that local name, the element itself included, outermost first; none inside another. */
export function descendants(element: Element, name: string): readonly Element[] {
  return element.name === name ? [element] : element.children.flatMap((child) => descendants(child, name));
}
