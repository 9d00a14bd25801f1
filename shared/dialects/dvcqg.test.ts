import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { books } from '../books/registry.ts';
import { zoneOf } from '../calendar/zone.ts';
import { decoder } from '../contracts/decode.ts';
import { feedName } from '../contracts/ids.ts';
import { decodeDvcqg, RECORD_EVENTS } from './dvcqg.ts';
import type { TranslatedInput } from './translated.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const decode = decoder(books.kinds, zone, (source) => ({ feed: feedName(source), rank: 2 }));

function inputs(body: unknown, unit?: string): readonly TranslatedInput[] {
  const translated = decodeDvcqg(body, { decode, zone, ...(unit === undefined ? {} : { unit }) });
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

test('one event for each date, with the status and dates that it proves', () => {
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

test('a record with new dates adds only their events', () => {
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
  assert.deepEqual(contents(onlyDue), [['/data/0']]);
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
  assert.deepEqual(contents(all)[0], ['/data/0/MaHoSo']);
  assert.deepEqual(
    all.map(({ record }) => record),
    [0, 1, 1, 1, 1],
  );
});

test('an impossible date rejects the event it would time, and no other', () => {
  const all = inputs({ data: [{ ...finished, NgayTra: '20260231120000', TrangThaiHoSo: '9' }] });
  assert.deepEqual(contents(all).at(-1), ['/data/0/NgayTra']);
  assert.equal(ids(all).filter((id) => id === 'rejected').length, 1);
});

test('an unknown status code is rejected by name', () => {
  for (const TrangThai of ['12', '0', 'Đã xử lý xong', 'completed']) {
    const [only] = inputs({
      service: 'CapNhatTienDoHoSoMC',
      data: [{ MaHoSo: 'X', TrangThai, ThoiDiemXuLy: '20261120093100' }],
    });
    assert.ok(only?.decoded.kind === 'invalid');
    const [fault] = only.decoded.faults;
    assert.deepEqual([fault?.pointer, fault?.was], ['/data/0/TrangThai', JSON.stringify(TrangThai)]);
    assert.match(fault?.expected ?? '', /1 registered, .*10 returned/);
  }
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
  for (const body of [null, 'x', {}, { data: 'x' }, { data: null }]) {
    assert.equal(decodeDvcqg(body, { decode, zone }).kind, 'invalid', JSON.stringify(body));
  }
});

test('a service that is none of the two, or a name of the request in other letters, refuses the request by name', () => {
  const faultOf = (body: object) => {
    const translated = decodeDvcqg(body, { decode, zone });
    return translated.kind === 'invalid' ? [translated.fault.pointer, translated.fault.expected] : [];
  };
  const either = ['/service', 'DongBoHoSoMC or CapNhatTienDoHoSoMC'];
  assert.deepEqual(faultOf({ service: 'TraCuuHoSo', data: [finished] }), either);
  assert.deepEqual(faultOf({ Data: [finished] }), ['/Data', 'the name data, in exactly these letters']);
  assert.deepEqual(faultOf({ maDinhDanhDV: 'H19.12', data: [finished] }), [
    '/maDinhDanhDV',
    'the name MaDinhDanhDV, in exactly these letters',
  ]);
  assert.deepEqual(faultOf({ madonvi: ['H19.12'], data: [finished] }), [
    '/madonvi',
    'the identifier of a unit, as text',
  ]);
});

/** The content of a request's translation, in every form of request. */
const facts = (body: unknown, options: { unit?: string; service?: string } = {}) => {
  const translated = decodeDvcqg(body, { decode, zone, ...options });
  assert.equal(translated.kind, 'inputs');
  return translated.kind === 'inputs' ? contents(translated.inputs) : [];
};
const places = (body: unknown) => {
  const translated = decodeDvcqg(body, { decode, zone });
  return translated.kind === 'inputs' ? translated.inputs.map(({ asSent }) => asSent?.('/data/0')) : [];
};

test('an array is the data of a request, for both services, and a record alone is a list of one', () => {
  const step = { MaHoSo: 'H19.12-261120-0001', TrangThai: '4', ThoiDiemXuLy: '20261120093100' };
  for (const record of [finished, step]) {
    const whole = facts({ madonvi: 'H19.12', data: [record] });
    assert.deepEqual(facts([record], { unit: 'H19.12' }), whole);
    assert.deepEqual(facts({ madonvi: 'H19.12', data: record }), whole);
  }
  assert.deepEqual(places([step, step]), ['/0', '/1']);
  assert.deepEqual(places({ data: [step, step] }), ['/data/0', '/data/1']);
  assert.deepEqual(places({ data: step }), ['/data']);
});

test('the service decides the kind of a record; without it a dossier has its status or its receipt', () => {
  const both = { ...finished, TrangThai: '4', ThoiDiemXuLy: '20261120093100', NgayBatDau: '20261101080000' };
  const dossier = facts({ service: 'DongBoHoSoMC', data: [finished] });
  const { MaHoSo, TrangThai, ThoiDiemXuLy, NgayBatDau } = both;
  const step = facts({ data: [{ MaHoSo, TrangThai, ThoiDiemXuLy, NgayBatDau }] });
  assert.deepEqual(facts({ service: 'DongBoHoSoMC', data: [both] }), dossier);
  assert.deepEqual(facts({ service: 'CapNhatTienDoHoSoMC', data: [both] }), step);
  assert.deepEqual(facts([both], { service: 'CapNhatTienDoHoSoMC' }), step);
  assert.deepEqual(facts({ data: [both] }), dossier);
  assert.deepEqual(facts([{ ...both, TrangThaiHoSo: null }], {}).at(0), dossier[0]);
  assert.deepEqual(facts({ data: [{ ...both, NgayTiepNhan: ' ' }] }).at(-1).status, 'returned');
  assert.deepEqual(facts({ data: [{ ...both, TrangThaiHoSo: '', NgayTiepNhan: null }] }), step);
});

const supplement = {
  NgayBoSung: '20261110080000',
  NgayTiepNhanBoSung: '20261111080000',
  NgayHenTraTruoc: '20261112170000',
  NgayHenTraMoi: '20261116170000',
};

test('supplements as one object are a list of one, and nulls among them are passed over', () => {
  const wanted = facts({ data: [{ ...finished, DanhSachHoSoBoSung: [supplement] }] });
  assert.equal(wanted.length, 6);
  for (const DanhSachHoSoBoSung of [supplement, [null, supplement, null]]) {
    assert.deepEqual(facts({ data: [{ ...finished, DanhSachHoSoBoSung }] }), wanted);
  }
  const none = facts({ data: [finished] });
  for (const DanhSachHoSoBoSung of [null, [], ' ', [null]]) {
    assert.deepEqual(facts({ data: [{ ...finished, DanhSachHoSoBoSung }] }), none);
  }
});

test('supplements that are anything else reject the record by name', () => {
  const pointersOf = (DanhSachHoSoBoSung: unknown) => facts({ data: [{ ...finished, DanhSachHoSoBoSung }] });
  const list = '/data/0/DanhSachHoSoBoSung';
  assert.deepEqual(pointersOf('none'), [[list]]);
  assert.deepEqual(pointersOf(5), [[list]]);
  assert.deepEqual(pointersOf([supplement, 5, [supplement]]), [[`${list}/1`, `${list}/2`]]);
  assert.deepEqual(pointersOf([{ ...supplement, ngayHenTraMoi: '' }]), [[`${list}/0/ngayHenTraMoi`]]);
  assert.deepEqual(pointersOf([{ ...supplement, NgayBoSung: {} }]), [[`${list}/0/NgayBoSung`]]);
});

test('a fault points at the field that was sent and states its value and the form of the portal', () => {
  const data = [
    {
      ...finished,
      NgayNopHoSo: 'hôm qua',
      NgayHenTra: '20260231170000',
      NgayKetThucXuLy: '20261313000000',
      DanhSachHoSoBoSung: [{ ...supplement, NgayHenTraTruoc: '2/11/2026' }],
    },
  ];
  const refused = inputs({ data }).filter(({ decoded }) => decoded.kind === 'invalid');
  assert.equal(refused.length, 1, 'a record is refused once');
  assert.ok(refused[0]?.decoded.kind === 'invalid');
  assert.deepEqual(
    refused[0].decoded.faults.map(({ pointer, was }) => [pointer, was]),
    [
      ['/data/0/NgayNopHoSo', '"hôm qua"'],
      ['/data/0/DanhSachHoSoBoSung/0/NgayHenTraTruoc', '"2/11/2026"'],
      ['/data/0/NgayKetThucXuLy', '"20261313000000"'],
    ],
  );
  for (const { expected } of refused[0].decoded.faults) assert.match(expected, /yyyyMMddHHmmss/);
});

test('a name that differs from one of the portal by case alone is a fault that names it, and the whole record is refused', () => {
  const camel = Object.fromEntries(
    Object.entries(finished).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
  );
  const [only, ...others] = inputs({ data: [camel] });
  assert.equal(others.length, 0);
  assert.ok(only?.decoded.kind === 'invalid');
  assert.deepEqual(only.decoded.faults.map(({ pointer, expected }) => [pointer, expected]).slice(0, 2), [
    ['/data/0/maHoSo', 'the name MaHoSo, in exactly these letters'],
    ['/data/0/maTTHC', 'the name MaTTHC, in exactly these letters'],
  ]);
  const oneWrong = { ...finished, ngayHenTra: '20261130170000' };
  assert.deepEqual(facts({ data: [oneWrong] }), [['/data/0/ngayHenTra']]);
});

test('a dead letter is a request of its one record: the fields that portal or contract name, in any letters, and the names of the others', () => {
  const record = {
    ...finished,
    NgayTra: '20261350000000',
    trangthai: '4',
    ChuHoSo: 'An Applicant',
    'name: An Applicant': 1,
    KenhThucHien: { nested: 'An Applicant' },
    DanhSachHoSoBoSung: { ...supplement, NguoiYeuCauBoSung: 'An Official' },
  };
  const ours = { dossierId: 'H19.12-261120-0003', Status: 'received', applicant: 'An Applicant' };
  const data = [record, { maHoSo: 'H19.12-261120-0002' }, { MaHoSo: 3, maTTHC: '2.1' }, null, 5, ours];
  const letters = inputs({ service: 'DongBoHoSoMC', madonvi: 'H19.12', session: 'SECRET', data });
  assert.equal(letters.length, 6);
  const envelope = { service: 'DongBoHoSoMC', MaDinhDanhDV: 'H19.12' };
  const { DanhSachHoSoBoSung: _, ChuHoSo: __, 'name: An Applicant': ___, ...kept } = record;
  assert.deepEqual(
    letters.map(({ raw }) => JSON.parse(raw)),
    [
      {
        ...envelope,
        data: [{ ...kept, KenhThucHien: 'an object of 1', DanhSachHoSoBoSung: supplement }],
        omitted: ['ChuHoSo', 'DanhSachHoSoBoSung.NguoiYeuCauBoSung'],
      },
      { ...envelope, data: [{ maHoSo: 'H19.12-261120-0002' }] },
      { ...envelope, data: [{ MaHoSo: 3, maTTHC: '2.1' }] },
      { ...envelope, data: [null] },
      { ...envelope, data: [5] },
      {
        ...envelope,
        data: [{ dossierId: 'H19.12-261120-0003', Status: 'received' }],
        omitted: ['applicant'],
      },
    ],
  );
});

test('records that are alike in all that is kept are letters of their own, the same when they come again', () => {
  const { MaHoSo: _, ...nameless } = finished;
  const data = [{ ...nameless, ChuHoSo: 'one' }, { ...nameless, ChuHoSo: 'other' }, null, null];
  const raws = inputs({ data }).map(({ raw }) => raw);
  assert.equal(new Set(raws).size, 4);
  assert.deepEqual(
    inputs({ data }).map(({ raw }) => raw),
    raws,
  );
});

test('a dead letter mended by its code alone states all that the record stated', () => {
  const { MaHoSo, ...nameless } = finished;
  const [letter] = inputs({ madonvi: 'H19.12', data: [nameless] });
  const request = JSON.parse(letter?.raw ?? '');
  request.data[0].MaHoSo = MaHoSo;
  assert.deepEqual(facts(request), facts({ madonvi: 'H19.12', data: [finished] }));
});

test('the names whose values were not used are listed once for a record, of either service', () => {
  const droppedNames = (body: object) =>
    inputs(body).map(({ decoded }) => (decoded.kind === 'event' ? decoded.droppedFields : ['rejected']));
  const record = {
    ...finished,
    TrangThai: '4',
    ChuHoSo: 'x',
    DanhSachHoSoBoSung: [{ ...supplement, GhiChu: 'x' }],
  };
  const [first, ...others] = droppedNames({ data: [record] });
  assert.deepEqual(first, ['TrangThai', 'ChuHoSo', 'DanhSachHoSoBoSung.GhiChu']);
  assert.ok(others.every((names) => names.length === 0));
  assert.deepEqual(
    droppedNames({ service: 'CapNhatTienDoHoSoMC', data: [{ ...record, ThoiDiemXuLy: '20261120093100' }] }),
    [
      [
        'MaTTHC',
        'MaLinhVuc',
        'KenhThucHien',
        'NgayNopHoSo',
        'NgayTiepNhan',
        'NgayHenTra',
        'NgayTuChoi',
        'NgayKetThucXuLy',
        'NgayTra',
        'TrangThaiHoSo',
        'ChuHoSo',
        'DanhSachHoSoBoSung',
      ],
    ],
  );
});

test('a code that is a number keeps its digits, or is refused where a number has lost some', () => {
  const codeOf = (changes: object) => facts({ data: [{ ...finished, ...changes }] })[0];
  assert.equal(codeOf({ MaHoSo: 20261109000012 }).dossierId, '20261109000012');
  assert.equal(codeOf({ MaTTHC: 2.000635 }).procedureId, '2.000635');
  // 1.001610 as a number is 1.00161.
  assert.deepEqual(codeOf({ MaTTHC: 1.00161 }), ['/data/0/MaTTHC']);
  assert.deepEqual(codeOf({ MaHoSo: 12345678901234567000 }), ['/data/0/MaHoSo']);
  assert.deepEqual(codeOf({ MaHoSo: 1e21 }), ['/data/0/MaHoSo']);
});

test('a channel in words is understood in any Unicode form, letters and accents; one that is not understood rejects the record', () => {
  const channelOf = (KenhThucHien: unknown) => facts({ data: [{ ...finished, KenhThucHien }] })[0];
  const words = {
    'in-person': ['1', 1, '01', 'Trực tiếp', 'TRỰC TIẾP', 'truc tiep', 'nộp trực tiếp'],
    online: ['2', 'trực tuyến', 'Trực tuyến'.normalize('NFD'), ' trực  tuyến ', 'online'],
    postal: ['3', 'BCCI', 'bưu chính công ích', 'Dịch vụ bưu chính công ích (BCCI)', 'Bưu điện'],
  };
  for (const [channel, forms] of Object.entries(words)) {
    for (const form of forms) assert.equal(channelOf(form).channel, channel, String(form));
  }
  for (const form of ['4', '0', 'Trực tuyến, BCCI', 'không trực tuyến', 'Zalo', true]) {
    assert.deepEqual(channelOf(form), ['/data/0/KenhThucHien'], String(form));
  }
  for (const form of ['', null, ' ']) assert.equal(channelOf(form).channel, undefined);
});

test('midnight without an offset is a day, in both services and every form; with one it is a moment', () => {
  const timeOf = (body: object) => {
    const times: unknown[] = [];
    decodeDvcqg(body, {
      zone,
      decode: (input) => {
        times.push((input as { time: unknown }).time);
        return decode(input);
      },
    });
    return times.at(-1);
  };
  const MaHoSo = 'H19.12-261120-0001';
  const bodies = (date: string) => [
    { data: [{ MaHoSo, TrangThaiHoSo: '2', NgayTiepNhan: date }] },
    { data: [{ MaHoSo, TrangThai: '4', ThoiDiemXuLy: date }] },
  ];
  for (const date of [
    '20261120000000',
    '202611200000',
    '20261120',
    '2026-11-20',
    '2026-11-20T00:00:00',
    '2026-11-20T00:00:00.0000000',
    '2026-11-20 00:00',
  ]) {
    for (const body of bodies(date)) assert.equal(timeOf(body), '2026-11-20', date);
  }
  for (const date of ['2026-11-20T00:00:00+07:00', '2026-11-20T00:00:01', '2026-11-20T00:00:00Z']) {
    for (const body of bodies(date)) assert.equal(timeOf(body), date, date);
  }
});

test('the unset date of .NET states nothing, like an empty text', () => {
  const unset = [
    '0001-01-01T00:00:00',
    '0001-01-01T00:00:00+00:00',
    '0001-01-01',
    '00010101000000',
    '',
    null,
  ];
  const { NgayTra: _, NgayTuChoi: __, ...settled } = finished;
  const wanted = facts({ data: [settled] });
  for (const date of unset) {
    assert.deepEqual(
      facts({ data: [{ ...settled, NgayTra: date, NgayTuChoi: date }] }),
      wanted,
      String(date),
    );
  }
  assert.deepEqual(facts({ data: [{ ...settled, NgayTra: '0001-01-02T00:00:00' }] }).at(-1), [
    '/data/0/NgayTra',
  ]);
});

test('with any content of the records, nothing throws and every input is an event or states its faults', () => {
  const names = Object.keys(finished).concat('DanhSachHoSoBoSung', 'TrangThai', 'ThoiDiemXuLy');
  const record = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(fc.anything(), fc.constant('20261120093100')),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(record, fc.anything()), { maxLength: 5 }), (data) => {
      const translated = decodeDvcqg({ data }, { decode, zone });
      assert.ok(translated.kind === 'inputs');
      for (const { decoded, record } of translated.inputs) {
        assert.ok(record < data.length);
        assert.ok(decoded.kind === 'event' || decoded.faults.length > 0);
      }
    }),
  );
});

