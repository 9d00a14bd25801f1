import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type InProcess, startInProcess } from '../support/in-process.ts';

/**
 * The evidence of a figure, by small stories sent to the whole server. That every list has its figure's count, whatever the
 * history, is in `list-is-the-figure.int.test.ts`. The present is Monday 20 April 2026, 09:00 in the office.
 */
let nhip: InProcess;
before(async () => {
  nhip = await startInProcess(Date.parse('2026-04-20T09:00:00+07:00'));
});
after(() => nhip.close());

let counter = 0;
const newUnit = () => `K19.${String(100 + ++counter)}`;
const newDossier = (unit: string) => `${unit}-260302-${String(++counter).padStart(4, '0')}`;

type Fields = Readonly<Record<string, unknown>>;
const dossierEvent = (dossierId: string, status: string, time: string, fields: Fields = {}) => ({
  specversion: '1.0',
  source: '/one-stop/office',
  type: 'dossier.status.v1',
  id: `${dossierId} ${status} ${time}`,
  time,
  data: { dossierId, status, ...fields },
});
/** Received on Monday 2 March; due on Friday the 6th unless stated otherwise. */
const received = (id: string, unitId: string, dueAt = '2026-03-06') =>
  dossierEvent(id, 'received', '2026-03-02T08:00:00', { unitId, dueAt, dueBasis: 'receipt-slip' });

interface Listed {
  readonly id: string;
  readonly account: string;
  readonly endedAt: string | null;
  readonly channel: string | null;
  readonly recipient: string;
}
interface Page {
  readonly total: number;
  readonly position: string;
  readonly asOf: string;
  readonly next?: string;
  readonly dossiers?: readonly Listed[];
  readonly documents?: readonly Listed[];
  readonly items?: readonly Listed[];
}
async function ask<Answer = Page>(path: string): Promise<Answer> {
  const { status, body } = await nhip.get(path);
  assert.equal(status, 200, JSON.stringify(body));
  return body as Answer;
}
const evidence = (objective: string, query: string) => ask(`/v1/objectives/${objective}/evidence?${query}`);
const ids = ({ dossiers, items }: Page) => (dossiers ?? items ?? []).map(({ id }) => id);
interface Figure {
  readonly numerator: number;
  readonly denominator: number;
  readonly open: { readonly overdue: number };
}
const share = async (objective: string, query: string) => {
  const { numerator, denominator } = await ask<Figure>(`/v1/objectives/${objective}?${query}`);
  return [numerator, denominator];
};

describe('the list of documents', () => {
  const registered = (unit: string, scope: string, channels: readonly string[]) => ({
    specversion: '1.0',
    source: '/register',
    type: 'document.registered.v1',
    id: `${unit} ${scope}`,
    time: '2026-04-15T09:00:00',
    data: {
      documentId: `${unit},2026-04-15,1/VP`,
      scope,
      fromUnitId: unit,
      issuedAt: '2026-04-15T08:00:00',
      recipients: channels.map((channel, index) => ({ unitId: `H19.${20 + index}`, channel })),
    },
  });
  const channels = ({ documents = [] }: Page) => documents.map(({ channel }) => channel).sort();

  test('that are not electronic has those sent by paper and e-mail, also without naming the part', async () => {
    const unit = newUnit();
    await nhip.send(registered(unit, 'internal', ['paper', 'email']));
    assert.deepEqual(await share('internal-e-exchange', `unit=${unit}`), [0, 2]);
    for (const query of [`unit=${unit}`, `unit=${unit}&part=not-electronic`]) {
      const page = await evidence('internal-e-exchange', query);
      assert.deepEqual([page.total, channels(page)], [2, ['email', 'paper']]);
    }
    assert.equal((await evidence('internal-e-exchange', `unit=${unit}&part=exchanged`)).total, 2);
  });

  test('between agencies counts documents sent by the internal system as not electronic, as the figure does', async () => {
    const unit = newUnit();
    await nhip.send(registered(unit, 'inter-agency', ['internal-system']));
    assert.deepEqual(await share('inter-agency-e-exchange', `unit=${unit}`), [0, 1]);
    const part = async (name: string) => {
      const page = await evidence('inter-agency-e-exchange', `unit=${unit}&part=${name}`);
      return [page.total, channels(page)];
    };
    assert.deepEqual(await part('not-electronic'), [1, ['internal-system']]);
    assert.deepEqual(await part('electronic'), [0, []]);
    const inside = newUnit();
    await nhip.send(registered(inside, 'internal', ['internal-system']));
    assert.equal((await evidence('internal-e-exchange', `unit=${inside}&part=electronic`)).total, 1);
  });
});

