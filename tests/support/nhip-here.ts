import { runCommand } from '../../services/cli/run-command.ts';
import type { Ran } from './process.ts';

// As services/cli/main.ts does it.
process.umask(0o077);

/**
 * Runs `nhip ...args` to its end within this process, which saves the start of another: for tests of its result. Signals, and the
 * progress and log on standard error, need a process of its own: `nhip`.
 */
export async function nhipHere(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const code = await runCommand(args, {
    env: { LOG_LEVEL: 'silent', ...env },
    out: (line) => stdout.push(`${line}\n`),
    complain: (line) => stderr.push(`${line}\n`),
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}
