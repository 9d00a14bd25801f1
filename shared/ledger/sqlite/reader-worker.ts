import { parentPort, workerData } from 'node:worker_threads';
import { zoneOf } from '../../calendar/zone.ts';
import { errorText } from '../../kernel/error-text.ts';
import { LedgerBusy, LedgerNotReady, type LedgerReader, type LedgerSnapshot } from '../port.ts';
import { type BookRegistry, registryIn } from '../registry.ts';
import { openLedgerReader } from './reader.ts';
import type { Question, ReadTask, Reply, Sent } from './reader-messages.ts';

/** A thread that reads a ledger: one snapshot after another, each from `begin` to `end`. */
async function serve({ path, zone, books: module }: ReadTask): Promise<never> {
  const books = await registryIn(module);
  reply({ kind: 'up' });
  let reader: LedgerReader | undefined;
  for (;;) {
    const first = await next();
    if (first.kind !== 'begin') throw new Error(`A snapshot begins with begin, not ${first.kind}`);
    try {
      reader ??= openLedgerReader(path, zoneOf(zone));
      await reader.snapshot((ledger) => answerAll(ledger, books));
      reply({ kind: 'answer', value: null });
    } catch (error) {
      reply(failure(error));
    }
  }
}

/** Answers the questions of one snapshot, up to its end. */
async function answerAll(ledger: LedgerSnapshot, books: BookRegistry): Promise<void> {
  reply({ kind: 'answer', value: ledger.checkpoint });
  for (;;) {
    const question = await next();
    if (question.kind === 'end') return;
    try {
      reply({ kind: 'answer', value: await answer(ledger, question, books) });
    } catch (error) {
      reply(failure(error));
    }
  }
}

function answer(
  ledger: LedgerSnapshot,
  question: Exclude<Question, { kind: 'end' }>,
  books: BookRegistry,
): Promise<unknown> {
  const asked = <Query extends object>(query: Sent<Query>) => ({
    ...query,
    book: books.numbered(query.book),
  });
  switch (question.kind) {
    case 'balances':
      return ledger.balances(asked(question.query));
    case 'changes':
      return ledger.changes(asked(question.query), question.afterEntry);
    case 'moved':
      return ledger.moved(asked(question.query));
    case 'compared':
      return ledger.compared(asked(question.query));
    case 'rulings':
      return ledger.rulings(asked(question.query));
    case 'items':
      return ledger.items(books.numbered(question.book), question.places, question.known);
    case 'movements':
      return ledger.movements(books.numbered(question.book));
    case 'misplaced':
      return ledger.misplaced(books.numbered(question.book), question.limit);
    case 'wrongSums':
      return ledger.wrongSums(books.numbered(question.book), question.limit);
    case 'wrongSubjects':
      return ledger.wrongSubjects(books.numbered(question.book), question.after, question.limit);
    case 'storedFacts':
      return ledger.storedFacts(books.numbered(question.book), question.after, question.limit);
    case 'wrongDimensions':
      return ledger.wrongDimensions(question.limit);
    case 'knownSince':
      return ledger.knownSince(books.numbered(question.book));
    case 'list':
      return ledger.list(books.numbered(question.book), question.query);
    case 'subject':
      return ledger.subject(books.numbered(question.book), question.id, question.known);
    case 'declared':
      return ledger.declared(question.cut);
    case 'seenAgencies':
      return ledger.seenAgencies();
    case 'sources':
      return ledger.sources(question.since);
    case 'setAside':
      return ledger.setAside();
    case 'lost':
      return ledger.lost();
    case 'setAsideEvents':
      return ledger.setAsideEvents(question.after, question.limit);
    case 'begin':
      throw new Error('A snapshot has not ended');
  }
}

function failure(error: unknown): Reply {
  const message = errorText(error);
  const isKnown = error instanceof LedgerNotReady || error instanceof LedgerBusy;
  return { kind: 'failed', message, ...(isKnown && { code: error.code }) };
}

const reply = (message: Reply): void => parentPort?.postMessage(message);

const arrived: Question[] = [];
let wake: (() => void) | undefined;
parentPort?.on('message', (question: Question) => {
  arrived.push(question);
  wake?.();
});

async function next(): Promise<Question> {
  for (;;) {
    const question = arrived.shift();
    if (question) return question;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

// Given by the owner in reader-thread.ts.
await serve(workerData as ReadTask);
