import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type RunningServer, startServer } from '../support/standalone.ts';

/** Input that has broken systems of this kind, each through the real door to the real ledger. */
let server: RunningServer;
before(async () => {
  server = await startServer();
});
after(() => server.kill());

const SOURCE = '/one-stop/office';
let counter = 0;
const newDossier = () => `H19.12-260302-${String(++counter).padStart(4, '0')}`;

interface Event {
  readonly id: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly source?: string;
}

const envelope = (event: Event) => ({
  specversion: '1.0',
  source: SOURCE,
  type: 'dossier.status.v1',
  ...event,
});

async function post(body: string | Uint8Array<ArrayBuffer>) {
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const answer = await fetch(`${server.url}/v1/events`, { method: 'POST', headers, body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function send(...events: readonly Event[]) {
  const { status, body } = await post(JSON.stringify(events.map(envelope)));
  assert.equal(status, 200);
  return body as { accepted: number; duplicates: number; rejected: { pointer: string }[]; position: string };
}

interface Dossier {
  readonly account: string;
  readonly dueAt: string | null;
  readonly originalDueAt: string | null;
  readonly receivedAt: string | null;
  readonly reversions: number;
  readonly originalTiming: string | null;
  readonly findings: readonly { code: string }[];
  readonly timeline: readonly { use: string; reason: string | null }[];
  readonly legs: readonly { day: string; from: string; to: string }[];
}

async function dossier(id: string, position: string): Promise<Dossier> {
  const answer = await fetch(`${server.url}/v1/dossiers/${id}?minPosition=${position}`);
  assert.equal(answer.status, 200);
  return (await answer.json()) as Dossier;
}
const codes = ({ findings }: Dossier) => findings.map(({ code }) => code);

/** Received Monday 2 March 2026, due Friday 6 March at 17:00, by the day. */
const received = (dossierId: string, more: object = {}): Event => ({
  id: `${dossierId}-received`,
  time: '2026-03-02T08:00:00+07:00',
  data: {
    dossierId,
    status: 'received',
    dueAt: '2026-03-06T17:00:00+07:00',
    dueBasis: 'receipt-slip',
    ...more,
  },
});
const completed = (dossierId: string, time: string, more: object = {}): Event => ({
  id: `${dossierId}-completed-${time}`,
  time,
  data: { dossierId, status: 'completed', finishedAt: time, ...more },
});
const moved = (dossierId: string, status: string, time: string, more: object = {}): Event => ({
  id: `${dossierId}-${status}-${time}`,
  time,
  data: { dossierId, status, ...more },
});

test('the same event a hundred times, alone and in batches, counts once', async () => {
  const id = newDossier();
  const first = await send(received(id));
  assert.equal(first.accepted, 1);
  for (let n = 0; n < 50; n++) assert.equal((await send(received(id))).duplicates, 1);
  const many = await send(...Array.from({ length: 50 }, () => received(id)));
  assert.deepEqual([many.accepted, many.duplicates], [0, 50]);
  const found = await dossier(id, many.position);
  assert.equal(found.timeline.length, 1);
  assert.equal(found.account, 'in-progress/timed');
});

test('the same fact from two feeds is two events and one dossier', async () => {
  const id = newDossier();
  const { accepted, position } = await send(received(id), { ...received(id), source: '/one-stop/mirror' });
  assert.equal(accepted, 2);
  const found = await dossier(id, position);
  assert.equal(found.timeline.length, 2);
  assert.deepEqual(found.legs, [{ day: '2026-03-02', from: 'outside', to: 'in-progress/timed' }]);
});

test('an id sent again with other content is refused and changes nothing', async () => {
  const id = newDossier();
  await send(received(id));
  const { status, body } = await post(JSON.stringify([envelope(received(id, { unitId: 'H19.99' }))]));
  assert.equal(status, 200);
  const [rejected] = body.rejected as { code: string; deadLetter: string }[];
  assert.equal(rejected?.code, 'id-reused');
  assert.equal((await dossier(id, String(body.position))).account, 'in-progress/timed');
});

test('the events of a dossier in every order give the same dossier', async () => {
  const story = (id: string) => [
    received(id),
    moved(id, 'supplement-requested', '2026-03-03T09:00:00+07:00'),
    moved(id, 'in-progress', '2026-03-04T09:00:00+07:00', {
      dueAt: '2026-03-10T17:00:00+07:00',
      dueBasis: 'supplement',
    }),
    completed(id, '2026-03-09T10:00:00+07:00'),
  ];
  const answers = new Set<string>();
  for (const order of permutations([0, 1, 2, 3])) {
    const id = newDossier();
    const events = story(id);
    let position = '0';
    for (const n of order) {
      const event = events[n];
      if (event) position = (await send(event)).position;
    }
    const { legs, account, dueAt, originalDueAt, originalTiming } = await dossier(id, position);
    answers.add(JSON.stringify({ legs, account, dueAt, originalDueAt, originalTiming }));
  }
  assert.equal(answers.size, 1);
  const [only = '{}'] = answers;
  const { account, originalTiming } = JSON.parse(only);
  assert.deepEqual([account, originalTiming], ['settled/early', 'late']);
});

test('a completion that reverts to a request for supplement was a pause (status 9 that goes back to 5)', async () => {
  const id = newDossier();
  const { position } = await send(
    received(id),
    completed(id, '2026-03-04T10:00:00+07:00'),
    moved(id, 'supplement-requested', '2026-03-05T10:00:00+07:00'),
  );
  const found = await dossier(id, position);
  assert.deepEqual([found.account, found.reversions], ['paused', 1]);
  assert.deepEqual(
    found.legs.map(({ day, to }) => [day, to]),
    [
      ['2026-03-02', 'in-progress/timed'],
      ['2026-03-04', 'paused'],
    ],
  );
});

test('without a due date a dossier is settled in a bucket of its own', async () => {
  const id = newDossier();
  const { position } = await send(
    { ...received(id), data: { dossierId: id, status: 'received' } },
    completed(id, '2026-03-04T10:00:00+07:00'),
  );
  assert.equal((await dossier(id, position)).account, 'settled/no-due-date');
});

test('a due date moved without a basis stays where it was, and is listed', async () => {
  const id = newDossier();
  const { position } = await send(
    received(id),
    moved(id, 'in-progress', '2026-03-05T10:00:00+07:00', { dueAt: '2026-03-20T17:00:00+07:00' }),
    completed(id, '2026-03-09T10:00:00+07:00'),
  );
  const found = await dossier(id, position);
  assert.equal(found.account, 'settled/late');
  assert.equal(found.dueAt, '2026-03-06T10:00:00.000Z');
  assert.ok(codes(found).includes('due-moved-without-basis'));
});

test('a due date before the receipt is used and listed', async () => {
  const id = newDossier();
  const { position } = await send(
    received(id, { dueAt: '2026-02-27T17:00:00+07:00', receivedAt: '2026-03-02T08:00:00+07:00' }),
  );
  const found = await dossier(id, position);
  assert.equal(found.dueAt, '2026-02-27T10:00:00.000Z');
  assert.ok(codes(found).includes('due-before-received'));
});

test('settled at the very minute it was due is on time, by the hour and by the day; a minute later only by the day', async () => {
  const account = async (time: string, limitUnit: string) => {
    const id = newDossier();
    const { position } = await send(received(id, { limitUnit }), completed(id, time));
    return (await dossier(id, position)).account;
  };
  assert.equal(await account('2026-03-06T17:00:59+07:00', 'hours'), 'settled/on-time');
  assert.equal(await account('2026-03-06T17:01:00+07:00', 'hours'), 'settled/late');
  assert.equal(await account('2026-03-06T23:59:59+07:00', 'days'), 'settled/on-time');
  assert.equal(await account('2026-03-07T00:00:00+07:00', 'days'), 'settled/late');
  assert.equal(await account('2026-03-05T23:59:59+07:00', 'days'), 'settled/early');
});

test('both forms of an identifier name one dossier', async () => {
  const id = newDossier();
  const old = id.replace('H19.12-', '000.00.12.H19-');
  const { position } = await send(received(old), completed(id, '2026-03-04T10:00:00+07:00'));
  assert.equal((await dossier(id, position)).timeline.length, 2);
  assert.equal((await dossier(old, position)).account, 'settled/early');
});

test('a time without a zone is the office’s', async () => {
  const id = newDossier();
  const { position } = await send(received(id, { receivedAt: '2026-03-02T06:30:00' }));
  assert.equal((await dossier(id, position)).receivedAt, '2026-03-01T23:30:00.000Z');
});

test('29 February is a day in 2024 and a fault in 2026', async () => {
  const id = newDossier();
  const leap = await send({ ...completed(id, '2024-02-29T10:00:00+07:00') });
  assert.equal(leap.accepted, 1);
  const none = await send(completed(newDossier(), '2026-02-29T10:00:00+07:00'));
  assert.equal(none.accepted, 0);
  assert.equal(none.rejected[0]?.pointer, '/time');
});

test('a reason of a megabyte is cut at 2,000 characters, not refused', async () => {
  const id = newDossier();
  const { accepted, position } = await send(received(id, { reason: 'ồ'.repeat(350_000) }));
  assert.equal(accepted, 1);
  const [event] = (await dossier(id, position)).timeline;
  assert.equal(event?.reason?.length, 2_000);
});

test('a body that is not UTF-8 is refused whole, with a reason', async () => {
  const good = Buffer.from(JSON.stringify([envelope(received(newDossier()))]));
  const { status, body } = await post(
    new Uint8Array(Buffer.concat([good.subarray(0, 20), Buffer.from([0xff]), good.subarray(20)])),
  );
  assert.equal(status, 400);
  assert.match(String(body.detail), /UTF-8/);
});

test('a completion dated in the future is listed and stays outside the rate', async () => {
  const id = newDossier();
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const { position } = await send(received(id), completed(id, tomorrow));
  const found = await dossier(id, position);
  assert.equal(found.account, 'settled/no-finish-date');
  assert.ok(codes(found).includes('future'));
});

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
