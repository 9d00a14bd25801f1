#!/usr/bin/env node
import { readConfig } from '../../shared/platform/config.ts';
import { ConfigError, configFaultText } from '../../shared/platform/config-fault.ts';
import { VERSION } from '../../shared/platform/version.ts';
import { EXIT, type ExitCode, UsageError } from './command.ts';
import { COMMANDS, help, helpFor } from './commands.ts';

const out = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);

async function main([name, ...args]: readonly string[]): Promise<ExitCode> {
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
  const reading = readConfig(process.env);
  if (reading.kind === 'invalid') {
    for (const fault of reading.faults) complain(configFaultText(fault));
    return EXIT.misused;
  }
  try {
    return await command.run(args, { ...reading, out });
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    if (error instanceof ConfigError) return EXIT.misused;
    const misused =
      error instanceof UsageError ||
      (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
    if (!misused) return EXIT.failed;
    complain(`\n${helpFor(command)}`);
    return EXIT.misused;
  }
}

/** A reader that has seen enough (`| head -1`) closes its pipe: the command continues, and its exit code is not affected. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (!('code' in error && error.code === 'EPIPE')) throw error;
  });
}

// Node would exit with 1, which means that a check found something wrong.
process.on('uncaughtException', (error) => {
  complain(error.stack ?? error.message);
  process.exit(EXIT.failed);
});

// The files that a command writes are for its owner alone: keys, events, rejected lines.
process.umask(0o077);
process.exitCode = await main(process.argv.slice(2));
