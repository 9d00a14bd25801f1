import { errorText } from '../../shared/kernel/error-text.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { ConfigError, configFaultText } from '../../shared/platform/config-fault.ts';
import { VERSION } from '../../shared/platform/version.ts';
import { EXIT, type ExitCode, UsageError } from './command.ts';
import { COMMANDS, help, helpFor } from './commands.ts';

/** The caller of `nhip`: a shell, or a test. */
export interface CommandLine {
  readonly env: NodeJS.ProcessEnv;
  /** Shows a line of the result. */
  readonly out: (line: string) => void;
  /** Shows the reason of a failure. */
  readonly complain: (line: string) => void;
}

/** Runs `nhip …args`. @returns its exit code; every failure of the command is a line for its caller */
export async function runCommand(
  [name, ...args]: readonly string[],
  { env, out, complain }: CommandLine,
): Promise<ExitCode> {
  if (name === undefined || name === '--help' || name === 'help') {
    out(help());
    return EXIT.well;
  }
  if (name === '--version') {
    out(VERSION);
    return EXIT.well;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) {
    complain(`unknown command ${JSON.stringify(name)}\n\n${help()}`);
    return EXIT.misused;
  }
  if (args.includes('--help')) {
    out(helpFor(command));
    return EXIT.well;
  }
  const reading = readConfig(env);
  if (reading.kind === 'invalid') {
    for (const fault of reading.faults) complain(configFaultText(fault));
    return EXIT.misused;
  }
  try {
    return await command.run(args, { ...reading, out });
  } catch (error) {
    complain(errorText(error));
    if (error instanceof ConfigError) return EXIT.misused;
    const misused =
      error instanceof UsageError ||
      (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
    if (!misused) return EXIT.failed;
    complain(`\n${helpFor(command)}`);
    return EXIT.misused;
  }
}
