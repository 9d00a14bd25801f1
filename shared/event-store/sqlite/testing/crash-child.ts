import { openEventStore } from '../store.ts';
import { crashEvent } from './crash-events.ts';

/**
 * Run by `crash.int.test.ts`: records events from number `argv[3]` on into the file `argv[2]`, several batches at a time, and
 * writes the number after each batch to standard output once it is acknowledged. It goes on until it is killed.
 */
const [, , path = '', from = '0'] = process.argv;
const store = await openEventStore(path);
let next = Number(from);

async function lane(): Promise<never> {
  for (;;) {
    const first = next;
    next += 1 + (first % 97);
    const numbers = Array.from({ length: next - first }, (_, index) => first + index);
    const end = next;
    await store.record(numbers.map(crashEvent), Date.now());
    process.stdout.write(`${first} ${end}\n`);
  }
}

await Promise.all([lane(), lane(), lane(), lane()]);
