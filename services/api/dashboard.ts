import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../../shared/platform/problem.ts';
import { pageFiles, typeOf } from './dashboard/build.ts';

/** The page loads nothing from elsewhere and runs only its own files. */
const POLICY =
  "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const START_PAGE = 'index.html';
const FOR_GOOD = 'public, max-age=31536000, immutable';

/** `/`: the page that operations staff look at all day. */
export async function dashboard(app: FastifyInstance): Promise<void> {
  const files = once(pageFiles);
  // Where it is built at start, the first visitor should not wait for that. What fails here fails again at a request.
  app.addHook('onListen', async () => void files().catch((error) => app.log.error(error)));
  const fileOf = async (name: string): Promise<Buffer> => {
    const file = (await files()).get(name);
    if (!file) throw new ProblemError('not-found', `The page has no file ${name}.`);
    return file;
  };
  const schema = { hide: true };
  app.get('/', { schema }, async (_, reply) => {
    const body = await fileOf(START_PAGE);
    return reply
      .type(typeOf(START_PAGE))
      .header('content-security-policy', POLICY)
      .header('cache-control', 'no-cache')
      .send(body);
  });
  app.get<{ Params: { name: string } }>('/assets/:name', { schema }, async ({ params: { name } }, reply) => {
    const body = await fileOf(name);
    return reply.type(typeOf(name)).header('cache-control', FOR_GOOD).send(body);
  });
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
