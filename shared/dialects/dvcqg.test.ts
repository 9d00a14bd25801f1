import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { zoneOf } from '../calendar/zone.ts';
import { decoder } from '../contracts/decode.ts';
import { feedName } from '../contracts/ids.ts';
import { decodeDvcqg } from './dvcqg.ts';
import type { TranslatedInput } from './translated.ts';

const decode = decoder(zoneOf('Asia/Ho_Chi_Minh'), (source) => ({ feed: feedName(source), rank: 2 }));

function inputs(body: unknown, unit?: string): readonly TranslatedInput[] {
  const translated = decodeDvcqg(body, { decode, ...(unit === undefined ? {} : { unit }) });
  assert.equal(translated.kind, 'inputs');
  return translated.kind === 'inputs' ? translated.inputs : [];
}

/** Each event's content; a rejected one as the pointers of its faults. */
const contents = (all: readonly TranslatedInput[]) =>
  all.map(({ decoded }) =>
    decoded.kind === 'event' ? JSON.parse(decoded.event.data) : decoded.faults.map(({ pointer }) => pointer),
  );
const ids = (all: readonly TranslatedInput[]) =>
  all.map(({ decoded }) => (decoded.kind === 'event' ? decoded.event.id : 'rejected'));
const brief = (all: readonly TranslatedInput[]) =>
  contents(all).map(({ time, status, marks }) => [time, status, ...(marks ?? [])]);

const finished = {
  MaHoSo: '000.00.12.H19-261109-0007',
  MaTTHC: '2.000635.000.00.00.H19',
  MaLinhVuc: 'HT',
  KenhThucHien: '2',
  NgayNopHoSo: '20261108210000',
  NgayTiepNhan: '20261109073000',
  NgayHenTra: '20261116170000',
  NgayTuChoi: '',
  NgayKetThucXuLy: '20261113160000',
  NgayTra: '20261117090000',
  TrangThaiHoSo: '10',
};

test('one event for each date, with what each proves', () => {
  const all = inputs({ service: 'DongBoHoSoMC', isUpdating: 'False', data: [finished] });
  const common = {
    dossierId: 'H19.12-261109-0007',
    unitId: 'H19.12',
    procedureId: '2.000635',
    fieldId: 'HT',
    channel: 'online',
  };
  // Hanoi is 7 hours ahead of UTC.
  assert.deepEqual(
    contents(all).map(({ sequence: _, ...rest }) => rest),
    [
      { time: '2026-11-08T14:00:00.000Z', ...common, status: 'registered' },
      {
        time: '2026-11-09T00:30:00.000Z',
        ...common,
        status: 'received',
        receivedAt: '2026-11-09T00:30:00.000Z',
        dueAt: '2026-11-16T10:00:00.000Z',
      },
      {
        time: '2026-11-13T09:00:00.000Z',
        ...common,
        status: 'completed',
        finishedAt: '2026-11-13T09:00:00.000Z',
      },
      {
        time: '2026-11-17T02:00:00.000Z',
        ...common,
        status: 'returned',
        returnedAt: '2026-11-17T02:00:00.000Z',
      },
    ],
  );
});

test('a record sent again, also with its ids and dates in another form, is all duplicates', () => {
  const again = {
    ...finished,
    MaHoSo: 'H19.12-261109-0007',
    MaTTHC: '2.000635.H19',
    TrangThaiHoSo: 10,
    NgayTiepNhan: '2026-11-09T07:30:00+07:00',
  };
  assert.deepEqual(ids(inputs({ data: [again] })), ids(inputs({ data: [finished] })));
});

test('a record that moved on adds only what is new', () => {
  const before = { ...finished, NgayKetThucXuLy: null, NgayTra: null, TrangThaiHoSo: '2' };
  const known = new Set(ids(inputs({ data: [before] })));
  const added = inputs({ data: [finished] }).filter(
    ({ decoded }) => decoded.kind === 'event' && !known.has(decoded.event.id),
  );
  assert.deepEqual(
    contents(added).map(({ status }) => status),
    ['completed', 'returned'],
  );
});