test('a request and its answer of one day, or of one moment, are numbered in turn; with hours that differ they keep their numbers', () => {
  const record = (...DanhSachHoSoBoSung: object[]) => ({
    MaHoSo: 'SD-1',
    NgayTiepNhan: '20261101',
    NgayHenTra: '20261110',
    DanhSachHoSoBoSung,
  });
  const pairs = [
    ['20261103', '20261103'],
    ['20261103000000', '20261103000000'],
    ['20261103080000', '20261103080000'],
    ['20261103', '20261103100000'],
    ['20261103100000', '20261103'],
  ].map(([NgayBoSung, NgayTiepNhanBoSung]) => ({ NgayBoSung, NgayTiepNhanBoSung }));
  for (const pair of pairs) {
    const [, request, answer] = facts({ data: [{ ...record(pair), TrangThaiHoSo: '4' }] });
    assert.deepEqual([request.status, answer.status], ['supplement-requested', 'in-progress']);
    assert.ok(request.sequence < answer.sequence, JSON.stringify(pair));
  }
  const twice = facts({ data: [{ ...record(...pairs.slice(0, 2)), TrangThaiHoSo: '4' }] }).slice(1, 5);
  assert.deepEqual(
    twice.map(({ status }) => status),
    ['supplement-requested', 'in-progress', 'supplement-requested', 'in-progress'],
  );
  const numbers = twice.map(({ sequence }) => sequence);
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
  const apart = { NgayBoSung: '20261103080000', NgayTiepNhanBoSung: '20261103100000' };
  const [, request, answer] = facts({ data: [{ ...record(apart), TrangThaiHoSo: '4' }] });
  assert.deepEqual([request.sequence, answer.sequence], [400_000_000, 300_000_000]);
});

