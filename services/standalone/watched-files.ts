import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ChainHead, StoredChain } from '../../shared/event-store/chain.ts';
import { contradiction, differenceFrom } from '../../shared/event-store/chain-mark.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { readChainMark } from '../../shared/event-store/sqlite/chain-mark.ts';
import { openStoredChain, type SqliteChain } from '../../shared/event-store/sqlite/stored-chain.ts';
import { LOG_LIMIT_BYTES } from '../../shared/event-store/sqlite/write-ahead-log.ts';
import { aroundWrites } from '../../shared/event-store/with-writes.ts';
import { StoreError } from '../../shared/kernel/store-error.ts';
import type { Log } from '../../shared/platform/log.ts';
import { storeErrorOf } from '../../shared/sql/sqlite/errors.ts';
import type { Ingest } from '../ingest/app.ts';
import { MARKED } from './data-files.ts';

/** Those that cannot be made anew. A rebuild replaces `ledger.db`. */
const KEPT = [
  ...['events.db', ...MARKED].flatMap((name) => [name, `${name}-wal`, `${name}-shm`]),
  'lock.db',
] as const;
const LOOK_EVERY_MS = 1_000;

type DeadLetters = Ingest['deadLetters'];

export interface WatchedFiles {
  /** The store, recording nothing while a file is not the one that was opened. */
  readonly store: EventStore;
  /** The letters, of which none is kept meanwhile. */
  letters(all: DeadLetters): DeadLetters;
  /** Begins to look, once all files are there. */
  watch(): void;
  /** Ends it. To be called before any of the files is closed: SQLite then removes its logs. */
  stop(): void;
  /** The file that is gone, cut, or another one than at the start; undefined when all are as they were. */
  problem(): string | undefined;
  /** Why the ledger cannot be read, which costs no event; undefined when it can. */
  ledgerProblem(): string | undefined;
}

/**
 * Notices that a file of DATA_DIR was unlinked, cut, replaced or overwritten while it is open: what is written to it would be acknowledged,
 * and gone with the process. Names, inodes and sizes are looked at before each write and before it is acknowledged; once a second the
 * files are read anew, by connections that remember no page.
 */
export function watchedFiles(store: EventStore, dataDir: string, log: Log): WatchedFiles {
  const content = new ContentWatch(dataDir);
  let kept: readonly KeptFile[] = [];
  let looking: NodeJS.Timeout | undefined;
  let logged: string | undefined;
  const problem = () => {
    const found = kept.map((file) => file.fault()).find((fault) => fault !== undefined) ?? content.fault;
    if (found !== logged && found !== undefined)
      log.error({ fault: found }, 'data files: changed by another program, no event is recorded');
    if (found === undefined && logged !== undefined) log.info('data files: as they were again');
    logged = found;
    return found;
  };
  const assertWhole = () => {
    const found = problem();
    if (found !== undefined) throw new StoreError('unavailable', found);
  };
  const whileWhole = async <Result>(write: () => Promise<Result>): Promise<Result> => {
    assertWhole();
    const result = await write();
    assertWhole();
    return result;
  };
  return {
    store: aroundWrites(store, whileWhole),
    letters: (all) => ({
      keep: (letters) => whileWhole(() => all.keep(letters)),
      list: (query) => all.list(query),
      get: (id) => all.get(id),
      tried: (id, outcome) => all.tried(id, outcome),
      dismiss: (id, dismissal) => all.dismiss(id, dismissal),
      delete: (id) => all.delete(id),
      sweep: (before) => all.sweep(before),
      open: () => all.open(),
      noteTypes: (topic, types) => all.noteTypes(topic, types),
      typesOn: (topic) => all.typesOn(topic),
      close: () => all.close(),
    }),
    watch() {
      kept = KEPT.flatMap((name) => KeptFile.opened(dataDir, name));
      const look = async () => {
        if (kept.every((file) => file.fault() === undefined)) await content.look();
        problem();
      };
      void look();
      looking = setInterval(() => void look(), LOOK_EVERY_MS);
      looking.unref();
    },
    stop() {
      clearInterval(looking);
      kept = [];
    },
    problem,
    ledgerProblem() {
      const bytes = statSync(join(dataDir, 'ledger.db'), { throwIfNoEntry: false })?.size;
      if (bytes !== undefined && bytes > 0) return undefined;
      const what = bytes === undefined ? 'removed' : 'emptied';
      return `ledger.db was ${what} while the server has it open: stop the server and delete it, and the next start builds it`;
    },
  };
}

