import { z } from 'zod';
import { described } from '../../contracts/described.ts';
import { streamName, unitId } from '../../contracts/ids.ts';
import { ownKind, personField } from '../../contracts/own-kind.ts';
import { prose } from '../../contracts/register-fields.ts';
import { dateSchema, identifierSchema } from '../../contracts/schema-parts.ts';

/** What people state about what Article 2 of Decision 124/QĐ-VP asks of a unit. It is taken at no door for feeds. */

/** More statements about one duty than a person reads. */
export const DUTY_EVENTS = 500;
export const dutyStream = (id: string) => streamName(`duty-${id}`);

const dutyId = identifierSchema(300);
const subject = { dutyId, ...personField };
const ofDuty = (data: { readonly dutyId: string }) => dutyStream(data.dutyId);
const unit = described(identifierSchema().transform(unitId), {
  meaning: 'Unit that has the duty',
  vi: 'đơn vị',
  example: 'H19.12',
});
const evidence = described(prose, {
  meaning: 'What proves it: number and date of a document, an address',
  vi: 'bằng chứng',
  example: 'Biên bản họp số 07/BB-VP ngày 15/01/2026',
});
const count = z.int().min(0).max(1_000_000);

export const communicationFields = {
  unitId: unit,
  year: described(z.int().min(2000).max(2099), {
    meaning: 'Year whose objectives were passed on',
    vi: 'năm',
    example: 2026,
  }),
  objectiveId: described(identifierSchema(100), {
    meaning: 'The only objective that was passed on',
    vi: 'mục tiêu',
    example: 'dossier-on-time',
    omit: 'all of the year were',
  }).optional(),
  on: described(dateSchema, {
    meaning: 'Day on which it was done',
    vi: 'ngày phổ biến',
    example: '2026-01-15',
  }),
  means: described(prose, {
    meaning: 'How: meeting, document, message',
    vi: 'hình thức',
    example: 'Họp toàn đơn vị',
  }),
  reached: described(count, {
    meaning: 'How many of the staff it reached',
    vi: 'số người nhận',
    example: 18,
  }),
  of: described(count, { meaning: 'How many staff there are', vi: 'tổng số người', example: 20 }),
  evidence,
};
/** `objective.communicated.v1`: objectives were passed on to the staff of a unit; a later one replaces it as a whole. */
export const objectiveCommunicated = ownKind(
  'objective.communicated.v1',
  { ...subject, ...communicationFields },
  ofDuty,
);

export const requestFields = {
  askedBy: described(identifierSchema(), {
    meaning: 'Person or committee that asks',
    vi: 'nơi yêu cầu',
    example: 'Ban Chỉ đạo ISO',
  }),
  form: described(identifierSchema(300), {
    meaning: 'What is asked for: form, subject',
    vi: 'biểu mẫu',
    example: 'Mẫu số 05: tình hình thực hiện mục tiêu',
  }),
  from: described(dateSchema, { meaning: 'First day of the period', vi: 'từ ngày', example: '2026-01-01' }),
  to: described(dateSchema, { meaning: 'Last day of the period', vi: 'đến ngày', example: '2026-06-30' }),
  on: described(dateSchema, { meaning: 'Day of the request', vi: 'ngày yêu cầu', example: '2026-06-20' }),
  due: described(dateSchema, {
    meaning: 'Last day on which it is in time',
    vi: 'hạn nộp',
    example: '2026-07-10',
  }),
};
/** `report.requested.v1`: the Steering Committee (Ban Chỉ đạo) asks a unit for a report; a later one replaces it as a whole. */
export const reportRequested = ownKind(
  'report.requested.v1',
  { ...subject, unitId: unit, ...requestFields },
  ofDuty,
);

export const submissionFields = {
  on: described(dateSchema, { meaning: 'Day of the report', vi: 'ngày nộp', example: '2026-07-08' }),
  number: described(identifierSchema(), {
    meaning: 'Number of the report',
    vi: 'số văn bản',
    example: '15/BC-VP',
  }),
  evidence,
};
/** `report.submitted.v1`: the unit reported; a later one replaces it as a whole. */
export const reportSubmitted = ownKind('report.submitted.v1', { ...subject, ...submissionFields }, ofDuty);

export const withdrawalFields = {
  reason: described(prose, { meaning: 'Why', vi: 'lý do', example: 'Nhập nhầm đơn vị' }),
};
/** `duty.withdrawn.v1`: what was stated does not hold, or is asked for no more. */
export const dutyWithdrawn = ownKind('duty.withdrawn.v1', { ...subject, ...withdrawalFields }, ofDuty);

/** Every kind of event about a duty, by act, in the order in which acts of one moment follow each other. */
export const DUTY_ACTS = {
  communicated: objectiveCommunicated,
  requested: reportRequested,
  submitted: reportSubmitted,
  withdrawn: dutyWithdrawn,
} as const;
export type DutyAct = keyof typeof DUTY_ACTS;
