import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { zoneOf } from '../../shared/calendar/zone.ts';
import type { Position } from '../../shared/contracts/stored-event.ts';
import type { ChainHead } from '../../shared/event-store/chain.ts';
import { SCRUBBING } from '../../shared/event-store/scrub-report.ts';
import { hasLostMark, writeChainMark } from '../../shared/event-store/sqlite/chain-mark.ts';
import { noteCompanions } from '../../shared/event-store/sqlite/companions.ts';
import { openStoredChain } from '../../shared/event-store/sqlite/stored-chain.ts';
import { verifyDerived } from '../../shared/event-store/sqlite/verify-file.ts';
import { faultText } from '../../shared/event-store/verify-chain.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { ledgerFaults } from '../../shared/ledger/ledger-faults.ts';
import { registryIn } from '../../shared/ledger/registry.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { wait } from '../../shared/platform/wait.ts';
import { storeErrorOf } from '../../shared/sql/sqlite/errors.ts';
import { integrityFaults } from '../../shared/sql/sqlite/integrity.ts';
import { wronglyOpen } from '../ingest/dead-letters/dead-letters-sqlite.ts';
import { compareChain } from './compare-chain.ts';

export interface GuardTask {
  readonly eventsPath: string;
  readonly ledgerPath: string;
  readonly lettersPath: string;
  /** Files that note the head of the chain. */
  readonly markPaths: readonly string[];
  readonly zone: string;
  /** Path of the module with the registry of books. */
  readonly books: string;
}

export type FromGuard =
  | { readonly kind: 'head'; readonly head: ChainHead }
  | { readonly kind: 'compared'; readonly position: Position }
  | { readonly kind: 'fault'; readonly text: string }
  /** A comparison of all has ended. @property at epoch milliseconds */
  | { readonly kind: 'complete'; readonly at: number };

/** How often the head is noted: so much of what was acknowledged may be lost unnoticed when both logs are cut. */
const MARK_MS = 1_000;
const SHOWN = 10;

async function guard(task: GuardTask): Promise<void> {
  const stop = new AbortController();
  parentPort?.once('message', () => stop.abort());
  await Promise.all([noteHeads(task, stop.signal), scrub(task, stop.signal)]);
  parentPort?.close();
}

const send = (message: FromGuard): void => parentPort?.postMessage(message);

async function noteHeads({ eventsPath, markPaths }: GuardTask, signal: AbortSignal): Promise<void> {
  const chain = openStoredChain(eventsPath);
  let noted: ChainHead | undefined;
  const note = async () => {
    const head = await chain.head();
    if (!head || head.link === noted?.link) return;
    send({ kind: 'head', head });
    for (const path of markPaths) if (!noted || !hasLostMark(path, noted)) writeChainMark(path, head);
    if (noted === undefined)
      noteCompanions(
        eventsPath,
        markPaths.map((path) => basename(path)),
      );
    noted = head;
  };
  for (let isLast = false; !isLast; ) {
    isLast = signal.aborted;
    try {
      await note();
    } catch {
      // A full disk, or a file that cannot be read: those who write and compare it report that. The next second tries again.
    }
    if (!isLast) await wait(MARK_MS, signal);
  }
  await chain.close();
}

/** Compares all that is stored, slowly, again and again. */
async function scrub(task: GuardTask, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const compare of COMPARISONS) {
      if (signal.aborted) return;
      try {
        await compare(task, signal);
      } catch (error) {
        const { code, message } = storeErrorOf(error);
        // Else it is busy or being replaced: the next comparison shows more.
        if (code === 'corrupt') fault(message);
      }
      await wait(SCRUBBING.pageMs, signal);
    }
    if (!signal.aborted) send({ kind: 'complete', at: systemClock() });
    await wait(SCRUBBING.restMs, signal);
  }
}

const fault = (text: string): void => send({ kind: 'fault', text });

function report(texts: readonly string[], file = ''): void {
  for (const text of texts) fault(file + text);
}

const COMPARISONS: readonly ((task: GuardTask, signal: AbortSignal) => Promise<void>)[] = [
  async ({ lettersPath }) => {
    const wrong = wronglyOpen(lettersPath);
    if (wrong !== undefined) fault(`dead-letters.db: ${wrong}`);
  },
  ({ eventsPath }, signal) =>
    compareChain(eventsPath, SCRUBBING.pageMs, signal, ({ faults, position }) => {
      for (const found of faults.slice(0, SHOWN)) fault(faultText(found));
      send({ kind: 'compared', position });
    }),
  async ({ eventsPath }) => report(verifyDerived(eventsPath, SHOWN)),
  async ({ eventsPath }) => report(integrityFaults(eventsPath, SHOWN), 'events.db: '),
  async ({ ledgerPath }) => report(integrityFaults(ledgerPath, SHOWN), 'ledger.db: '),
  async (task, signal) => report(await wrongLedger(task, signal), 'ledger.db: '),
];

/** The sums against the journal, the subjects against their facts. */
async function wrongLedger(
  { ledgerPath, zone, books: module }: GuardTask,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const books = await registryIn(module);
  const ledger = openLedgerReader(ledgerPath, zoneOf(zone));
  try {
    return await ledgerFaults(ledger, books, SHOWN, { pageMs: SCRUBBING.pageMs, signal });
  } finally {
    await ledger.close();
  }
}

// Given by the owner in past-guard.ts.
await guard(workerData as GuardTask);
