import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { unitId } from '../../shared/contracts/ids.ts';
import type { PersonId } from '../../shared/contracts/two-people.ts';
import decision124 from '../../shared/measures/decision-124.json' with { type: 'json' };
import { createApiKey, type KeyLimits, type Right } from '../../shared/platform/keys-file.ts';
import { assertVerified } from '../support/assert-verified.ts';
import { eventually } from '../support/eventually.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';
import { withMinPosition } from '../support/up-to-date.ts';

const NOW = Date.parse('2026-07-20T09:00:00+07:00');
const MINUTE = 60_000;
const [dossiers] = decision124.objectives;

const objective = (id: string, change: object) => ({
  ...dossiers,
  ...{ id, version: 1, validFrom: '2026-01-01', validTo: '2026-12-31', alerts: [] },
  ...change,
});
const share = (change: object = {}) =>
  objective('satisfaction', {
    formula: { name: 'hand-entered-share', version: 1, period: 'quarter', dueWorkingDays: 10 },
    target: '0.96',
    ...change,
  });
const DAYS = { vi: 'ngày', en: 'days' };
const value = (whole: 'last' | 'sum' | 'mean', comparator: string, target: string, change: object = {}) =>
  objective('answer-days', {
    formula: { name: 'hand-entered-value', version: 1, period: 'quarter', measuredIn: DAYS, whole },
    ...{ comparator, target },
    ...change,
  });

interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared field by field
  readonly body: any;
}
type Call = (
  key: string | undefined,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: object,
  etag?: string,
) => Promise<Answer>;

