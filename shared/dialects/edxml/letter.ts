import type { Element } from './element.ts';
import { OWN_TEXT } from './json.ts';
import type { Message } from './messages.ts';

/** A refused message as a dead letter keeps it: the fields read from it, in the JSON form, without people's names or files. */
export interface Letter {
  readonly text: string;
  /** The place in the letter of a place in the message as it was sent. */
  pointer(sent: string): string;
  /** The inverse. */
  sentPointer(kept: string): string;
}

/** Elements keep their paths below the header, so that a fault has the same end in the message and in its letter. */
export function letterOf({ header, sentAt }: Message): Letter {
  const places: [sent: string, kept: string][] = [[header.pointer, '/header']];
  const kept: Kept = { header: {} };
  for (const child of header.children) keep(kept, child, header.pointer);
  if (sentAt?.written !== undefined) {
    places.push([sentAt.pointer, '/send-date']);
    put(kept, ['send-date'], sentAt.written);
  }
  return {
    text: JSON.stringify(kept),
    pointer: (sent) => moved(sent, places),
    sentPointer: (pointer) =>
      moved(
        pointer,
        places.map(([sent, there]) => [there, sent]),
      ),
  };
}

type Kept = string | Kept[] | { [name: string]: Kept };

function keep(letter: Kept, element: Element, from: string): void {
  const path = ['header', ...element.pointer.slice(from.length + 1).split('/')];
  const { text, children } = element;
  put(letter, path, children.length > 0 ? {} : text);
  if (children.length > 0 && text !== '') put(letter, [...path, OWN_TEXT], text);
  for (const child of children) keep(letter, child, from);
}

/** Puts a value at a path of names and, where elements share a name, of numbers. */
function put(letter: Kept, path: readonly string[], value: Kept): void {
  let at: Kept = letter;
  for (const [index, step] of path.entries()) {
    const next = path[index + 1];
    const there: Kept | undefined = typeof at === 'string' ? undefined : Reflect.get(at, step);
    const wanted: Kept = next === undefined ? value : (there ?? (/^\d+$/.test(next) ? [] : {}));
    if (typeof at !== 'string') Reflect.set(at, step, wanted);
    at = wanted;
  }
}

function moved(pointer: string, places: readonly (readonly [from: string, to: string])[]): string {
  const place = places.find(([from]) => pointer === from || pointer.startsWith(`${from}/`));
  return place ? place[1] + pointer.slice(place[0].length) : pointer;
}
