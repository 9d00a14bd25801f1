import type { FastifyInstance } from 'fastify';
import { composed, saysNothing } from './written-text.ts';

/**
 * Makes every route read a request as it is meant: texts in path, query and body composed, and fields of a JSON body that are
 * null or empty left out. Routes with body parsers of their own read their bodies themselves.
 */
export function readRequestsAsMeant(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) =>
    parse(request, text, (error, body: unknown) => done(error, error ? undefined : asMeant(body))),
  );
  app.addHook('preValidation', async (request) => {
    request.params = asMeant(request.params);
    request.query = composedValues(request.query);
  });
}

/** No schema of a body goes deeper; a body may. */
const DEPTH = 4;

/** The same value with texts composed, and without the fields that say nothing. */
function asMeant(value: unknown, depth = DEPTH): unknown {
  if (typeof value === 'string') return composed(value);
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.map((element: unknown) => asMeant(element, depth - 1));
  const said = Object.entries(value).filter(([, field]) => !saysNothing(field));
  return Object.fromEntries(said.map(([name, field]) => [name, asMeant(field, depth - 1)]));
}

/** An empty parameter stays, for its route to refuse: a filter that is left out by mistake answers another question. */
function composedValues(query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query;
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? composed(value) : value]),
  );
}
