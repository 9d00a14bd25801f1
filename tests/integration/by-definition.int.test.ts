import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { statusEvent } from '../support/status-event.ts';

const FRIDAY = Date.parse('2026-11-20T16:00:00+07:00');
const WINDOW = 'window=month';

const dossier = (number: number) => `H19.12-261101-${String(number).padStart(4, '0')}`;
/** A moment of 2026 from `MM-dd` or `MM-ddTHH:mm`. */
const time = (text: string) => `2026-${text.length === 5 ? `${text}T09:00` : text}:00+07:00`;
/** The dossiers of the procedure that has a limit by law. */
const WITH_LIMIT = [15, 16];
/** A dossier from its receipt on. @param due null of one without a due date @param steps `completed 11-10` */
function course(number: number, receipt: string, due: string | null, ...steps: readonly string[]) {
  const data = {
    ...{ unitId: 'H19.12', procedureId: WITH_LIMIT.includes(number) ? '2.000001' : '1.000001' },
    ...{ dueBasis: 'receipt-slip', dueAt: due === null ? null : time(due) },
  };
  const later = steps.map((step) => {
    const [status = '', moment = ''] = step.split(' ');
    const event = statusEvent(dossier(number), status, time(moment));
    return { ...event, id: `${event.id}-${moment}` };
  });
  return [statusEvent(dossier(number), 'received', time(receipt), data), ...later];
}

const EVENTS = [
  {
    ...{ specversion: '1.0', source: '/one-stop/office', type: 'procedure.declared.v1', id: 'limit' },
    time: time('01-01'),
    data: {
      ...{ procedureId: '2.000001', name: 'Cấp giấy phép', effectiveFrom: '2026-01-01' },
      legalLimit: { amount: 5, unit: 'working-days' },
    },
  },
  ...course(1, '11-02', '11-18', 'completed 11-10', 'returned 11-19'),
  ...course(2, '11-02', '11-09', 'completed 11-10'),
  ...course(3, '11-02', '11-18'),
  ...course(4, '11-02', '12-18', 'completed 11-10', 'returned 11-12'),
  ...course(5, '10-26', '10-30', 'completed 11-02'),
  ...course(6, '10-26', '11-04', 'completed 10-30'),
  ...course(7, '11-02', '11-18', 'withdrawn 11-12'),
  ...course(8, '11-02', '11-25'),
  ...course(9, '11-02', '11-12'),
  ...course(10, '11-02', '11-05', 'withdrawn 11-12'),
  ...course(11, '11-02', null, 'completed 11-10'),
  // The work went on on the 9th, and the due date was not moved.
  ...course(12, '11-02', '11-06', 'supplement-requested 11-04', 'in-progress 11-09', 'completed 11-10'),
  ...course(
    13,
    '11-02',
    '11-18',
    ...['supplement-requested 11-03', 'in-progress 11-04'],
    ...['supplement-requested 11-05', 'in-progress 11-06', 'completed 11-09'],
  ),
  // An hour after the due moment, on the due day of a limit in days.
  ...course(14, '11-02', '11-10T08:00', 'completed 11-10'),
  // The last of five working days is Monday the 9th.
  ...course(15, '11-02', null, 'completed 11-09'),
  ...course(16, '11-02', null, 'completed 11-10'),
  ...course(17, '11-02', '11-09', 'supplement-requested 11-06'),
];

interface Share {
  readonly numerator: number;
  readonly denominator: number;
  readonly points: number;
}
interface Defined {
  readonly name: string;
  readonly value: number | null;
  readonly numerator: number;
  readonly denominator: number;
  readonly difference: Share | null;
}
interface Compared {
  readonly share: Share;
  readonly rules: readonly {
    rule: string;
    subjects: number;
    numerator: number;
    denominator: number;
    share: Share;
  }[];
}
interface Listed {
  readonly total: number;
  readonly dossiers: readonly { id: string }[];
  readonly next?: string;
}

/** Each definition as worked out by hand: which dossiers count for it, and which against it. */
const BY_HAND: Readonly<Record<string, { for: readonly number[]; against: readonly number[] }>> = {
  'settled-in-period': { for: [1, 4, 13, 14], against: [2, 5, 12] },
  'due-in-period': { for: [1, 6, 13, 14], against: [2, 3, 9, 12, 17] },
  received: { for: [1, 4, 13, 14], against: [2, 3, 8, 9, 12, 17] },
  'portal-766': { for: [1, 4, 7, 8, 12, 15, 17], against: [2, 3, 5, 9, 10, 13, 14, 16] },
  opencps: { for: [1, 4, 11, 13, 15, 16], against: [2, 5, 12, 14] },
  'td-form-06': { for: [4], against: [1] },
  'td-766-progress': { for: [1, 4, 7, 13, 14], against: [2, 5, 10, 12] },
  'td-unit-report': { for: [1, 4, 7, 10, 11, 13, 14, 15, 16], against: [2, 5, 12] },
};

