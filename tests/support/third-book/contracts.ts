import { z } from 'zod';
import type { Zone } from '../../../shared/calendar/zone.ts';
import type { EventKind } from '../../../shared/contracts/event-kind.ts';
import { streamName, unitId } from '../../../shared/contracts/ids.ts';
import { identifierSchema, whenSchema } from '../../../shared/contracts/schema-parts.ts';

const id = identifierSchema();

const inspectionPlannedV1 = (zone: Zone) =>
  z.object({
    inspectionId: id,
    unitId: id.transform(unitId),
    topic: id,
    plannedFor: whenSchema(zone),
  });
export type InspectionPlannedV1 = z.output<ReturnType<typeof inspectionPlannedV1>>;

export const inspectionPlanned: EventKind<InspectionPlannedV1> = {
  type: 'inspection.planned.v1',
  schema: inspectionPlannedV1,
  whenFields: ['plannedFor'],
  streamOf: ({ inspectionId }) => streamName(`inspection-${inspectionId}`),
};

const inspectionConcludedV1 = (zone: Zone) =>
  z.object({
    inspectionId: id,
    concludedAt: whenSchema(zone),
    result: z.enum(['in-order', 'faulty']),
  });
export type InspectionConcludedV1 = z.output<ReturnType<typeof inspectionConcludedV1>>;

export const inspectionConcluded: EventKind<InspectionConcludedV1> = {
  type: 'inspection.concluded.v1',
  schema: inspectionConcludedV1,
  whenFields: ['concludedAt'],
  streamOf: ({ inspectionId }) => streamName(`inspection-${inspectionId}`),
};
