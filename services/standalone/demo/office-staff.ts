import { yearOf } from '../../../shared/calendar/year.ts';
import { formatDay } from '../../../shared/calendar/zone.ts';
import { type DemoEvent, message, type ProvinceOptions } from './province.ts';

/** How many people each unit has. */
type People = readonly (readonly [unit: string, people: number])[];

/** Of the invented office: one unit is a small group. */
const PEOPLE: People = [
  ['H19.01', 3],
  ['H19.01.01', 27],
  ['H19.01.02', 24],
];

/** Every how many-th person is not as the others. */
const EXCELLENT = 7;
const COMPLETED = 27;
const NOT_MET = 16;
const NOT_PLACED = 20;

const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Huỳnh', 'Võ'] as const;
const MIDDLE = ['Thị', 'Văn', 'Minh', 'Thanh', 'Ngọc'] as const;
const GIVEN = ['An', 'Bình', 'Châu', 'Dũng', 'Giang', 'Hà', 'Khánh', 'Lan', 'Mai', 'Phúc', 'Sơn'] as const;

const refOf = (number: number): string => `CB-${String(number).padStart(4, '0')}`;

/** An invented name for each of them. The lengths of the lists have no common factor, so no two people have the same. */
export function officeNames(
  people: People = PEOPLE,
): readonly { readonly staffRef: string; readonly name: string }[] {
  const all = people.reduce((sum, [, size]) => sum + size, 0);
  return Array.from({ length: all }, (_, at) => ({
    staffRef: refOf(at + 1),
    name: [FAMILY, MIDDLE, GIVEN].map((part) => part[at % part.length]).join(' '),
  }));
}

interface Stated {
  readonly type: string;
  readonly about: string;
  readonly data: DemoEvent['data'];
}

/** The staff of an office: assigned, held against the standard, and rated for the year that is over. */
export function* officeStaff(
  { zone, from, to }: Pick<ProvinceOptions, 'zone' | 'from' | 'to'>,
  people: People = PEOPLE,
): Generator<DemoEvent> {
  const at = zone.momentAt(from, 0);
  const year = yearOf(to) - 1;
  const decision = { ratedYear: year, decisionNumber: '512/QĐ-VP', decisionDate: `${year}-12-12` };
  let number = 0;
  for (const [unitId, size] of people) {
    const stated: Stated[] = [];
    for (let n = 0; n < size; n++) {
      number += 1;
      stated.push(...person(number, unitId, formatDay(from), decision));
    }
    stated.push({
      type: 'staff.unit-rating.v1',
      about: unitId,
      data: { unitId, level: 'good', ...decision },
    });
    for (const { type, about, data } of stated)
      yield message('/hr/office', `${type} ${about}`, type, at, data);
  }
}

function* person(
  number: number,
  unitId: string,
  from: string,
  decision: { readonly ratedYear: number },
): Generator<Stated> {
  const staffRef = refOf(number);
  const every = (which: number) => number % which === 0;
  const position = every(NOT_PLACED) ? {} : { positionVersion: 'CV-TH/2025' };
  const kind = unitId === 'H19.01.02' ? 'public-employee' : 'civil-servant';
  const job = { staffRef, unitId, kind, ...position, from: `${decision.ratedYear - 1}-01-01` };
  yield { type: 'staff.assigned.v1', about: staffRef, data: job };
  const outcome = every(NOT_MET) ? 'does-not-meet' : 'meets';
  yield { type: 'staff.standard.v1', about: staffRef, data: { staffRef, outcome, ...position, from } };
  const level = every(COMPLETED) ? 'completed' : every(EXCELLENT) ? 'excellent' : 'good';
  const rules = { ruleSet: 'nd-90-48', group: 'Chuyên viên' };
  yield { type: 'staff.rating.v1', about: staffRef, data: { staffRef, level, ...rules, ...decision } };
}
