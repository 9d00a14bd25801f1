import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';

interface Workflow {
  readonly on: object;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly container: { readonly image: string }; readonly steps: readonly { run?: string }[] }
    >
  >;
}
const read = (file: string) => readFileSync(file, 'utf8');

test('the workflow runs .ci/run on the Node that the package asks for', () => {
  const { on, jobs }: Workflow = parse(read('.github/workflows/ci.yml'));
  assert.deepEqual(Object.keys(on), ['push', 'pull_request']);
  const { engines } = JSON.parse(read('package.json'));
  const major = read('.nvmrc').trim();
  assert.equal(engines.node, `>=${major}`);
  for (const { container, steps } of Object.values(jobs)) {
    assert.match(container.image, new RegExp(`^node:${major}-`));
    assert.deepEqual(
      steps.flatMap(({ run }) => run ?? []),
      ['.ci/run'],
    );
  }
});

test('the forms for issues can be read', () => {
  const forms = globSync('.github/ISSUE_TEMPLATE/*.yml');
  assert.ok(forms.length >= 2);
  for (const form of forms) assert.ok(parse(read(form)), form);
});

/** Runs the script with stand-ins for all that it calls; `npm` prints what the tests would be given. */
function testData(withFolder: boolean, env: Record<string, string> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'nhip-ci-'));
  const bin = join(root, 'bin');
  mkdirSync(join(root, 'clone/.ci'), { recursive: true });
  mkdirSync(bin);
  if (withFolder) mkdirSync(join(root, 'shared/data'), { recursive: true });
  cpSync('.ci/run', join(root, 'clone/.ci/run'));
  for (const name of ['npm', 'apt-get']) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
    const line = name === 'npm' ? 'echo "${NHIP_TEST_DATA-unset}"' : 'true';
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const script = join(root, 'clone/.ci/run');
  const given = { PATH: `${bin}:${process.env.PATH}`, ...env };
  const output = execFileSync('bash', [script], { env: given, encoding: 'utf8' });
  const lines = [...new Set(output.trim().split('\n'))];
  assert.equal(lines.length, 1);
  return (lines[0] ?? '').replace(root, '');
}

test('.ci/run names the folder of real input where it is, and leaves it unset where it is not', () => {
  assert.equal(testData(true), '/shared/data');
  assert.equal(testData(false), 'unset');
  assert.equal(testData(true, { NHIP_TEST_DATA: '/elsewhere' }), '/elsewhere');
});

test('the changelog says of each version what changed in stored formats and in the API', () => {
  const versions = read('CHANGELOG.md').split(/^## /m).slice(1);
  assert.ok(versions.length >= 2);
  for (const version of versions) {
    const headings = [...version.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, ['Stored formats', 'API'], version.split('\n')[0]);
  }
});