test('the dates of a record are compared as moments, across offsets', () => {
  // 08:00 in Hanoi is 01:00 UTC, later than 00:30 UTC.
  const latest = facts({
    data: [
      {
        MaHoSo: 'X-1',
        NgayNopHoSo: '2026-11-03T00:30:00Z',
        NgayTiepNhan: '2026-11-02T20:00:00-05:00',
        TrangThaiHoSo: '6',
      },
    ],
  }).at(-1);
  assert.deepEqual([latest.status, latest.time], ['payment-requested', '2026-11-03T01:00:00.000Z']);
  const supplements = [
    {
      NgayBoSung: '2026-11-03T20:00:00-05:00',
      NgayTiepNhanBoSung: '20261105',
      NgayHenTraTruoc: '20261112',
      NgayHenTraMoi: '20261114',
    },
    {
      NgayBoSung: '2026-11-04T00:30:00Z',
      NgayTiepNhanBoSung: '20261104',
      NgayHenTraTruoc: '20261110',
      NgayHenTraMoi: '20261112',
    },
  ];
  const [received] = facts({
    data: [{ MaHoSo: 'X-2', NgayTiepNhan: '20261101', TrangThaiHoSo: '4', DanhSachHoSoBoSung: supplements }],
  });
  assert.equal(received.dueAt, '2026-11-10', 'of the supplement that was asked for first');
});

