import type { WorkingCalendar } from '../../../shared/calendar/working-calendar.ts';
import { addDays, formatDay, type LocalDay } from '../../../shared/calendar/zone.ts';

/** The office in the invented tree of units. */
export const OFFICE = 'H19.01';

interface Room {
  readonly id: string;
  readonly name: string;
  /** Of the fields of the demonstration. */
  readonly fields: readonly string[];
  /** Days after the first one: the last day of its plan, its visit, its conclusion; the conclusion may be late, or none yet. */
  readonly plannedUntil?: number;
  readonly visited?: number;
  readonly concluded?: number;
}

/** The rooms, boards and the portal of an invented office that monitor procedures, and their inspections of one year. */
const ROOMS: readonly Room[] = [
  {
    id: '03',
    name: 'Phòng Kiểm soát thủ tục hành chính',
    fields: ['Hộ tịch', 'Chứng thực'],
    plannedUntil: 90,
    visited: 62,
    concluded: 76,
  },
  {
    id: '04',
    name: 'Phòng Kinh tế',
    fields: ['Đất đai', 'Đăng ký doanh nghiệp'],
    plannedUntil: 90,
    visited: 80,
    concluded: 110,
  },
  {
    id: '05',
    name: 'Phòng Công nghiệp - Xây dựng',
    fields: ['Xây dựng', 'Giao thông vận tải'],
    plannedUntil: 180,
    visited: 150,
  },
  { id: '06', name: 'Phòng Khoa giáo - Văn xã', fields: ['Y tế'], plannedUntil: 270 },
  { id: '07', name: 'Phòng Nội chính', fields: ['Hộ tịch'], visited: 200, concluded: 214 },
  { id: '08', name: 'Ban Tiếp công dân', fields: ['Đất đai'], plannedUntil: 400 },
  { id: '09', name: 'Cổng Thông tin điện tử', fields: ['Y tế'] },
];

/** One event of the invented inspections, on a working day. */
interface Stated {
  readonly day: LocalDay;
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The units that are inspected, as the catalogue declares them. */
export const inspectedRooms = (from: LocalDay) =>
  ROOMS.map(({ id, name, fields }) => ({
    unitId: `${OFFICE}.${id}`,
    name,
    parentId: OFFICE,
    procedures: fields.map((fieldId) => ({ fieldId, role: 'monitors' })),
    effectiveFrom: formatDay(from),
  }));

/** A year's plan of inspections and how far it is carried out. */
export function* inspections(from: LocalDay, calendar: WorkingCalendar): Generator<Stated> {
  const onDay = (after: number) => calendar.nextWorkingDay(addDays(from, after));
  for (const { id, plannedUntil, visited, concluded } of ROOMS) {
    const inspectionId = `KH-${id}`;
    const of = { inspectionId, unitId: `${OFFICE}.${id}`, kind: 'par' };
    const state = (after: number, type: string, data: object = {}): Stated => ({
      ...{ day: onDay(after), id: `${inspectionId}#${type}`, type, data: { ...of, ...data } },
    });
    if (plannedUntil !== undefined)
      yield state(7, 'inspection.planned.v1', {
        plannedUntil: formatDay(addDays(from, plannedUntil)),
        instrument: '01/KH-VP',
      });
    if (visited !== undefined)
      yield state(visited, 'inspection.visited.v1', {
        visitedAt: formatDay(onDay(visited)),
        mode: 'on-site',
      });
    if (concluded === undefined) continue;
    yield state(concluded, 'inspection.concluded.v1', {
      concludedAt: formatDay(onDay(concluded)),
      conclusionNumber: `${id}/TB-VP`,
    });
    yield {
      ...state(concluded, 'inspection.finding.v1'),
      data: {
        ...{ inspectionId, findingId: '1', description: 'Chưa niêm yết 3 thủ tục mới' },
        dueAt: formatDay(addDays(from, concluded + 60)),
      },
    };
  }
}
