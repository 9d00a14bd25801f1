import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { books } from '../../../shared/books/registry.ts';
import { zoneOf } from '../../../shared/calendar/zone.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import { feedsOf } from '../../../shared/feeds/feeds.ts';
import type { ApiKeys } from '../../../shared/platform/api-keys.ts';
import { createHttpServer } from '../../../shared/platform/http-server.ts';
import { createMetrics } from '../../../shared/platform/metrics.ts';
import { buildIngest, type Ingest } from '../app.ts';
import { openSqliteDeadLetters } from '../dead-letters/dead-letters-sqlite.ts';
import type { HttpLimits } from '../http/event-routes.ts';

export const NOW = Date.parse('2026-11-20T03:00:00Z');

/** Ingest behind the HTTP server that every service has, with an empty dead-letter file; gone when the test ends. */
export async function ingestServer(
  test: Pick<TestContext, 'after'>,
  store: EventStore,
  limits: HttpLimits = { bodyBytes: 5 * 1024 * 1024, batchEvents: 1_000 },
  keys?: ApiKeys,
): Promise<{ app: FastifyInstance; ingest: Ingest }> {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-ingest-'));
  const metrics = createMetrics();
  const deadLetters = openSqliteDeadLetters(join(folder, 'dead-letters.db'));
  const ingest = buildIngest({
    registry: metrics.registry,
    store,
    deadLetters,
    clock: () => NOW,
    zone: zoneOf('Asia/Ho_Chi_Minh'),
    kinds: books.kinds,
    feeds: feedsOf(),
    limits,
    deadLetterDays: 30,
    log: pino({ level: 'silent' }),
  });
  const app = await createHttpServer({
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    keys,
    bodyLimit: 1024 * 1024,
    metrics,
  });
  await app.register(ingest.routes, { prefix: '/v1' });
  test.after(async () => {
    await app.close();
    await ingest.close();
    await deadLetters.close();
    rmSync(folder, { recursive: true });
  });
  return { app, ingest };
}

/** A good event; `changes` replace fields of its envelope, `data` fields of its data. */
export function dossierEvent(
  changes: Readonly<Record<string, unknown>> = {},
  data: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: 'e-1',
    source: '/one-stop/h19',
    type: 'dossier.status.v1',
    time: '2026-11-20T09:31:00+07:00',
    data: { dossierId: 'H19.12-261120-0001', status: 'received', ...data },
    ...changes,
  };
}
