import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { AUDIT } from '../../../shared/audit/audit-log.ts';
import { eventId, feedName } from '../../../shared/contracts/ids.ts';
import type { Position, RecordedEvent } from '../../../shared/contracts/stored-event.ts';
import { validateRequest } from '../../../shared/platform/request-validator.ts';
import { auditRoutes } from './audit.ts';

const actAt = (revision: number): RecordedEvent => ({
  position: (revision + 1) as Position,
  stream: AUDIT,
  revision,
  id: eventId('nhip', String(revision)),
  type: 'audit.key-revoked.v1',
  data: '{}',
  metadata: { source: 'nhip', sourceId: String(revision), feed: feedName('nhip'), rank: 1 },
  recordedAt: 1_795_399_200_000,
});

test('the audit is not read further when its client has gone', { timeout: 5_000 }, async () => {
  const client = new AbortController();
  const ended = Promise.withResolvers<unknown>();
  const app = Fastify();
  app.setValidatorCompiler(validateRequest);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error) => ended.resolve(error));
  app.addHook('onRequest', async (_, { raw }) => {
    raw.once('close', () => closed.resolve());
  });
  const closed = Promise.withResolvers<void>();
  let pages = 0;
  const endless = {
    async readStream(_: unknown, from = 0) {
      pages += 1;
      if (pages === 2) {
        client.abort();
        await closed.promise;
      }
      if (pages > 2) ended.resolve('read on');
      return pages > 2 ? [] : [actAt(from)];
    },
  };
  const unread = () => assert.fail('the audit is a stream');
  await app.register(
    auditRoutes({ events: { ...endless, readAll: unread, head: unread, subscribe: unread } }),
  );
  try {
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    await fetch(`${url}/audit`, { signal: client.signal }).catch(() => 'left');
    assert.match(String(await ended.promise), /No client waits/);
    assert.equal(pages, 2);
  } finally {
    await app.close();
  }
});