test('on the original due date the list holds dossiers to the first slip', async () => {
  const unit = newUnit();
  const id = newDossier(unit);
  await nhip.send(
    received(id, unit, '2026-03-06'),
    dossierEvent(id, 'in-progress', '2026-03-05T08:00:00', {
      dueAt: '2026-03-12',
      dueBasis: 'extension',
    }),
    dossierEvent(id, 'completed', '2026-03-09T10:00:00'),
  );
  assert.deepEqual(await share('dossier-on-time', `unit=${unit}&basis=original`), [0, 1]);
  assert.deepEqual(ids(await evidence('dossier-on-time', `unit=${unit}&basis=original&part=late`)), [id]);
  assert.deepEqual(ids(await evidence('dossier-on-time', `unit=${unit}&basis=original&part=on-time`)), []);
  assert.deepEqual(ids(await evidence('dossier-on-time', `unit=${unit}&part=late`)), []);
  assert.deepEqual(ids(await evidence('dossier-on-time', `unit=${unit}&part=on-time`)), [id]);
});

test('open work of a window that is over is listed as it stood at its end, also when it has ended since', async () => {
  const unit = newUnit();
  const [ended, open] = [newDossier(unit), newDossier(unit)];
  await nhip.send(
    received(ended, unit),
    received(open, unit, '2026-04-10'),
    dossierEvent(ended, 'completed', '2026-04-02T10:00:00'),
  );
  const march = `unit=${unit}&from=2026-03-01&to=2026-03-31`;
  const figure = await ask<Figure>(`/v1/objectives/dossier-on-time?${march}`);
  assert.equal(figure.open.overdue, 1);
  const overdue = await evidence('dossier-on-time', `${march}&part=overdue`);
  assert.deepEqual(ids(overdue), [ended]);
  assert.equal(overdue.dossiers?.[0]?.account, 'in-progress/timed', 'the account in which it stood');
  assert.match(overdue.dossiers?.[0]?.endedAt ?? '', /^2026-04-02/, 'and its later end');
  assert.deepEqual(ids(await evidence('dossier-on-time', `${march}&part=open`)), [ended, open]);
  assert.deepEqual(ids(await evidence('dossier-on-time', `unit=${unit}&part=overdue`)), [open]);
});

test('a list has one order, with and without a moment of knowledge: the most urgent first', async () => {
  const unit = newUnit();
  const due = ['2026-04-17', '2026-03-06', '2026-04-02', '2026-03-20'];
  const dossiers = due.map(() => newDossier(unit));
  const [april17, march6, april2, march20] = dossiers;
  await nhip.send(...dossiers.map((id, index) => received(id, unit, due[index])));
  const expected = [march6, march20, april2, april17];
  const asOf = encodeURIComponent(new Date(nhip.now).toISOString());
  for (const query of [`unit=${unit}&part=overdue`, `unit=${unit}&part=overdue&asOf=${asOf}`]) {
    assert.deepEqual(ids(await evidence('dossier-on-time', query)), expected);
  }
  assert.deepEqual(ids(await ask(`/v1/dossiers?state=overdue&unit=${unit}&asOf=${asOf}`)), expected);
  assert.deepEqual(ids(await ask(`/v1/dossiers?state=overdue&unit=${unit}`)), expected);
});

test('sorted by -date a list is the same from its end, page by page', async () => {
  const unit = newUnit();
  const dossiers = ['2026-03-06', '2026-03-20', '2026-04-02'].map((due) => ({ id: newDossier(unit), due }));
  await nhip.send(...dossiers.map(({ id, due }) => received(id, unit, due)));
  const latest = dossiers.map(({ id }) => id).reverse();
  const query = `unit=${unit}&part=overdue&sort=-date`;
  assert.deepEqual(ids(await evidence('dossier-on-time', query)), latest);
  const one = await evidence('dossier-on-time', `${query}&limit=2`);
  const two = await evidence('dossier-on-time', `${query}&limit=2&cursor=${one.next}`);
  assert.deepEqual([ids(one), ids(two), two.next], [latest.slice(0, 2), latest.slice(2), undefined]);
  assert.deepEqual(ids(await ask(`/v1/dossiers?state=overdue&unit=${unit}&sort=-date`)), latest);
  const upwards = await nhip.get(
    `/v1/objectives/dossier-on-time/evidence?unit=${unit}&part=overdue&limit=2&cursor=${one.next}`,
  );
  assert.equal(upwards.status, 400, 'a cursor is of one order');
});