describe('definitions of on time side by side', () => {
  let nhip: InProcess;
  before(async () => {
    nhip = await startInProcess(FRIDAY);
    await nhip.send(...EVENTS);
  });
  after(() => nhip.close());

  const ask = async <Body>(path: string) => {
    const { status, body } = await nhip.get(`/v1/objectives/dossier-on-time/definitions${path}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body as unknown as Body;
  };
  const listed = async (path: string): Promise<readonly number[]> => {
    const ids: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await ask<Listed>(`${path}${WINDOW}&limit=2${cursor}`);
      ids.push(...page.dossiers.map(({ id }) => id));
      if (page.next === undefined) {
        assert.equal(ids.length, page.total, path);
        return ids.map((id) => Number(id.slice(-4))).sort((one, other) => one - other);
      }
      cursor = `&cursor=${page.next}`;
    }
  };

  it('counts by each what is counted by hand, and lists it', async () => {
    const { byDefinition } = await ask<{ byDefinition: readonly Defined[] }>(`?${WINDOW}`);
    const expected = Object.entries(BY_HAND).map(([name, by]) => [
      name,
      by.for.length,
      by.for.length + by.against.length,
    ]);
    assert.deepEqual(
      byDefinition.map(({ name, numerator, denominator }) => [name, numerator, denominator]),
      expected,
    );
    const figure = await nhip.get(`/v1/objectives/dossier-on-time?${WINDOW}`);
    assert.equal(byDefinition[0]?.value, figure.body.value);
    for (const [name, by] of Object.entries(BY_HAND)) {
      assert.deepEqual(await listed(`/${name}?counts=for&`), by.for, name);
      assert.deepEqual(await listed(`/${name}?counts=against&`), by.against, name);
    }
  });

  it('names the dossiers that part two, each under one rule; they add up to the difference exactly', async () => {
    const pair = 'a=settled-in-period&b=due-in-period&';
    const { share, rules } = await ask<Compared>(`/compare?${pair}${WINDOW}`);
    // 4/9 − 4/7 = −8/63.
    assert.deepEqual([share.numerator, share.denominator], [-8, 63]);
    assert.deepEqual(
      rules.map((one) => [one.rule, one.subjects, one.numerator, one.denominator, one.share.numerator]),
      [
        ['not-due-in-window', 2, -1, -2, 1],
        ['not-settled-in-window', 1, 1, 1, 3],
        ['overdue', 3, 0, 3, -12],
      ],
    );
    const list = (rule: string) => listed(`/compare/${rule}?${pair}`);
    assert.deepEqual(await list('not-due-in-window'), [4, 5]);
    assert.deepEqual(await list('not-settled-in-window'), [6]);
    assert.deepEqual(await list('overdue'), [3, 9, 17]);
    assert.deepEqual(await list('withdrawn'), []);
  });

  it('parts the portal from the office by its own rules', async () => {
    const pair = 'a=settled-in-period&b=portal-766&';
    const { rules } = await ask<Compared>(`/compare?${pair}${WINDOW}`);
    assert.deepEqual(
      rules.map((one) => [one.rule, one.subjects, one.numerator, one.denominator]),
      [
        ['withdrawn', 2, 1, 2],
        ['supplement-twice', 1, -1, 0],
        ['supplement-waiting', 1, 1, 1],
        ['supplement-time', 1, 1, 0],
        ['open-end', 3, 1, 3],
        ['legal-limit', 2, 1, 2],
        ['second', 1, -1, 0],
      ],
    );
    assert.deepEqual(await listed(`/compare/open-end?${pair}`), [3, 8, 9]);
  });

  it('lets the end of the whole window stand in for a missing one, where that is asked for', async () => {
    const late = await listed('/portal-766?counts=against&openEnd=window-end&');
    assert.deepEqual(late, [2, 3, 5, 8, 9, 10, 13, 14, 16]);
  });

  it('refuses with the name of the parameter', async () => {
    const refused = async (path: string) => {
      const { status, body } = await nhip.get(`/v1/objectives/${path}`);
      return [status, JSON.stringify(body)] as const;
    };
    const [status, text] = await refused('dossier-on-time/definitions/compare?a=settled-in-period&b=portal');
    assert.deepEqual([status, text.includes('/b'), text.includes('due-in-period')], [400, true, true]);
    const [other, why] = await refused('internal-e-exchange/definitions');
    assert.deepEqual([other, why.includes('not about dossiers')], [404, true]);
    assert.equal((await refused('dossier-on-time/definitions/none'))[0], 404);
    const compared = 'compare/opn?a=settled-in-period&b=received';
    assert.equal((await refused(`dossier-on-time/definitions/${compared}`))[0], 404, 'a rule that is none');
    const [code, detail] = await refused('dossier-on-time/definitions/received?rule=opn');
    assert.deepEqual([code, detail.includes('/rule')], [400, true], 'no empty list of a rule that is none');
  });
});
