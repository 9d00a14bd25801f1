import { yearOf } from '../../../shared/calendar/year.ts';
import { addDays, formatDay, type LocalDay } from '../../../shared/calendar/zone.ts';
import { OFFICE } from './inspections.ts';
import { type DemoEvent, message, type ProvinceOptions } from './province.ts';

/** The units that passed the objectives on to their staff, of the rooms and centres of the invented office. */
const COMMUNICATED: readonly (readonly [unit: string, reached: number, of: number])[] = [
  [`${OFFICE}.01`, 26, 27],
  [`${OFFICE}.02`, 24, 24],
  [`${OFFICE}.03`, 11, 12],
  [`${OFFICE}.04`, 9, 9],
  [`${OFFICE}.05`, 7, 10],
];

/** The units of which a report was asked: days from the last day of the feed to its date, and to that of the report. */
const ASKED: readonly (readonly [unit: string, due: number, submitted?: number])[] = [
  [`${OFFICE}.01`, -10, -14],
  [`${OFFICE}.02`, -10, -6],
  [`${OFFICE}.03`, -10],
  [`${OFFICE}.04`, 20],
];

interface Review {
  readonly id: string;
  readonly held: number;
  readonly data: DemoEvent['data'];
  readonly actions: readonly {
    readonly what: string;
    readonly owner: string;
    readonly due: number;
    readonly result?: string;
  }[];
}

const REVIEWS: readonly Review[] = [
  {
    ...{ id: 'RS-01', held: -45 },
    data: {
      objectiveId: 'dossier-on-time',
      findings: ['Hồ sơ đất đai trễ do thiếu người thẩm định', 'Hồ sơ dồn vào cuối tháng'],
      conclusion: 'Bổ sung người, rút ngắn luân chuyển hồ sơ',
    },
    actions: [
      {
        ...{ what: 'Điều hai người sang thẩm định', owner: 'Trưởng phòng Đất đai', due: -15 },
        result: 'Đã điều người, báo cáo số 15/BC-VP',
      },
      { what: 'Nhắc việc tự động trước hạn hai ngày', owner: 'Giám đốc Trung tâm', due: -3 },
    ],
  },
  {
    ...{ id: 'RS-02', held: -20 },
    data: {
      ...{ objectiveId: 'center-satisfaction', unitId: `${OFFICE}.02` },
      findings: ['Chưa đủ phiếu khảo sát ở quầy'],
      conclusion: 'Đặt máy tính bảng khảo sát tại các quầy',
    },
    actions: [{ what: 'Lắp máy tính bảng tại 5 quầy', owner: 'Phó Giám đốc Trung tâm', due: 30 }],
  },
];

/** What Article 2 asks of the units of the invented office, and the reviews of objectives, as a clerk imports them. */
export function* officeDuties({
  zone,
  from,
  to,
}: Pick<ProvinceOptions, 'zone' | 'from' | 'to'>): Generator<DemoEvent> {
  const after = (days: number): LocalDay => addDays(to, days);
  const text = (days: number) => formatDay(after(days));
  const stated = (id: string, type: string, data: DemoEvent['data']) =>
    message('/registers/office', id, type, zone.momentAt(from, 0), data);
  const year = yearOf(to);
  for (const [unitId, reached, of] of COMMUNICATED) {
    const dutyId = `PB-${year}:${unitId}`;
    const how = { means: 'Họp toàn đơn vị', evidence: 'Biên bản họp' };
    yield stated(dutyId, 'communication.recorded.v1', {
      ...{ dutyId, unitId, year, on: text(-300), reached, of, ...how },
    });
  }
  for (const [unitId, due, submitted] of ASKED) {
    const dutyId = `BC-${year}:${unitId}`;
    const request = { askedBy: 'Ban Chỉ đạo ISO', form: 'Mẫu số 05: tình hình thực hiện mục tiêu' };
    const days = { from: text(-180), to: text(-41), on: text(-40), due: text(due) };
    yield stated(dutyId, 'report.recorded.v1', {
      ...{ dutyId, unitId, ...request, ...days },
      ...(submitted !== undefined && {
        submission: { on: text(submitted), number: `${unitId.slice(-2)}/BC`, evidence: 'Văn bản đến' },
      }),
    });
  }
  for (const { id, held, data, actions } of REVIEWS)
    for (const [index, { what, owner, due, result }] of actions.entries()) {
      const ended = result === undefined ? {} : { outcome: 'done', result };
      const action = { id: String(index + 1), what, owner, due: text(due), ...ended };
      yield stated(`${id}-${action.id}`, 'review.recorded.v1', {
        reviewId: id,
        on: text(held),
        ...data,
        action,
      });
    }
}
