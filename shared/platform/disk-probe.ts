import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** As much as a small batch of events needs. */
const PROBE_BYTES = 256 * 1024;

/** Writes and syncs a file in the folder and removes it. @returns the probe, which rejects while there is no room */
export const diskProbe = (folder: string) => async (): Promise<void> => {
  const path = join(folder, 'room.probe');
  try {
    const file = await open(path, 'w', 0o600);
    try {
      await file.write(Buffer.alloc(PROBE_BYTES, 1));
      await file.datasync();
    } finally {
      await file.close();
    }
  } finally {
    await rm(path, { force: true });
  }
};
