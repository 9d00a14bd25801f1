import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import decision124 from '../../shared/measures/decision-124.json' with { type: 'json' };
import { type InProcess, startInProcess } from '../support/in-process.ts';

const NOW = Date.parse('2026-11-20T09:00:00+07:00');
const [onTime] = decision124.objectives;

/** Ten dossiers a month that end on its 10th, so many of them late, recorded today. */
const LATE = { '2026-08': 0, '2026-09': 3, '2026-10': 0, '2026-11': 5 };
const settled = Object.entries(LATE).flatMap(([month, late]) =>
  Array.from({ length: 10 }, (_, number) => {
    const dossierId = `H19.12-${month.slice(2).replace('-', '')}01-${String(number).padStart(4, '0')}`;
    const finishedAt = `${month}-10`;
    return {
      ...{
        specversion: '1.0',
        id: dossierId,
        source: '/one-stop',
        type: 'dossier.status.v1',
        time: finishedAt,
      },
      data: {
        ...{ dossierId, unitId: 'H19.12', status: 'completed', dueBasis: 'receipt-slip', finishedAt },
        dueAt: number < late ? `${month}-09` : `${month}-10`,
      },
    };
  }),
);
const alert = { rule: 'breach', forMinutes: 0, minimumVolume: 10, margin: '0', repeatMinutes: null };
const definition = {
  ...{
    ...onTime,
    id: 'land',
    target: '0.9',
    window: 'month',
    validFrom: '2027-01-01',
    validTo: '2027-12-31',
  },
  alerts: [alert],
};

describe('a dry run', () => {
  let nhip: InProcess;
  before(async () => {
    nhip = await startInProcess(NOW);
    await nhip.send(...settled);
  });
  after(() => nhip.close());

  const ask = async (payload: object) => {
    const answer = await nhip.server.inject({ method: 'POST', url: '/v1/objectives/dry-run', payload });
    return { status: answer.statusCode, body: answer.json() };
  };
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared field by field
  const monthsOf = ({ months }: any) =>
    months.map(
      // biome-ignore lint/suspicious/noExplicitAny: as above
      ({ month, numerator, denominator, status }: any) => `${month} ${numerator}/${denominator} ${status}`,
    );

  it('states what it would have been at the end of each month, by what is known now', async () => {
    const { status, body } = await ask({ definition, months: 4 });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(monthsOf(body), [
      '2026-08 10/10 met',
      '2026-09 7/10 breached',
      '2026-10 10/10 met',
      '2026-11 5/10 breached',
    ]);
    assert.deepEqual(
      body.months.map((one: { asOf: string }) => one.asOf),
      [
        ...['2026-08-31T16:59:59.999Z', '2026-09-30T16:59:59.999Z', '2026-10-31T16:59:59.999Z'],
        new Date(NOW).toISOString(),
      ],
    );
    assert.equal(body.days, 31 + 30 + 31 + 20);
  });

  it('names the days on which it would have alerted, and when that was over', async () => {
    const { body } = await ask({ definition, months: 4 });
    assert.deepEqual(
      body.alerts.map(({ on, rule, kind, notify }: Record<string, unknown>) => [on, rule, kind, notify]),
      [
        ['2026-09-10', 'breach', 'fired', true],
        ['2026-10-10', 'breach', 'resolved', true],
        ['2026-11-10', 'breach', 'fired', true],
      ],
    );
    const year = { ...definition, window: 'year', target: '0.8', alerts: [{ ...alert, forMinutes: 1440 }] };
    const { body: slow } = await ask({ definition: year, months: 3 });
    // 32 of 40 are 80 %: until then 27 of 30 are more.
    assert.deepEqual(
      [monthsOf(slow), slow.alerts],
      [['2026-09 17/20 met', '2026-10 27/30 met', '2026-11 32/40 met'], []],
    );
    const strict = { ...year, target: '0.801' };
    assert.deepEqual(
      (await ask({ definition: strict, months: 1 })).body.alerts.map(
        ({ on, kind, reason }: Record<string, unknown>) => `${on} ${kind} ${reason}`,
      ),
      ['2026-11-10 pending waiting', '2026-11-11 fired held-for'],
    );
  });

  it('states nothing, looks at the ends of months alone where there are no rules, and is bounded', async () => {
    const { body } = await ask({ definition: { ...definition, alerts: [] }, months: 24 });
    assert.deepEqual([body.months.length, body.days, body.alerts], [24, 24, []]);
    assert.equal(body.months[0].reason, 'nothing-settled');
    assert.equal((await nhip.get('/v1/objectives/land')).status, 404);
    const tooMany = await ask({ definition, months: 25 });
    assert.deepEqual([tooMany.status, tooMany.body.errors[0].pointer], [400, '/months']);
    const wrong = await ask({ definition: { ...definition, target: '96' } });
    assert.deepEqual([wrong.status, wrong.body.errors[0].pointer], [400, '/definition/target']);
  });
});
