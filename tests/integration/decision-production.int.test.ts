import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PersonId } from '../../shared/contracts/two-people.ts';
import templates from '../../shared/measures/templates.json' with { type: 'json' };
import { createApiKey } from '../../shared/platform/keys-file.ts';
import { makeStaffKey } from '../../shared/platform/people-key.ts';
import { eventually } from '../support/eventually.ts';
import { startListening } from '../support/in-process.ts';
import { nhip } from '../support/process.ts';
import { describeProduction } from '../support/production.ts';
import { emptyDir } from '../support/standalone.ts';
import { withMinPosition } from '../support/up-to-date.ts';

/** The whole Decision by HTTP, in both topologies: what people enter, state and register, and what feeds send about staff and inspections. */

const THIS = new Date().getUTCFullYear();
const LAST = THIS - 1;
const OFFICE = 'H19.02';
const [A, B] = [`${OFFICE}.01`, `${OFFICE}.02`];

// biome-ignore lint/suspicious/noExplicitAny: answers are compared as they are
type Json = any;
type Person = 'lan' | 'minh';
/** Sends a body, or reads what reflects everything sent before. */
type Ask = (path: string, as?: Person, body?: object, method?: string) => Promise<Json>;

const event = (type: string, time: string, data: object) => ({
  ...{ specversion: '1.0', source: '/office', id: JSON.stringify([type, time, data]) },
  ...{ type, time, data },
});
const unit = (unitId: string, more: object = {}) =>
  event('unit.declared.v1', '2024-01-01', {
    ...{ unitId, name: `Phòng ${unitId}`, effectiveFrom: '2024-01-01', handlesProcedures: true, ...more },
  });
const person = (n: number) => {
  const staffRef = `CB-041${n}`;
  const decision = { decisionNumber: '512/QĐ-VP', decisionDate: `${THIS}-01-10` };
  return [
    event('staff.assigned.v1', '2024-03-01', {
      ...{
        staffRef,
        unitId: n % 2 ? A : B,
        kind: 'public-employee',
        positionVersion: 'CV/2024',
        from: '2024-03-01',
      },
    }),
    event('staff.standard.v1', `${LAST}-07-01`, {
      ...{
        staffRef,
        outcome: n === 1 ? 'does-not-meet' : 'meets',
        positionVersion: 'CV/2024',
        evidence: `HS/${n}`,
        from: `${LAST}-07-01`,
      },
    }),
    event('staff.rating.v1', `${THIS}-01-10`, {
      ...{
        staffRef,
        ratedYear: LAST,
        ruleSet: 'nd-90-48',
        level: n === 1 ? 'completed' : 'good',
        ...decision,
      },
    }),
  ];
};
const inspection = { inspectionId: '26/par/A', unitId: A, kind: 'par' };
const EVENTS = [
  unit(OFFICE),
  ...[A, B].map((id) => unit(id, { parentId: OFFICE })),
  ...[1, 2, 3, 4, 5, 6, 7].flatMap(person),
  event('inspection.planned.v1', `${THIS}-01-02`, { ...inspection, plannedUntil: `${THIS}-01-08` }),
  event('inspection.visited.v1', `${THIS}-01-05`, { ...inspection, visitedAt: `${THIS}-01-05` }),
  event('inspection.concluded.v1', `${THIS}-01-06`, { ...inspection, concludedAt: `${THIS}-01-06` }),
  event('inspection.finding.v1', `${THIS}-01-06`, { inspectionId: inspection.inspectionId, findingId: '1' }),
];

const [satisfaction] = templates.objectives;
const definition = { ...satisfaction, validFrom: `${LAST}-01-01`, validTo: `${THIS}-12-31` };
const evidence = 'BC 45/BC-VP';

