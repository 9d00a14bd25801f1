import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { statusEvent } from '../support/status-event.ts';

const FRIDAY = Date.parse('2026-11-20T16:00:00+07:00');
const WINDOW = 'window=month';

const dossier = (number: number) => `H19.12-261101-${String(number).padStart(4, '0')}`;
/** The local day of each is a day of 2026; null: it is still open. */
const life = (number: number, [receipt, due, end]: readonly [string, string, string | null]) => [
  statusEvent(dossier(number), 'received', `2026-${receipt}T08:00:00+07:00`, {
    ...{ unitId: 'H19.12', procedureId: '1.000001', dueBasis: 'receipt-slip' },
    dueAt: `2026-${due}T17:00:00+07:00`,
  }),
  ...(end === null
    ? []
    : [
        statusEvent(dossier(number), 'completed', `2026-${end}T09:00:00+07:00`, {
          finishedAt: `2026-${end}T09:00:00+07:00`,
        }),
      ]),
];

const EVENTS = [
  ...life(1, ['11-02', '11-18', '11-10']),
  ...life(2, ['11-02', '11-09', '11-10']),
  ...life(3, ['11-02', '11-18', null]),
  ...life(4, ['11-02', '12-18', '11-10']),
  ...life(5, ['10-26', '10-30', '11-02']),
  ...life(6, ['10-26', '11-04', '10-30']),
  ...life(7, ['11-02', '11-18', null]),
  statusEvent(dossier(7), 'withdrawn', '2026-11-12T09:00:00+07:00'),
  ...life(8, ['11-02', '11-25', null]),
  ...life(9, ['11-02', '11-12', null]),
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
  'settled-in-period': { for: [1, 4], against: [2, 5] },
  'due-in-period': { for: [1, 6], against: [2, 3, 9] },
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
    const { definitions } = await ask<{ definitions: readonly Defined[] }>(`?${WINDOW}`);
    const expected = Object.entries(BY_HAND).map(([name, by]) => [
      ...[name, by.for.length, by.for.length + by.against.length],
    ]);
    assert.deepEqual(
      definitions.map(({ name, numerator, denominator }) => [name, numerator, denominator]),
      expected,
    );
    const figure = await nhip.get(`/v1/objectives/dossier-on-time?${WINDOW}`);
    assert.equal(definitions[0]?.value, figure.body.value);
    for (const [name, by] of Object.entries(BY_HAND)) {
      assert.deepEqual(await listed(`/${name}?counts=for&`), by.for, name);
      assert.deepEqual(await listed(`/${name}?counts=against&`), by.against, name);
    }
  });

  it('names the dossiers that part two, each under one rule; they add up to the difference exactly', async () => {
    const pair = 'a=settled-in-period&b=due-in-period&';
    const { share, rules } = await ask<Compared>(`/compare?${pair}${WINDOW}`);
    // 2/5 − 2/4 = −2/20.
    assert.deepEqual([share.numerator, share.denominator], [-2, 20]);
    assert.deepEqual(
      rules.map((one) => [one.rule, one.subjects, one.numerator, one.denominator, one.share.numerator]),
      [
        ['not-due-in-window', 2, -1, -2, 0],
        ['not-settled-in-window', 1, 1, 1, 2],
        ['overdue', 2, 0, 2, -4],
      ],
    );
    const list = (rule: string) => listed(`/compare/${rule}?${pair}`);
    assert.deepEqual(await list('not-due-in-window'), [4, 5]);
    assert.deepEqual(await list('not-settled-in-window'), [6]);
    assert.deepEqual(await list('overdue'), [3, 9]);
    assert.deepEqual(await list('withdrawn'), []);
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
  });
});
