import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import Fastify, { type FastifyReply } from 'fastify';
import { clientSignal } from './client-signal.ts';

const JSON_BODY = { method: 'POST', body: '{"long":true}', headers: { 'content-type': 'application/json' } };

/** A server whose only handler waits for what a test decides. */
async function served(handle: (reply: FastifyReply) => Promise<void>) {
  const app = Fastify();
  app.route({
    method: ['GET', 'POST'],
    url: '/',
    handler: async (_, reply) => {
      await handle(reply);
      return 'answered';
    },
  });
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

for (const [name, request] of [
  ['a request without a body', {}],
  ['a request whose body was read', JSON_BODY],
] as const) {
  test(`${name}: the signal is aborted when its client leaves, not while it waits`, {
    timeout: 5_000,
  }, async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    const { app, url } = await served(async (reply) => {
      const signal = clientSignal(reply);
      // By then Node has closed what was read of the request.
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      begun.resolve(signal);
      await once(signal, 'abort');
    });
    try {
      const client = new AbortController();
      const asked = fetch(url, { ...request, signal: client.signal }).catch(() => 'left');
      const signal = await begun.promise;
      assert.equal(signal.aborted, false);
      client.abort();
      assert.equal(await asked, 'left');
      if (!signal.aborted) await once(signal, 'abort');
      assert.match(String(signal.reason), /No client waits/);
    } finally {
      await app.close();
    }
  });
}

test('a handler that asks after its client has left finds it gone', { timeout: 5_000 }, async () => {
  const found = Promise.withResolvers<boolean>();
  const client = new AbortController();
  const { app, url } = await served(async (reply) => {
    const closed = once(reply.raw, 'close');
    client.abort();
    await closed;
    found.resolve(clientSignal(reply).aborted);
  });
  try {
    await fetch(url, { signal: client.signal }).catch(() => 'left');
    assert.equal(await found.promise, true);
  } finally {
    await app.close();
  }
});

test('an answer that was sent aborts nothing', async () => {
  const begun = Promise.withResolvers<{ readonly signal: AbortSignal; readonly reply: FastifyReply }>();
  const { app, url } = await served(async (reply) => begun.resolve({ signal: clientSignal(reply), reply }));
  try {
    const asked = fetch(url);
    const { signal, reply } = await begun.promise;
    const closed = once(reply.raw, 'close');
    assert.equal(await (await asked).text(), 'answered');
    await closed;
    assert.equal(signal.aborted, false);
  } finally {
    await app.close();
  }
});
