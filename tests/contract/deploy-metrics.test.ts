import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { COMMANDS } from '../../services/cli/commands.ts';
import { alertRules, dashboard, dashboardExpressions } from '../support/deploy/monitoring.ts';

const PROCESSES = ['ingest', 'projector', 'api', 'alerter'].map((name) => `services/${name}/main.ts`);
const missing = PROCESSES.filter((path) => !existsSync(path));
const skip = missing.length > 0 && `the production topology lacks ${missing.join(', ')}`;

/** Those of others: Prometheus itself, prom-client's defaults, and the backup job of the operator. */
const FOREIGN = /^(up|ALERTS|process_[a-z_]+|nodejs_[a-z0-9_]+|nhip_backup_last_success_timestamp_seconds)$/;

/** Every metric that the code exports, by name. */
function exported(): ReadonlySet<string> {
  const code = globSync('{services,shared}/**/*.ts').filter((path) => !path.endsWith('.test.ts'));
  const names = code.flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    return [...text.matchAll(/name: '(nhip_[a-z_]+)'/g)].map(([, name = '']) => name);
  });
  return new Set(names);
}

/** The names in an expression that something is measured under, without the suffixes of a histogram. */
const measured = (expr: string): readonly string[] =>
  [...expr.matchAll(/(?<![\w:])((?:nhip|process|nodejs)_[a-z0-9_]+|up|ALERTS)(?=\s*[{[),/]|\s|$)/g)].map(
    ([, name = '']) => name.replace(/(_seconds)_(bucket|count|sum)$/, '$1'),
  );

test('every metric that a rule or the dashboard asks for is one that the code exports', { skip }, () => {
  const known = exported();
  const asked = [...alertRules().map(({ expr }) => expr), ...dashboardExpressions(dashboard())].flatMap(
    measured,
  );
  assert.ok(asked.length > 60);
  const unknown = asked.filter((name) => !known.has(name) && !FOREIGN.test(name));
  assert.deepEqual([...new Set(unknown)].sort(), []);
});

test('every process that compose and the cluster start is there', { skip }, () => {
  for (const path of PROCESSES) assert.match(readFileSync(path, 'utf8'), /closeOnSignal|runService/, path);
  const commands = COMMANDS.map(({ name }) => name);
  for (const command of ['migrate', 'verify', 'rebuild', 'keys'])
    assert.ok(commands.includes(command), command);
  assert.ok(existsSync('deploy/migrations'), 'the image has the migrations');
});
