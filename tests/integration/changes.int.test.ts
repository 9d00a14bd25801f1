import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { statusEvent } from '../support/status-event.ts';

const MONDAY = Date.parse('2026-11-16T08:00:00+07:00');
const FRIDAY = Date.parse('2026-11-20T16:00:00+07:00');

const dossier = (number: number) => `H19.12-261101-${String(number).padStart(4, '0')}`;
const received = (number: number, data: object = {}) =>
  statusEvent(dossier(number), 'received', '2026-11-02T08:00:00+07:00', {
    ...{ unitId: 'H19.12', fieldId: 'Đất đai', dueBasis: 'receipt-slip', dueAt: '2026-11-18T17:00:00+07:00' },
    ...data,
  });
const completed = (number: number, finishedAt: string, data: object = {}) =>
  statusEvent(dossier(number), 'completed', finishedAt, { finishedAt, ...data });
const EARLIER = '2026-11-10T09:00:00+07:00';

/** What is known on Monday: 1 to 8 settled on time, 9 settled late, 10 to 17 open. */
const BY_MONDAY = [
  ...Array.from({ length: 17 }, (_, index) =>
    received(index + 1, index + 1 === 9 ? { dueAt: '2026-11-09' } : {}),
  ),
  ...Array.from({ length: 9 }, (_, index) => completed(index + 1, EARLIER)),
];

/** Since: 10 settled on time, 11 and 12 late, 13 withdrawn, 14 to 17 overdue by time alone; 18 new, 19 new and overdue; 1 was late in truth. */
const SINCE = [
  completed(10, '2026-11-17T09:00:00+07:00'),
  completed(11, '2026-11-19T09:00:00+07:00'),
  completed(12, '2026-11-19T09:00:00+07:00'),
  statusEvent(dossier(13), 'withdrawn', '2026-11-17T09:00:00+07:00'),
  received(18, { dueAt: '2026-12-18' }),
  { ...received(19), time: '2026-11-17T08:00:00+07:00' },
  {
    ...completed(1, '2026-11-19T09:00:00+07:00', { corrects: `${dossier(1)}-completed` }),
    id: `${dossier(1)}-corrected`,
  },
];

interface Counts {
  readonly subjects: number;
  readonly numerator: number;
  readonly denominator: number;
  readonly share: { numerator: number; denominator: number; points: number } | null;
}
interface Changes extends Counts {
  readonly before: Counts;
  readonly after: Counts;
  readonly text: { vi: string; en: string };
  readonly classes: readonly (Counts & { class: string })[];
  readonly units: readonly (Counts & {
    key: string | null;
    classes: readonly (Counts & { class: string })[];
  })[];
  readonly fields: readonly (Counts & { key: string | null })[] | null;
}

const short = (all: readonly (Counts & { class: string })[]) =>
  Object.fromEntries(
    all
      .filter(({ subjects }) => subjects > 0)
      .map((one) => [one.class, [one.subjects, one.numerator, one.denominator]]),
  );

