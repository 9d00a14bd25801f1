import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { books } from '../../shared/books/registry.ts';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import { DEFAULT_OFFICE_HOURS } from '../../shared/calendar/working-calendar.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { verifyLedger } from '../../shared/ledger/verify.ts';
import { eventually } from '../support/eventually.ts';
import { OFFICE } from '../support/facts.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';
import { withMinPosition } from '../support/up-to-date.ts';

/**
 * The counting rules sentence by sentence, each by the smallest story that would show it broken, told to the whole server at
 * its doors and read back from its answers. Every test has a unit of its own, so that figures do not mix. All times are the
 * office's; the present is Monday 20 April 2026, 09:00, and only ever moves on.
 */
let nhip: InProcess;
const at = (text: string) => Date.parse(`${text}+07:00`);
const dataDir = emptyDir();
before(async () => {
  nhip = await startInProcess(at('2026-04-20T09:00:00'), { DATA_DIR: dataDir });
});
after(() => nhip.close());

const later = (minutes: number) => {
  nhip.now += minutes * 60_000;
};

let counter = 0;
const newUnit = () => `K19.${String(100 + ++counter)}`;
const newDossier = (unit: string) => `${unit}-260302-${String(++counter).padStart(4, '0')}`;

type Fields = Readonly<Record<string, unknown>>;

function dossierEvent(
  dossierId: string,
  status: string,
  time: string,
  fields: Fields = {},
  envelope: Fields = {},
) {
  return {
    specversion: '1.0',
    source: '/one-stop/office',
    type: 'dossier.status.v1',
    id: `${dossierId} ${status} ${time}`,
    time,
    ...envelope,
    data: { dossierId, status, ...fields },
  };
}

/** Received on Monday 2 March, due on Friday the 6th. */
const received = (id: string, unitId: string, fields: Fields = {}) =>
  dossierEvent(id, 'received', '2026-03-02T08:00:00', {
    unitId,
    dueAt: '2026-03-06',
    dueBasis: 'receipt-slip',
    ...fields,
  });
const completed = (id: string, time: string, fields: Fields = {}) =>
  dossierEvent(id, 'completed', time, fields);

/** So many dossiers of a unit that ended at a moment. */
function settled(unit: string, count: number, end: string, fields: Fields = {}) {
  return Array.from({ length: count }, () => {
    const id = newDossier(unit);
    return [received(id, unit, fields), completed(id, end)];
  }).flat();
}

interface Counts {
  readonly status: string;
  readonly numerator: number;
  readonly denominator: number;
  readonly excluded: Readonly<Record<string, number>>;
  readonly lateBudget: number | null;
  readonly open: { readonly total: number; readonly overdue: number; readonly paused: number } | null;
}
interface Objective extends Counts {
  readonly reason: string | null;
  readonly settleNow: { readonly numerator: number; readonly denominator: number } | null;
  readonly bases: { readonly adjusted: Counts; readonly original: Counts };
  readonly window: { readonly from: string; readonly to: string; readonly cutTo: string };
}

/** What the last event sent has led to. Answers are read as their schemas promise them; the routes check that. */
async function read<Answer>(path: string): Promise<Answer> {
  const { position } = nhip.nhip.commits.latest;
  const { status, body } = await nhip.get(withMinPosition(path, String(position)));
  assert.equal(status, 200, JSON.stringify(body));
  return body as Answer;
}
const objective = (id: string, query: string) => read<Objective>(`/v1/objectives/${id}?${query}`);
const onTime = (query: string) => objective('dossier-on-time', query);
const share = ({ numerator, denominator }: Counts) => [numerator, denominator];

interface Dossier {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly account: string;
  readonly originalTiming: string | null;
  readonly unit: string | null;
  readonly dueAt: string | null;
  readonly originalDueAt: string | null;
  readonly endedAt: string | null;
  readonly reversions: number;
  readonly findings: readonly { readonly code: string }[];
  readonly timeline: readonly {
    readonly status: string;
    readonly time: string;
    readonly use: string;
    readonly source: string;
  }[];
  readonly legs: readonly { readonly day: string; readonly to: string }[];
}
const dossier = (id: string) => read<Dossier>(`/v1/dossiers/${encodeURIComponent(id)}`);
const codes = ({ findings }: { readonly findings: readonly { readonly code: string }[] }) =>
  findings.map(({ code }) => code);

async function feed(path: string, type: string, payload: string) {
  const answer = await nhip.server.inject({
    method: 'POST',
    url: `/v1/feeds/${path}`,
    headers: { 'content-type': type },
    payload,
  });
  assert.equal(answer.statusCode, 200, answer.body);
  const { accepted, duplicates, rejected, position } = answer.json();
  assert.deepEqual(rejected, []);
  await nhip.nhip.commits.reached(position, 5_000);
  return { accepted, duplicates };
}
/** A request of the national portal; its unit is `madonvi`. */
const portal = (unit: string, record: Fields, service = 'DongBoHoSoMC') =>
  feed('dvcqg', 'application/json', JSON.stringify({ service, madonvi: unit, data: [record] }));
const axis = (xml: string) => feed('edxml', 'application/xml', xml);