/** What an office does about its objectives in a year. @throws where an act is refused */
async function journey(ask: Ask): Promise<void> {
  const done = async (path: string, as: Person, body: object = {}, method = 'POST') => {
    const answer = await ask(path, as, body, method);
    assert.ok(answer.statusCode < 300, `${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  await done('objectives', 'lan', { definition, reason: 'QĐ 124' });
  // Entries are judged by the definition in the ledger.
  assert.equal((await ask('objectives/satisfaction')).statusCode, 200);
  const entry = { period: `${LAST}-Q4`, numerator: 19_199, denominator: 20_000, evidence };
  await done('objectives/satisfaction/figures', 'lan', entry);
  assert.equal(
    (await ask(`objectives/satisfaction/figures/${entry.period}/approve`, 'lan', {})).statusCode,
    403,
  );
  await done(`objectives/satisfaction/figures/${entry.period}/approve`, 'minh');

  const subject = {
    unitId: A,
    description: 'Hồ sơ dồn cuối tháng',
    source: 'staff',
    objectiveId: 'satisfaction',
  };
  await done('risks', 'lan', { id: 'R-1', ...subject });
  await done('risks/R-1/assess', 'lan', { likelihood: 4, impact: 4 });
  await done('risks/R-1/plan', 'lan', {
    treatment: 'reduce',
    measures: 'x',
    owner: 'x',
    due: `${THIS}-12-15`,
  });
  await done('risks/R-1/approve', 'minh');
  await done('risks/R-1/report-treated', 'lan', { evidence });
  await done('risks/R-1/verify', 'minh', { result: 'met', comment: 'x' });
  await done('risks/R-1/judge', 'minh', { effective: true, likelihood: 1, impact: 4, comment: 'x' });
  await done('opportunities', 'lan', { id: 'O-1', ...subject, proposal: 'x' });
  await done('opportunities/O-1/plan', 'lan', { owner: 'x', due: `${THIS}-12-15` });
  await done('reviews', 'lan', { id: 'X-1', objectiveId: 'satisfaction', findings: ['x'], conclusion: 'x' });
  await done('reviews/X-1/actions', 'lan', { what: 'x', owner: 'x', due: `${THIS}-12-15` });

  const period = { from: `${LAST}-01-01`, to: `${LAST}-12-31`, on: `${LAST}-12-20`, due: `${THIS}-01-02` };
  const request = { id: 'BC-1', units: [A, B], askedBy: 'ISO', form: 'Mẫu 05', ...period };
  const { items } = await done('duties/requests', 'lan', request);
  const submitted = { on: `${THIS}-01-01`, number: '15', evidence };
  await done(`duties/${encodeURIComponent(items[0].id)}/submit`, 'lan', submitted);
  const told = { unitId: A, year: LAST, on: `${LAST}-01-15`, means: 'Họp', reached: 18, of: 20, evidence };
  await done('duties/communications', 'lan', told);
}

const OF = ['staff-title-standard', 'staff-rating', 'inspection-coverage', 'satisfaction'];
const READS = [
  'objectives',
  ...OF.flatMap((id) => [
    `objectives/${id}`,
    `objectives/${id}/evidence`,
    `objectives/${id}/breakdown?by=unit`,
  ]),
  ...[
    'staff?limit=100',
    'staff/excellent-cap',
    'article-2',
    'cascade',
    'units',
    'duties',
    'risks',
    'risks/R-1',
  ],
  ...['risks/matrix', 'opportunities', 'opportunities/O-1', 'reviews', 'reviews/X-1'],
  `objectives/satisfaction/figures/${LAST}-Q4`,
];

/** What does not depend on the moment, the store or the order in which processes answered. */
const facts = (value: Json): Json =>
  JSON.parse(
    JSON.stringify(value, (key, one) => {
      if (['position', 'asOf', 'statusCode', 'trust', 'feeds', 'shownUntil'].includes(key)) return undefined;
      if (typeof one !== 'string') return one;
      return one
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, 'T')
        .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, 'U');
    }),
  );

/** Lists name people in the order in which their events stand, and the stores order one request in their own ways. */
const unordered = (value: Json): Json =>
  JSON.parse(JSON.stringify(value), (_key, one) =>
    Array.isArray(one) ? one.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : one,
  );

/** A caller of some processes, and of their one set of keys. */
function caller(
  secrets: Readonly<Record<Person, string>>,
  urlOf: (path: string, isAct: boolean) => string,
): Ask {
  let written = '0';
  const statements = new Map<string, number>();
  return async (path, as = 'lan', body, method) => {
    const id = decodeURIComponent(/^\w+\/([^/?]+)/.exec(path)?.[1] ?? '');
    const isRead = body === undefined;
    const url = `${urlOf(path, !isRead)}/v1/${path}`;
    const answer = await fetch(isRead && !/figures\//.test(path) ? withMinPosition(url, written) : url, {
      ...(!isRead && { method: method ?? 'POST', body: JSON.stringify(body) }),
      headers: {
        authorization: `Bearer ${secrets[as]}`,
        ...(!isRead && {
          'content-type': Array.isArray(body) ? 'application/cloudevents-batch+json' : 'application/json',
        }),
        'if-match': `"${statements.get(id) ?? 0}"`,
      },
    });
    const given: Json = await answer.json();
    if (!isRead && given.position) written = given.position;
    for (const one of given.items ?? [given])
      if (one.statements !== undefined) statements.set(one.id ?? id, one.statements);
    return { ...given, statusCode: answer.status };
  };
}

async function readAll(ask: Ask): Promise<Json> {
  const answers: Record<string, Json> = {};
  for (const path of READS) {
    const answer = await ask(path);
    assert.equal(answer.statusCode, 200, `${path}: ${JSON.stringify(answer)}`);
    answers[path] = facts(answer);
  }
  return answers;
}

await describeProduction('the whole Decision in production', ({ start, env }) => {
  const dir = emptyDir();
  const STAFF_KEY_FILE = join(dir, 'staff.key');
  makeStaffKey(STAFF_KEY_FILE);
  const API_KEYS_FILE = join(dir, 'keys.json');
  const keyOf = (id: Person) =>
    createApiKey(API_KEYS_FILE, id, ['admin'], new Date(), { person: id as PersonId });
  const secrets = { lan: keyOf('lan'), minh: keyOf('minh') };
  const shared = { STAFF_KEY_FILE, API_KEYS_FILE, OFFICE_UNIT: OFFICE };

  test('gives the answers of the embedded server, the same after a rebuild, and all of it can be verified', async (t) => {
    const embedded = await startListening(shared);
    t.after(() => embedded.close());
    const [ingest, api] = await Promise.all([
      start('ingest', shared),
      start('api', shared),
      start('projector', shared),
    ]);
    const ready = async ({ url }: { url: string }) => (await fetch(`${url}/readyz`)).status === 200;
    for (const one of [ingest, api]) await eventually(() => ready(one), { timeoutMs: 20_000 });
    const here = caller(secrets, () => embedded.url);
    const there = caller(secrets, (path) =>
      /^(events|staff\/(pseudonym|names))/.test(path) ? ingest.url : api.url,
    );
    for (const ask of [here, there]) {
      const sent = await ask('events', 'lan', EVENTS);
      assert.deepEqual([sent.accepted, sent.rejected], [EVENTS.length, []]);
      await journey(ask);
      const names = [{ staffRef: 'CB-0411', name: 'Nguyễn Thị Lan' }];
      assert.deepEqual((await ask('staff/names', 'lan', { names }, 'PUT')).set, 1);
    }

    const answers = await readAll(there);
    const { numerator, denominator } = answers['objectives/staff-title-standard'];
    assert.deepEqual([numerator, denominator], [6, 7]);
    assert.match(
      JSON.stringify(answers),
      /"name":"Nguyễn Thị Lan"/,
      'the api reads the names that ingest has set',
    );
    assert.deepEqual(unordered(answers), unordered(await readAll(here)));

    const servers = { ...env, ...shared, NHIP_KEY: secrets.lan };
    const rebuilt = await nhip(['rebuild'], servers);
    assert.equal(rebuilt.code, 0, rebuilt.stdout + rebuilt.stderr);
    await eventually(async () => {
      assert.deepEqual(await readAll(there), answers);
      return true;
    });
    const verified = await nhip(['verify'], servers);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  });

  test('ingest records nobody under another key than that of the store, or without one, until a person accepts it', async () => {
    const another = join(emptyDir(), 'staff.key');
    makeStaffKey(another);
    const ask = (url: string) => caller(secrets, () => url);
    const refused = async (env: NodeJS.ProcessEnv, reason: RegExp) => {
      const { url, stop } = await start('ingest', env);
      const { status, body } = await eventually(async () => {
        const ready = await fetch(`${url}/readyz`);
        return ready.status === 503 && { status: ready.status, body: await ready.text() };
      });
      assert.equal(status, 503);
      assert.match(body, reason);
      const answer = await ask(url)('events', 'lan', person(8));
      assert.deepEqual([answer.statusCode, reason.test(answer.detail)], [503, true], JSON.stringify(answer));
      await stop();
    };
    await refused(
      { ...shared, STAFF_KEY_FILE: another },
      /the key for people is [0-9a-f]{16}, and the people of this store/,
    );
    await refused({ API_KEYS_FILE }, /this server has no key for people/);
    const begun = await nhip(['begin-anew', 'staff.key'], { ...env, ...shared });
    assert.equal(begun.code, 0, begun.stdout + begun.stderr);
    const { url } = await start('ingest', { ...shared, STAFF_KEY_FILE: another });
    assert.equal((await ask(url)('events', 'lan', person(8))).accepted, 3);
    await refused(shared, /the key for people is/);
  });
});
