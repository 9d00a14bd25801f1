import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readJson } from '../contracts/json-text.ts';
import { ProblemError } from './problem.ts';
import './route-right.ts';
import { composed, statesNothing } from '../kernel/written-text.ts';

/**
 * Makes every route read a request as it is meant: texts in path, query and body composed, and fields of a JSON body that are
 * null or empty left out. Routes with body parsers of their own read their bodies
 * themselves.
 */
export function readRequestsAsMeant(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async ({ headers, routeOptions }: FastifyRequest, bytes: Buffer) => {
      assertUtf8(headers['content-type']);
      // Many clients name the type of a body that is not there.
      if (bytes.length === 0) return undefined;
      const reading = readJson(bytes);
      if (reading.kind === 'json') return asMeant(reading.value, routeOptions.config.refusesEmptyTexts);
      const { expected, was } = reading.fault;
      throw new ProblemError('unparseable', `The body should be ${expected}, but was ${was}.`);
    },
  );
  app.addHook('preValidation', async (request) => {
    request.params = asMeant(request.params);
    request.query = composedValues(request.query);
    const { schema } = request.routeOptions;
    // Fastify does not ask the schema about a body that is not there.
    if (
      request.body === undefined &&
      schema?.body instanceof z.ZodType &&
      !schema.body.safeParse(undefined).success
    )
      throw new ProblemError('request-invalid', 'A body is needed, but there was none.');
  });
}

/** No schema of a body goes deeper; a body may. */
const DEPTH = 4;

/** The same value with texts composed, and without the fields that say nothing. */
function asMeant(value: unknown, keepsEmpty = false, depth = DEPTH): unknown {
  if (typeof value === 'string') return composed(value);
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  const inner = (one: unknown) => asMeant(one, keepsEmpty, depth - 1);
  if (Array.isArray(value)) return value.map(inner);
  const said = Object.entries(value).filter(
    ([, field]) => !statesNothing(field) || (keepsEmpty && typeof field === 'string'),
  );
  return Object.fromEntries(said.map(([name, field]) => [name, inner(field)]));
}

/** An empty parameter stays, for its route to refuse: a filter that is left out by mistake answers another question. */
function composedValues(query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query;
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? composed(value) : value]),
  );
}

/** A parameter of a media type; what a quoted value holds is no parameter (RFC 9110 §5.6.6). */
const PARAMETER = /;\s*([^=;\s]+)=("(?:[^"\\]|\\.)*"|[^;\s]*)/g;

/** JSON between systems is UTF-8 (RFC 8259 §8.1); of XML no other encoding has been seen on the wire. */
export function assertUtf8(contentType = ''): void {
  for (const [, name = '', value = ''] of contentType.matchAll(PARAMETER)) {
    const charset = value.replaceAll('"', '');
    if (name.toLowerCase() === 'charset' && !/^(utf-8|utf8|us-ascii)$/i.test(charset))
      throw new ProblemError('media-type-unsupported', `The charset should be utf-8, but was ${charset}.`);
  }
}
