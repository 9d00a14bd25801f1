import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../../shared/kernel/error-text.ts';
import { emptyDir } from '../standalone.ts';

/** A file system of its own, in memory, that can be filled to the last byte. */
export interface SmallDisk {
  readonly folder: string;
  fill(): void;
  /** Removes the file of {@link SmallDisk.fill}. */
  makeRoom(): void;
  remove(): void;
}

export type SmallDiskStart =
  | { readonly kind: 'made'; readonly disk: SmallDisk }
  | { readonly kind: 'unavailable'; readonly reason: string };

const PIECE = Buffer.alloc(64 * 1_024, 1);

/** @throws under `CI=true` when this account may not mount: there a tier that cannot run has failed. */
export function makeSmallDisk(megabytes: number): SmallDiskStart {
  const folder = emptyDir();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder], {
      stdio: 'pipe',
    });
  } catch (error) {
    const reason = `no file system can be mounted here: ${errorText(error)}`;
    if (process.env.CI === 'true') throw new Error(reason);
    return { kind: 'unavailable', reason };
  }
  const remove = () => {
    process.off('exit', remove);
    // Lazily: a killed process may still hold its files.
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true });
  };
  process.once('exit', remove);
  const ballast = join(folder, 'ballast');
  return {
    kind: 'made',
    disk: {
      folder,
      fill() {
        const file = openSync(ballast, 'a');
        try {
          for (let bytes = PIECE.length; bytes > 0; ) {
            try {
              writeSync(file, PIECE, 0, bytes);
            } catch {
              bytes >>= 1;
            }
          }
        } finally {
          closeSync(file);
        }
      },
      makeRoom: () => rmSync(ballast, { force: true }),
      remove,
    },
  };
}
