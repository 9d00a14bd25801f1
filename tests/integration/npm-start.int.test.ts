import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { emptyDir } from '../support/standalone.ts';

test('SIGTERM to `npm start` stops the server behind it', { timeout: 120_000 }, async (t) => {
  const npm = spawn('npm', ['start', '--silent'], {
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', DATA_DIR: emptyDir(), PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: { readonly msg?: string; readonly pid: number }[] = [];
  const output = createInterface({ input: npm.stdout });
  const ended = once(output, 'close');
  for await (const line of output) {
    if (!line.startsWith('{')) continue;
    lines.push(JSON.parse(line));
    if (lines.at(-1)?.msg === 'ready') npm.kill('SIGTERM');
  }
  // The pipe closes with the last process that writes to it.
  await ended;
  t.diagnostic(`${lines.length} lines`);
  assert.equal(lines.at(-1)?.msg, 'stopped');
});
