import type { Readable } from 'node:stream';

/** Of all refused bodies together, so many pieces are read in one turn of the event loop; a piece has up to 128 KiB. */
const PIECES_A_TURN = 8;

const waiting: (() => void)[] = [];
let isScheduled = false;

/** In the order of asking. */
function nextPiece(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    schedule();
  });
}

function schedule(): void {
  if (isScheduled || waiting.length === 0) return;
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    for (const resolve of waiting.splice(0, PIECES_A_TURN)) resolve();
    schedule();
  });
}

/**
 * Reads a body that is refused to its end, or until its connection ends, and keeps nothing of it. It is read piece by piece, and of all
 * such bodies a bounded number of pieces in a turn, so that hundreds of refused senders cost no other request its turn: they are
 * slowed down by their own connections instead.
 */
export async function throwAway(body: Readable): Promise<void> {
  try {
    for await (const _ of body.iterator({ destroyOnReturn: false })) await nextPiece();
  } catch {
    // Its sender has gone, or took too long.
  }
}
