import { addDays, formatDay } from '../../../shared/calendar/zone.ts';
import { type DemoEvent, message, type ProvinceOptions } from './province.ts';

interface Row {
  readonly type: string;
  readonly id: string;
  /** In days from the last day of the feed. */
  readonly due: number | null;
  readonly data: DemoEvent['data'];
}

/** The tables of risks and opportunities of the invented office, as a clerk imports them. */
const ROWS: readonly Row[] = [
  {
    ...{ type: 'risk.recorded.v1', id: 'R-01', due: -5 },
    data: {
      ...{ unitId: 'H19.07', source: 'figures', objectiveId: 'dossier-on-time' },
      description: 'Hồ sơ đất đai dồn vào cuối tháng, quá hạn hàng loạt',
      ...{ cause: 'Thiếu người thẩm định', controls: 'Nhắc việc hằng ngày' },
      assessment: { likelihood: 4, impact: 4 },
      plan: {
        treatment: 'reduce',
        ...{ measures: 'Điều hai người sang thẩm định', owner: 'Trưởng phòng Đất đai' },
      },
    },
  },
  {
    ...{ type: 'risk.recorded.v1', id: 'R-02', due: 60 },
    data: {
      ...{ unitId: 'H19.01.02', source: 'staff', objectiveId: 'inter-agency-e-exchange' },
      description: 'Trục liên thông gián đoạn quá một ngày làm việc',
      assessment: { likelihood: 2, impact: 5 },
      plan: {
        treatment: 'transfer',
        ...{ measures: 'Hợp đồng đường truyền dự phòng', owner: 'Giám đốc Trung tâm' },
      },
    },
  },
  {
    ...{ type: 'risk.recorded.v1', id: 'R-03', due: null },
    data: {
      ...{ unitId: 'H19.01.01', source: 'management-review', objectiveId: 'staff-title-standard' },
      description: 'Chưa bố trí xong vị trí việc làm trước 01/7/2027',
      assessment: { likelihood: 3, impact: 2 },
    },
  },
  {
    ...{ type: 'opportunity.recorded.v1', id: 'C-01', due: 30 },
    data: {
      ...{ unitId: 'H19.01.02', source: 'staff', objectiveId: 'dossier-on-time' },
      description: 'Cổng dịch vụ công cho phép nộp hồ sơ đất đai toàn trình',
      proposal: 'Mở hướng dẫn nộp trực tuyến tại bộ phận một cửa',
      plan: { owner: 'Giám đốc Trung tâm' },
    },
  },
];

export function* officeRegisters({
  zone,
  from,
  to,
}: Pick<ProvinceOptions, 'zone' | 'from' | 'to'>): Generator<DemoEvent> {
  for (const { type, id, due, data } of ROWS) {
    const subject = type === 'risk.recorded.v1' ? { riskId: id } : { opportunityId: id };
    const { plan } = data;
    const dated = due === null ? {} : { plan: { ...Object(plan), due: formatDay(addDays(to, due)) } };
    yield message('/registers/office', id, type, zone.momentAt(from, 0), { ...data, ...subject, ...dated });
  }
}
