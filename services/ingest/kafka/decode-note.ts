import { randomUUID } from 'node:crypto';
import type { Admin, Consumer } from 'kafkajs';
import type { Log } from '../../../shared/platform/log.ts';
import type { Care } from './consume.ts';
import type { PartitionLag } from './port.ts';

/**
 * What the group keeps beside the offset of a partition (the metadata of a commit): the process that decodes behind it, and the message
 * that it decodes alone. A process that dies of a message leaves the note; the next one decodes message by message, noting each, and refuses the
 * message that has ended several.
 */
interface Note {
  readonly process: string;
  /** Offset of the message that is decoded alone; undefined for a whole chunk. */
  readonly alone: string | undefined;
  /** Processes that have ended while they decoded this message alone. */
  readonly deaths: number;
}

/** A message is refused after so many processes that ended while they decoded it alone: one may have been killed. */
const DEATHS = 2;
/** A chunk has up to so many messages: the one at fault is among them. */
const SUSPECTS = 1_000;

const PROCESS = randomUUID().slice(0, 8);
/** Beside every commit while reading goes on. */
export const READING = readingBy(PROCESS);
const FORM = /^decoding ([0-9a-f]{8})(?: (\d+) (\d+))?$/;

function written({ process, alone, deaths }: Note): string {
  return alone === undefined ? `decoding ${process}` : `decoding ${process} ${alone} ${deaths}`;
}

/** What a process notes beside every commit while it goes on reading. */
export function readingBy(process: string): string {
  return written({ process, alone: undefined, deaths: 0 });
}

function read(metadata: string | null): Note | undefined {
  const [, process, alone, deaths] = FORM.exec(metadata ?? '') ?? [];
  return process === undefined ? undefined : { process, alone, deaths: Number(deaths ?? 0) };
}

/** The note of one partition, as this process keeps it. */
export class DecodeNote {
  readonly #found: Note | undefined;
  readonly #process: string;
  #suspects: number;

  /** @param metadata as committed when the partition was assigned */
  constructor(metadata: string | null, process = PROCESS) {
    const found = read(metadata);
    // Its own note means that it lives.
    this.#found = found?.process === process ? undefined : found;
    this.#process = process;
    this.#suspects = this.#found ? SUSPECTS : 0;
  }

  /** Whether messages are decoded one by one. */
  get careful(): boolean {
    return this.#suspects > 0;
  }

  /**
   * The next message is to be decoded with care.
   * @returns what to note before, or that it is not to be decoded
   */
  next(offset: string): { readonly kind: 'decode'; readonly note: string } | { readonly kind: 'refuse' } {
    this.#suspects -= 1;
    const found = this.#found;
    const deaths = found?.alone === offset ? found.deaths + 1 : 0;
    return deaths >= DEATHS
      ? { kind: 'refuse' }
      : { kind: 'decode', note: written({ process: this.#process, alone: offset, deaths }) };
  }

  /** For a batch that is decoded with care. @param commit keeps a note beside the offset that is committed */
  care(commit: (note: string) => Promise<void>): Care {
    return {
      before: async (offset) => {
        if (!this.careful) return true;
        const decision = this.next(offset);
        if (decision.kind === 'decode') await commit(decision.note);
        return decision.kind === 'decode';
      },
      after: () => commit(readingBy(this.#process)),
    };
  }
}

/** The notes of the partitions that a member has read since they were assigned to it. */
export class DecodeNotes {
  readonly #admin: Admin;
  readonly #groupId: string;
  readonly #log: Log;
  readonly #notes = new Map<string, DecodeNote>();

  constructor(admin: Admin, groupId: string, log: Log) {
    this.#admin = admin;
    this.#groupId = groupId;
    this.#log = log;
  }

  /** Partitions were assigned: others may have read in them. */
  clear(): void {
    this.#notes.clear();
  }

  /** The note of a partition. When it was just assigned it is read, and this process leaves its own. */
  async of(topic: string, partition: number, commit: (note: string) => Promise<void>): Promise<DecodeNote> {
    const place = `${topic}/${partition}`;
    const known = this.#notes.get(place);
    if (known) return known;
    const [offsets] = await this.#admin.fetchOffsets({ groupId: this.#groupId, topics: [topic] });
    const found = offsets?.partitions.find((one) => one.partition === partition);
    const note = new DecodeNote(found?.metadata ?? null);
    if (note.careful)
      this.#log.warn(
        { topic, partition },
        'kafka: a process ended while it read here, decoding message by message',
      );
    else await commit(READING);
    this.#notes.set(place, note);
    return note;
  }

  /** A process that stops in order leaves nothing to suspect. @param lag where it stands in each partition */
  async forget(consumer: Consumer, lag: readonly PartitionLag[]): Promise<void> {
    const ends = lag.flatMap(({ topic, partition, position }) =>
      position !== undefined && this.#notes.has(`${topic}/${partition}`)
        ? [{ topic, partition, offset: String(position), metadata: '' }]
        : [],
    );
    // If it fails, the next process decodes a chunk with care.
    if (ends.length > 0) await consumer.commitOffsets(ends).catch(() => {});
  }
}
