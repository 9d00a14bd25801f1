import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { nhipHere } from '../../tests/support/nhip-here.ts';
import { startServer } from '../../tests/support/standalone.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'nhip-commands-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const EVENT = JSON.stringify({
  specversion: '1.0',
  id: '1',
  source: '/files/test',
  type: 'dossier.status.v1',
  time: '2026-11-20T09:31:00+07:00',
  data: { dossierId: 'D-1', status: 'received' },
});

/** A DATA_DIR with one event and its ledger. */
async function filled(t: TestContext): Promise<string> {
  const DATA_DIR = join(folder(t), 'data');
  const file = join(folder(t), 'events.ndjson');
  writeFileSync(file, `${EVENT}\n`);
  const { code, stderr } = await nhipHere(['import', file], { DATA_DIR });
  assert.equal(code, 0, stderr);
  const server = await startServer({ DATA_DIR });
  await server.stop();
  return DATA_DIR;
}

test('a command that cannot do its work says why, exits 3, and leaves nothing behind', async (t) => {
  const dir = folder(t);
  const at = (name: string) => join(dir, name);
  writeFileSync(at('table.csv'), 'a,b\n1,2\n');
  writeFileSync(at('good.ndjson'), `${EVENT}\n`);
  const before = readdirSync(dir).sort();
  const runs: readonly (readonly [RegExp, ...string[]])[] = [
    [/nowhere\.csv/, 'import', at('nowhere.csv')],
    [/nowhere\.csv/, 'import', at('good.ndjson'), at('nowhere.csv')],
    [/needs a mapping/, 'import', at('table.csv')],
    [/cannot be read|no such file/, 'import', at('table.csv'), '--mapping', at('nowhere.json')],
    [/there is no .*events\.db: start a server/, 'verify'],
    [/no server holds/, 'rebuild'],
    [/has no events\.db/, 'backup', '--to', at('backups')],
    [/is no complete backup/, 'restore', '--from', at('nowhere')],
    [/there is no/, 'copy', '--from', `sqlite:${at('nowhere')}`, '--to', `sqlite:${at('copy')}`],
    [/has no key nope/, 'keys', 'revoke', 'nope'],
  ];
  await Promise.all(
    runs.map(async ([said, ...args]) => {
      const { code, stdout, stderr } = await nhipHere(args, { DATA_DIR: at('data') });
      assert.equal(code, 3, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, said);
      assert.equal(stdout, '');
      assert.doesNotMatch(stderr, /--help|Exit code/, 'usage is no help there');
    }),
  );
  assert.deepEqual(readdirSync(dir).sort(), before);
});

test('a command that is not understood shows its usage and exits 2', async (t) => {
  const DATA_DIR = folder(t);
  for (const args of [
    ['verify', '--no-such-option'],
    ['keys', 'create', '--name', ' ', '--scope', 'read'],
    // The first name would be lost.
    ['keys', 'create', '--name', 'a', '--name', 'b', '--scope', 'read'],
  ]) {
    const { code, stderr } = await nhipHere(args, { DATA_DIR });
    assert.equal(code, 2);
    assert.match(stderr, /\n\nnhip (verify|keys)/);
  }
});

test('a command that is configured wrong exits 2 before it makes anything', async (t) => {
  const dir = folder(t);
  writeFileSync(join(dir, 'good.ndjson'), `${EVENT}\n`);
  writeFileSync(join(dir, 'feeds.json'), '{');
  const { code, stderr } = await nhipHere(['import', join(dir, 'good.ndjson')], {
    DATA_DIR: join(dir, 'data'),
    FEEDS_FILE: join(dir, 'feeds.json'),
  });
  assert.equal(code, 2);
  assert.match(stderr, /^FEEDS_FILE: got /);
  assert.ok(!existsSync(join(dir, 'data')));
});

