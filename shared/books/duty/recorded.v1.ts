import { z } from 'zod';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { roomOfRows } from '../../contracts/register-fields.ts';
import {
  checkDays,
  checkReached,
  communicationFields,
  DUTY_EVENTS,
  dutyIdField,
  dutyStream,
  requestFields,
  submissionFields,
  unitField,
} from './fields.ts';

const subject = { dutyId: dutyIdField, unitId: unitField };
const ofFeeds = {
  whenFields: [],
  streamOf: ({ dutyId }: { readonly dutyId: string }) => dutyStream(dutyId),
  streamLimit: roomOfRows(DUTY_EVENTS),
};

/**
 * `communication.recorded.v1`: a row of the table in which an office keeps how objectives were passed on (sổ phổ biến mục tiêu). A later
 * row of the same duty replaces it.
 */
export const communicationRecordedV1 = () =>
  z.object({ ...subject, ...communicationFields }).superRefine(checkReached);

export const communicationRecorded: EventKind<z.output<ReturnType<typeof communicationRecordedV1>>> = {
  ...{ type: 'communication.recorded.v1', schema: communicationRecordedV1 },
  ...ofFeeds,
};

/**
 * `report.recorded.v1`: a row of the table in which an office keeps which reports were asked for and submitted (sổ theo dõi báo cáo). A
 * later row of the same duty changes what it states otherwise.
 */
export const reportRecordedV1 = () =>
  z
    .object({
      ...subject,
      ...requestFields,
      submission: described(z.object(submissionFields), {
        meaning: 'The report of the unit',
        vi: 'báo cáo đã nộp',
        example: { on: '2026-07-08', number: '15/BC-VP', evidence: 'Báo cáo số 15/BC-VP' },
        omit: 'it has not reported',
      }).optional(),
    })
    .superRefine(checkDays)
    .superRefine(({ on, submission }, context) => {
      if (submission && submission.on < on)
        context.addIssue({
          ...{ code: 'custom', path: ['submission', 'on'] },
          message: `not before the day of the request, ${on}`,
        });
    });

export const reportRecorded: EventKind<z.output<ReturnType<typeof reportRecordedV1>>> = {
  ...{ type: 'report.recorded.v1', schema: reportRecordedV1 },
  ...ofFeeds,
};
