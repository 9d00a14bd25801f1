import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { type Example, examplesOf, type Run, startExample, wayOf } from '../support/doc-examples.ts';
import { eventually } from '../support/eventually.ts';
import { type Listening, startInProcess, startListening } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';

/** The examples of the documents are run as they stand there; only the addresses are those of the test. */
const WRITTEN = 'http://127.0.0.1:8080';
/** The walk has dates of 2026. */
const WALKED_ON = Date.parse('2026-12-01T08:00:00+07:00');
let server: Listening;
before(async () => {
  server = await startListening({ WEBHOOK_ALLOW_PRIVATE: 'true' });
});
after(() => server.close());

/** A folder in which packages are found; removed with the test. */
function folderFor(t: TestContext): string {
  mkdirSync('.cache', { recursive: true });
  const folder = mkdtempSync(join('.cache', 'doc-example-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function start(t: TestContext, example: Example, env: NodeJS.ProcessEnv = {}, more = {}): Run {
  const run = startExample(example, folderFor(t), { [WRITTEN]: server.url, ...more }, env);
  t.after(() => run.child.kill('SIGKILL'));
  return run;
}

/** A test for each language of a page; one that cannot run here is skipped with the reason. */
function eachLanguage(page: string, body: (t: TestContext, example: Example) => Promise<void>): void {
  for (const example of examplesOf(page)) {
    const way = wayOf(example);
    const skip = 'missing' in way ? way.missing : false;
    test(`${page}: the example in ${example.language}`, { skip }, (t) => body(t, example));
  }
}

interface Outcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly unknown[];
  readonly dropped: readonly string[];
}

/** All languages send the same, so the events of one are duplicates for the next. */
async function sends(t: TestContext, example: Example, events: number): Promise<void> {
  const folder = folderFor(t);
  copyFileSync('tests/fixtures/edxml/status.xml', join(folder, 'message.xml'));
  const run = startExample(example, folder, { [WRITTEN]: server.url });
  assert.equal(await run.ended, 0, run.output() + run.errors());
  const answer: Outcome = JSON.parse(run.output());
  assert.deepEqual([answer.accepted + answer.duplicates, answer.rejected], [events, []]);
}

describe('the examples of a door', () => {
  eachLanguage('docs/events.md', (t, example) => sends(t, example, 2));
  eachLanguage('docs/portal.md', (t, example) => sends(t, example, 2));
  eachLanguage('docs/edxml.md', (t, example) => sends(t, example, 1));

  eachLanguage('docs/import.md', async (t, example) => {
    const folder = folderFor(t);
    const run = startExample(example, folder, {});
    assert.equal(await run.ended, 0, run.errors());
    const lines = readFileSync(join(folder, 'events.ndjson'), 'utf8').trimEnd().split('\n');
    const answer = await fetch(`${server.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: `[${lines.join(',')}]`,
    });
    const outcome = (await answer.json()) as Outcome;
    assert.deepEqual([outcome.accepted + outcome.duplicates, outcome.rejected, outcome.dropped], [1, [], []]);
  });
});

describe('the examples of webhooks and the stream', () => {
  eachLanguage('docs/stream.md', async (t, example) => {
    const run = start(t, example);
    // A figure moves again and again, since the stream sends no move from before the connection of the example.
    let dossier = 0;
    await eventually(
      async () => {
        dossier += 1;
        const id = `stream-${example.language}-${dossier}`;
        const data = { dossierId: id, status: 'received', dueAt: '2026-01-02', dueBasis: 'receipt-slip' };
        const type = 'dossier.status.v1';
        const event = { specversion: '1.0', source: '/stream', id, type, time: '2026-01-01', data };
        await fetch(`${server.url}/v1/events`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(event),
        });
        return /^event: objective$[\s\S]*?^data: \{.*"dossier-on-time"/m.test(run.output());
      },
      { timeoutMs: 20_000, everyMs: 300 },
    );
  });

  eachLanguage('docs/webhooks.md', async (t, example) => {
    if (example.language === 'sh') return verifiesSaved(t, example);
    const port = await freePort();
    const webhook = await registered(`http://127.0.0.1:${port}/hook`);
    const run = start(t, example, { WEBHOOK_SECRET: webhook.secret }, { '9000': String(port) });
    const forged = { 'webhook-id': '1', 'webhook-timestamp': String(Math.floor(Date.now() / 1_000)) };
    const headers = { ...forged, 'webhook-signature': 'v1,AAAA' };
    const refused = () => fetch(`http://127.0.0.1:${port}/hook`, { method: 'POST', headers, body: '{}' });
    assert.equal((await eventually(refused, { timeoutMs: 20_000 })).status, 401);
    await fetch(`${server.url}/v1/webhooks/${webhook.id}/test`, { method: 'POST' });
    await eventually(() => run.output().includes('"webhook.test"'), { timeoutMs: 10_000 });
    await eventually(async () => (await deliveriesOf(webhook.id))[0]?.status === 'delivered');
  });
});

/** The commands of a page that is one walk, in their order. */
const walkOf = (page: string): string =>
  [...readFileSync(page, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, code]) => code).join('');

test('docs/decision-124.md: every command works in its order, and the room lacks nothing of Article 2', async (t) => {
  const dataDir = emptyDir();
  const nhip = await startInProcess(WALKED_ON, { OFFICE_UNIT: 'H19.02', DATA_DIR: dataDir });
  t.after(() => nhip.close());
  const url = await nhip.listen();
  const [page, language] = ['docs/decision-124.md', 'sh'] as const;
  // The last two answers are the table of Article 2 and the cascade.
  const example: Example = { page, language, code: walkOf(page) };
  const run = startExample(example, folderFor(t), { [WRITTEN]: url }, { DATA_DIR: dataDir });
  assert.equal(await run.ended, 0, run.output() + run.errors());
  const [table = '', cascade = ''] = run.output().trimEnd().split('\n').slice(-2);
  const { units } = JSON.parse(table) as { units: { unit: string; lacks: string[] }[] };
  assert.deepEqual(units.find(({ unit }) => unit === 'H19.02.03')?.lacks, []);
  assert.match(cascade, /"satisfaction-one-stop".*"numerator":5855/);
  assert.match(run.output(), /"id":"R-2026-10".*"state":"effective"/);
});

interface Registered {
  readonly id: string;
  readonly secret: string;
}
async function registered(url: string): Promise<Registered> {
  const answer = await fetch(`${server.url}/v1/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
  });
  return (await answer.json()) as Registered;
}

async function deliveriesOf(webhook: string): Promise<readonly { readonly status: string }[]> {
  const answer = await fetch(`${server.url}/v1/webhooks/${webhook}/deliveries`);
  return ((await answer.json()) as { deliveries: readonly { status: string }[] }).deliveries;
}

/** The example of the command line reads a message that was saved; the values are those of the Standard Webhooks documents. */
async function verifiesSaved(t: TestContext, example: Example): Promise<void> {
  const saved = {
    WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    WEBHOOK_ID: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    WEBHOOK_TIMESTAMP: '1614265330',
  };
  for (const [signature, expected] of [
    ['v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', 0],
    ['v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OX=', 1],
  ] as const) {
    const saving = { ...example, code: `printf %s '{"test": 2432232314}' > body.json\n${example.code}` };
    const run = start(t, saving, { ...saved, WEBHOOK_SIGNATURE: signature });
    assert.equal(await run.ended, expected, run.output() + run.errors());
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
