import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export type FoundCommand =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'missing'; readonly reason: string };

/** Where Debian keeps servers, which the PATH of a plain account may not name. */
const SERVER_FOLDERS = ['/usr/local/sbin', '/usr/sbin'];

/** A command of this machine. @throws under `CI=true` when it is not there: there a tier that cannot run has failed. */
export function findCommand(name: string, debianPackage: string): FoundCommand {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...SERVER_FOLDERS]) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return { kind: 'found', path };
    } catch {
      // Not in this folder.
    }
  }
  const reason = `there is no ${name} (Debian package ${debianPackage})`;
  if (process.env.CI === 'true') throw new Error(reason);
  return { kind: 'missing', reason };
}
