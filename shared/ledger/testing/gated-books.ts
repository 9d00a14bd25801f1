import { getEnvironmentData } from 'node:worker_threads';
import type { Book } from '../../bookkeeping/book.ts';
import { books as real } from '../../books/registry.ts';
import { registryOf } from '../registry.ts';

/** The name under which a test gives its gate to the threads that it starts. */
export const GATE = 'gate';
/** A test that fails ends within this time. */
const LONGEST_MS = 10_000;

/** What a test writes into the second place of its gate. */
export const OPEN = 1;
export const DEADLY = 2;

/** The real books in a thread whose lists count themselves in the first place of the gate and stand still while its second is 0. */
export const books = registryOf(real.all.map(gated), import.meta.url);

function gated(book: Book): Book {
  return {
    ...book,
    itemOf: (subject, place, zone) => {
      const gate = getEnvironmentData(GATE);
      if (gate instanceof Int32Array) {
        Atomics.add(gate, 0, 1);
        Atomics.notify(gate, 0);
        Atomics.wait(gate, 1, 0, LONGEST_MS);
        if (Atomics.load(gate, 1) === DEADLY) process.exit();
      }
      return book.itemOf(subject, place, zone);
    },
  };
}
