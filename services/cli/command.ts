import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Config } from '../../shared/platform/config.ts';
import type { Environment } from '../../shared/platform/environment.ts';

/** The surroundings of a command. */
export interface CommandContext {
  readonly config: Config;
  readonly env: Environment;
  /** Writes a line for the person who called. */
  readonly out: (line: string) => void;
}

/** The exit codes, for scripts. */
export const EXIT = {
  well: 0,
  /** It did its work and found something wrong. */
  wrong: 1,
  /** Invalid arguments or configuration; nothing was done. */
  misused: 2,
  /** It could not finish its work: a file, a server, a disk, Ctrl-C. */
  failed: 3,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One `nhip <name>`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  /** The meaning of exit code 1; absent where it does not occur. */
  readonly wrong?: string;
  /** @throws UsageError for exit code 2, any other error for 3 */
  run(args: readonly string[], context: CommandContext): Promise<ExitCode>;
}

/** Invalid arguments: the usage is shown. */
export class UsageError extends Error {}

/** The arguments of a command. @throws UsageError for an option that counts once and is given twice: the first would be lost */
export function parsed<const Shape extends ParseArgsConfig>(
  args: readonly string[],
  shape: Shape,
): ReturnType<typeof parseArgs<Shape>> {
  const given = new Set<string>();
  const { tokens = [] } = parseArgs({ ...shape, args: [...args], tokens: true });
  for (const token of tokens) {
    if (token.kind !== 'option' || shape.options?.[token.name]?.multiple) continue;
    if (given.has(token.name)) throw new UsageError(`--${token.name}: given twice, want it once`);
    given.add(token.name);
  }
  return parseArgs<Shape>({ ...shape, args: [...args] });
}