describe('a record of the national portal', () => {
  const record = (MaHoSo: string) => ({
    MaHoSo,
    KenhThucHien: '2',
    ChuHoSo: 'Nguyễn Văn Bất Kỳ',
    NgayTiepNhan: '20260302080000',
    NgayHenTra: '20260306170000',
    TrangThaiHoSo: '4',
  });

  test('becomes one event for each date it states, is a duplicate when sent again, and adds only what is new', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    const whole = { ...record(id), NgayNopHoSo: '20260301200000' };
    assert.deepEqual(await portal(unit, whole), { accepted: 3, duplicates: 0 });
    assert.deepEqual(await portal(unit, whole), { accepted: 0, duplicates: 3 });
    const done = { ...whole, TrangThaiHoSo: '9', NgayKetThucXuLy: '20260306163000' };
    assert.deepEqual(await portal(unit, done), { accepted: 1, duplicates: 2 });
    const answer = await dossier(id);
    assert.equal(answer.account, 'settled/on-time');
    assert.deepEqual(
      answer.timeline.map(({ status }) => status),
      ['registered', 'received', 'in-progress', 'completed'],
    );
  });

  test('that says "done" without a date is not timed by a guess; the date decides when it comes', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    await portal(unit, { ...record(id), TrangThaiHoSo: '9' });
    const undated = await dossier(id);
    assert.deepEqual([undated.account, undated.endedAt], ['settled/no-finish-date', null]);
    assert.ok(codes(undated).includes('time-inferred'));
    const figure = await onTime(`unit=${unit}`);
    assert.deepEqual([share(figure), figure.excluded['no-finish-date']], [[0, 0], 1]);
    await portal(unit, { ...record(id), TrangThaiHoSo: '9', NgayKetThucXuLy: '20260309080000' });
    assert.equal((await dossier(id)).account, 'settled/late');
    assert.deepEqual(share(await onTime(`unit=${unit}`)), [0, 1]);
  });

  test('handed over without an end has no finish date, however late the citizen came', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    await portal(unit, { ...record(id), TrangThaiHoSo: '10', NgayTra: '20260330080000' });
    assert.equal((await dossier(id)).account, 'settled/no-finish-date');
    await portal(unit, {
      ...record(id),
      TrangThaiHoSo: '10',
      NgayTra: '20260330080000',
      NgayKetThucXuLy: '20260304080000',
    });
    assert.equal((await dossier(id)).account, 'settled/early');
  });

  test('of a class that both services share keeps its receipt and due date: late, it is in the fraction', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    const late = { ...record(id), TrangThaiHoSo: '9', NgayKetThucXuLy: '20260309080000' };
    const shared = {
      ...late,
      TrangThai: '9',
      ThoiDiemXuLy: '20260309080000',
      NgayBatDau: '0001-01-01T00:00:00',
    };
    await feed(`dvcqg?MaDinhDanhDV=${unit}`, 'application/json', JSON.stringify([shared]));
    assert.equal((await dossier(id)).account, 'settled/late');
    assert.deepEqual(share(await onTime(`unit=${unit}`)), [0, 1]);
  });

  test('whose supplement is written as one object, with a null beside it or alone, is held to its dates: late, not early', async () => {
    const unit = newUnit();
    const supplement = {
      NgayBoSung: '20260303080000',
      NgayTiepNhanBoSung: '20260304080000',
      NgayHenTraTruoc: '20260306170000',
      NgayHenTraMoi: '20260310170000',
    };
    for (const DanhSachHoSoBoSung of [supplement, [supplement], [null, supplement]]) {
      const id = newDossier(unit);
      const ended = { TrangThaiHoSo: '9', NgayKetThucXuLy: '20260312080000', NgayHenTra: '20260320170000' };
      await portal(unit, { ...record(id), ...ended, DanhSachHoSoBoSung });
      const answer = await dossier(id);
      assert.deepEqual([answer.account, answer.originalTiming], ['settled/late', 'late']);
    }
    assert.deepEqual(share(await onTime(`unit=${unit}`)), [0, 3]);
  });

  test('whose supplement was answered on the day it was asked for is at work again, held to its due date', async () => {
    const unit = newUnit();
    for (const [NgayBoSung, NgayTiepNhanBoSung] of [
      ['20260303', '20260303'],
      ['20260303000000', '20260303000000'],
      ['20260303080000', '20260303080000'],
      ['20260303', '20260303100000'],
      ['20260303100000', '20260303'],
    ]) {
      for (const TrangThaiHoSo of ['4', null]) {
        const id = newDossier(unit);
        const request = { ...record(id), TrangThaiHoSo: '5', DanhSachHoSoBoSung: [{ NgayBoSung }] };
        await portal(unit, request);
        assert.equal((await dossier(id)).account, 'paused');
        const answered = [{ NgayBoSung, NgayTiepNhanBoSung }];
        await portal(unit, { ...request, TrangThaiHoSo, DanhSachHoSoBoSung: answered });
        const answer = await dossier(id);
        assert.equal(answer.account, 'in-progress/timed', `${NgayBoSung} ${NgayTiepNhanBoSung}`);
        assert.equal(answer.dueAt, '2026-03-06T10:00:00.000Z');
      }
    }
  });

  test('that states no receipt is held to its due date all the same: late, it is in the fraction', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    const ended = { NgayKetThucXuLy: '20260312', TrangThaiHoSo: '9' };
    await portal(unit, { MaHoSo: id, NgayHenTra: '20260310', ...ended });
    assert.equal((await dossier(id)).account, 'settled/late');
    assert.deepEqual(share(await onTime(`unit=${unit}`)), [0, 1]);
  });

  test('whose 9 goes back to 4 was paused in between, which is one reversion (§2.6)', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    await portal(unit, { ...record(id), TrangThaiHoSo: '9', NgayKetThucXuLy: '20260304080000' });
    const back = { MaHoSo: id, TrangThai: '4', ThoiDiemXuLy: '20260305080000' };
    await portal(unit, back, 'CapNhatTienDoHoSoMC');
    const answer = await dossier(id);
    assert.deepEqual([answer.account, answer.reversions], ['in-progress/timed', 1]);
    assert.deepEqual(
      answer.legs.map(({ day, to }) => [day, to]),
      [
        ['2026-03-02', 'in-progress/timed'],
        ['2026-03-04', 'paused'],
        ['2026-03-05', 'in-progress/timed'],
      ],
    );
  });

  test('without a status is working by default, which reopens nothing', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    await portal(unit, { ...record(id), TrangThaiHoSo: '9', NgayKetThucXuLy: '20260304080000' });
    await portal(unit, { MaHoSo: id, ThoiDiemXuLy: '20260305080000' }, 'CapNhatTienDoHoSoMC');
    const answer = await dossier(id);
    assert.deepEqual([answer.account, answer.reversions], ['settled/early', 0]);
    assert.ok(codes(answer).includes('defaulted-status'));
  });

  test('whose due date moved silently keeps the one of the slip; a supplement moves it, and both bases are told', async () => {
    const unit = newUnit();
    const silent = newDossier(unit);
    await portal(unit, record(silent));
    await portal(unit, { ...record(silent), NgayHenTra: '20260320170000' });
    const unmoved = await dossier(silent);
    assert.equal(unmoved.dueAt, '2026-03-06T10:00:00.000Z');
    assert.ok(codes(unmoved).includes('due-moved-without-basis'));
    const supplemented = newDossier(unit);
    await portal(unit, {
      ...record(supplemented),
      NgayHenTra: '20260320170000',
      TrangThaiHoSo: '9',
      NgayKetThucXuLy: '20260320100000',
      DanhSachHoSoBoSung: [
        {
          NgayBoSung: '20260303080000',
          NgayTiepNhanBoSung: '20260310080000',
          NgayHenTraTruoc: '20260306170000',
          NgayHenTraMoi: '20260320170000',
        },
      ],
    });
    const moved = await dossier(supplemented);
    assert.deepEqual([moved.account, moved.originalTiming], ['settled/on-time', 'late']);
    const { bases } = await onTime(`unit=${unit}`);
    assert.deepEqual(
      [share(bases.adjusted), share(bases.original)],
      [
        [1, 1],
        [0, 1],
      ],
    );
  });

  test('is evidence once the local system speaks of the same dossier under its own code', async () => {
    const unit = newUnit();
    const local = newDossier(unit);
    const national = newDossier(unit);
    await portal(unit, {
      ...record(national),
      MaHoSoKhac: local,
      TrangThaiHoSo: '9',
      NgayKetThucXuLy: '20260304080000',
    });
    assert.deepEqual(share(await onTime(`unit=${unit}`)), [1, 1]);
    const before = new Date(nhip.now).toISOString();
    later(5);
    await nhip.send(
      received(local, unit),
      dossierEvent(local, 'supplement-requested', '2026-03-04T08:00:00'),
    );
    const answer = await dossier(national);
    assert.deepEqual([answer.id, answer.aliases, answer.account], [local, [national], 'paused']);
    assert.ok(codes(answer).includes('outranked'));
    assert.deepEqual(
      answer.timeline.filter(({ use }) => use === 'evidence').map(({ status }) => status),
      ['received', 'completed'],
    );
    assert.deepEqual(share(await onTime(`unit=${unit}`)), [0, 0]);
    assert.deepEqual(share(await onTime(`unit=${unit}&asOf=${before}`)), [1, 1]);
  });
});

