import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import { constants, createGunzip } from 'node:zlib';
import { eventually } from '../support/eventually.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { statusEvent } from '../support/status-event.ts';

let nhip: InProcess;
let url: string;
before(async () => {
  nhip = await startInProcess(Date.now(), { OBJECTIVES_FILE: 'tests/fixtures/eager-objectives.json' });
  url = await nhip.listen();
});
after(() => nhip.close());

interface Heard {
  readonly event: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

/** A client of Server-Sent Events that does no more than the standard asks. */
async function listen(lastEventId?: string) {
  const stop = new AbortController();
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const answer = await fetch(`${url}/v1/stream`, { headers, signal: stop.signal });
  assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const heard: Heard[] = [];
  const read = async () => {
    let text = '';
    for await (const bytes of answer.body ?? []) {
      text += Buffer.from(bytes).toString('utf8');
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string) =>
          block
            .split('\n')
            .find((line) => line.startsWith(`${name}: `))
            ?.slice(name.length + 2);
        const [event, id, data] = [field('event'), field('id'), field('data')];
        if (event && id && data) heard.push({ event, id, data: JSON.parse(data) });
      }
    }
  };
  read().catch(() => {});
  return { heard, stop: () => stop.abort() };
}

const inDays = (days: number) => new Date(nhip.now + days * 86_400_000).toISOString();
let counter = 0;
function settled(lateBy: number) {
  const dossierId = `H19.12-260302-${String(++counter).padStart(4, '0')}`;
  return [
    statusEvent(dossierId, 'received', inDays(-10), { dueAt: inDays(-lateBy), dueBasis: 'receipt-slip' }),
    statusEvent(dossierId, 'completed', inDays(0), { finishedAt: inDays(0) }),
  ];
}

const lastFigure = (heard: readonly Heard[]) =>
  heard.findLast(({ event, data }) => event === 'objective' && data.id === 'dossier-on-time')?.data;

test('a new listener gets every objective, then each change, and each step of an alert', async () => {
  const client = await listen();
  await eventually(() => client.heard.filter(({ event }) => event === 'objective').length >= 3);
  await nhip.send(...settled(0));
  await eventually(() => lastFigure(client.heard)?.denominator === 1);
  await nhip.send(...settled(3));
  await eventually(() => lastFigure(client.heard)?.status === 'breached');
  const alert = await eventually(() => client.heard.find(({ event }) => event === 'alert'));
  assert.equal(alert.data.type, 'alert.transitioned.v1');
  assert.match(String(alert.data.at), /^\d{4}-\d\d-\d\dT.*Z$/);
  client.stop();
});

test('a listener that comes back with its last id gets the events it missed, once', async () => {
  const first = await listen();
  await eventually(() => lastFigure(first.heard));
  const lastId = first.heard.at(-1)?.id ?? '';
  first.stop();
  for (let n = 0; n < 60; n++) await nhip.send(...settled(0));
  const second = await listen(lastId);
  // The breach has resolved meanwhile: that step is sent although no client listened when it happened.
  const missed = await eventually(() => second.heard.find(({ event }) => event === 'alert'));
  assert.equal(missed.data.stream, 'alert-dossier-on-time:office:breach');
  await eventually(() => lastFigure(second.heard)?.denominator === 62);
  const ids = second.heard.filter(({ event }) => event === 'alert').map(({ data }) => data.id);
  assert.equal(new Set(ids).size, ids.length);
  second.stop();
});

test('a dossier that falls due moves a figure without any event; a client that was away gets it, a client that missed nothing gets nothing', async () => {
  const overdue = (heard: readonly Heard[]) =>
    (lastFigure(heard)?.open as { overdue: number } | undefined)?.overdue;
  // Less than the hours after which the feed counts as silent, so that no alert comes in between.
  const HOURS = 3_600_000;
  for (const [dossierId, hours] of [
    ['H19.12-260302-9001', 1],
    ['H19.12-260302-9002', 3],
  ] as const) {
    const due = { dueAt: inDays(hours / 24), dueBasis: 'receipt-slip', limitUnit: 'hours' };
    await nhip.send(statusEvent(dossierId, 'received', inDays(-1), due));
  }
  const first = await listen();
  await eventually(() => overdue(first.heard) === 0);
  nhip.now += 2 * HOURS;
  await eventually(() => overdue(first.heard) === 1);
  const lastId = first.heard.at(-1)?.id ?? '';
  first.stop();

  const same = await listen(lastId);
  const whole = await listen();
  await eventually(() => overdue(whole.heard) === 1);
  assert.deepEqual(same.heard, []);
  same.stop();
  whole.stop();

  nhip.now += 2 * HOURS;
  const back = await listen(lastId);
  await eventually(() => overdue(back.heard) === 2);
  back.stop();
});

/** Opens a stream from an address of this machine. */
const listenFrom = (localAddress: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/v1/stream`, { agent: false, localAddress }, resolve).once('error', reject);
  });

test('up to so many clients may listen, and each so many times; one that leaves makes room', async () => {
  const held: IncomingMessage[] = [];
  for (let client = 1; client <= 5; client++) {
    const from = `127.0.0.${client}`;
    for (let times = 0; times < 100; times++) held.push(await listenFrom(from));
    if (client === 5) continue;
    const refused = await listenFrom(from);
    assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [503, '30'], from);
    refused.destroy();
  }
  assert.ok(held.every(({ statusCode }) => statusCode === 200));
  const refused = await listenFrom('127.0.0.6');
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [503, '30']);
  for (const one of [...held, refused]) one.destroy();
  await eventually(async () => {
    const one = await listen();
    one.stop();
    return true;
  });
});

/** The bytes of a stream as they come over the line, and their meaning. */
async function rawStream(headers: Record<string, string>) {
  const answered = Promise.withResolvers<IncomingMessage>();
  const request = get(`${url}/v1/stream`, { headers }, answered.resolve);
  request.on('error', answered.reject);
  const answer = await answered.promise;
  const heard = { bytes: 0, text: '' };
  const isCompressed = answer.headers['content-encoding'] === 'gzip';
  answer.on('data', (piece: Buffer) => {
    heard.bytes += piece.length;
  });
  const readable = isCompressed ? answer.pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })) : answer;
  readable.on('data', (piece: Buffer) => {
    heard.text += piece.toString('utf8');
  });
  readable.on('error', () => {});
  return { isCompressed, heard, stop: () => request.destroy() };
}

test('a client that reads gzip gets each figure at once in a fifth of its size; another gets plain text', async () => {
  const plain = await rawStream({});
  const small = await rawStream({ 'accept-encoding': 'gzip' });
  assert.deepEqual([plain.isCompressed, small.isCompressed], [false, true]);
  const figures = (text: string) => text.split('event: objective').length - 1;
  await eventually(() => figures(plain.heard.text) >= 3 && figures(small.heard.text) >= 3);
  const before = { plain: plain.heard.bytes, small: small.heard.bytes };
  for (let n = 0; n < 5; n++) {
    const known = figures(small.heard.text);
    await nhip.send(...settled(0));
    await eventually(() => figures(small.heard.text) > known);
  }
  await eventually(() => plain.heard.text === small.heard.text);
  const [sent, saved] = [plain.heard.bytes - before.plain, small.heard.bytes - before.small];
  assert.ok(saved * 5 < sent, `${saved} of ${sent} bytes`);
  plain.stop();
  small.stop();
});
