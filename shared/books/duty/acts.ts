import type { ActFact } from '../../bookkeeping/act.ts';
import { described } from '../../contracts/described.ts';
import { ownKind, personField } from '../../contracts/own-kind.ts';
import { prose } from '../../contracts/register-fields.ts';
import {
  communicationFields,
  dutyIdField,
  dutyStream,
  requestFields,
  submissionFields,
  unitField,
} from './fields.ts';
import { communicationRecorded, reportRecorded } from './recorded.v1.ts';

/** What people state about what Article 2 of Decision 124/QĐ-VP asks of a unit. It is taken at no door for feeds. */

const subject = { dutyId: dutyIdField, ...personField };
const ofDuty = ({ dutyId }: { readonly dutyId: string }) => dutyStream(dutyId);

/** `objective.communicated.v1`: objectives were passed on to the staff of a unit; a later one replaces it as a whole. */
export const objectiveCommunicated = ownKind(
  'objective.communicated.v1',
  { ...subject, unitId: unitField, ...communicationFields },
  ofDuty,
);

/** `report.requested.v1`: the Steering Committee (Ban Chỉ đạo) asks a unit for a report; a later one replaces it as a whole. */
export const reportRequested = ownKind(
  'report.requested.v1',
  { ...subject, unitId: unitField, ...requestFields },
  ofDuty,
);

/** `report.submitted.v1`: the unit reported; a later one replaces it as a whole. */
export const reportSubmitted = ownKind('report.submitted.v1', { ...subject, ...submissionFields }, ofDuty);

export const withdrawalFields = {
  reason: described(prose, { meaning: 'Why', vi: 'lý do', example: 'Nhập nhầm đơn vị' }),
};
/** `duty.withdrawn.v1`: what was stated does not hold, or is asked for no more. */
export const dutyWithdrawn = ownKind('duty.withdrawn.v1', { ...subject, ...withdrawalFields }, ofDuty);

/** Every kind of event about a duty, by act, in the order in which acts of one moment follow each other. */
export const DUTY_ACTS = {
  'communication-recorded': communicationRecorded,
  'report-recorded': reportRecorded,
  communicated: objectiveCommunicated,
  requested: reportRequested,
  submitted: reportSubmitted,
  withdrawn: dutyWithdrawn,
} as const;
export type DutyFact = ActFact<typeof DUTY_ACTS>;