describe('one dossier', () => {
  test('under two ids is two until an alias links them, then one; before it was two, as of then', async () => {
    const unit = newUnit();
    const [one, two] = [newDossier(unit), newDossier(unit)];
    await nhip.send(received(one, unit), received(two, unit), completed(two, '2026-03-05T10:00:00'));
    const before = new Date(nhip.now).toISOString();
    const unlinked = await onTime(`unit=${unit}`);
    assert.deepEqual([share(unlinked), unlinked.open?.total], [[1, 1], 1]);
    later(5);
    await nhip.send(dossierEvent(one, 'registered', '2026-03-01T08:00:00', { aliases: [two] }));
    const linked = await onTime(`unit=${unit}`);
    assert.deepEqual([share(linked), linked.open?.total], [[1, 1], 0]);
    const past = await onTime(`unit=${unit}&asOf=${before}`);
    assert.deepEqual([share(past), past.open?.total], [[1, 1], 1]);
    assert.equal((await dossier(two)).timeline.length, 4);
    assert.equal((await dossier(one)).account, 'settled/early');
  });

  test('a chain of aliases is one dossier, in whichever order the links come', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const unit = newUnit();
      const [a, b, c] = [newDossier(unit), newDossier(unit), newDossier(unit)];
      const events = [
        received(a, unit, { aliases: [b] }),
        dossierEvent(b, 'in-progress', '2026-03-03T08:00:00', { aliases: [c] }),
        completed(c, '2026-03-09T08:00:00'),
      ];
      for (const place of order) await nhip.send(...events.slice(place, place + 1));
      for (const id of [a, b, c]) {
        const answer = await dossier(id);
        assert.deepEqual([answer.account, answer.timeline.length], ['settled/late', 3]);
      }
      assert.deepEqual(share(await onTime(`unit=${unit}`)), [0, 1]);
    }
  });

  test('a correction of a correction restores nothing by itself: the last word holds', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    const event = (name: string, finishedAt: string, corrects: string | undefined, assertedAt: string) =>
      dossierEvent(
        id,
        'completed',
        '2026-03-05T10:00:00',
        { finishedAt, assertedAt, ...(corrects && { corrects: `${id} ${corrects}` }) },
        { id: `${id} ${name}` },
      );
    const first = event('first', '2026-03-05T10:00:00', undefined, '2026-03-05T10:00:00');
    const second = event('second', '2026-03-09T10:00:00', 'first', '2026-03-10T10:00:00');
    const third = event('third', '2026-03-06T10:00:00', 'second', '2026-03-11T10:00:00');
    await nhip.send(third, received(id, unit));
    assert.equal((await dossier(id)).account, 'settled/on-time');
    await nhip.send(second);
    await nhip.send(first);
    const answer = await dossier(id);
    assert.equal(answer.account, 'settled/on-time');
    assert.deepEqual(
      answer.timeline.map(({ use }) => use),
      ['applied', 'replaced', 'replaced', 'applied'],
    );
    const rival = event('rival', '2026-03-12T10:00:00', 'second', '2026-03-11T09:00:00');
    await nhip.send(rival);
    assert.equal(
      (await dossier(id)).account,
      'settled/on-time',
      'of two that replace the same the later asserted',
    );
  });

  test('a correction restates the old day, and the figure of before can still be asked for', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    await nhip.send(received(id, unit), completed(id, '2026-04-06T10:00:00'));
    const before = new Date(nhip.now).toISOString();
    later(5);
    const correction = { finishedAt: '2026-03-06T10:00:00', corrects: `${id} completed 2026-04-06T10:00:00` };
    await nhip.send(dossierEvent(id, 'completed', '2026-04-10T10:00:00', correction));
    assert.deepEqual(share(await onTime(`unit=${unit}&window=month`)), [0, 0]);
    assert.deepEqual(share(await onTime(`unit=${unit}&from=2026-03-01&to=2026-03-31`)), [1, 1]);
    assert.deepEqual(share(await onTime(`unit=${unit}&window=month&asOf=${before}`)), [0, 1]);
  });

  test('of two feeds of one rank, both speak; of two ranks, one', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    await nhip.send(
      received(id, unit),
      dossierEvent(id, 'completed', '2026-03-05T10:00:00', {}, { source: '/one-stop/mirror' }),
    );
    assert.equal((await dossier(id)).account, 'settled/early');
  });

  test('a withdrawal counts from a pause too, a stop is a pause, a refusal on merit is settled', async () => {
    const unit = newUnit();
    const [withdrawn, stopped, refused, atDoor] = [1, 2, 3, 4].map(() => newDossier(unit));
    await nhip.send(
      received(withdrawn ?? '', unit),
      dossierEvent(withdrawn ?? '', 'payment-requested', '2026-03-03T08:00:00'),
      dossierEvent(withdrawn ?? '', 'withdrawn', '2026-03-04T08:00:00'),
      received(stopped ?? '', unit),
      dossierEvent(stopped ?? '', 'stopped', '2026-03-03T08:00:00'),
      received(refused ?? '', unit),
      dossierEvent(refused ?? '', 'intake-refused', '2026-03-09T08:00:00'),
      dossierEvent(atDoor ?? '', 'intake-refused', '2026-03-03T08:00:00', { unitId: unit }),
    );
    const figure = await onTime(`unit=${unit}`);
    assert.deepEqual(share(figure), [0, 1]);
    assert.deepEqual(
      [
        figure.excluded.withdrawn,
        figure.excluded['refused-at-intake'],
        figure.open?.paused,
        figure.open?.total,
      ],
      [1, 1, 1, 1],
    );
  });

  test('refused at the door and received after all was not refused: no day counts less than nothing', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    await nhip.send(dossierEvent(id, 'intake-refused', '2026-02-26T08:00:00', { unitId: unit }));
    const refusedIn = async (query: string) =>
      (await onTime(`unit=${unit}&${query}`)).excluded['refused-at-intake'];
    const [february, march] = ['from=2026-02-01&to=2026-02-28', 'from=2026-03-01&to=2026-03-31'];
    assert.equal(await refusedIn(february), 1);
    const before = new Date(nhip.now).toISOString();
    later(5);
    await nhip.send(received(id, unit));
    assert.deepEqual([await refusedIn(february), await refusedIn(march)], [0, 0]);
    assert.equal(await refusedIn(`${february}&asOf=${before}`), 1);
  });

  test('moves to another unit with all its past, and as of before it had not moved', async () => {
    const [from, to] = [newUnit(), newUnit()];
    const id = newDossier(from);
    await nhip.send(received(id, from), completed(id, '2026-03-05T10:00:00'));
    const before = new Date(nhip.now).toISOString();
    later(5);
    await nhip.send(dossierEvent(id, 'returned', '2026-03-07T10:00:00', { unitId: to }));
    assert.deepEqual(
      [share(await onTime(`unit=${from}`)), share(await onTime(`unit=${to}`))],
      [
        [0, 0],
        [1, 1],
      ],
    );
    assert.deepEqual(share(await onTime(`unit=${from}&asOf=${before}`)), [1, 1]);
  });

  test('an end in the future stays outside the rate, also when its day has come, until corrected', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    const end = new Date(nhip.now + 60 * 60_000).toISOString();
    await nhip.send(received(id, unit), completed(id, end));
    later(120);
    assert.deepEqual(share(await onTime(`unit=${unit}`)), [0, 0]);
    assert.ok(codes(await dossier(id)).includes('future'));
    await nhip.send(
      dossierEvent(id, 'completed', '2026-03-06T10:00:00', { corrects: `${id} completed ${end}` }),
    );
    assert.deepEqual(share(await onTime(`unit=${unit}`)), [1, 1]);
  });
});

