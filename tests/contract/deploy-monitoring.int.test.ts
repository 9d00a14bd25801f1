import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { findCommand } from '../support/command.ts';
import { dashboard, dashboardExpressions } from '../support/deploy/monitoring.ts';

const promtool = findCommand('promtool', 'prometheus');
const skip = promtool.kind === 'missing' && promtool.reason;

/** What promtool says. @throws with it when it is not content */
async function check(...args: readonly string[]): Promise<string> {
  const command = promtool.kind === 'found' ? promtool.path : '';
  const { stdout } = await promisify(execFile)(command, [...args]).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`${error.message}\n${error.stdout}\n${error.stderr}`);
    },
  );
  return stdout;
}

test('promtool accepts the configuration and the rules', { skip }, async () => {
  assert.match(
    await check('check', 'config', 'deploy/prometheus/prometheus.yml'),
    /SUCCESS: \d+ rules found/,
  );
});

test('promtool sees each alert fire and keep quiet as its examples say', { skip }, async () => {
  const files = globSync('deploy/prometheus/tests/*.yml');
  assert.ok(files.length > 0);
  await check('test', 'rules', ...files);
});

test('every question of the dashboard is PromQL', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-dashboard-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const questions = dashboardExpressions(dashboard()).filter((expr) => !expr.startsWith('label_values('));
  assert.ok(questions.length > 30);
  // As Grafana fills it in. Recording rules, since promtool checks expressions in rules only.
  const filled = questions.map((expr, index) => ({
    record: `question_${index}`,
    expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', 'nhip-.+'),
  }));
  const file = join(folder, 'questions.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'questions', rules: filled }] }));
  assert.match(await check('check', 'rules', file), new RegExp(`${questions.length} rules found`));
});
