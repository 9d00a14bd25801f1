import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

/** Runs the script with a stand-in for `docker`, which answers each image with a digest of its own. */
function pinned(t: { after(fn: () => void): void }, answer: string) {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-pin-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['deploy', 'bin']) mkdirSync(join(folder, name));
  cpSync('deploy/pin-images.sh', join(folder, 'deploy/pin-images.sh'));
  cpSync('docker-compose.yml', join(folder, 'docker-compose.yml'));
  writeFileSync(join(folder, 'bin/docker'), `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
  const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
  const run = () => execFileSync('bash', [join(folder, 'deploy/pin-images.sh')], { env, stdio: 'pipe' });
  return { run, folder: join(folder, 'deploy'), file: join(folder, 'deploy/images.env') };
}

test('pin-images.sh names each image of compose and the base of ours with the digest of the registry', (t) => {
  const { run, file } = pinned(
    t,
    'echo "$*" | grep -q "buildx imagetools inspect" && echo "sha256:$(echo "$4" | sha256sum | cut -c1-64)"',
  );
  run();
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line));
  const compose = readFileSync('docker-compose.yml', 'utf8');
  const wanted = new Set(
    [...compose.matchAll(/\$\{([A-Z]+_IMAGE):-([^}]+)\}/g)].map(([, name, image]) => `${name}=${image}`),
  );
  assert.equal(wanted.size, 7);
  assert.deepEqual(new Set(lines.map((line) => line.replace(/@sha256:[0-9a-f]{64}$/, ''))), wanted);
  assert.equal(new Set(lines.map((line) => line.split('@')[1])).size, 7);
});

test('pin-images.sh leaves nothing where a digest cannot be had', (t) => {
  for (const answer of [
    'exit 1',
    'echo unknown',
    'case "$4" in *kafka*) exit 1;; esac; echo "sha256:$(echo x | sha256sum | cut -c1-64)"',
  ]) {
    const { run, folder, file } = pinned(t, answer);
    assert.throws(run);
    assert.equal(existsSync(file), false);
    assert.deepEqual(readdirSync(folder), ['pin-images.sh']);
  }
});
