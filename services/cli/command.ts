import type { Config } from '../../shared/platform/config.ts';
import type { Environment } from '../../shared/platform/environment.ts';

/** What a command may use of its surroundings. */
export interface CommandContext {
  readonly config: Config;
  readonly env: Environment;
  /** Writes a line for the person who called. */
  readonly out: (line: string) => void;
}

/** One `nhip <name>`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  /** @returns the exit code: 0 well, 1 found something wrong. @throws UsageError for exit code 2 */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}

/** The command was called in a way that it cannot understand. */
export class UsageError extends Error {}
