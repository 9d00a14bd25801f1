import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** Others may read nothing of it, and nobody but its owner may write. */
const TOO_WIDE = 0o027;

/** The text of a file that holds secrets, or that makes rights for its writer. @throws when it cannot be read, or its mode is wide */
export function readPrivateFile(path: string): string {
  const file = openSync(path, 'r');
  try {
    const mode = fstatSync(file).mode & 0o777;
    if ((mode & TOO_WIDE) !== 0) {
      const is = mode.toString(8).padStart(4, '0');
      throw new Error(`${path} has mode ${is}, and should be for its owner alone: chmod 600 ${path}`);
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