describe('a day', () => {
  test('is a day from the event to the answer, beside moments', async () => {
    const unit = newUnit();
    const [early, late] = [newDossier(unit), newDossier(unit)];
    await nhip.send(
      dossierEvent(early, 'completed', '2026-03-04'),
      dossierEvent(early, 'received', '2026-03-04T08:00:00', { unitId: unit, dueAt: '2026-03-06' }),
      dossierEvent(late, 'received', '2026-03-04T08:00:00', {
        unitId: unit,
        dueAt: '2026-03-06T00:00:00+07:00',
      }),
      dossierEvent(late, 'in-progress', '2026-03-09T00:00:00'),
      dossierEvent(late, 'completed', '2026-03-09T09:30:00'),
    );
    const shown = await dossier(early);
    assert.deepEqual(
      [shown.account, shown.dueAt, shown.endedAt, shown.reversions],
      ['settled/early', '2026-03-06', '2026-03-04', 0],
    );
    assert.deepEqual(
      shown.timeline.map(({ status, time }) => [status, time]),
      [
        ['received', '2026-03-04T01:00:00.000Z'],
        ['completed', '2026-03-04'],
      ],
    );
    const other = await dossier(late);
    assert.deepEqual(
      [other.account, other.dueAt, other.endedAt, other.reversions],
      ['settled/late', '2026-03-05T17:00:00.000Z', '2026-03-09T02:30:00.000Z', 0],
    );
    assert.deepEqual(share(await onTime(`unit=${unit}&from=2026-03-01&to=2026-03-31`)), [1, 2]);
  });
});

describe('the same message', () => {
  test('with its times written otherwise is a duplicate', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    const written = (time: string, dueAt: string) => ({ ...received(id, unit, { dueAt }), id, time });
    await nhip.send(written('2026-03-02T08:00:00', '2026-03-06'));
    await nhip.send(written('2026-03-02T01:00:00Z', '2026-03-06T00:00:00'));
    await nhip.send(written('2026-03-02 08:00', '2026-03-06 00:00'));
    assert.equal((await dossier(id)).timeline.length, 1);
    const other = newDossier(unit);
    const hourly = (dueAt: string) => ({ ...received(other, unit, { dueAt }), id: other });
    await nhip.send(hourly('2026-03-05T17:00:00Z'));
    await nhip.send(hourly('2026-03-06T00:00:00.0000000+07:00'));
    assert.equal((await dossier(other)).timeline.length, 1);
  });

  test('of the portal with identifiers in the old form, numbers as text, or its fields in another order is a duplicate', async () => {
    const [agency, old] = ['K19.77', '000.00.77.K19'];
    const one = {
      MaHoSo: `${agency}-260302-0001`,
      KenhThucHien: '2',
      TrangThaiHoSo: '2',
      NgayTiepNhan: '20260302080000',
    };
    const other = {
      NgayTiepNhan: '202603020800',
      TrangThaiHoSo: 2,
      KenhThucHien: 2,
      MaHoSo: `${old}-260302-0001`,
    };
    assert.deepEqual(await portal(agency, one), { accepted: 1, duplicates: 0 });
    assert.deepEqual(await portal(old, other), { accepted: 0, duplicates: 1 });
  });
});

describe('units and fields', () => {
  const declared = (unitId: string, parentId: string | undefined, effectiveFrom: string) => ({
    specversion: '1.0',
    source: '/master-data',
    type: 'unit.declared.v1',
    id: `${unitId} ${parentId} ${effectiveFrom}`,
    time: nhipTime(),
    data: { unitId, name: unitId, handlesProcedures: true, effectiveFrom, ...(parentId && { parentId }) },
  });
  const nhipTime = () => new Date(nhip.now).toISOString();

  test('a unit counts with those below it as the tree stood at the end of the window', async () => {
    const [whole, other, part] = [newUnit(), newUnit(), newUnit()];
    await nhip.send(
      ...settled(part, 1, '2026-03-05T10:00:00'),
      ...settled(part, 2, '2026-04-05T10:00:00', { dueAt: '2026-04-30' }),
      declared(part, whole, '2026-01-01'),
      declared(part, other, '2026-04-01'),
    );
    const counted = async (unit: string, window: string) =>
      (await onTime(`unit=${unit}&${window}`)).denominator;
    const march = 'from=2026-03-01&to=2026-03-31';
    assert.deepEqual([await counted(whole, march), await counted(other, march)], [1, 0]);
    assert.deepEqual([await counted(whole, 'window=year'), await counted(other, 'window=year')], [0, 3]);
  });

  test('an unstated value is a part of its own, and the parts add up', async () => {
    const unit = newUnit();
    await nhip.send(
      ...settled(unit, 2, '2026-03-05T10:00:00'),
      ...settled(unit, 1, '2026-03-09T10:00:00', { fieldId: 'Đất đai' }),
    );
    const { parts } = await read<{ parts: (Counts & { key: string | null })[] }>(
      `/v1/objectives/dossier-on-time/breakdown?by=field&unit=${unit}`,
    );
    assert.deepEqual(
      parts.map(({ key, numerator, denominator }) => [key, numerator, denominator]),
      [
        ['Đất đai', 0, 1],
        [null, 2, 2],
      ],
    );
  });
});