test('without a receipt the first status after the application states the due date', () => {
  const dueDates = (record: object) =>
    facts({ data: [{ MaHoSo: 'X-1', NgayHenTra: '20261110', ...record }] }).map(({ status, dueAt }) => [
      status,
      dueAt,
    ]);
  assert.deepEqual(dueDates({ NgayKetThucXuLy: '20261120', TrangThaiHoSo: '9' }), [
    ['completed', '2026-11-10'],
  ]);
  assert.deepEqual(
    dueDates({
      NgayNopHoSo: '20261101',
      NgayTra: '20261120',
      NgayKetThucXuLy: '20261119',
      TrangThaiHoSo: '10',
    }),
    [
      ['registered', undefined],
      ['completed', '2026-11-10'],
      ['returned', undefined],
    ],
  );
  assert.deepEqual(dueDates({ NgayNopHoSo: '20261101', TrangThaiHoSo: '4' }), [
    ['registered', undefined],
    ['in-progress', '2026-11-10'],
  ]);
  assert.deepEqual(dueDates({ NgayNopHoSo: '20261101', TrangThaiHoSo: '1' }), [['registered', '2026-11-10']]);
  const junk = { MaHoSo: 'X-1', NgayHenTra: 'garbage', NgayKetThucXuLy: '20261120', TrangThaiHoSo: '9' };
  assert.deepEqual(facts({ data: [junk] }), [['/data/0/NgayHenTra']]);
});