describe('why a figure moved', () => {
  let nhip: InProcess;
  before(async () => {
    nhip = await startInProcess(MONDAY);
    await nhip.send(...BY_MONDAY);
    nhip.now = FRIDAY;
    await nhip.send(...SINCE);
  });
  after(() => nhip.close());

  const ask = async (query: string, id = 'dossier-on-time') => {
    const { status, body } = await nhip.get(`/v1/objectives/${id}/changes?${query}`);
    return { status, body, changes: body as unknown as Changes };
  };

  it('since a moment: each subject in one class, which add up to the difference', async () => {
    const { status, body, changes } = await ask('knownFrom=2026-11-16');
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual([changes.before.numerator, changes.before.denominator], [8, 9]);
    assert.deepEqual([changes.after.numerator, changes.after.denominator], [8, 12]);
    assert.deepEqual(short(changes.classes), {
      corrected: [1, -1, 0],
      left: [1, 0, 0],
      'settled-late': [2, 0, 2],
      'settled-on-time': [1, 1, 1],
      'became-overdue': [5, 0, 0],
      entered: [1, 0, 0],
    });
    // Exactly: 8/12 − 8/9 = −24/108.
    assert.deepEqual(
      changes.classes.map(({ share }) => [share?.numerator, share?.denominator]),
      [0, -9, 0, -16, 1, 0, 0].map((numerator) => [numerator, 108]),
    );
    assert.deepEqual([changes.share?.numerator, changes.share?.denominator], [-24, 108]);
    assert.deepEqual(changes.text, {
      vi: 'Giảm 22,22 điểm phần trăm từ 16/11/2026 23:59: thêm 2 hồ sơ trễ, đều thuộc Đất đai tại H19.12.',
      en: 'Fell by 22.22 points since 16/11/2026 23:59: 2 more late dossiers, all of them Đất đai in H19.12.',
    });
    assert.deepEqual(
      changes.units.map(({ key, numerator, denominator }) => [key, numerator, denominator]),
      [['H19.12', 0, 3]],
    );
    assert.deepEqual(
      changes.fields?.map(({ key, numerator, denominator }) => [key, numerator, denominator]),
      [['Đất đai', 0, 3]],
    );
  });

  it('between two days by what is known now: what was corrected is no reason', async () => {
    const { changes } = await ask('dayFrom=2026-11-16&dayTo=2026-11-19');
    assert.deepEqual([changes.before.numerator, changes.before.denominator], [7, 8]);
    assert.deepEqual([changes.after.numerator, changes.after.denominator], [8, 12]);
    // 1 was always settled on the 19th, by what is known now.
    assert.deepEqual(short(changes.classes), {
      left: [1, 0, 0],
      'settled-late': [3, 0, 3],
      'settled-on-time': [1, 1, 1],
      'became-overdue': [5, 0, 0],
    });
    assert.equal(
      changes.text.en,
      'Fell by 20.83 points from 16/11/2026 to 19/11/2026: 3 more late dossiers, all of them Đất đai in H19.12.',
    );
  });

  it('lists as many subjects of each class as it counts, page by page', async () => {
    const listed = async (kind: string, query: string) => {
      const ids: string[] = [];
      for (let cursor = ''; ; ) {
        const { status, body } = await nhip.get(
          `/v1/objectives/dossier-on-time/changes/${kind}?limit=2&${query}${cursor}`,
        );
        assert.equal(status, 200, JSON.stringify(body));
        ids.push(...(body.dossiers as { id: string }[]).map(({ id }) => id));
        if (body.next === undefined) {
          assert.equal(body.total, ids.length, kind);
          return ids.sort();
        }
        cursor = `&cursor=${body.next}`;
      }
    };
    const since = (kind: string) => listed(kind, 'knownFrom=2026-11-16');
    assert.deepEqual(await since('corrected'), [dossier(1)]);
    assert.deepEqual(await since('left'), [dossier(13)]);
    assert.deepEqual(await since('settled-late'), [11, 12].map(dossier));
    assert.deepEqual(await since('settled-on-time'), [dossier(10)]);
    assert.deepEqual(await since('became-overdue'), [14, 15, 16, 17, 19].map(dossier));
    assert.deepEqual(await since('entered'), [dossier(18)]);
    const byDay = 'dayFrom=2026-11-16&dayTo=2026-11-19';
    assert.deepEqual(await listed('settled-late', byDay), [1, 11, 12].map(dossier));
    assert.deepEqual(await listed('became-overdue', byDay), [14, 15, 16, 17, 19].map(dossier));
  });

  it('by reference data alone: reclassified, from one unit to another', async () => {
    const declared = nhip.now;
    nhip.now += 60_000;
    await nhip.send({
      ...{
        specversion: '1.0',
        source: '/office',
        id: 'row',
        type: 'agency-id.mapped.v1',
        time: '2026-11-20',
      },
      data: { agencyId: 'H19.12', unitId: 'H19.02' },
    });
    const { changes } = await ask(`knownFrom=${new Date(declared).toISOString()}`);
    const { reclassified, ...others } = short(changes.classes);
    assert.deepEqual([reclassified, others], [[12, 0, 0], {}]);
    assert.deepEqual(
      changes.units.map(({ key, subjects, numerator, denominator }) => [
        key,
        subjects,
        numerator,
        denominator,
      ]),
      [
        ['H19.12', 0, -8, -12],
        ['H19.02', 12, 8, 12],
      ],
    );
    assert.equal(changes.text.en, 'Unchanged at 66.67% since 20/11/2026 16:00.');
  });

  it('before there was anything to count: counts alone', async () => {
    const { changes } = await ask('knownFrom=2026-11-15');
    assert.equal(changes.share, null);
    assert.ok(changes.classes.every(({ share }) => share === null));
    assert.deepEqual(short(changes.classes)['settled-late'], [4, 0, 4]);
    assert.equal(
      changes.text.vi,
      'Không so sánh được bằng điểm từ 15/11/2026 23:59: 8 hồ sơ trước hạn và đúng hạn, đều thuộc Đất đai tại H19.02.',
    );
  });

  it('is refused with the parameter that is wrong', async () => {
    for (const [query, pointer] of [
      ['', '/knownFrom'],
      ['knownFrom=2027-01-01', '/knownFrom'],
      ['knownFrom=2026-11-20T10:00:00Z&knownTo=2026-11-19', '/knownFrom'],
      ['knownFrom=2026-11-16&dayTo=2026-11-18', '/dayFrom'],
      ['dayTo=2026-11-18', '/dayFrom'],
      ['dayFrom=2026-11-16', '/dayTo'],
      ['dayFrom=2026-11-18&dayTo=2026-11-18', '/dayFrom'],
      ['dayFrom=2025-11-18&dayTo=2026-11-18', '/dayFrom'],
      ['dayFrom=2026-11-18&dayTo=2026-12-18', '/dayTo'],
    ]) {
      const { status, body } = await ask(query ?? '');
      assert.equal(status, 400, query);
      const [error] = body.errors as { pointer: string }[];
      assert.equal(error?.pointer, pointer, `${query}: ${JSON.stringify(body)}`);
    }
    const { status, body } = await ask('knownFrom=2026-11-16', 'inspection-coverage');
    assert.equal(status, 404);
    assert.match(String(body.detail), /counts a list/);
  });
});
