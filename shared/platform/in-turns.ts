/** Beyond this a piece ends; it is about what a reader's answer takes. */
const PIECE_MS = 2;

/**
 * Turns of the event loop between two pieces, of all callers. Node accepts one connection a turn: were there a piece in each, turns
 * would take milliseconds, and new clients would wait until they are accepted. A turn without a piece costs some microseconds.
 */
const TURNS_BETWEEN = 8;

let last: Promise<void> = Promise.resolve();

/** A turn of the event loop that no other caller has: of many that wait, one goes on. */
function turn(): Promise<void> {
  last = last.then(async () => {
    for (let left = TURNS_BETWEEN; left > 0; left--)
      await new Promise<void>((resolve) => setImmediate(resolve));
  });
  return last;
}

/** Maps items in pieces of some milliseconds, so that other requests get turns of the event loop between them. */
export async function mapInTurns<Item, Mapped>(
  items: readonly Item[],
  map: (item: Item) => Mapped,
  now: () => number = () => performance.now(),
): Promise<readonly Mapped[]> {
  const mapped: Mapped[] = [];
  let began = now();
  for (const item of items) {
    if (now() - began >= PIECE_MS) {
      await turn();
      began = now();
    }
    mapped.push(map(item));
  }
  return mapped;
}

/** Of work that has steps of its own: a question about a thousand objectives takes some of them. */
const LONG_PIECE_MS = 10;

/** Called between two steps of such work: ends a piece that has become long, so that other requests get a turn of the event loop. */
export function pauses(now: () => number = () => performance.now()): () => Promise<void> | undefined {
  let began = now();
  return () => {
    if (now() - began < LONG_PIECE_MS) return undefined;
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      began = now();
    });
  };
}