test('a supplement that moves the due date without a date of its own is a fault, and so is a due date there that is none', () => {
  const { NgayTra: _, ...record } = finished;
  const faultsOf = (NgayHenTraMoi: string) =>
    facts({
      data: [
        {
          ...record,
          TrangThaiHoSo: '9',
          DanhSachHoSoBoSung: [{ NgayHenTraTruoc: '20261112', NgayHenTraMoi }],
        },
      ],
    })
      .filter(Array.isArray)
      .map((pointers) => pointers.toSorted());
  const at = '/data/0/DanhSachHoSoBoSung/0';
  assert.deepEqual(faultsOf('20261116'), [[`${at}/NgayBoSung`]]);
  assert.deepEqual(faultsOf('garbage'), [[`${at}/NgayBoSung`, `${at}/NgayHenTraMoi`]]);
  const mended = { NgayTiepNhanBoSung: '20261111', NgayHenTraTruoc: '20261112', NgayHenTraMoi: '20261116' };
  const answer = facts({ data: [{ ...record, TrangThaiHoSo: '9', DanhSachHoSoBoSung: [mended] }] })[2];
  assert.deepEqual([answer.status, answer.dueAt], ['in-progress', '2026-11-16'], 'its answer is a date too');
});

test('a record of more events than any dossier has is refused before they are made, and so is a request', () => {
  const supplements = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      NgayBoSung: `202611${String((n % 28) + 1).padStart(2, '0')}`,
    }));
  const record = (count: number) => ({
    MaHoSo: 'X-1',
    NgayTiepNhan: '20261101',
    TrangThaiHoSo: '2',
    DanhSachHoSoBoSung: supplements(count),
  });
  assert.equal(facts({ data: [record(RECORD_EVENTS - 1)] }).length, RECORD_EVENTS);
  const others = facts({ data: [record(RECORD_EVENTS), record(0)] });
  assert.deepEqual(others[0], ['/data/0/DanhSachHoSoBoSung']);
  assert.equal(others[1].status, 'received', 'the next record counts');
  const request = decodeDvcqg({ data: Array(102).fill(record(RECORD_EVENTS - 1)) }, { decode, zone });
  assert.equal(request.kind, 'invalid');
  assert.deepEqual(request.kind === 'invalid' && [request.fault.pointer, request.fault.was], [
    '/data/100',
    'more events',
  ]);
});
