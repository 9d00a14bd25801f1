import { open } from 'node:fs/promises';
import { join } from 'node:path';

const HEADER_BYTES = 61;

/**
 * Damages a stored record batch in place, as a failing disk does: a broker checks what it is sent, so no producer can get such a
 * batch into a topic. `damage` changes the bytes of the batch whose first offset this is; the length must stay.
 */
export async function damageBatch(
  logDir: string,
  topic: string,
  firstOffset: bigint,
  damage: (batch: Buffer) => void,
): Promise<void> {
  const file = await open(join(logDir, `${topic}-0`, '00000000000000000000.log'), 'r+');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    for (let at = 0; ; ) {
      const { bytesRead } = await file.read(header, 0, HEADER_BYTES, at);
      if (bytesRead < HEADER_BYTES) throw new Error(`no batch begins at offset ${firstOffset}`);
      const length = 12 + header.readInt32BE(8);
      if (header.readBigInt64BE(0) === firstOffset) {
        const batch = Buffer.alloc(length);
        await file.read(batch, 0, length, at);
        damage(batch);
        await file.write(batch, 0, length, at);
        return;
      }
      at += length;
    }
  } finally {
    await file.close();
  }
}
