import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A door of the server, and messages as real senders write them. */
export interface Door {
  readonly name: string;
  readonly path: string;
  readonly contentTypes: readonly [string, ...string[]];
  /** Good messages; `N` in their ids is replaced by the number of the try, so that not all are duplicates. */
  readonly messages: readonly [Buffer, ...Buffer[]];
}

/** The message with the number in its ids. */
export const numbered = (message: Buffer, number: number): Buffer =>
  Buffer.from(message.toString('latin1').replaceAll(/\bN\b|(?<=-)N(?=\d)/g, `${number}`), 'latin1');

const FIXTURES = join(import.meta.dirname, '../../fixtures/edxml');
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

const event = (type: string, data: object) => ({
  specversion: '1.0',
  source: '/one-stop/office',
  id: `N-${type}`,
  type,
  time: '2026-11-20T08:00:00+07:00',
  data,
});

export const EVENTS: readonly [object, ...object[]] = [
  event('dossier.status.v1', {
    dossierId: 'H19.12-261116-N',
    status: 'received',
    aliases: ['H19.12-261117-N'],
    unitId: 'H19.12',
    procedureId: '2.000635',
    fieldId: 'Đất đai',
    channel: 'online',
    dueAt: '2026-11-20T17:00:00+07:00',
    dueBasis: 'receipt-slip',
    limitUnit: 'hours',
  }),
  event('dossier.status.v1', {
    dossierId: 'H19.12-261116-N',
    status: 'completed',
    finishedAt: '2026-11-20T16:59:00+07:00',
    outcome: 'granted',
    reason: 'đủ điều kiện',
    assertedAt: '2026-11-20T17:30:00+07:00',
    sequence: 3,
  }),
  event('document.registered.v1', {
    documentId: 'H19.12,2026-11-20,N/VP-HC',
    scope: 'inter-agency',
    fromUnitId: 'H19.12',
    issuedAt: '2026-11-20T08:00:00+07:00',
    recipients: [
      { unitId: 'H19.01', channel: 'axis' },
      { unitId: '000.00.02.H19', channel: 'paper', exemption: { reason: 'regulated', citation: 'Điều 3' } },
    ],
  }),
  event('document.exchange.v1', {
    documentId: 'H19.12,2026-11-20,N/VP-HC',
    recipientUnitId: 'H19.01',
    step: 'arrived',
    at: '2026-11-20T09:31:00+07:00',
  }),
  event('unit.declared.v1', {
    unitId: 'H19.12',
    name: 'Sở Nông nghiệp và Môi trường',
    parentId: 'H19',
    effectiveFrom: '2026-01-01',
    procedures: [
      { fieldId: 'Đất đai', role: 'handles' },
      { fieldId: 'Môi trường', role: 'monitors' },
    ],
  }),
  event('unit.declared.v1', {
    unitId: 'H10.02',
    name: 'Văn phòng cũ',
    mergedInto: 'H19.12',
    instrument: 'NQ 202/2025/QH15',
    effectiveFrom: '2026-07-01',
  }),
  event('field.declared.v1', { fieldId: 'Đất đai', name: 'Đất đai', effectiveFrom: '2026-01-01' }),
  event('procedure.declared.v1', {
    procedureId: '1.012756.H19',
    name: 'Đăng ký đất đai lần đầu',
    legalLimit: { amount: 20, unit: 'working-days' },
    effectiveFrom: '2026-01-01',
  }),
  event('calendar.day-declared.v1', {
    day: '2026-12-05',
    kind: 'working',
    name: 'làm bù',
    instrument: 'Công văn 1/VP',
  }),
  event('agency-id.mapped.v1', { agencyId: '000.00.02.H19', unitId: 'H19.02', instrument: 'QĐ 20/2020' }),
];

const RECORDS = {
  service: 'DongBoHoSoMC',
  madonvi: '000.00.12.H19',
  data: [
    {
      MaHoSo: '000.00.12.H19-261109-N',
      MaTTHC: '2.000635',
      MaLinhVuc: 'Đất đai',
      KenhThucHien: '2',
      NgayTiepNhan: '20261109073000',
      NgayHenTra: '20261116170000',
      NgayKetThucXuLy: '20261113160000',
      TrangThaiHoSo: '9',
      DanhSachHoSoBoSung: [{ NgayBoSung: '20261110080000', NgayTiepNhanBoSung: '20261111080000' }],
    },
    { MaHoSo: '000.00.12.H19-261109-N1', NgayTiepNhan: '20261109073000', TrangThaiHoSo: '4' },
  ],
};
const PROGRESS = {
  service: 'CapNhatTienDoHoSoMC',
  data: [{ MaHoSo: '000.00.12.H19-261109-N', TrangThai: '7', ThoiDiemXuLy: '20261112080000' }],
};

/** The messages of the axis that the project holds, and the real ones where NHIP_TEST_DATA names a folder. */
function edxmlMessages(): Buffer[] {
  const folder = process.env.NHIP_TEST_DATA;
  const real = folder !== undefined && existsSync(join(folder, 'edxml')) ? join(folder, 'edxml') : undefined;
  const files = [
    ...globSync(join(FIXTURES, '**/*.{xml,edxml}')),
    ...(real === undefined ? [] : globSync(join(real, '*'))),
  ];
  const kinds: Record<string, unknown> = JSON.parse(readFileSync(join(FIXTURES, 'kinds.json'), 'utf8'));
  return [...files.sort().map((file) => readFileSync(file)), ...Object.values(kinds).map(bytes)];
}

const [firstEdxml = Buffer.alloc(0), ...otherEdxml] = edxmlMessages();

export const DOORS: readonly [Door, ...Door[]] = [
  {
    name: 'events',
    path: '/v1/events',
    contentTypes: ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'],
    messages: [bytes(EVENTS), ...EVENTS.map(bytes), ...EVENTS.map((one) => bytes([one]))],
  },
  {
    name: 'portal',
    path: '/v1/feeds/dvcqg',
    contentTypes: ['application/json'],
    messages: [bytes(RECORDS), bytes(RECORDS.data), bytes(PROGRESS)],
  },
  {
    name: 'axis',
    path: '/v1/feeds/edxml',
    contentTypes: ['application/xml', 'text/plain', 'application/json', 'multipart/related; boundary=edxml'],
    messages: [firstEdxml, ...otherEdxml],
  },
];
