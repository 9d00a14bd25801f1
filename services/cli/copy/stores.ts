import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ChainHead, StoredChain } from '../../../shared/event-store/chain.ts';
import { openEventStoreDb } from '../../../shared/event-store/eventstoredb/store.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import { openEventReader, openEventStore } from '../../../shared/event-store/sqlite/store.ts';
import { openStoredChain } from '../../../shared/event-store/sqlite/stored-chain.ts';
import { holdDataDir } from '../../../shared/platform/data-dir.ts';
import type { Log } from '../../../shared/platform/log.ts';
import { UsageError } from '../command.ts';

/** A store that is only read. */
export interface Source extends Pick<EventStore, 'readAll' | 'readStream' | 'head' | 'close'> {
  /** Of a store whose events are chained in it. */
  readonly chain?: StoredChain;
}
/** A store that events are copied into. */
export type Target = Source & Pick<EventStore, 'record'>;

/** A kind of store, by how its name begins. */
interface Kind {
  readonly form: string;
  readonly begins: RegExp;
  readonly read: (name: string, log: Log) => Promise<Source>;
  readonly write: (name: string, log: Log, copyOf: ChainHead | undefined) => Promise<Target>;
}

const SQLITE = /^sqlite:/;

const openServer = (connectionString: string, log: Log) => openEventStoreDb({ connectionString, log });

const KINDS: readonly Kind[] = [
  { form: 'sqlite:PATH', begins: SQLITE, read: readFile, write: writeFile },
  {
    form: 'esdb://…',
    begins: /^(esdb|kurrentdb|kurrent|kdb)(\+discover)?:/,
    read: openServer,
    write: openServer,
  },
];

/** The forms of a STORE, for people. */
export const STORE_FORMS: string = KINDS.map(({ form }) => form).join(' or ');

/** @throws UsageError when the name is of no kind that is known; StoreError */
export const openSource = (option: string, name: string, log: Log): Promise<Source> =>
  kindOf(option, name).read(name, log);

/**
 * Closing it also lets go of what holds off others. @param copyOf the head of the source, for the first record of a new chain. @throws UsageError when it is of no known kind; Error when it is in use; StoreError
 */
export const openTarget = (option: string, name: string, log: Log, copyOf?: ChainHead): Promise<Target> =>
  kindOf(option, name).write(name, log, copyOf);

function kindOf(option: string, name: string): Kind {
  const kind = KINDS.find(({ begins }) => begins.test(name));
  if (kind) return kind;
  // Only the beginning is repeated: the rest may hold a password.
  throw new UsageError(`${option}: got ${JSON.stringify(`${name.split(':', 1)[0]}…`)}, want ${STORE_FORMS}`);
}

/** The file of `sqlite:PATH`: a folder is a DATA_DIR, and so is what is not there and is not named as a file. */
function fileOf(name: string): string {
  const path = name.replace(SQLITE, '');
  if (path === '') throw new UsageError('sqlite: which path?');
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? !path.endsWith('.db');
  return isFolder ? join(path, 'events.db') : path;
}

async function readFile(name: string): Promise<Source> {
  const path = fileOf(name);
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  const [store, chain] = [openEventReader(path), openStoredChain(path)];
  return {
    ...reading(store),
    chain,
    async close() {
      await chain.close();
      await store.close();
    },
  };
}

const reading = (store: Source): Omit<Source, 'close'> => ({
  readAll: (after, limit, bytes) => store.readAll(after, limit, bytes),
  readStream: (stream, from, limit) => store.readStream(stream, from, limit),
  head: () => store.head(),
});

/** A server would not see that another writes to its file; so it is kept out, and one that runs keeps us out. */
async function writeFile(name: string, _log: Log, copyOf: ChainHead | undefined): Promise<Target> {
  const path = fileOf(name);
  const lock = holdDataDir(dirname(path), '(nhip copy)');
  try {
    const store = await openEventStore(path, copyOf && { copyOf });
    const chain = openStoredChain(path);
    return {
      ...reading(store),
      chain,
      record: (events, recordedAt) => store.record(events, recordedAt),
      async close() {
        await chain.close();
        await store.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