test('revoking an unknown key changes no key; after the last one the server says that every request is refused', async (t) => {
  const DATA_DIR = folder(t);
  const created = await nhipHere(['keys', 'create', '--name', 'one', '--scope', 'read'], { DATA_DIR });
  assert.match(created.stdout, /no key has the right `admin` yet/);
  const id = /nhip_([0-9a-f]{8})_/.exec(created.stdout)?.[1] ?? '';
  const path = join(DATA_DIR, 'keys.json');
  const before = readFileSync(path, 'utf8');
  assert.equal((await nhipHere(['keys', 'revoke', 'nope'], { DATA_DIR })).code, 3);
  assert.equal(readFileSync(path, 'utf8'), before);
  const revoked = await nhipHere(['keys', 'revoke', id], { DATA_DIR });
  assert.equal(revoked.code, 0);
  assert.match(revoked.stdout, /has 0 keys\nA server with this file refuses every request/);
  const server = await startServer({ DATA_DIR });
  t.after(() => server.stop());
  assert.match(server.log.join('\n'), /keys: the file has none, every request is refused/);
  assert.equal((await fetch(`${server.url}/v1/objectives`)).status, 401);
});

test('a key is bound to sources as senders write them, and has a name that shows as it is', async (t) => {
  const DATA_DIR = folder(t);
  const create = (name: string, scope: string, source: string) =>
    nhipHere(['keys', 'create', '--name', name, '--scope', scope, '--source', source], { DATA_DIR });
  const [made, ...refused] = await Promise.all([
    create('Cổng quốc gia', 'feed', '/feeds/dvcqg/'),
    create('cli:root', 'feed', '/a'),
    create('a\u202eb', 'feed', '/a'),
    create('duty', 'duty', '/a'),
    create('no source', 'feed', '//'),
  ]);
  assert.equal(made.code, 0, made.stderr);
  assert.deepEqual(
    refused.map(({ code }) => code),
    [2, 2, 2, 2],
  );
  const listed = await nhipHere(['keys', 'list'], { DATA_DIR });
  assert.match(listed.stdout, /^[0-9a-f]{8} {2}feed .*Cổng quốc gia {2}\(\/feeds\/dvcqg\)\n$/);
});

test('a key names a person in one form, and the units that it may write about', async (t) => {
  const DATA_DIR = folder(t);
  const create = (...options: string[]) =>
    nhipHere(['keys', 'create', '--name', 'head', ...options], { DATA_DIR });
  const [made, ...refused] = await Promise.all([
    create(
      ...['--scope', 'read', '--scope', 'approve', '--person', ' Phó-CVP '],
      ...['--unit', '000.00.02.H19', '--unit', 'H19.03'],
    ),
    create('--scope', 'approve', '--person', ''),
    create('--scope', 'approve', '--person', 'Trần Bình'),
    create('--scope', 'approve', '--person', 'p'.repeat(41)),
    create('--scope', 'approve', '--unit', ' '),
    create('--scope', 'feed', '--unit', 'H19.02'),
  ]);
  assert.equal(made.code, 0, made.stderr);
  assert.deepEqual(
    refused.map(({ code }) => code),
    [2, 2, 2, 2, 2],
  );
  const listed = await nhipHere(['keys', 'list'], { DATA_DIR });
  assert.match(
    listed.stdout,
    /^[0-9a-f]{8} {2}read,approve .*head {2}\(person phó-cvp, H19\.02, H19\.03\)\n$/,
  );
  // A person written by hand in another form would be somebody else.
  const path = join(DATA_DIR, 'keys.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"phó-cvp"', '"Phó-CVP"'));
  const { code, stderr } = await nhipHere(['keys', 'list'], { DATA_DIR });
  assert.deepEqual([code, /lower-case letters/.test(stderr)], [3, true], stderr);
});

test('`keys first` makes one key with all rights, and none where there have been keys', async (t) => {
  const DATA_DIR = folder(t);
  const made = await nhipHere(['keys', 'first'], { DATA_DIR });
  assert.equal(made.code, 0);
  const file = join(DATA_DIR, 'first-key');
  assert.ok(made.stdout.includes(file));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const keys = readFileSync(join(DATA_DIR, 'keys.json'), 'utf8');
  assert.deepEqual(
    JSON.parse(keys).map(({ name, scopes }: { name: string; scopes: string[] }) => ({ name, scopes })),
    [{ name: 'first', scopes: ['admin'] }],
  );
  assert.doesNotMatch(made.stdout + keys, new RegExp(readFileSync(file, 'utf8').trim()));
  // Neither the deleted file nor the lost keys file opens a server to a new key.
  rmSync(file);
  assert.match((await nhipHere(['keys', 'first'], { DATA_DIR })).stdout, /nothing was made/);
  assert.equal(readFileSync(join(DATA_DIR, 'keys.json'), 'utf8'), keys);
});

