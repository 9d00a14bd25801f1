import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS, help, helpFor } from './commands.ts';

test('every command is named in the help, and documents its exit codes', () => {
  assert.equal(COMMANDS.length, 14);
  for (const command of COMMANDS) {
    assert.match(help(), new RegExp(`^  ${command.name} `, 'm'));
    assert.match(helpFor(command), /\n\nExit code 0: all is well\. (1: .+\. )?2: .+\. 3: .+\.$/);
  }
});
