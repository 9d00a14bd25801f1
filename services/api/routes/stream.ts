import type { ServerResponse } from 'node:http';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ProblemError } from '../../../shared/platform/problem.ts';
import type { ApiContext } from '../context.ts';
import { cursorText, parseCursor, type Told } from '../stream-hub.ts';

const HEARTBEAT_MS = 15_000;
/** A client that reads so slowly that this much waits for it is dropped; it comes back with its cursor and misses nothing. */
const WAITING_BYTES = 1024 * 1024;
/** Each listener costs a socket and a copy of every change; an office has tens of them. */
const LISTENERS = 500;

const EXAMPLE =
  'event: objective\nid: 42-40-1f8e20c3a9b7\ndata: {"id":"dossier-on-time","value":0.97,"status":"met","…":"as GET /objectives/{id}"}\n\n';
const eventStream = {
  description: 'Events, without end',
  content: { 'text/event-stream': { schema: z.string().meta({ examples: [EXAMPLE] }) } },
};

/** `GET /stream`: Server-Sent Events (WHATWG HTML, section 9.2). */
export function streamRoutes({ hub }: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    const open = new Set<ServerResponse>();
    app.addHook('preClose', async () => {
      for (const raw of open) raw.end();
    });
    app.get(
      '/stream',
      {
        config: { right: 'read' },
        schema: {
          tags: ['objectives'],
          operationId: 'streamChanges',
          summary: 'Objectives and alerts as they change',
          description:
            'Server-Sent Events `objective` (as `GET /objectives/{id}`; also when time alone moves the figure) and `alert`. ' +
            'Resume with `Last-Event-ID`: first come missed alerts and, when any figure has moved, all objectives.',
          response: { 200: eventStream },
        },
      },
      async (request, reply) => {
        if (open.size >= LISTENERS) {
          throw new ProblemError('unavailable', `${LISTENERS} clients are listening already.`, {
            retryAfterSeconds: 30,
          });
        }
        const last = request.headers['last-event-id'];
        const since = typeof last === 'string' ? parseCursor(last) : undefined;
        reply.hijack();
        const { raw } = reply;
        open.add(raw);
        const ended = new Promise<void>((resolve) => raw.once('close', resolve));
        const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS);
        let stopListening = () => {};
        try {
          raw.writeHead(200, {
            'content-type': 'text/event-stream; charset=utf-8',
            'cache-control': 'no-store',
            // The server ends a stream only when it stops; its socket is of no use to anybody then.
            connection: 'close',
            'x-accel-buffering': 'no',
            'x-content-type-options': 'nosniff',
          });
          raw.write('retry: 2000\n\n');
          const send = ({ event, cursor, data }: Told) => {
            raw.write(`event: ${event}\nid: ${cursorText(cursor)}\ndata: ${JSON.stringify(data)}\n\n`);
            if (raw.writableLength > WAITING_BYTES) raw.destroy();
          };
          stopListening = await hub.listen(send, since);
          await ended;
        } finally {
          clearInterval(heartbeat);
          stopListening();
          open.delete(raw);
          raw.destroy();
        }
      },
    );
  };
}
