import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import decision124 from '../../../shared/measures/decision-124.json' with { type: 'json' };
import { createApiKey } from '../../../shared/platform/keys-file.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { nhipHere } from '../../../tests/support/nhip-here.ts';
import { emptyDir, type RunningServer, startServer } from '../../../tests/support/standalone.ts';

const [onTime = assert.fail(), exchange = assert.fail()] = decision124.objectives;
const changed = { ...onTime, target: '0.97', owner: { ...onTime.owner, en: 'The deputy head' } };
const further = { ...onTime, version: 2, target: '0.98', validFrom: '2027-01-01', validTo: '2027-12-31' };
const added = { ...exchange, id: 'land-exchange', unit: 'H19.12' };

describe('nhip objectives', () => {
  const dir = emptyDir();
  const [file, wanted] = [join(dir, 'objectives.json'), join(dir, 'wanted.json')];
  const API_KEYS_FILE = join(dir, 'keys.json');
  const keys = { define: '', read: '' };
  let server: RunningServer;
  const nhip = async (args: readonly string[], NHIP_KEY = keys.define) => {
    const ran = await nhipHere(['objectives', ...args, '--url', server.url], {
      ...{ DATA_DIR: join(dir, 'elsewhere'), OBJECTIVES_FILE: file, NHIP_KEY },
    });
    return { ...ran, lines: ran.stdout.trimEnd().split('\n') };
  };
  const write = (path: string, ...objectives: readonly object[]) =>
    writeFileSync(path, JSON.stringify({ objectives }));
  const start = () =>
    startServer({ DATA_DIR: join(dir, 'data'), API_KEYS_FILE, OBJECTIVES_FILE: file, LOG_LEVEL: 'info' });

  before(async () => {
    write(file, onTime, exchange);
    write(wanted, changed, further, added);
    keys.define = createApiKey(API_KEYS_FILE, 'An', ['define'], new Date());
    keys.read = createApiKey(API_KEYS_FILE, 'Reader', ['read'], new Date());
    server = await start();
  });
  after(async () => {
    await server.stop();
    rmSync(dir, { recursive: true });
  });

  it('says that file and server agree, and lists version, window, target and state', async () => {
    const { code, stdout } = await nhip(['diff']);
    assert.deepEqual([code, stdout], [0, 'the file states every objective as the server holds it\n']);
    const { lines } = await nhip(['list'], keys.read);
    assert.match(lines[0] ?? '', /^objective +version +window +target +state$/);
    assert.match(lines[1] ?? '', /^dossier-on-time +1 +\S+ +>= 0\.96 +(until|carried over since) \d{4}-/);
    assert.equal(lines.length, 3);
  });

  it('shows what another file states otherwise, field by field, and states nothing of it', async () => {
    const expected = [
      'dossier-on-time version 1 differs',
      '  /target: "0.96" on the server, "0.97" in the file',
      `  /owner/en: ${JSON.stringify(onTime.owner.en)} on the server, "The deputy head" in the file`,
      'dossier-on-time version 2 is in the file alone',
      'land-exchange version 1 is in the file alone',
      `${exchange.id} is on the server alone: close it there where it has ended`,
    ];
    const diff = await nhip(['diff', wanted]);
    assert.deepEqual([diff.code, diff.lines.toSorted()], [1, expected.toSorted()]);
    const dry = await nhip(['apply', wanted, '--dry-run']);
    assert.deepEqual([dry.code, dry.lines], [0, [...diff.lines, 'to be stated: 3']]);
    assert.equal((await nhip(['diff'])).code, 0);
  });

  it('needs a reason, a file that is right, and the right `define`', async () => {
    assert.equal((await nhip(['apply', wanted])).code, 2);
    assert.equal((await nhip(['apply', wanted, '--dry-run', '--reason', 'x'])).code, 2);
    writeFileSync(join(dir, 'wrong.json'), JSON.stringify({ objectives: [{ ...onTime, target: 96 }] }));
    const wrong = await nhip(['apply', join(dir, 'wrong.json'), '--reason', 'x']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /\/objectives\/0\/target: .*; it was 96/);
    const refused = await nhip(['apply', wanted, '--reason', 'x'], keys.read);
    assert.equal(refused.code, 3);
    assert.match(refused.stderr, /answered 403/);
    assert.equal((await nhip(['diff'])).code, 0);
  });

  it('states each version once with the reason, in the name of the key', async () => {
    const { code, lines, stderr } = await nhip(['apply', wanted, '--reason', 'Resolution 12']);
    assert.deepEqual([code, lines.at(-1)], [0, 'stated: 3'], stderr);
    const headers = { authorization: `Bearer ${keys.define}` };
    const answer = await fetch(`${server.url}/v1/objectives/dossier-on-time/history`, { headers });
    const { items } = (await answer.json()) as { items: Record<string, unknown>[] };
    assert.deepEqual(
      items.map((one) => [one.kind, one.version, one.by, one.reason]),
      [
        ['changed', 2, 'An', 'Resolution 12'],
        ['changed', 1, 'An', 'Resolution 12'],
        ['defined', 1, null, 'from the file of objectives'],
      ],
    );
    const again = await nhip(['apply', wanted, '--reason', 'Resolution 12']);
    assert.deepEqual([again.code, again.lines.at(-1)], [0, 'stated: 0']);
  });

  it('names at the next start the objectives that its file states otherwise', async () => {
    const { code, lines } = await nhip(['diff']);
    assert.equal(code, 1);
    assert.ok(lines.includes('dossier-on-time version 2 is on the server alone'));
    await server.stop();
    server = await start();
    const named = /"definitionsDiffer":\["dossier-on-time","land-exchange"\]/;
    await eventually(() => server.log.some((line) => named.test(line)));
    const { lines: listed } = await nhip(['list']);
    const marked = listed
      .filter((line) => line.endsWith('not as in its file'))
      .map((line) => line.split(' ')[0]);
    assert.deepEqual(marked, ['dossier-on-time', 'land-exchange']);
  });

  it('closes and reopens nothing', async () => {
    const url = `${server.url}/v1/objectives/dossier-on-time`;
    const headers = { authorization: `Bearer ${keys.define}`, 'content-type': 'application/json' };
    const etag = (await fetch(`${url}/definition`, { headers })).headers.get('etag') ?? '';
    const body = JSON.stringify({ lastDay: '2026-12-31', reason: 'It is replaced' });
    const closed = await fetch(`${url}/close`, {
      method: 'POST',
      headers: { ...headers, 'if-match': etag },
      body,
    });
    assert.equal(closed.status, 200);
    // The list follows the store within moments.
    const { lines } = await eventually(async () => {
      const ran = await nhip(['apply', wanted, '--reason', 'Resolution 13']);
      return ran.code === 1 && ran;
    });
    assert.deepEqual(lines, [
      'dossier-on-time is closed, its last day was 2026-12-31: reopen it, or remove it from the file',
      `${exchange.id} is on the server alone: close it there where it has ended`,
      'stated: 0',
    ]);
  });
});
