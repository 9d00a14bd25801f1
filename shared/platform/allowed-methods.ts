import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem.ts';

/**
 * Answers a method that an address does not have with 405, and OPTIONS with the methods that it has (RFC 9110 §9.3.7,
 * §15.5.6); an address that is nowhere with 404. All before a body is read.
 */
export function nameAllowedMethods(app: FastifyInstance): void {
  const routes: { readonly pattern: URLPattern; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: new URLPattern({ pathname: url }), methods: [method].flat() });
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const pathname = request.url.split('?', 1)[0] ?? '';
    const here = pathname === '*' ? routes : routes.filter(({ pattern }) => pattern.test({ pathname }));
    if (here.length === 0)
      throw new ProblemError('not-found', `Nothing is at ${request.method} ${pathname}.`);
    const methods = new Set(['OPTIONS', ...here.flatMap(({ methods }) => methods)]);
    const allow = [...methods].sort().join(', ');
    reply.header('allow', allow);
    if (request.method === 'OPTIONS') return reply.code(204).send();
    throw new ProblemError('method-not-allowed', `${pathname} allows ${allow}, but not ${request.method}.`);
  });
}