test('an objective names its parts, each with its count, and the evidence lists every one of them', async () => {
  const unit = newUnit();
  const [late, onTime, overdue, later, nameless, sorry = ''] = Array.from({ length: 6 }, () =>
    newDossier(unit),
  );
  await nhip.send(
    received(sorry, unit),
    dossierEvent(sorry, 'completed', '2026-03-09T10:00:00'),
    {
      ...{ specversion: '1.0', source: '/one-stop', id: `${sorry} letter` },
      ...{ type: 'dossier.apology.v1', time: '2026-03-09' },
      data: { dossierId: sorry, letterNumber: '45/TXL-VP', date: '2026-03-09' },
    },
    received(late ?? '', unit),
    dossierEvent(late ?? '', 'completed', '2026-03-09T10:00:00'),
    received(onTime ?? '', unit),
    dossierEvent(onTime ?? '', 'completed', '2026-03-05T10:00:00'),
    received(overdue ?? '', unit),
    received(later ?? '', unit, '2026-12-01'),
    dossierEvent(nameless ?? '', 'received', '2026-03-02T08:00:00', { unitId: unit }),
  );
  interface Part {
    readonly name: string;
    readonly title: { readonly vi: string; readonly en: string };
    readonly count: number;
    readonly counts: string | null;
    readonly of?: readonly string[];
  }
  interface Answer extends Page {
    readonly parts: readonly Part[];
  }
  const { parts } = await ask<Answer>(`/v1/objectives/dossier-on-time?unit=${unit}`);
  assert.deepEqual(
    parts.filter(({ count }) => count > 0).map(({ name, count, counts, of }) => [name, count, counts, of]),
    [
      ['settled', 3, null, ['on-time', 'late-with-letter', 'late-without-letter']],
      ['on-time', 1, 'for', undefined],
      ['late', 2, 'against', ['late-with-letter', 'late-without-letter']],
      ['late-with-letter', 1, 'against', undefined],
      ['late-without-letter', 1, 'against', undefined],
      ['open', 3, 'open', ['overdue', 'due-soon', 'not-yet-due', 'paused', 'open-no-due-date']],
      ['overdue', 1, 'open', undefined],
      ['not-yet-due', 1, 'open', undefined],
      ['open-no-due-date', 1, 'open', undefined],
    ],
  );
  assert.deepEqual(parts.find(({ name }) => name === 'late')?.title, { vi: 'Trễ hạn', en: 'Late' });
  for (const { name, count } of parts) {
    const query = `unit=${unit}&part=${name}`;
    const listed = await ask<Answer>(`/v1/objectives/dossier-on-time/evidence?${query}`);
    assert.deepEqual([listed.total, ids(listed).length], [count, count], name);
    assert.deepEqual(listed.parts, parts);
    if (name === 'late-with-letter') assert.deepEqual(ids(listed), [sorry]);
  }
});

test('an objective names the dimensions of its breakdown, and refuses all others', async () => {
  interface Answer {
    readonly dimensions: readonly { readonly name: string; readonly title: { readonly vi: string } }[];
  }
  const named = async (objective: string) =>
    (await ask<Answer>(`/v1/objectives/${objective}`)).dimensions.map(({ name }) => name);
  assert.deepEqual(await named('dossier-on-time'), ['unit', 'field', 'procedure', 'channel']);
  assert.deepEqual(await named('internal-e-exchange'), ['unit', 'channel']);
  for (const by of await named('internal-e-exchange'))
    await ask(`/v1/objectives/internal-e-exchange/breakdown?by=${by}`);
  const { status, body } = await nhip.get('/v1/objectives/internal-e-exchange/breakdown?by=field');
  assert.equal(status, 400);
  assert.match(JSON.stringify(body), /"\/by".*one of unit, channel/);
});

