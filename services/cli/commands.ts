import { backup } from './backup/backup.ts';
import { restore } from './backup/restore.ts';
import { beginAnew } from './begin-anew.ts';
import { checkpoint } from './checkpoint/checkpoint.ts';
import { clock } from './clock.ts';
import type { Command } from './command.ts';
import { copy } from './copy/copy.ts';
import { importCommand } from './import/import.ts';
import { keys } from './keys.ts';
import { losses } from './losses.ts';
import { migrateCommand } from './migrate.ts';
import { objectives } from './objectives/objectives.ts';
import { rebuild } from './rebuild.ts';
import { staff } from './staff/staff.ts';
import { verify } from './verify.ts';

export const COMMANDS: readonly Command[] = [
  importCommand,
  verify,
  checkpoint,
  rebuild,
  backup,
  restore,
  copy,
  migrateCommand,
  objectives,
  staff,
  clock,
  losses,
  beginAnew,
  keys,
];

/** All commands in brief. */
export function help(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ['nhip COMMAND, where COMMAND is one of', ...lines, '', '`nhip COMMAND --help` describes it.'].join(
    '\n',
  );
}

/** All about one command. */
export function helpFor({ usage, wrong }: Command): string {
  const found = wrong === undefined ? '' : ` 1: ${wrong}.`;
  const codes = `Exit code 0: all is well.${found} 2: arguments or configuration are wrong. 3: the command failed; its message states the reason.`;
  return `${usage}\n\n${codes}`;
}
