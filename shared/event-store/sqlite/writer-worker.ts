import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Position } from '../../contracts/stored-event.ts';
import { storeErrorOf } from '../../sql/sqlite/errors.ts';
import type { ChainHead } from '../chain.ts';
import { type PageBound, PageFill } from '../page-bound.ts';
import type { PackedRequest } from './requests.ts';
import { CommitAnnouncer } from './signal.ts';
import { SqliteWriter, type WriteReply } from './writer.ts';

/** What the store sends to its writer thread. */
export type ToWriter = PackedRequest | { readonly kind: 'close' };
/** What it gets back: `ready` once (or why not), then one reply for each request in their order, `closed` at the end. */
export type FromWriter =
  | WriteReply
  /** Before `ready`: how far a store from before the chain is chained. */
  | { readonly kind: 'chaining'; readonly position: Position; readonly head: Position }
  | { readonly kind: 'ready' }
  | { readonly kind: 'closed' };

export interface WriterData {
  readonly path: string;
  readonly copyOf: ChainHead | undefined;
}

/** Bounds how long one transaction keeps the callers of the next waiting: about a third of a second. */
const EVENTS_A_TRANSACTION = 20_000;
/** Of contents: what the thread holds at a time. */
const BYTES_A_TRANSACTION = 16 * 1_024 * 1_024;
const TRANSACTION: PageBound = { events: EVENTS_A_TRANSACTION, bytes: BYTES_A_TRANSACTION };

/** Serves a store file from a worker thread: what waits in the queue is written in one transaction, for one fsync. */
function serve(port: MessagePort, { path, copyOf }: WriterData): void {
  const answer = (reply: FromWriter): void => port.postMessage(reply);
  const writer = SqliteWriter.open(
    path,
    (position, head) => answer({ kind: 'chaining', position, head }),
    copyOf,
  );
  const announcer = new CommitAnnouncer(path);

  port.on('message', (first: ToWriter) => {
    for (let message: ToWriter | undefined = first; message; message = nextOf(port)) {
      const { requests, isClosing } = transactionFrom(message, port);
      if (requests.length > 0) {
        const replies = writer.write(requests);
        if (replies.some((reply) => reply.kind !== 'failed')) announcer.announce();
        replies.forEach(answer);
      }
      if (isClosing) {
        announcer.close();
        writer.close();
        answer({ kind: 'closed' });
        port.close();
        return;
      }
    }
  });
  answer({ kind: 'ready' });
}

/** What waits, as far as it goes into one transaction. */
function transactionFrom(first: ToWriter, port: MessagePort) {
  const requests: PackedRequest[] = [];
  const fill = new PageFill(TRANSACTION);
  let message: ToWriter | undefined = first;
  while (message && message.kind !== 'close') {
    requests.push(message);
    fill.addAll(message.events.length, message.contentBytes);
    message = fill.full ? undefined : nextOf(port);
  }
  return { requests, isClosing: message !== undefined };
}

function nextOf(port: MessagePort): ToWriter | undefined {
  return receiveMessageOnPort(port)?.message;
}

if (parentPort) {
  try {
    serve(parentPort, workerData);
  } catch (error) {
    const { code, message } = storeErrorOf(error);
    parentPort.postMessage({ kind: 'failed', code, message } satisfies FromWriter);
    parentPort.close();
  }
}