describe('windows', () => {
  test('an end counts on its local date: the last millisecond of a month, and the midnight after it', async () => {
    const unit = newUnit();
    await nhip.send(
      ...settled(unit, 1, '2026-03-31T23:59:59.999'),
      ...settled(unit, 2, '2026-03-31T17:00:00Z', { dueAt: '2026-04-30' }),
    );
    const counted = async (query: string) => (await onTime(`unit=${unit}&${query}`)).denominator;
    assert.equal(await counted('from=2026-01-01&to=2026-03-31'), 1);
    assert.equal(await counted('window=quarter'), 2);
    assert.equal(await counted('window=month'), 2);
    assert.equal(await counted('window=year'), 3);
  });

  test('reporting periods run from the 15th to the 14th', async () => {
    const unit = newUnit();
    await nhip.send(
      ...settled(unit, 1, '2025-12-14T23:59:00', { dueAt: '2026-04-30', receivedAt: '2025-12-01' }),
      ...settled(unit, 2, '2025-12-15T00:01:00', { dueAt: '2026-04-30', receivedAt: '2025-12-01' }),
      ...settled(unit, 4, '2026-03-14T23:59:00'),
      ...settled(unit, 8, '2026-03-15T00:01:00'),
      ...settled(unit, 16, '2026-04-15T00:01:00'),
    );
    const counted = async (window: string) => {
      const { denominator, window: shown } = await onTime(`unit=${unit}&window=${window}`);
      return [denominator, shown.from, shown.to];
    };
    assert.deepEqual(await counted('reporting-year'), [30, '2025-12-15', '2026-12-14']);
    assert.deepEqual(await counted('reporting-half'), [30, '2025-12-15', '2026-06-14']);
    assert.deepEqual(await counted('reporting-quarter'), [24, '2026-03-15', '2026-06-14']);
    assert.deepEqual(await counted('reporting-month'), [16, '2026-04-15', '2026-05-14']);
    assert.deepEqual(await counted('year'), [28, '2026-01-01', '2026-12-31']);
  });

  test('a bare date in asOf is the end of that day, and what was not yet known is not computable', async () => {
    const early = await onTime('asOf=2026-04-19');
    assert.deepEqual([early.status, early.reason], ['not-computable', 'not-yet-known']);
    const today = await onTime('asOf=2026-04-20');
    assert.notEqual(today.reason, 'not-yet-known');
  });
});

test('Form II.06a adds up in every period and leads into the next, withdrawn on a line beside it', async () => {
  const unit = newUnit();
  const ids = Array.from({ length: 9 }, () => newDossier(unit));
  const [early, punctual, late, overdue, paused, withdrawn, reopened, unfinished, undue] = ids as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  await nhip.send(
    ...ids.filter((id) => id !== undue).map((id) => received(id, unit)),
    dossierEvent(undue, 'received', '2026-03-02T08:00:00', { unitId: unit }),
    completed(early, '2026-03-05T10:00:00'),
    completed(punctual, '2026-03-06T23:59:00'),
    completed(late, '2026-04-02T10:00:00'),
    dossierEvent(paused, 'supplement-requested', '2026-03-05T10:00:00'),
    dossierEvent(withdrawn, 'withdrawn', '2026-04-03T10:00:00'),
    completed(reopened, '2026-03-05T10:00:00'),
    dossierEvent(reopened, 'in-progress', '2026-04-07T10:00:00'),
    dossierEvent(unfinished, 'returned', '2026-04-08T10:00:00'),
  );
  assert.equal((await dossier(overdue)).account, 'in-progress/timed');
  const form = async (from: string, to: string, carriedOver: number, receivedInPeriod: number) => {
    const one = await onTime(`unit=${unit}&from=${from}&to=${to}`);
    const { 'no-due-date': noDue = 0, 'no-finish-date': noEnd = 0, withdrawn: gone = 0 } = one.excluded;
    const col7 = one.denominator + noDue + noEnd;
    const col11 = one.open?.total ?? 0;
    assert.equal(receivedInPeriod + carriedOver, col7 + col11 + gone, `3 = 7 + 11 and withdrawn, ${to}`);
    return {
      onTime: one.numerator,
      late: one.denominator - one.numerator,
      noEnd,
      gone,
      col11,
      overdue: one.open?.overdue,
      paused: one.open?.paused,
    };
  };
  const february = await form('2026-02-01', '2026-02-28', 0, 0);
  assert.deepEqual(february, { onTime: 0, late: 0, noEnd: 0, gone: 0, col11: 0, overdue: 0, paused: 0 });
  const march = await form('2026-03-01', '2026-03-31', february.col11, 9);
  assert.deepEqual(march, { onTime: 2, late: 0, noEnd: 0, gone: 0, col11: 7, overdue: 4, paused: 2 });
  const april = await form('2026-04-01', '2026-04-30', march.col11, 0);
  assert.deepEqual(april, { onTime: 0, late: 1, noEnd: 1, gone: 1, col11: 4, overdue: 2, paused: 1 });
});

