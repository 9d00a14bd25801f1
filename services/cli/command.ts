import type { Config } from '../../shared/platform/config.ts';
import type { Environment } from '../../shared/platform/environment.ts';

/** What a command may use of its surroundings. */
export interface CommandContext {
  readonly config: Config;
  readonly env: Environment;
  /** Writes a line for the person who called. */
  readonly out: (line: string) => void;
}

/** What a command says to a script that called it. */
export const EXIT = {
  well: 0,
  /** It did its work, and what it looked at is not as it should be. */
  wrong: 1,
  /** Arguments or configuration that it does not understand; nothing was done. */
  misused: 2,
  /** It could not do its work, or not to the end: a file, a server, a disk, Ctrl-C. */
  failed: 3,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One `nhip <name>`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  /** What exit code 1 says; absent where it does not occur. */
  readonly wrong?: string;
  /** @throws UsageError for exit code 2, any other error for 3 */
  run(args: readonly string[], context: CommandContext): Promise<ExitCode>;
}

/** The command was called in a way that it cannot understand: its usage is shown. */
export class UsageError extends Error {}
