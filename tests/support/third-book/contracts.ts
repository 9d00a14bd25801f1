import { z } from 'zod';
import type { Zone } from '../../../shared/calendar/zone.ts';
import type { EventKind } from '../../../shared/contracts/event-kind.ts';
import { streamName, unitId } from '../../../shared/contracts/ids.ts';
import { identifierSchema, whenSchema } from '../../../shared/contracts/schema-parts.ts';

const id = identifierSchema();

const drillPlannedV1 = (zone: Zone) =>
  z.object({
    drillId: id,
    unitId: id.transform(unitId),
    topic: id,
    plannedFor: whenSchema(zone),
  });
export type DrillPlannedV1 = z.output<ReturnType<typeof drillPlannedV1>>;

export const drillPlanned: EventKind<DrillPlannedV1> = {
  type: 'drill.planned.v1',
  schema: drillPlannedV1,
  whenFields: ['plannedFor'],
  streamOf: ({ drillId }) => streamName(`drill-${drillId}`),
};

const drillConcludedV1 = (zone: Zone) =>
  z.object({
    drillId: id,
    concludedAt: whenSchema(zone),
    result: z.enum(['in-order', 'faulty']),
  });
export type DrillConcludedV1 = z.output<ReturnType<typeof drillConcludedV1>>;

export const drillConcluded: EventKind<DrillConcludedV1> = {
  type: 'drill.concluded.v1',
  schema: drillConcludedV1,
  whenFields: ['concludedAt'],
  streamOf: ({ drillId }) => streamName(`drill-${drillId}`),
};
