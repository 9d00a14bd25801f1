import type { FastifyInstance } from 'fastify';
import { FixedBody, typeOf } from '../../shared/platform/fixed-body.ts';
import { ProblemError } from '../../shared/platform/problem.ts';
import { pageFiles } from './dashboard/build.ts';

/** The page loads nothing from elsewhere and runs only its own files. */
const POLICY =
  "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const START_PAGE = 'index.html';
const FOR_GOOD = 'public, max-age=31536000, immutable';

/** The same for every server of a process, bundled once. */
const files = once(async () => {
  const found = await pageFiles();
  return new Map([...found].map(([name, bytes]) => [name, new FixedBody(() => bytes, typeOf(name))]));
});

/** `/`: the page that operations staff look at all day. */
export async function dashboard(app: FastifyInstance): Promise<void> {
  const fileOf = async (name: string): Promise<FixedBody> => {
    const file = (await files()).get(name);
    if (!file) throw new ProblemError('not-found', `The page has no file ${name}.`);
    return file;
  };
  const schema = { hide: true };
  app.get('/', { schema }, async (request, reply) => {
    const body = await fileOf(START_PAGE);
    reply.header('content-security-policy', POLICY).header('cache-control', 'no-cache');
    return body.send(request, reply);
  });
  app.get<{ Params: { name: string } }>('/assets/:name', { schema }, async (request, reply) => {
    const body = await fileOf(request.params.name);
    return body.send(request, reply.header('cache-control', FOR_GOOD));
  });
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