describe('the status', () => {
  test('is met exactly at 96 %, at risk by one overdue dossier, breached by one late dossier more', async () => {
    const unit = newUnit();
    await nhip.send(...settled(unit, 24, '2026-03-05T10:00:00'), ...settled(unit, 1, '2026-03-09T10:00:00'));
    const met = await onTime(`unit=${unit}`);
    assert.deepEqual([met.status, share(met), met.lateBudget], ['met', [24, 25], 0]);
    const open = newDossier(unit);
    await nhip.send(received(open, unit, { dueAt: '2026-04-20' }));
    assert.equal((await onTime(`unit=${unit}`)).status, 'met', 'due today is not overdue');
    const overdue = newDossier(unit);
    await nhip.send(received(overdue, unit, { dueAt: '2026-03-20' }));
    const risky = await onTime(`unit=${unit}`);
    assert.deepEqual([risky.status, risky.settleNow?.denominator, risky.lateBudget], ['at-risk', 26, 0]);
    const past = await onTime(`unit=${unit}&from=2026-03-01&to=2026-03-31`);
    assert.deepEqual([past.status, past.settleNow], ['met', null], 'a window that is over cannot be at risk');
    await nhip.send(completed(overdue, '2026-04-20T08:00:00'));
    const breached = await onTime(`unit=${unit}`);
    assert.deepEqual([breached.status, share(breached), breached.lateBudget], ['breached', [24, 26], -1]);
  });

  test('a limit in hours is overdue the minute after, one in days the midnight after, by time alone', async () => {
    const unit = newUnit();
    const due = { dueAt: new Date(nhip.now + 30 * 60_000).toISOString(), receivedAt: '2026-04-20T08:00:00' };
    await nhip.send(
      received(newDossier(unit), unit, { ...due, limitUnit: 'hours' }),
      received(newDossier(unit), unit, due),
    );
    const overdue = async () => (await onTime(`unit=${unit}`)).open?.overdue;
    later(30);
    assert.equal(await overdue(), 0);
    later(1);
    assert.equal(await overdue(), 1);
  });

  test('a paused dossier is never overdue, whatever its due date', async () => {
    const unit = newUnit();
    const id = newDossier(unit);
    await nhip.send(received(id, unit), dossierEvent(id, 'payment-requested', '2026-03-03T08:00:00'));
    assert.equal((await onTime(`unit=${unit}`)).open?.overdue, 0);
    await nhip.send(dossierEvent(id, 'in-progress', '2026-03-10T08:00:00'));
    assert.equal((await onTime(`unit=${unit}`)).open?.overdue, 1);
  });

  test('basis=original holds open and settled dossiers to the first slip', async () => {
    const unit = newUnit();
    const [open, done] = [newDossier(unit), newDossier(unit)];
    const extension = { dueAt: '2026-04-30', dueBasis: 'extension' };
    await nhip.send(
      received(open, unit),
      dossierEvent(open, 'in-progress', '2026-03-05T08:00:00', extension),
      received(done, unit),
      dossierEvent(done, 'in-progress', '2026-03-05T08:00:00', extension),
      completed(done, '2026-04-01T10:00:00'),
    );
    const adjusted = await onTime(`unit=${unit}`);
    const original = await onTime(`unit=${unit}&basis=original`);
    assert.deepEqual([share(adjusted), adjusted.open?.overdue], [[1, 1], 0]);
    assert.deepEqual([share(original), original.open?.overdue], [[0, 1], 1]);
  });
});

