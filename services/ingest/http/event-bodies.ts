import type { Zone } from '../../../shared/calendar/zone.ts';
import type { EventKinds } from '../../../shared/contracts/event-kind.ts';
import { eventJsonSchemas } from '../../../shared/contracts/schemas.ts';
import type { BodySchemas } from '../../../shared/platform/openapi.ts';
import { BATCH, PLAIN, STRUCTURED } from './cloudevents.ts';

const RECEIVED = {
  specversion: '1.0',
  source: '/one-stop/office',
  id: '1',
  type: 'dossier.status.v1',
  time: '2026-11-16T08:00:00+07:00',
  data: {
    dossierId: 'H19.12-261116-0001',
    status: 'received',
    unitId: 'H19.12',
    fieldId: 'Đất đai',
    dueAt: '2026-11-20T17:00:00+07:00',
    dueBasis: 'receipt-slip',
  },
};
const COMPLETED = {
  specversion: '1.0',
  source: '/one-stop/office',
  id: '2',
  type: 'dossier.status.v1',
  time: '2026-11-20T16:59:00+07:00',
  data: { dossierId: 'H19.12-261116-0001', status: 'completed', finishedAt: '2026-11-20T16:59:00+07:00' },
};

/** `dossier.status.v1` → `DossierStatusV1`. */
const componentOf = (type: string): string =>
  type.replace(/(?:^|[.-])(\w)/g, (_, first: string) => first.toUpperCase());

/**
 * What `POST /events` documents: one shape a media type, since a client that is generated from a choice of two sends one under
 * the name of the other. (Plain JSON is accepted in both shapes all the same.)
 */
export function eventBodies(kinds: EventKinds, zone: Zone): BodySchemas {
  const schemas = [...eventJsonSchemas(kinds, zone)];
  const mapping = schemas.map(([type]) => [type, `#/components/schemas/${componentOf(type)}`]);
  const event = {
    'x-component': 'Event',
    oneOf: schemas.map(([type, schema]) => ({ 'x-component': componentOf(type), ...schema })),
    discriminator: { propertyName: 'type', mapping: Object.fromEntries(mapping) },
    examples: [RECEIVED],
  };
  const batch = { type: 'array', items: event, examples: [[RECEIVED, COMPLETED]] };
  return {
    'x-media-types': {
      [PLAIN]: batch,
      [BATCH]: batch,
      [STRUCTURED]: event,
    },
  };
}
