import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiKeys, rightsOf } from './api-keys.ts';
import { isForeign } from './loopback.ts';
import { ProblemError } from './problem.ts';
import { RefusedKeys, type RefusedMinute } from './refused-keys.ts';
import './route-right.ts';

/** Lets a request through if its key has a right that the route names, and ends an answer without end when its key does. */
export function requireKeys(
  app: FastifyInstance,
  keys: ApiKeys,
  onRefused: (minute: RefusedMinute) => Promise<void>,
): void {
  const refused = new RefusedKeys(app.log, onRefused);
  const endless = new Map<FastifyReply['raw'], () => boolean>();
  keys.onChange(() => {
    for (const [raw, holds] of endless) if (!holds()) raw.destroy();
  });
  app.addHook('onClose', async () => {
    keys.close();
    await refused.close();
  });
  app.addHook('onRequest', async (request, reply) => {
    const { right, isEndless } = request.routeOptions.config;
    const rights = rightsOf(right);
    const endsWith = (holds: () => boolean) => {
      endless.set(reply.raw, holds);
      reply.raw.once('close', () => endless.delete(reply.raw));
    };
    if (keys.isOpen) {
      refuseForeign(request.headers);
      if (isEndless) endsWith(() => keys.isOpen);
      return;
    }
    if (rights.length === 0) return;
    const presented = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const access = keys.check(presented, rights);
    switch (access.kind) {
      case 'allowed':
        request.caller = access.caller;
        if (isEndless) endsWith(() => keys.check(presented, rights).kind === 'allowed');
        return;
      case 'forbidden':
        throw new ProblemError('forbidden', `This needs a key with the right ${rights.join(' or ')}.`);
      case 'unreadable':
        throw new ProblemError('unavailable', 'The file of the API keys cannot be read.', {
          cause: access.error,
          retryAfterSeconds: 5,
        });
      case 'undecided':
        throw new ProblemError('unavailable', 'The event store has not answered yet if there are keys.', {
          retryAfterSeconds: 5,
        });
      case 'unknown':
        if (presented !== undefined && (await refused.refuse(request.ip, presented)) === 'at-limit')
          throw new ProblemError('too-many-requests', 'Too many wrong keys are being tried.', {
            retryAfterSeconds: 60,
          });
        reply.header('www-authenticate', 'Bearer realm="nhip"');
        throw new ProblemError('unauthenticated', 'Send a valid key as "Authorization: Bearer nhip_…".');
    }
  });
}

/** Without keys a page of another site could use the browser of this machine. @throws ProblemError `foreign` */
export function refuseForeign(headers: FastifyRequest['headers']): void {
  if (!isForeign(headers)) return;
  const detail = 'Without API keys only this machine is answered: call it localhost or 127.0.0.1.';
  throw new ProblemError('foreign', detail);
}