describe('a document towards one recipient', () => {
  let number = 0;
  const newDocument = (from: string) => `${from},2026-04-16,${++number}/VP-HC`;
  const to = (unitId: string, channel = 'axis', exemption?: Fields) => ({
    unitId,
    channel,
    ...(exemption && { exemption }),
  });
  /** Issued on Thursday 16 April at 10:00, entered in the register at once. */
  const registered = (
    documentId: string,
    recipients: readonly Fields[],
    fields: Fields = {},
    time = '2026-04-16T10:00:00',
  ) => ({
    specversion: '1.0',
    source: '/register/office',
    type: 'document.registered.v1',
    id: `${documentId} ${time}`,
    time,
    data: {
      documentId,
      scope: 'inter-agency',
      fromUnitId: documentId.split(',')[0],
      issuedAt: '2026-04-16T10:00:00',
      recipients,
      ...fields,
    },
  });
  const exchanged = (documentId: string, recipientUnitId: string, step: string, time: string) => ({
    specversion: '1.0',
    source: '/axis',
    type: 'document.exchange.v1',
    id: `${documentId} ${recipientUnitId} ${step} ${time}`,
    time,
    data: { documentId, recipientUnitId, step, at: time },
  });
  const exchange = (query: string) => objective('inter-agency-e-exchange', query);
  interface Pair {
    readonly recipient: string;
    readonly account: string;
    readonly graceUntil: string | null;
    readonly findings: readonly { readonly code: string }[];
  }
  interface Document {
    readonly pairs: readonly Pair[];
    readonly events: readonly { readonly source: string; readonly use: string }[];
  }
  const document = (id: string) => read<Document>(`/v1/documents/${encodeURIComponent(id)}`);
  const pairOf = async (id: string, recipient = 'H19.01') => {
    const pair = (await document(id)).pairs.find((one) => one.recipient === recipient);
    assert.ok(pair);
    return pair;
  };

  test('told by the axis alone is listed, never counted; without a register nothing is computable', async () => {
    const unit = newUnit();
    const id = newDocument(unit);
    await nhip.send(exchanged(id, 'H19.01', 'arrived', '2026-04-16T10:05:00'));
    const none = await exchange(`unit=${unit}`);
    assert.deepEqual([none.status, none.reason], ['not-computable', 'no-register']);
    assert.deepEqual(codes(await pairOf(id)), ['unregistered']);
    await nhip.send(registered(id, [to('H19.01')]));
    assert.deepEqual(share(await exchange(`unit=${unit}`)), [1, 1]);
    assert.deepEqual(codes(await pairOf(id)), []);
  });

  test('is electronic by every step that only a receiver can take, by `sent` alone it is not', async () => {
    const steps = ['arrived', 'accepted', 'assigned', 'in-progress', 'completed', 'sent', 'recall-requested'];
    for (const step of steps) {
      const unit = newUnit();
      const id = newDocument(unit);
      await nhip.send(registered(id, [to('H19.01')]), exchanged(id, 'H19.01', step, '2026-04-17T10:00:00'));
      const expected = ['sent', 'recall-requested'].includes(step) ? [0, 1] : [1, 1];
      assert.deepEqual(share(await exchange(`unit=${unit}`)), expected, step);
    }
  });

  test('in each dialect found on the wire is the same arrival', async () => {
    const unit = newUnit();
    const id = newDocument(unit);
    const code = id.split(',')[2];
    const answer = (from: string, date: string, time: string, status: string, element: string) => `
      <e:${element}><e:ResponseFor><e:OrganId>${unit}</e:OrganId><e:Code>${code}</e:Code>
      <e:PromulgationDate>${date}</e:PromulgationDate><e:DocumentId>0e0a3c6e-8a57-4f0e-9d0c-2f1f3a9c1b11</e:DocumentId>
      </e:ResponseFor><e:From><e:OrganId>${from}</e:OrganId></e:From><e:StatusCode>${status}</e:StatusCode>
      <e:Timestamp>${time}</e:Timestamp></e:${element}>`;
    const a = `<edXML xmlns:e="http://www.mic.gov.vn/TBT/QCVN_102_2016"><e:edXMLEnvelope><e:edXMLHeader>
      ${answer('000.00.01.H19', '2026/04/16', '2026/04/16 10:05:00', '01', 'MessageHeader')}
      </e:edXMLHeader></e:edXMLEnvelope></edXML>`;
    const soap = (answered: string) => `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"
      xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><S:Header>${answered}</S:Header><S:Body/></S:Envelope>`;
    const b = soap(answer('H19.02', '16/04/2026', '2026-04-16T10:05:00', '3', 'Status'));
    const inner = soap(answer('000.00.03.H19', '16/04/2026', '16/04/2026 10:05:00', '6', 'Status'));
    const c = `<message><send-date>${at('2026-04-16T10:06:00')}</send-date><document-type>6.1.0.1</document-type>
      <content><![CDATA[${Buffer.from(inner).toString('base64')}]]></content></message>`;
    await nhip.send(registered(id, [to('H19.01'), to('000.00.02.H19'), to('H19.03'), to('H19.04')]));
    for (const xml of [a, b, c]) assert.deepEqual(await axis(xml), { accepted: 1, duplicates: 0 });
    const again = soap(answer('H19.03', '2026/04/16', '2026/04/16 10:05:00', '06', 'MessageHeader'));
    for (const xml of [c, again]) assert.deepEqual(await axis(xml), { accepted: 0, duplicates: 1 });
    assert.deepEqual(share(await exchange(`unit=${unit}`)), [3, 4]);
    assert.deepEqual(codes(await pairOf(id, 'H19.04')), ['claimed-not-seen']);
  });

  test('rejected is not electronic; sent again and taken it is one exchange, in whichever order that is told', async () => {
    const unit = newUnit();
    const id = newDocument(unit);
    const again = [
      exchanged(id, 'H19.01', 'sent', '2026-04-16T11:00:00'),
      exchanged(id, 'H19.01', 'accepted', '2026-04-16T11:05:00'),
    ];
    await nhip.send(
      registered(id, [to('H19.01')]),
      exchanged(id, 'H19.01', 'arrived', '2026-04-16T10:01:00'),
      exchanged(id, 'H19.01', 'rejected', '2026-04-16T10:02:00'),
    );
    assert.deepEqual(share(await exchange(`unit=${unit}`)), [0, 1]);
    assert.deepEqual(codes(await pairOf(id)), ['rejected']);
    await nhip.send(...again.reverse());
    assert.deepEqual(share(await exchange(`unit=${unit}`)), [1, 1]);
  });

  test('recalled or replaced is out of the count; a recall that is refused is not', async () => {
    const unit = newUnit();
    const id = newDocument(unit);
    await nhip.send(
      registered(id, [to('H19.01'), to('H19.02'), to('H19.03')]),
      exchanged(id, 'H19.01', 'recall-agreed', '2026-04-16T11:00:00'),
      exchanged(id, 'H19.01', 'accepted', '2026-04-16T10:30:00'),
      exchanged(id, 'H19.02', 'replaced', '2026-04-16T11:00:00'),
      exchanged(id, 'H19.03', 'change-refused', '2026-04-16T11:00:00'),
    );
    const figure = await exchange(`unit=${unit}`);
    assert.deepEqual([share(figure), figure.excluded.recalled], [[1, 1], 2]);
  });

  test('is exempt when classified, or regulated with a citation, also if the axis carried it', async () => {
    const unit = newUnit();
    const id = newDocument(unit);
    await nhip.send(
      registered(id, [
        to('H19.01', 'paper', { reason: 'classified' }),
        to('H19.02', 'axis', { reason: 'regulated', citation: 'Nghị định 30/2020/NĐ-CP' }),
        to('H19.03', 'paper', { reason: 'regulated' }),
        to('H19.04', 'paper', { reason: 'regulated', citation: '  ' }),
      ]),
      exchanged(id, 'H19.02', 'arrived', '2026-04-16T10:05:00'),
    );
    const { excluded, ...figure } = await exchange(`unit=${unit}`);
    assert.deepEqual(
      [share(figure as Objective), excluded['exempt-classified'], excluded['exempt-regulated']],
      [[0, 2], 1, 1],
    );
    for (const recipient of ['H19.03', 'H19.04'])
      assert.deepEqual(codes(await pairOf(id, recipient)), ['regulated-without-citation']);
  });

  test('is awaiting for two working hours, over lunch, a weekend and a holiday, and is not listed as missing before', async () => {
    const graces = [
      ['2026-04-16T10:00:00', '2026-04-16T14:00:00'],
      ['2026-04-17T16:00:00', '2026-04-20T08:00:00'],
      ['2026-04-18T10:00:00', '2026-04-20T09:00:00'],
      // Hùng Kings' day falls on Sunday the 26th and is made up for on Monday.
      ['2026-04-24T17:30:00', '2026-04-28T09:00:00'],
    ];
    for (const [issuedAt = '', until = ''] of graces) {
      const id = newDocument(newUnit());
      await nhip.send(registered(id, [to('H19.01')], { issuedAt }));
      assert.equal((await pairOf(id)).graceUntil, new Date(at(until)).toISOString(), issuedAt);
    }
    nhip.now = at('2026-04-21T11:00:00');
    const unit = newUnit();
    const id = newDocument(unit);
    await nhip.send(
      registered(id, [to('H19.01'), to('H19.02')], { issuedAt: '2026-04-21T10:30:00' }),
      exchanged(id, 'H19.02', 'rejected', '2026-04-21T10:40:00'),
    );
    const lists = async () => [codes(await pairOf(id)), codes(await pairOf(id, 'H19.02'))];
    const counts = async () => {
      const figure = await exchange(`unit=${unit}`);
      return [figure.status, ...share(figure), figure.excluded.awaiting];
    };
    assert.deepEqual(
      [await counts(), await lists()],
      [
        ['not-computable', 0, 0, 2],
        [[], []],
      ],
    );
    nhip.now = at('2026-04-21T14:29:58');
    assert.deepEqual(
      [await counts(), await lists()],
      [
        ['not-computable', 0, 0, 2],
        [[], []],
      ],
    );
    nhip.now = at('2026-04-21T14:30:00');
    assert.deepEqual(
      [await counts(), await lists()],
      [
        ['breached', 0, 2, 0],
        [['claimed-not-seen'], ['rejected']],
      ],
    );
    await nhip.send(exchanged(id, 'H19.01', 'arrived', '2026-04-21T14:31:00'));
    assert.deepEqual(await counts(), ['breached', 1, 2, 0], 'however late');
  });

  test('is at risk while it is awaited, since 100 % would be missed if it failed', async () => {
    const unit = newUnit();
    const id = newDocument(unit);
    await nhip.send(
      registered(id, [to('H19.01'), to('H19.02')], { issuedAt: '2026-04-21T14:15:00' }),
      exchanged(id, 'H19.01', 'arrived', '2026-04-21T14:20:00'),
    );
    const figure = await exchange(`unit=${unit}`);
    assert.deepEqual([figure.status, share(figure), figure.settleNow?.denominator], ['at-risk', [1, 1], 2]);
  });

  test('is decided by the last statement of the register, whichever came first', async () => {
    const unit = newUnit();
    const id = newDocument(unit);
    await nhip.send(
      exchanged(id, 'H19.01', 'arrived', '2026-04-16T10:05:00'),
      registered(
        id,
        [to('H19.02'), to('H19.03', 'paper')],
        { assertedAt: '2026-04-17T08:00:00' },
        '2026-04-17T08:00:00',
      ),
      registered(id, [to('H19.01')]),
      exchanged(id, 'H19.02', 'arrived', '2026-04-16T10:05:00'),
    );
    assert.deepEqual(share(await exchange(`unit=${unit}`)), [1, 2]);
    assert.deepEqual(codes(await pairOf(id, 'H19.01')), ['unregistered']);
    const { events } = await document(id);
    assert.deepEqual(events.map(({ use }) => use).sort(), [
      'applied',
      'applied',
      'superseded',
      'unregistered',
    ]);
  });

  test('issued on a bare date may have been issued in its last minute: the grace begins after that day', async () => {
    const id = newDocument(newUnit());
    await nhip.send(registered(id, [to('H19.01')], { issuedAt: '2026-04-21' }));
    assert.equal((await pairOf(id)).graceUntil, new Date(at('2026-04-22T09:00:00')).toISOString());
  });

  test('whose rejection bears a time from the future is judged by when that was told', async () => {
    const unit = newUnit();
    const id = newDocument(unit);
    await nhip.send(
      registered(id, [to('H19.01')]),
      exchanged(id, 'H19.01', 'rejected', '2027-04-16T10:00:00'),
    );
    later(10);
    const now = new Date(nhip.now).toISOString();
    await nhip.send(exchanged(id, 'H19.01', 'accepted', now));
    assert.deepEqual(share(await exchange(`unit=${unit}`)), [1, 1]);
  });

  test('whose gateway names it by a UUID is found by the alias that the register states, with all its events', async () => {
    const unit = newUnit();
    const id = newDocument(unit);
    const uuid = '7d3c2a10-1111-4f0e-9d0c-2f1f3a9c1b11';
    await nhip.send(exchanged(uuid, 'H19.01', 'arrived', '2026-04-16T10:05:00'));
    await nhip.send(registered(id, [to('H19.01')], { aliases: [uuid] }));
    assert.deepEqual(share(await exchange(`unit=${unit}`)), [1, 1]);
    for (const name of [id, uuid]) {
      const { events } = await document(name);
      assert.deepEqual(events.map(({ source }) => source).sort(), ['/axis', '/register/office']);
    }
  });

  test('to the sender itself is no exchange: it is left out, listed, and the others count', async () => {
    const unit = newUnit();
    const id = newDocument(unit);
    await nhip.send(
      registered(id, [to(unit), to('H19.01')]),
      exchanged(id, unit, 'arrived', '2026-04-16T10:05:00'),
      exchanged(id, 'H19.01', 'arrived', '2026-04-16T10:05:00'),
    );
    const figure = await exchange(`unit=${unit}`);
    assert.deepEqual([share(figure), figure.excluded['to-itself']], [[1, 1], 1]);
    const list = `/v1/objectives/inter-agency-e-exchange/evidence?unit=${unit}&part=to-itself`;
    const { total, documents } = await read<{ total: number; documents: readonly { recipient: string }[] }>(
      list,
    );
    assert.deepEqual([total, documents.map(({ recipient }) => recipient)], [1, [unit]]);
    assert.deepEqual(codes(await pairOf(id, unit)), ['to-itself']);
  });

  test('counts by scope: inside the office the internal system suffices, between agencies it does not', async () => {
    const unit = newUnit();
    const [inside, between] = [newDocument(unit), newDocument(unit)];
    const recipients = [to('H19.01', 'internal-system'), to('H19.02', 'email')];
    await nhip.send(registered(inside, recipients, { scope: 'internal' }), registered(between, recipients));
    assert.deepEqual(share(await objective('internal-e-exchange', `unit=${unit}`)), [1, 2]);
    assert.deepEqual(share(await exchange(`unit=${unit}`)), [0, 2]);
  });

  test('counts on the local day it was issued', async () => {
    const unit = newUnit();
    const id = newDocument(unit);
    await nhip.send(registered(id, [to('H19.01')], { issuedAt: '2026-03-31T17:00:00Z' }));
    assert.equal((await exchange(`unit=${unit}&from=2026-03-31&to=2026-03-31`)).denominator, 0);
    assert.equal((await exchange(`unit=${unit}&from=2026-04-01&to=2026-04-01`)).denominator, 1);
  });
});