/** A server with these objectives, and keys by name; without keys it is open. */
async function serving(
  objectives: readonly object[],
  keys: Readonly<Record<string, readonly [readonly Right[], KeyLimits]>>,
  work: (call: Call, running: InProcess) => Promise<void>,
): Promise<void> {
  const dataDir = emptyDir();
  const file = join(dataDir, 'objectives.json');
  writeFileSync(file, JSON.stringify({ objectives }));
  const secrets = Object.fromEntries(
    Object.entries(keys).map(([name, [rights, limits]]) => [
      name,
      createApiKey(join(dataDir, 'keys.json'), name, rights, new Date(NOW), limits),
    ]),
  );
  const running = await startInProcess(NOW, { DATA_DIR: dataDir, OBJECTIVES_FILE: file });
  let written = '0';
  try {
    await work(async (key, method, path, payload, etag) => {
      const isList = method === 'GET' && !/figures\/|audit|alerts/.test(path);
      const url = `/v1/${path}`;
      const answer = await running.server.inject({
        ...{ method, url: isList ? withMinPosition(url, written) : url },
        ...(payload && { payload }),
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${secrets[key]}` }),
          ...(etag !== undefined && { 'if-match': etag }),
        },
      });
      const body = answer.json();
      if (method !== 'GET' && body.position) written = body.position;
      return { status: answer.statusCode, etag: answer.headers.etag?.toString(), body };
    }, running);
  } finally {
    await running.close();
  }
  await assertVerified(dataDir);
}

const person = (name: string) => ({ person: name as PersonId });
/** A clerk, a head, a second key of the clerk, a key without a person. */
const OFFICE = {
  clerk: [['enter', 'read'], person('lan')],
  head: [['approve', 'read'], person('minh')],
  lan2: [['approve', 'read'], person('lan')],
  nobody: [['enter', 'approve'], {}],
  admin: [['admin'], {}],
} satisfies Record<string, readonly [readonly Right[], KeyLimits]>;
const ENTRY = { period: '2026-Q1', numerator: 19_199, denominator: 20_000, evidence: 'BC 45' };

interface Alerted {
  readonly id: string;
  readonly phase: string;
  readonly subject: { readonly overdue: number };
}
const outcome = ({ status, body }: Answer) => (status < 300 ? status : [status, body.code]);
const countsIn = ({ body }: Answer) =>
  Object.fromEntries(
    body.parts
      .filter(({ count }: { count: number }) => count > 0)
      .map((part: { name: string; count: number }) => [part.name, part.count]),
  );

describe('figures that people enter', () => {
  it('raise an alert while a period has none, in every window, and while one waits too long for a second person', async () => {
    await serving([share()], OFFICE, async (call, running) => {
      await running.listen();
      const alert = (register: string, at: string, isIt: (alert: Alerted) => boolean) =>
        eventually(async () => {
          // Registers are read once a second.
          running.now = Math.max(running.now + 1_000, Date.parse(`${at}+07:00`));
          const alerts: readonly Alerted[] = (await call('clerk', 'GET', 'alerts')).body.alerts;
          return alerts.find((one) => one.id === `${register}:office:overdue` && isIt(one));
        });
      const firing = (overdue: number) => (one: Alerted) =>
        one.phase === 'firing' && one.subject.overdue === overdue;
      await alert('entered-figures', '2026-07-20T09:00', firing(2));
      const entered = await call('clerk', 'POST', 'objectives/satisfaction/figures', ENTRY);
      await alert('entered-figures', '2026-07-20T09:00', firing(1));
      const waiting = async (asked = '') => {
        const { body } = await call('head', 'GET', `entered-figures?state=awaiting-approval${asked}`);
        return body.items.map((item: Answer['body']) => [
          item.objective,
          item.period,
          item.state,
          item.latest.state,
        ]);
      };
      assert.deepEqual(await waiting(), [['satisfaction', '2026-Q1', 'waiting', 'unapproved']]);
      assert.deepEqual(await waiting('&objective=other'), []);
      // Five working days after Monday the 20th end with Monday the 27th.
      await alert('figure-approvals', '2026-07-27T23:00', ({ phase }) => phase === 'ok');
      await alert('figure-approvals', '2026-07-28T00:00', firing(1));
      const path = 'objectives/satisfaction/figures/2026-Q1/approve';
      assert.equal((await call('head', 'POST', path, undefined, entered.etag)).status, 200);
      await alert('figure-approvals', '2026-07-28T00:00', ({ phase }) => phase === 'resolved');
      assert.deepEqual(await waiting(), []);
      assert.equal((await waiting('&asOf=2026-07-27')).length, 1);
      const second = await call('clerk', 'POST', 'objectives/satisfaction/figures', {
        ...{ ...ENTRY, period: '2026-Q2' },
      });
      await alert('entered-figures', '2026-07-28T00:00', ({ phase }) => phase === 'resolved');
      const refusal = 'objectives/satisfaction/figures/2026-Q2/refuse';
      assert.equal((await call('head', 'POST', refusal, { reason: 'r' }, second.etag)).status, 200);
      await alert('entered-figures', '2026-07-28T00:00', firing(1));
      // The fourth quarter is late in January, when the window of the year is another.
      await alert('entered-figures', '2027-01-31T09:00', firing(3));
    });
  });

  it('count once a second person has approved them, exactly, and leave a history', async () => {
    await serving([share()], OFFICE, async (call, running) => {
      const figure = () => call('clerk', 'GET', 'objectives/satisfaction');
      const before = await figure();
      assert.deepEqual(
        [before.body.status, before.body.reason, countsIn(before)],
        ['not-computable', 'nothing-approved', { late: 2 }],
        'both quarters are over, and ten working days with them',
      );
      const entered = await call('clerk', 'POST', 'objectives/satisfaction/figures', ENTRY);
      assert.deepEqual([entered.status, entered.etag, entered.body.entry.state], [201, '"1"', 'unapproved']);
      assert.deepEqual([entered.body.entry.by, entered.body.entry.person], ['clerk', 'lan']);
      const waiting = await figure();
      assert.deepEqual(
        [waiting.body.status, countsIn(waiting)],
        ['not-computable', { unapproved: 1, late: 1 }],
      );

      running.now = NOW + MINUTE;
      const approve = (key: string, etag = '"1"') =>
        call(key, 'POST', 'objectives/satisfaction/figures/2026-Q1/approve', undefined, etag);
      assert.deepEqual(
        outcome(await approve('lan2')),
        [403, 'second-person-needed'],
        'another key of one person',
      );
      assert.deepEqual(outcome(await approve('nobody')), [403, 'second-person-needed']);
      assert.deepEqual(outcome(await approve('clerk')), [403, 'forbidden']);
      assert.deepEqual(outcome(await approve('head', '"0"')), [412, 'precondition-failed']);
      const approved = await approve('head');
      assert.deepEqual([approved.status, approved.etag, approved.body.entry.state], [200, '"2"', 'approved']);
      assert.equal((await approve('head')).status, 200, 'sent again, since its answer was lost');

      const missed = await figure();
      assert.deepEqual(
        [missed.body.status, missed.body.numerator, missed.body.denominator, missed.body.lateBudget],
        ['breached', 19_199, 20_000, -1],
        '95.995 % is not 96 %',
      );
      assert.deepEqual(countsIn(missed), { reached: 19_199, missed: 801, late: 1 });

      running.now = NOW + 2 * MINUTE;
      const next = { ...ENTRY, numerator: 19_200 };
      const replace = (body: object, etag?: string) =>
        call('clerk', 'POST', 'objectives/satisfaction/figures', body, etag);
      assert.deepEqual(outcome(await replace(next)), [428, 'precondition-required']);
      assert.deepEqual(outcome(await replace(next, '"1"')), [412, 'precondition-failed']);
      const without = await replace(next, '"2"');
      assert.deepEqual([without.status, without.body.errors[0].pointer], [400, '/reason']);
      assert.equal((await replace({ ...next, reason: 'one answer was missed' }, '"2"')).status, 201);
      const changing = await figure();
      assert.deepEqual(
        [changing.body.numerator, countsIn(changing).unapproved],
        [19_199, 1],
        'the approved one holds',
      );
      running.now = NOW + 3 * MINUTE;
      const both = await Promise.all([
        approve('head', '"3"'),
        call('head', 'POST', 'objectives/satisfaction/figures/2026-Q1/refuse', { reason: 'no' }, '"3"'),
      ]);
      assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412], 'of two at once one fails');
      const state = both[0]?.status === 200 ? 'approved' : 'refused';
      const then = await figure();
      assert.deepEqual(
        [then.body.numerator, then.body.status, then.body.assured],
        state === 'approved' ? [19_200, 'met', false] : [19_199, 'breached', false],
        'the second quarter is late, so it is not green',
      );

      const known = (at: number) =>
        call('clerk', 'GET', `objectives/satisfaction?asOf=${new Date(at).toISOString()}`);
      assert.equal((await known(NOW + MINUTE / 2)).body.status, 'not-computable', 'before the approval');
      assert.equal((await known(NOW + 1.5 * MINUTE)).body.numerator, 19_199);

      const { body: history } = await call('clerk', 'GET', 'objectives/satisfaction/figures/2026-Q1');
      assert.deepEqual(
        history.entries.map((one: { numerator: number; state: string; reason: string | null }) => [
          one.numerator,
          one.state,
          one.reason,
        ]),
        [
          [19_200, state, 'one answer was missed'],
          [19_199, state === 'approved' ? 'replaced' : 'approved', null],
        ],
      );
      const { body: list } = await call('clerk', 'GET', 'objectives/satisfaction/figures');
      assert.deepEqual(
        list.items.map((item: { period: string; due: string; statements: number }) => [
          item.period,
          item.due,
          item.statements,
        ]),
        [
          ['2026-Q1', '2026-04-14', 4],
          ['2026-Q2', '2026-07-14', 0],
        ],
      );
      const { body: evidence } = await call('clerk', 'GET', 'objectives/satisfaction/evidence?part=missed');
      assert.deepEqual([evidence.total, evidence.periods[0].period], [1, '2026-Q1']);
      const { body: audit } = await call('admin', 'GET', 'audit');
      assert.deepEqual(
        audit.items
          .filter(({ type }: { type: string }) => type.startsWith('audit.figure'))
          .map(({ type, by, data }: { type: string; by: string; data: { person: string } }) => [
            type.replace(/^audit\.figure-|\.v1$/g, ''),
            by,
            data.person,
          ])
          .slice(-3),
        [
          ['entered', 'clerk', 'lan'],
          ['approved', 'head', 'minh'],
          ['entered', 'clerk', 'lan'],
        ],
      );
    });
  });

  it('leave what is approved as it stands while periods wait, and keep it from green', async () => {
    const byMonth = { name: 'hand-entered-share', version: 1, period: 'month', dueWorkingDays: 60 };
    const feedback = share({ formula: byMonth, target: '0.971' });
    const objectives = [share({ target: '0.9' }), { ...feedback, id: 'feedback' }];
    await serving(objectives, OFFICE, async (call, running) => {
      const enter = async (id: string, period: string, numerator: number, denominator: number) => {
        const entry = { period, numerator, denominator, evidence: 'BC' };
        const { etag } = await call('clerk', 'POST', `objectives/${id}/figures`, entry);
        return etag;
      };
      const approved = async (id: string, ...[period, ...amount]: [string, number, number]) => {
        const etag = await enter(id, period, ...amount);
        const path = `objectives/${id}/figures/${period}/approve`;
        assert.equal((await call('head', 'POST', path, undefined, etag)).status, 200);
      };
      const stands = async (id: string) => {
        const { body } = await call('clerk', 'GET', `objectives/${id}`);
        const { numerator, denominator, status, assured, settleNow, excluded } = body;
        return [numerator, denominator, status, assured, settleNow, excluded.unapproved];
      };
      await approved('satisfaction', '2026-Q1', 9, 10);
      await enter('satisfaction', '2026-Q2', 10, 10);
      assert.deepEqual(await stands('satisfaction'), [9, 10, 'met', false, null, 1], 'it would raise it');

      await approved('feedback', '2026-01', 1942, 2000);
      await enter('feedback', '2026-02', 0, 0);
      await enter('feedback', '2026-03', 0, 50);
      assert.deepEqual(
        await stands('feedback'),
        [1942, 2000, 'met', false, null, 2],
        'exactly at the target',
      );
      running.now += MINUTE;
      await call('head', 'POST', 'objectives/feedback/figures/2026-03/approve', undefined, '"1"');
      assert.deepEqual(await stands('feedback'), [1942, 2050, 'breached', false, null, 1]);
    });
  });

  it('are values with a target that may not be passed, one for each period of the window', async () => {
    const most = value('last', '<=', '2.5');
    const sum = { ...value('sum', '>=', '10'), id: 'trainings', path: [{ by: '2026-04-30', share: '4' }] };
    const mean = { ...value('mean', '=', '2.5'), id: 'mean-days' };
    await serving([most, sum, mean], OFFICE, async (call, running) => {
      const enter = async (id: string, period: string, text: string, etag?: string) => {
        const body = { period, value: text, evidence: 'BC', ...(etag && { reason: 'corrected' }) };
        const made = await call('clerk', 'POST', `objectives/${id}/figures`, body, etag);
        assert.equal(made.status, 201, JSON.stringify(made.body));
        const path = `objectives/${id}/figures/${period}/approve`;
        const approved = await call('head', 'POST', path, undefined, made.etag);
        assert.equal(approved.status, 200, JSON.stringify(approved.body));
        running.now += MINUTE;
        return approved.etag;
      };
      const stands = async (id: string, query = '') => {
        const { body } = await call('clerk', 'GET', `objectives/${id}${query}`);
        return [body.value, body.status, body.assured];
      };
      await enter('answer-days', '2026-Q1', '9');
      const etag = await enter('answer-days', '2026-Q2', '2.5');
      assert.deepEqual(
        await stands('answer-days'),
        [2.5, 'met', true],
        'exactly at the target, the last period',
      );
      await enter('answer-days', '2026-Q2', '2.5001', etag);
      assert.deepEqual(await stands('answer-days'), [2.5001, 'breached', false]);
      const { body: shown } = await call('clerk', 'GET', 'objectives/answer-days');
      assert.deepEqual(
        [shown.comparator, shown.measuredIn, shown.target, shown.lateBudget, shown.settleNow],
        ['<=', DAYS, 2.5, null, null],
      );
      const { body: series } = await call('clerk', 'GET', 'objectives/answer-days/series?step=month');
      assert.deepEqual(
        series.points.map((point: { to: string; value: number }) => [point.to, point.value]),
        [
          ['2026-03-31', 9],
          ['2026-06-30', 2.5001],
        ],
      );

      await enter('trainings', '2026-Q1', '3.5');
      assert.deepEqual(await stands('trainings'), [3.5, 'at-risk', false], 'its path asks for 4 by now');
      await enter('trainings', '2026-Q2', '6.5');
      assert.deepEqual(await stands('trainings'), [10, 'met', true], 'it cannot be lost any more');
      const early = await stands('trainings', '?from=2026-01-01&to=2026-03-31');
      assert.deepEqual(early, [3.5, 'breached', false], 'a window that is over');

      await enter('mean-days', '2026-Q1', '2');
      await enter('mean-days', '2026-Q2', '3');
      assert.deepEqual(await stands('mean-days'), [2.5, 'met', true]);
      const { body: all } = await call('clerk', 'GET', 'objectives');
      assert.deepEqual(
        all.objectives.map(({ id, value }: { id: string; value: number }) => [id, value]),
        [
          ['answer-days', 2.5001],
          ['trainings', 10],
          ['mean-days', 2.5],
        ],
        'each has its own also where all are read at once',
      );

      const refused = async (id: string, body: object) => {
        const answer = await call('clerk', 'POST', `objectives/${id}/figures`, { evidence: 'BC', ...body });
        return [answer.status, answer.body.errors?.[0].pointer ?? answer.body.code];
      };
      assert.deepEqual(await refused('answer-days', { period: '2026-05', value: '1' }), [400, '/period']);
      assert.deepEqual(await refused('answer-days', { period: 'reporting-2026-Q1', value: '1' }), [
        400,
        '/period',
      ]);
      assert.deepEqual(
        await refused('answer-days', { period: '2026-Q3', value: '1' }),
        [409, 'conflict'],
        'it runs',
      );
      assert.deepEqual(
        await refused('answer-days', { period: '2025-Q4', value: '1' }),
        [409, 'conflict'],
        'not in force',
      );
      assert.deepEqual(await refused('answer-days', { period: '2026-Q1', value: '1,5' }), [400, '/value']);
      assert.deepEqual(await refused('answer-days', { period: '2026-Q1', value: '1.00001' }), [
        400,
        '/value',
      ]);
      assert.deepEqual(await refused('answer-days', { period: '2026-Q1', numerator: 1, denominator: 2 }), [
        400,
        '/numerator',
      ]);
      assert.deepEqual(await refused('trainings', { period: '2026-Q1', value: '-1' }), [400, '/value']);
      assert.deepEqual(await refused('unknown', { period: '2026-Q1', value: '1' }), [404, 'not-found']);
    });
  });

  it('are taken for an objective that was defined a moment ago', async () => {
    const both = { both: [['define', 'enter', 'read'], person('lan')] } satisfies Parameters<
      typeof serving
    >[1];
    await serving([share()], both, async (call) => {
      for (const id of ['a', 'b', 'c', 'd', 'e']) {
        const definition = { ...share(), id };
        assert.equal((await call('both', 'POST', 'objectives', { definition, reason: 'QĐ 1' })).status, 201);
        assert.equal(outcome(await call('both', 'POST', `objectives/${id}/figures`, ENTRY)), 201, id);
      }
    });
  });

  it('come by a file that names no person: they count once one enters them and another approves', async () => {
    const office = { ...OFFICE, sheet: [['feed'], {}] } satisfies Parameters<typeof serving>[1];
    await serving([share()], office, async (call, running) => {
      const rowOf = (id: string, numerator: number, time: string, period = '2026-Q1') => ({
        ...{ specversion: '1.0', source: '/sheet', id, type: 'figure.recorded.v1', time },
        data: {
          ...{ objectiveId: 'satisfaction', period, evidence: 'BC 45', enteredBy: 'Một cửa' },
          amount: { numerator, denominator: 20_000 },
        },
      });
      const send = async (...events: object[]) => {
        const { body } = await call('sheet', 'POST', 'events', events);
        assert.deepEqual([body.accepted + body.duplicates, body.rejected], [events.length, []]);
        running.now += MINUTE;
        return body;
      };
      const period = async () => {
        const { body } = await call('clerk', 'GET', 'objectives/satisfaction/figures');
        const { state, recorded, latest, statements } = body.items[0];
        return [state, recorded?.numerator ?? null, latest?.numerator ?? null, statements];
      };
      // Of two rows the later in time holds, in whichever order they come.
      await send(rowOf('b', 19_199, '2026-04-09'), rowOf('a', 19_000, '2026-04-08'));
      assert.deepEqual(await period(), ['late', 19_199, null, 2], 'no file makes a period in time');
      const figure = await call('clerk', 'GET', 'objectives/satisfaction');
      assert.deepEqual([figure.body.status, countsIn(figure)], ['not-computable', { late: 2 }]);
      const history = await call('clerk', 'GET', 'objectives/satisfaction/figures/2026-Q1');
      assert.deepEqual(
        [history.etag, history.body.entries, history.body.recorded.enteredBy, history.body.recorded.source],
        ['"2"', [], 'Một cửa', '/sheet'],
      );
      const path = 'objectives/satisfaction/figures';
      const approve = (etag: string) => call('head', 'POST', `${path}/2026-Q1/approve`, undefined, etag);
      assert.deepEqual(outcome(await approve('"2"')), [404, 'not-found'], 'nobody stands behind it yet');

      assert.deepEqual(outcome(await call('clerk', 'POST', path, ENTRY)), [428, 'precondition-required']);
      const entered = await call('clerk', 'POST', path, ENTRY, '"2"');
      assert.deepEqual(
        [entered.status, entered.etag],
        [201, '"3"'],
        'without a reason: it replaces no entry',
      );
      assert.equal((await approve('"3"')).status, 200);
      running.now += MINUTE;
      const again = await send(rowOf('b', 19_199, '2026-04-09'), rowOf('c', 19_199, '2026-05-01'));
      assert.equal(again.duplicates, 1);
      assert.deepEqual(await period(), ['approved', null, 19_199, 5], 'what is the same is nothing new');
      await send(rowOf('d', 20_000, '2026-06-01'));
      assert.deepEqual(await period(), ['approved', 20_000, 19_199, 6], 'the approved one holds');
      const { body } = await call('clerk', 'GET', 'objectives/satisfaction');
      assert.deepEqual([body.numerator, body.denominator], [19_199, 20_000]);
    });
  });

  it('are recorded by a server without keys, and never count there', async () => {
    await serving([share()], {}, async (call) => {
      const entered = await call(undefined, 'POST', 'objectives/satisfaction/figures', ENTRY);
      assert.equal(entered.status, 201, JSON.stringify(entered.body));
      const path = 'objectives/satisfaction/figures/2026-Q1/approve';
      const approved = await call(undefined, 'POST', path, undefined, '"1"');
      assert.deepEqual([approved.status, approved.body.entry.state], [200, 'unapproved']);
      assert.equal(approved.body.entry.decisions.length, 1, 'the act is recorded');
      const { body } = await call(undefined, 'GET', 'objectives/satisfaction');
      assert.deepEqual([body.status, body.assured], ['not-computable', false]);
    });
  });

  it('are entered and approved by a key about its units alone', async () => {
    const keys = {
      ...{ clerk: [['enter', 'read'], { ...person('lan'), units: [unitId('H19.02')] }] },
      ...{ head: [['approve'], { ...person('minh'), units: [unitId('H19.03')] }] },
      ...{ chief: [['approve'], person('an')] },
    } satisfies Record<string, readonly [readonly Right[], KeyLimits]>;
    const objectives = [
      share({ unit: 'H19.02' }),
      { ...share({ unit: 'H19.03' }), id: 'other' },
      { ...share(), id: 'whole' },
    ];
    await serving(objectives, keys, async (call) => {
      const enter = (id: string) => call('clerk', 'POST', `objectives/${id}/figures`, ENTRY);
      for (const id of ['other', 'whole']) assert.deepEqual(outcome(await enter(id)), [403, 'forbidden'], id);
      assert.equal((await enter('satisfaction')).status, 201);
      const approve = (key: string) =>
        call(key, 'POST', 'objectives/satisfaction/figures/2026-Q1/approve', undefined, '"1"');
      assert.deepEqual(outcome(await approve('head')), [403, 'forbidden']);
      assert.equal((await approve('chief')).status, 200);
      const anew = { ...ENTRY, numerator: 1, reason: 'counted anew' };
      await call('clerk', 'POST', 'objectives/satisfaction/figures', anew, '"2"');
      const refuse = (reason: string) =>
        call('chief', 'POST', 'objectives/satisfaction/figures/2026-Q1/refuse', { reason }, '"3"');
      const answers = [await refuse('no'), await refuse('no'), await refuse('another reason')];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 412],
        'sent again is the same reason',
      );
      const { body } = await call('clerk', 'GET', 'objectives/satisfaction?unit=H19.03');
      assert.equal(body.reason, 'nothing-approved', 'the figure of one unit is none of another');
    });
  });

  it('are a measure of their own window: a definition that they cannot serve is refused', async () => {
    await serving([share()], { chief: [['define', 'read'], {}] }, async (call) => {
      const faults = async (definition: object) => {
        const { status, body } = await call('chief', 'POST', 'objectives', { definition, reason: 'trial' });
        return status === 201 ? [] : body.errors.map(({ pointer }: { pointer: string }) => pointer);
      };
      assert.deepEqual(await faults({ ...share({ window: 'month' }), id: 'a' }), ['/definition/window']);
      assert.deepEqual(await faults({ ...share({ target: '1.5' }), id: 'b' }), ['/definition/target']);
      assert.deepEqual(await faults({ ...share({ comparator: '=' }), id: 'c' }), ['/definition/comparator']);
      assert.deepEqual(await faults({ ...dossiers, id: 'd', comparator: '<=' }), ['/definition/comparator']);
      const volume = [{ rule: 'breach', forMinutes: 0, minimumVolume: 5, margin: '0.5' }];
      assert.deepEqual(await faults({ ...value('last', '<=', '-3.25', { alerts: volume }), id: 'e' }), [
        '/definition/alerts/0/minimumVolume',
      ]);
      assert.deepEqual(await faults({ ...value('last', '<=', '-3.25'), id: 'f' }), []);
      assert.deepEqual(await faults({ ...share({ comparator: '<=', target: '0.05' }), id: 'g' }), []);
    });
  });
});