test('a status that no date proves is timed by the latest date and marked', () => {
  const open = { ...finished, NgayKetThucXuLy: '', NgayTra: '', TrangThaiHoSo: '6' };
  assert.deepEqual(brief(inputs({ data: [open] })).at(-1), [
    '2026-11-09T00:30:00.000Z',
    'payment-requested',
    'time-inferred',
  ]);
});

test('the due date is no date on which something happened, so no status is timed by it', () => {
  const { NgayHenTra } = finished;
  const onlyDue = inputs({ data: [{ MaHoSo: 'X-261109-0001', NgayHenTra, TrangThaiHoSo: '4' }] });
  assert.deepEqual(contents(onlyDue), [['/time']]);
});

test('a status in progress after a stated end comes after that end', () => {
  const reverted = inputs({ data: [{ ...finished, NgayTra: null, TrangThaiHoSo: '4' }] });
  const [end, now] = contents(reverted).slice(-2);
  assert.equal(end.time, now.time);
  assert.equal(now.status, 'in-progress');
  assert.ok(now.sequence > end.sequence);
});

test('a missing status is in progress, marked as defaulted', () => {
  const { TrangThaiHoSo: _, ...record } = finished;
  assert.deepEqual(brief(inputs({ data: [record] })).at(-1), [
    '2026-11-17T02:00:00.000Z',
    'in-progress',
    'defaulted',
    'time-inferred',
  ]);
});

test('a supplement pauses, resumes and moves the due date on its own basis; the slip keeps the first', () => {
  const record = {
    MaHoSo: 'H19.12-261102-0001',
    NgayTiepNhan: '20261102080000',
    NgayHenTra: '20261120170000',
    TrangThaiHoSo: '4',
    DanhSachHoSoBoSung: [
      {
        NguoiYeuCauBoSung: 'Trần Thị B',
        NgayBoSung: '20261104100000',
        NgayTiepNhanBoSung: '20261106100000',
        NgayHenTraTruoc: '20261113170000',
        NgayHenTraMoi: '20261120170000',
      },
    ],
  };
  const [received, paused, resumed, ...rest] = contents(inputs({ data: [record] }));
  assert.equal(received.dueAt, '2026-11-13T10:00:00.000Z');
  assert.deepEqual(
    [paused.time, paused.status, paused.dueAt],
    ['2026-11-04T03:00:00.000Z', 'supplement-requested', undefined],
  );
  assert.deepEqual(
    [resumed.time, resumed.status, resumed.dueAt, resumed.dueBasis],
    ['2026-11-06T03:00:00.000Z', 'in-progress', '2026-11-20T10:00:00.000Z', 'supplement'],
  );
  assert.deepEqual(rest, [], 'the resumption proves status 4');
});

test('a due date moved in the record alone has no basis and sorts after the earlier one', () => {
  const receipt = (NgayHenTra: string) => contents(inputs({ data: [{ ...finished, NgayHenTra }] }))[1];
  const [early, late] = [receipt('20261116170000'), receipt('20261130170000')];
  assert.equal(late.dueBasis, undefined);
  assert.ok(late.sequence > early.sequence);
});

test('no applicant, handler or free text leaves the function, good record or bad', () => {
  const secret = 'SECRET-9f2';
  const personal = Object.fromEntries(
    [
      'ChuHoSo',
      'MaDoiTuong',
      'SoGiayToChuHoSo',
      'Email',
      'Fax',
      'SoDienThoai',
      'TrichYeuHoSo',
      'GhiChu',
      'ThongTinTra',
      'NoiDungXuLy',
      'NguoiXuLy',
      'DonViXuLy',
      'TenLinhVuc',
    ].map((name) => [name, secret]),
  );
  const nested = { DinhDanhCHS: [{ SoDinhDanh: secret }], TaiLieuNop: [{ TenTepDinhKem: secret }] };
  const supplement = [{ NgayBoSung: '20261110080000', NguoiYeuCauBoSung: secret, NoiDungBoSung: secret }];
  const record = { ...finished, ...personal, ...nested, DanhSachHoSoBoSung: supplement };
  const bad = { ...record, MaHoSo: null };
  assert.ok(!JSON.stringify(inputs({ data: [record, bad, secret] })).includes(secret));
});

