import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { decodeEdxml, EDXML_SOURCE, EDXML_TYPE } from '../../../shared/dialects/edxml/decode.ts';
import '../../../shared/platform/route-right.ts';
import { intakeResponses } from './answer.ts';
import { acceptBytes, bytesBodySchema } from './bodies.ts';
import type { EventRouteParts } from './event-routes.ts';
import { COUNTS, receiveTranslated } from './feed-routes.ts';

const STATUS = {
  responsefor: { documentid: 'H19.12,2026/11/20,15/VP-HC' },
  from: { organid: 'H19.01' },
  statuscode: '03',
  timestamp: '2026/11/20 09:31:00',
};
const XML =
  '<edXML><edXMLEnvelope><edXMLHeader><Status><ResponseFor><DocumentId>H19.12,2026/11/20,15/VP-HC</DocumentId></ResponseFor>' +
  '<From><OrganId>H19.01</OrganId></From><StatusCode>03</StatusCode><Timestamp>2026/11/20 09:31:00</Timestamp>' +
  '</Status></edXMLHeader></edXMLEnvelope></edXML>';
const MIME = `Content-Type: multipart/related; boundary=edxml\r\n\r\n--edxml\r\nContent-Type: text/xml\r\n\r\n${XML}\r\n--edxml--\r\n`;

const text = (example: string) => ({ type: 'string', examples: [example] });
const MESSAGE = { type: 'object', properties: { header: { type: 'object' } } };

/** Which form a body has its beginning shows; the media type only holds the header of a MIME body, where the body has none. */
const BODIES = {
  'application/xml': text(XML),
  'text/xml': text(XML),
  'application/soap+xml': text(XML),
  'application/json': {
    oneOf: [MESSAGE, { type: 'array', items: MESSAGE }],
    examples: [{ header: { status: STATUS } }],
  },
  'multipart/related': text(MIME),
  'message/rfc822': text(MIME),
  'text/plain': text(MIME),
  'application/octet-stream': text(MIME),
};

/** A MIME body with the header that the request had for it: a letter has no other place to keep it. */
const withHeader = (body: Buffer, contentType = ''): Buffer =>
  /^multipart\//i.test(contentType) && !/^\s*content-type:/i.test(body.toString('latin1', 0, 100))
    ? Buffer.concat([Buffer.from(`Content-Type: ${contentType}\r\n\r\n`), body])
    : body;

/** `POST /feeds/edxml`: document and status messages of the axis (trục liên thông văn bản). */
export function edxmlRoutes(parts: Omit<EventRouteParts, 'kinds'>): FastifyPluginAsyncZod {
  const { decode, limits, zone } = parts;
  return async (app) => {
    acceptBytes(app, Object.keys(BODIES), limits.bodyBytes);
    app.route({
      method: 'POST',
      url: '/feeds/edxml',
      bodyLimit: limits.bodyBytes,
      config: { right: 'feed' },
      schema: {
        tags: ['feeds'],
        operationId: 'sendEdxml',
        summary: 'Send edXML document or status messages',
        description: `${COUNTS} A faulty message is listed once, with all its faults; its valid parts are recorded.`,
        consumes: Object.keys(BODIES),
        body: bytesBodySchema({ 'x-media-types': BODIES }),
        response: intakeResponses,
      },
      handler: (request) => {
        const { body } = request;
        const contentType = request.headers['content-type'];
        return receiveTranslated(
          parts,
          request,
          decodeEdxml(body, { decode, zone, origin: 'http', contentType }),
          { raw: withHeader(body, contentType), source: EDXML_SOURCE, type: EDXML_TYPE },
        );
      },
    });
  };
}