test('after all these stories every law of the ledger holds, and a rebuild gives the same figures', async () => {
  const figures = async () => [
    (await nhip.get('/v1/objectives?window=year')).headers.etag,
    (await nhip.get('/v1/objectives?window=year&asOf=2026-04-20')).headers.etag,
    (await nhip.get('/v1/dossiers?state=settled&limit=500')).headers.etag,
  ];
  // Past the second for which an answer is kept.
  later(1);
  const before = await figures();
  await nhip.server.inject({ method: 'POST', url: '/v1/rebuild' });
  await eventually(async () => (await nhip.get('/v1/rebuild')).body.state === 'done');
  later(0.05);
  assert.deepEqual(await figures(), before);
  const [events, ledger] = [
    openEventReader(join(dataDir, 'events.db')),
    openLedgerReader(join(dataDir, 'ledger.db'), OFFICE),
  ];
  try {
    const rules = foldRulesOf({
      books,
      zone: OFFICE,
      holidays: vietnamHolidays(),
      hours: DEFAULT_OFFICE_HOURS,
    });
    const { checks, ok } = await verifyLedger({ events, ledger, rules });
    assert.ok(ok, JSON.stringify(checks.filter(({ kind }) => kind === 'failed')));
  } finally {
    await ledger.close();
    await events.close();
  }
});
