import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type JsonText, readJson } from '../../../shared/contracts/json-text.ts';
import type { BodySchemas } from '../../../shared/platform/openapi.ts';
import { assertUtf8 } from '../../../shared/platform/request-text.ts';
import { rememberBody, UnreadableBody } from './unreadable-body.ts';

/**
 * What {@link acceptJsonBodies} hands to a route. It is checked event by event, so that one bad event refuses no others.
 * @param documented JSON Schema of what senders should write, or one for each media type
 */
export const jsonBodySchema = (documented: Record<string, unknown> | BodySchemas) =>
  z.custom<JsonText>((value) => value !== undefined).meta(documented);

/** Makes the routes of a plugin accept JSON of these media types only, strictly UTF-8, up to so many bytes. */
export function acceptJsonBodies(
  app: FastifyInstance,
  mediaTypes: readonly (string | RegExp)[],
  limitBytes: number,
): void {
  acceptBodies(app, mediaTypes, limitBytes, (bytes) => {
    const reading = readJson(bytes);
    if (reading.kind === 'json') return reading;
    throw new UnreadableBody(reading.fault);
  });
}

/** What {@link acceptBytes} hands to a route. */
export const bytesBodySchema = (documented: BodySchemas) =>
  z.custom<Buffer>((value) => Buffer.isBuffer(value)).meta(documented);

/** The same for a dialect that reads bytes itself, since their form is not known before. */
export function acceptBytes(app: FastifyInstance, mediaTypes: readonly string[], limitBytes: number): void {
  acceptBodies(app, mediaTypes, limitBytes, (bytes) => bytes);
}

function acceptBodies(
  app: FastifyInstance,
  mediaTypes: readonly (string | RegExp)[],
  limitBytes: number,
  read: (bytes: Uint8Array) => unknown,
): void {
  app.removeAllContentTypeParsers();
  const parse = async (request: FastifyRequest, bytes: Buffer) => {
    assertUtf8(request.headers['content-type']);
    rememberBody(request, bytes);
    return read(bytes);
  };
  for (const mediaType of mediaTypes)
    app.addContentTypeParser(mediaType, { parseAs: 'buffer', bodyLimit: limitBytes }, parse);
}

/** Lower case, without parameters. */
export const mediaTypeOf = (contentType = ''): string =>
  (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