test('a record without a code is rejected once, by name, and the others go on', () => {
  const all = inputs({ data: [{ ...finished, MaHoSo: ' ' }, finished] });
  assert.deepEqual(contents(all)[0], ['/data/dossierId']);
  assert.deepEqual(
    all.map(({ record }) => record),
    [0, 1, 1, 1, 1],
  );
});

test('an impossible date rejects the event it would time, and no other', () => {
  const all = inputs({ data: [{ ...finished, NgayTra: '20260231120000', TrangThaiHoSo: '9' }] });
  assert.deepEqual(contents(all).at(-1), ['/time']);
  assert.equal(ids(all).filter((id) => id === 'rejected').length, 1);
});

test('an unknown status code is rejected by name', () => {
  const [only] = inputs({
    service: 'CapNhatTienDoHoSoMC',
    data: [{ MaHoSo: 'X', TrangThai: '12', ThoiDiemXuLy: '20261120093100' }],
  });
  assert.ok(only?.decoded.kind === 'invalid');
  assert.deepEqual(
    only.decoded.faults.map(({ pointer, was }) => [pointer, was]),
    [['/data/status', '"12"']],
  );
});

test("progress is one event at its own moment; its step deadline is not the dossier's due date", () => {
  const progress = {
    MaHoSo: 'H19.12-261120-0001',
    NguoiXuLy: 'CV01',
    ThoiDiemXuLy: '20261120093100',
    TrangThai: '4',
    NgayKetThucTheoQuyDinh: '20261127170000',
  };
  const all = contents(inputs({ service: 'CapNhatTienDoHoSoMC', data: [progress] }));
  assert.deepEqual(
    all.map(({ sequence: _, ...rest }) => rest),
    [
      {
        time: '2026-11-20T02:31:00.000Z',
        dossierId: 'H19.12-261120-0001',
        status: 'in-progress',
        unitId: 'H19.12',
      },
    ],
  );
});

test("the unit is the envelope's or the query's, refined by the code, else the code's", () => {
  const unitOf = (MaHoSo: string, envelope: object, query?: string) =>
    contents(inputs({ ...envelope, data: [{ ...finished, MaHoSo }] }, query))[0].unitId;
  assert.equal(unitOf('X-261109-1234', { madonvi: '000.00.12.H19' }), 'H19.12');
  assert.equal(unitOf('X-261109-1234', {}, 'H19.12'), 'H19.12');
  assert.equal(unitOf('H19.12.03-261109-1234', { madonvi: 'H19.12' }), 'H19.12.03');
  assert.equal(unitOf('H20.01-261109-1234', { madonvi: 'H19.12' }), 'H19.12');
  assert.equal(unitOf('000.00.12.H19-261109-1234', {}), 'H19.12');
});

test("the portal's code and the local one are aliases", () => {
  const [first] = contents(inputs({ data: [{ ...finished, MaHoSoKhac: 'BNV-2026-77' }] }));
  assert.deepEqual(first.aliases, ['BNV-2026-77']);
});

test('a body that is no envelope is refused as a whole', () => {
  for (const body of [null, 'x', [], {}, { data: 'x' }]) {
    assert.equal(decodeDvcqg(body, { decode }).kind, 'invalid', JSON.stringify(body));
  }
});

test('whatever the records hold, nothing throws and every input is an event or says its faults', () => {
  const names = Object.keys(finished).concat('DanhSachHoSoBoSung', 'TrangThai', 'ThoiDiemXuLy');
  const record = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(fc.anything(), fc.constant('20261120093100')),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(record, fc.anything()), { maxLength: 5 }), (data) => {
      const translated = decodeDvcqg({ data }, { decode });
      assert.ok(translated.kind === 'inputs');
      for (const { decoded, record } of translated.inputs) {
        assert.ok(record < data.length);
        assert.ok(decoded.kind === 'event' || decoded.faults.length > 0);
      }
    }),
  );
});
