import type { FastifyInstance } from 'fastify';
import type { Zone } from '../../shared/calendar/zone.ts';
import { type Decoder, decoder } from '../../shared/contracts/decode.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import type { DeadLetters } from './dead-letters.ts';
import { openDeadLetters } from './dead-letters-sqlite.ts';
import { DroppedFields } from './dropped-fields.ts';
import type { Feeds } from './feeds.ts';
import { eventRoutes, type HttpLimits } from './http-events.ts';
import type { Intake } from './intake.ts';
import { intakeOver } from './intake-service.ts';

export interface IngestOptions {
  readonly store: EventStore;
  /** `dead-letters.db`. */
  readonly deadLettersPath: string;
  readonly clock: Clock;
  readonly zone: Zone;
  readonly feeds: Feeds;
  readonly limits: HttpLimits;
}

export interface Ingest {
  readonly intake: Intake;
  readonly decode: Decoder;
  readonly deadLetters: DeadLetters;
  readonly droppedFields: DroppedFields;
  /** Fastify plugin with the routes of ingest; mount it under `/v1` of a server made by `createHttpServer`. */
  readonly routes: (app: FastifyInstance) => Promise<void>;
  /** The store is its owner's to close. */
  close(): void;
}

export function buildIngest({ store, deadLettersPath, clock, zone, feeds, limits }: IngestOptions): Ingest {
  const deadLetters = openDeadLetters(deadLettersPath);
  const droppedFields = new DroppedFields();
  const decode = decoder(zone, feeds.feedOf);
  const intake = intakeOver({ store, deadLetters, droppedFields, feedOf: feeds.feedOf, clock });
  return {
    intake,
    decode,
    deadLetters,
    droppedFields,
    routes: async (app) => {
      await app.register(eventRoutes({ intake, decode, limits }));
    },
    close: () => deadLetters.close(),
  };
}
