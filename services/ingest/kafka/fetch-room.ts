import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';

/** Bytes of records that a member holds decoded, over all its partitions and brokers: the batch that reaches it is the last. */
const ROOM_BYTES = 64 * 1_024 * 1_024;
/** What kafkajs makes of a record, beside its bytes. */
const RECORD_BYTES = 512;
/** How long a broker is left alone when there was no room for anything of it. */
const AGAIN_MS = 50;

/** The room for what one fetch brings. */
export interface Room {
  readonly full: boolean;
  take(records: readonly { readonly value: Buffer | null }[]): void;
}

const UNBOUNDED: Room = { full: false, take: () => {} };
const rooms = new AsyncLocalStorage<Room>();

/** The room of the fetch whose answer is being decoded. */
export const roomForFetch = (): Room => rooms.getStore() ?? UNBOUNDED;

/** As far as it is used: kafkajs types none of it. */
interface ConsumerGroup {
  fetch(nodeId: number): Promise<readonly { isEmpty(): boolean }[]>;
}

const mended = new WeakSet<ConsumerGroup>();
/** By broker, what its last fetch has brought to the member. */
const held = new WeakMap<ConsumerGroup, Map<number, number>>();

/** From now on a fetch of any member is decoded only as far as there is room. */
export function mendFetch(): void {
  const { prototype }: { prototype: ConsumerGroup } = createRequire(import.meta.url)(
    'kafkajs/src/consumer/consumerGroup',
  );
  if (mended.has(prototype)) return;
  mended.add(prototype);
  const fetch = prototype.fetch;
  prototype.fetch = async function (nodeId) {
    const ofMember = held.get(this) ?? new Map<number, number>();
    held.set(this, ofMember);
    // kafkajs asks a broker again once it has consumed all of its last answer.
    ofMember.set(nodeId, 0);
    const room = roomIn(ofMember, nodeId);
    const batches = await rooms.run(room, () => fetch.call(this, nodeId));
    // Another broker's batches have all the room: they are being consumed.
    if (room.full && batches.every((batch) => batch.isEmpty())) await pause(AGAIN_MS);
    return batches;
  };
}

function roomIn(ofMember: Map<number, number>, nodeId: number): Room {
  return {
    get full() {
      let bytes = 0;
      for (const one of ofMember.values()) bytes += one;
      return bytes >= ROOM_BYTES;
    },
    take(records) {
      let bytes = ofMember.get(nodeId) ?? 0;
      for (const { value } of records) bytes += RECORD_BYTES + (value?.length ?? 0);
      ofMember.set(nodeId, bytes);
    },
  };
}
