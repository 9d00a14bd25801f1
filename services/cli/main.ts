#!/usr/bin/env node
import { readConfig } from '../../shared/platform/config.ts';
import { ConfigError, configFaultText } from '../../shared/platform/config-fault.ts';
import { VERSION } from '../../shared/platform/version.ts';
import { backup } from './backup.ts';
import { type Command, UsageError } from './command.ts';
import { copy } from './copy.ts';
import { importCommand } from './import-command.ts';
import { keys } from './keys.ts';
import { migrateCommand } from './migrate-command.ts';
import { rebuild } from './rebuild.ts';
import { restore } from './restore.ts';
import { verify } from './verify.ts';

const COMMANDS: readonly Command[] = [
  importCommand,
  verify,
  rebuild,
  backup,
  restore,
  copy,
  migrateCommand,
  keys,
];

const out = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ['nhip COMMAND, where COMMAND is one of', ...lines, '', '`nhip COMMAND --help` tells more.'].join(
    '\n',
  );
}

/** @returns the exit code: 0 well, 1 found something wrong or failed, 2 not understood. */
async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === 'help') {
    out(help());
    return 0;
  }
  if (name === '--version') {
    out(VERSION);
    return 0;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) {
    complain(`unknown command ${JSON.stringify(name)}\n\n${help()}`);
    return 2;
  }
  if (args.includes('--help')) {
    out(command.usage);
    return 0;
  }
  const reading = readConfig(process.env);
  if (reading.kind === 'invalid') {
    for (const fault of reading.faults) complain(configFaultText(fault));
    return 2;
  }
  try {
    return await command.run(args, { ...reading, out });
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    if (error instanceof ConfigError) return 2;
    const misused =
      error instanceof UsageError ||
      (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
    if (misused) complain(`\n${command.usage}`);
    return misused ? 2 : 1;
  }
}

// Keys, events and rejected lines are their owner's alone: every file that a command makes is so.
process.umask(0o077);
process.exitCode = await main(process.argv.slice(2));