test('`keys staff` makes the key for people once, where STAFF_KEY_FILE names it', async (t) => {
  const DATA_DIR = folder(t);
  const STAFF_KEY_FILE = join(DATA_DIR, 'staff', 'staff.key');
  const made = await nhipHere(['keys', 'staff'], { DATA_DIR, STAFF_KEY_FILE });
  assert.deepEqual([made.code, made.stdout.includes(STAFF_KEY_FILE)], [0, true]);
  const key = readFileSync(STAFF_KEY_FILE, 'utf8');
  assert.doesNotMatch(made.stdout, new RegExp(key.trim()));
  const again = await nhipHere(['keys', 'staff'], { DATA_DIR, STAFF_KEY_FILE });
  assert.deepEqual([again.code, /nothing was made/.test(again.stdout)], [0, true]);
  assert.equal(readFileSync(STAFF_KEY_FILE, 'utf8'), key);
});

test('a reader that has seen enough does not change what a command does or says by its exit code', async (t) => {
  const DATA_DIR = await filled(t);
  for (const [args, expected] of [
    [['verify'], 0],
    [['keys', 'revoke', 'nope'], 3],
  ] as const) {
    const child = spawn(process.execPath, ['services/cli/main.ts', ...args], {
      env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', DATA_DIR },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (bytes: Buffer) => {
      stderr += bytes.toString();
    });
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    assert.equal(code, expected, stderr);
    assert.doesNotMatch(stderr, /EPIPE/);
  }
});

test('a command ends when its work has, whatever a library still waits for', async (t) => {
  const waiting = '--import=data:text/javascript,setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, [waiting, 'services/cli/main.ts', 'keys', 'list'], {
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', DATA_DIR: folder(t) },
    stdio: 'ignore',
  });
  t.after(() => child.kill('SIGKILL'));
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('verify --json is JSON alone, through npm too when npm is silent', async (t) => {
  const DATA_DIR = await filled(t);
  const child = spawn('npm', ['run', '--silent', 'nhip', '--', 'verify', '--json'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  const report = JSON.parse(stdout);
  assert.deepEqual([report.ok, report.events], [true, 1]);
});

test('a demonstration on a taken port says so, exits 2 and leaves nothing behind', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const address = taken.address();
  assert.ok(typeof address === 'object' && address !== null);
  const TMPDIR = join(folder(t), 'tmp');
  mkdirSync(TMPDIR);
  for (const PORT of [String(address.port), 'eighty']) {
    const child = spawn(process.execPath, ['services/standalone/main.ts', '--demo'], {
      env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', TMPDIR, PORT },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (bytes: Buffer) => {
      stderr += bytes.toString();
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 2, stderr);
    assert.match(stderr, new RegExp(`^PORT: got "${PORT}", want `));
    assert.deepEqual(readdirSync(TMPDIR), []);
  }
});

test('a demonstration refuses a DATA_DIR that holds anything, exits 2 and changes nothing in it', async (t) => {
  const DATA_DIR = folder(t);
  writeFileSync(join(DATA_DIR, 'events.db'), 'a history');
  const child = spawn(process.execPath, ['services/standalone/main.ts', '--demo'], {
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', DATA_DIR, PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 2, stderr);
  assert.match(stderr, /^DATA_DIR: got ".*", want an empty folder/);
  assert.deepEqual(readdirSync(DATA_DIR), ['events.db']);
  assert.equal(readFileSync(join(DATA_DIR, 'events.db'), 'utf8'), 'a history');
});

test('a server with a faulty configuration exits 2 and makes no DATA_DIR', async (t) => {
  const DATA_DIR = join(folder(t), 'data');
  for (const faulty of [
    { DATABASE_URL: 'postgres://nhip@db/nhip' },
    { KAFKA_BROKERS: 'no port' },
    { OBJECTIVES_FILE: join(DATA_DIR, 'none.json') },
  ]) {
    const [variable] = Object.keys(faulty);
    await assert.rejects(
      startServer({ DATA_DIR, ...faulty }),
      new RegExp(`exited with 2[^]*${variable}: got `),
    );
    assert.equal(existsSync(DATA_DIR), false, variable);
  }
});
