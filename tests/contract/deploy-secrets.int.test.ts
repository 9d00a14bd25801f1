import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

test('make-secrets.sh makes each secret once, in a folder of its owner alone, and may run again', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-secrets-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'deploy'));
  const script = join(folder, 'deploy/make-secrets.sh');
  cpSync('deploy/make-secrets.sh', script);
  const secrets = join(folder, 'deploy/secrets');
  const made = () => {
    const said = execFileSync('bash', [script], { encoding: 'utf8', cwd: tmpdir() });
    const files = readdirSync(secrets).map((name) => [name, readFileSync(join(secrets, name), 'utf8')]);
    return { said, files: Object.fromEntries(files) as Record<string, string> };
  };

  const first = made();
  assert.deepEqual(Object.keys(first.files).sort(), [
    'database_url',
    'grafana_admin_password',
    'postgres_password',
    'postgres_superuser_password',
  ]);
  assert.equal(statSync(secrets).mode & 0o777, 0o700);
  assert.match(first.files.postgres_password ?? '', /^[0-9a-f]{48}$/);
  assert.notEqual(first.files.postgres_password, first.files.grafana_admin_password);
  assert.equal(
    first.files.database_url,
    `postgres://nhip:${first.files.postgres_password}@postgres:5432/nhip`,
  );
  assert.ok(!first.said.includes(first.files.postgres_password ?? '-'), 'it tells no secret');

  const second = made();
  assert.deepEqual(second.files, first.files);
  assert.equal(second.said.match(/^kept/gm)?.length, 4);

  // Half made, e.g. by a script that was cut off.
  rmSync(join(secrets, 'grafana_admin_password'));
  const third = made();
  assert.equal(third.files.database_url, first.files.database_url);
  assert.notEqual(third.files.grafana_admin_password, first.files.grafana_admin_password);
});