/** A file that is open. Nothing here opens it: to close it again would drop the locks that SQLite holds on it for this process. */
class KeptFile {
  readonly #path: string;
  readonly #name: string;
  readonly #inode: number;
  /** It never has fewer bytes again. */
  #least: number;
  /** Where it was cut, which no later growth repairs. */
  #cut: string | undefined;

  private constructor(path: string, name: string, { ino, size }: { ino: number; size: number }) {
    this.#path = path;
    this.#name = name;
    this.#inode = ino;
    this.#least = leastBytes(name, size);
  }

  static opened(dataDir: string, name: string): readonly KeptFile[] {
    const path = join(dataDir, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats ? [new KeptFile(path, name, stats)] : [];
  }

  fault(): string | undefined {
    const now = statSync(this.#path, { throwIfNoEntry: false });
    if (now === undefined) return `${this.#name} was removed while the server has it open`;
    if (now.ino !== this.#inode)
      return `${this.#name} was replaced while the server has the former file open`;
    if (now.size < this.#least) {
      const what = now.size === 0 ? 'emptied' : `cut from ${this.#least} to ${now.size} bytes`;
      this.#cut = `${this.#name} was ${what} while the server has it open`;
    }
    this.#least = leastBytes(this.#name, now.size);
    return this.#cut;
  }
}

/** SQLite makes a file shorter only by VACUUM, of which there is none here. */
function leastBytes(name: string, bytes: number): number {
  if (name === 'events.db-wal') return Math.min(bytes, LOG_LIMIT_BYTES);
  // Emptied where content is erased.
  return name.endsWith('-wal') ? 0 : bytes;
}

/** Whether the files hold what they held a second ago. Once one was overwritten, what is written to it later repairs nothing. */
class ContentWatch {
  fault: string | undefined;
  readonly #dataDir: string;
  #head: ChainHead | undefined;
  readonly #marks = new Map<string, ChainHead>();
  #failed = false;
  #isOverwritten = false;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  async look(): Promise<void> {
    if (this.#isOverwritten) return;
    let name: 'events.db' | (typeof MARKED)[number] = 'events.db';
    let chain: SqliteChain | undefined;
    try {
      chain = openStoredChain(join(this.#dataDir, name));
      let fault = await this.#eventsFault(chain);
      for (name of MARKED) fault ??= await this.#markFault(name, chain);
      this.fault = fault;
      this.#failed = false;
      this.#isOverwritten = fault !== undefined;
    } catch (error) {
      const { code, message } = storeErrorOf(error);
      // Else it may be that it is busy: then the next look succeeds.
      if (code === 'corrupt' || this.#failed) this.fault = `${name} cannot be read: ${message}`;
      this.#failed = true;
    } finally {
      await chain?.close();
    }
  }

  async #eventsFault(chain: StoredChain): Promise<string | undefined> {
    const fault = this.#head && (await differenceFrom(chain, this.#head));
    if (fault !== undefined) return `events.db was overwritten while the server has it open: ${fault}`;
    this.#head = await chain.head();
    return undefined;
  }

  /** What the file has seen of the events shows whose it is. */
  async #markFault(name: string, chain: StoredChain): Promise<string | undefined> {
    const [before, mark] = [this.#marks.get(name), readChainMark(join(this.#dataDir, name))];
    const overwritten = (why: string) => `${name} was overwritten while the server has it open: ${why}`;
    if (mark === undefined) return before && overwritten('it has no mark of the events');
    if (before?.store === mark.store && before.position > mark.position)
      return overwritten(
        `its mark of the events went back from position ${before.position} to ${mark.position}`,
      );
    const fault = await contradiction(chain, mark);
    if (fault !== undefined) return overwritten(`it belongs to other events: ${fault}`);
    this.#marks.set(name, mark);
    return undefined;
  }
}