describe('a list that is paged while the ledger moves on', () => {
  test('stays that of its first page: its items, its total, its position and its moment', async () => {
    const unit = newUnit();
    const dossiers = ['2026-03-06', '2026-03-09', '2026-03-10', '2026-03-11'].map((due) => {
      const id = newDossier(unit);
      return { id, event: received(id, unit, due) };
    });
    await nhip.send(...dossiers.map(({ event }) => event));
    const [first, second, third, fourth] = dossiers.map(({ id }) => id);
    const query = `unit=${unit}&part=overdue&limit=2`;
    const one = await evidence('dossier-on-time', query);
    assert.deepEqual([ids(one), one.total], [[first, second], 4]);
    // One of the next page ends, one is sent that would stand on it, and time goes on.
    nhip.now += 60_000;
    await nhip.send(
      dossierEvent(third ?? '', 'completed', '2026-04-20T08:00:00'),
      received(newDossier(unit), unit, '2026-03-10'),
    );
    const two = await evidence('dossier-on-time', `${query}&cursor=${one.next}`);
    assert.deepEqual([ids(two), two.total], [[third, fourth], 4]);
    assert.equal(two.dossiers?.[0]?.account, 'in-progress/timed');
    assert.deepEqual([two.position, two.asOf], [one.position, one.asOf]);
    assert.equal(two.next, undefined);
    assert.equal((await evidence('dossier-on-time', query)).total, 4, 'one ended, one came');
  });

  test('of work lists too', async () => {
    const unit = newUnit();
    const dossiers = [newDossier(unit), newDossier(unit)];
    await nhip.send(...dossiers.map((id) => received(id, unit)));
    const query = `/v1/dossiers?state=open&unit=${unit}&limit=1`;
    const one = await ask(query);
    await nhip.send(dossierEvent(dossiers[1] ?? '', 'completed', '2026-04-20T08:00:00'));
    const two = await ask(`${query}&cursor=${one.next}`);
    assert.deepEqual([...ids(one), ...ids(two)], dossiers);
    assert.equal(two.position, one.position);
  });

  test('a cursor is of its own list only', async () => {
    const unit = newUnit();
    await nhip.send(received(newDossier(unit), unit), received(newDossier(unit), unit));
    const { next } = await evidence('dossier-on-time', `unit=${unit}&part=overdue&limit=1`);
    const refused = async (path: string) => {
      const { status, body } = await nhip.get(`${path}&cursor=${next}`);
      assert.equal(status, 400);
      assert.match(JSON.stringify(body), /"\/cursor"/);
    };
    await refused(`/v1/objectives/dossier-on-time/evidence?unit=${unit}&part=open&limit=1`);
    await refused(`/v1/objectives/dossier-on-time/evidence?unit=${unit}&part=overdue&basis=original&limit=1`);
    await refused(`/v1/dossiers?unit=${unit}&state=overdue&limit=1`);
  });
});

describe('as of a moment', () => {
  test('work lists and one dossier are as known then', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    // History has begun, and this dossier is not part of it yet.
    await nhip.send(received(newDossier(unit), newUnit()));
    const before = encodeURIComponent(new Date(nhip.now).toISOString());
    nhip.now += 3_600_000;
    await nhip.send(received(id, unit));
    const then = encodeURIComponent(new Date(nhip.now).toISOString());
    nhip.now += 3_600_000;
    await nhip.send(dossierEvent(id, 'completed', '2026-03-09T10:00:00'));
    assert.deepEqual(ids(await ask(`/v1/dossiers?unit=${unit}&state=overdue`)), []);
    assert.deepEqual(ids(await ask(`/v1/dossiers?unit=${unit}&state=overdue&asOf=${then}`)), [id]);
    interface Detail {
      readonly account: string;
      readonly timeline: readonly { readonly status: string }[];
    }
    const detail = async (query: string) => {
      const { account, timeline } = await ask<Detail>(`/v1/dossiers/${id}?${query}`);
      return [account, timeline.map(({ status }) => status)];
    };
    assert.deepEqual(await detail(''), ['settled/late', ['received', 'completed']]);
    assert.deepEqual(await detail(`asOf=${then}`), ['in-progress/timed', ['received']]);
    assert.equal((await nhip.get(`/v1/dossiers/${id}?asOf=${before}`)).status, 404);
  });

  test('a list by finding holds the findings known then', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    await nhip.send(dossierEvent(id, 'received', '2026-03-02T08:00:00', { unitId: unit }));
    const then = encodeURIComponent(new Date(nhip.now).toISOString());
    nhip.now += 3_600_000;
    await nhip.send(dossierEvent(id, 'in-progress', '2026-03-03T08:00:00', { dueAt: '2026-05-06' }));
    const found = `/v1/dossiers?unit=${unit}&state=open&finding=no-due-date`;
    assert.deepEqual(ids(await ask(found)), []);
    assert.deepEqual(ids(await ask(`${found}&asOf=${then}`)), [id]);
  });
});
