import type { Writable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ProblemError } from '../../../shared/platform/problem.ts';
import { takesGzip } from '../../../shared/platform/takes-gzip.ts';
import type { ApiContext } from '../context.ts';
import { cursorText, type HubMessage, parseCursor } from '../stream-hub.ts';

const HEARTBEAT_MS = 15_000;
/** A client that reads so slowly that this much waits for it is dropped; it comes back with its cursor and misses nothing. */
const WAITING_BYTES = 1024 * 1024;
/** Each listener costs a socket and a copy of every change; an office has tens of them. */
const LISTENERS = 500;
/** So that one client that forgets to close leaves room for others; an office may share one key. */
const LISTENERS_OF_ONE = 100;
/** What waits for all listeners together; each has an equal share. */
const WAITING_IN_ALL = 64 * 1024 * 1024;
/**
 * A figure differs from the one before in a few digits, so within one compressed stream it is a tenth of its size. The window of
 * 16 KiB reaches back over all figures of an office; it costs 128 KiB for each listener.
 */
const COMPRESSION = { windowBits: 14, memLevel: 7, level: 4 };

const EXAMPLE =
  'event: objective\nid: 42-40-1f8e20c3a9b7\ndata: {"id":"dossier-on-time","value":0.97,"status":"met","…":"as GET /objectives/{id}"}\n\n';
const eventStream = {
  description: 'Events, without end',
  content: { 'text/event-stream': { schema: z.string().meta({ examples: [EXAMPLE] }) } },
};

/** `GET /stream`: Server-Sent Events (WHATWG HTML, section 9.2). */
export function streamRoutes({ hub }: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    /** With the client of each. */
    const open = new Map<Outlet, string>();
    app.addHook('preClose', async () => {
      for (const outlet of open.keys()) outlet.end();
    });
    app.get(
      '/stream',
      {
        config: { right: 'read', isEndless: true, ownBound: true },
        schema: {
          tags: ['objectives'],
          operationId: 'streamChanges',
          summary: 'Objectives and alerts as they change',
          description:
            'Server-Sent Events `objective` (as `GET /objectives/{id}`; also when time alone moves the figure), `objective-closed` (its `id`) and `alert`. ' +
            'Resume with `Last-Event-ID`: first come missed alerts and, when any figure has moved, all objectives.',
          response: { 200: eventStream },
        },
      },
      async (request, reply) => {
        const client = request.caller?.name ?? request.ip;
        assertRoom([...open.values()], client);
        const last = request.headers['last-event-id'];
        const since = typeof last === 'string' ? parseCursor(last) : undefined;
        reply.hijack();
        const { raw } = reply;
        const ended = new Promise<void>((resolve) => raw.once('close', resolve));
        const isCompressed = takesGzip(request);
        const outlet = isCompressed ? compressedInto(raw) : plainInto(raw);
        open.set(outlet, client);
        const heartbeat = setInterval(() => outlet.write(': still here\n\n'), HEARTBEAT_MS);
        let stopListening = () => {};
        try {
          raw.writeHead(200, {
            'content-type': 'text/event-stream; charset=utf-8',
            ...(isCompressed && { 'content-encoding': 'gzip' }),
            vary: 'accept-encoding',
            'cache-control': 'no-store',
            // The server ends a stream only when it stops; its socket is useless then.
            connection: 'close',
            'x-accel-buffering': 'no',
            'x-content-type-options': 'nosniff',
          });
          outlet.write('retry: 2000\n\n');
          const send = ({ event, cursor, data }: HubMessage) => {
            outlet.write(`event: ${event}\nid: ${cursorText(cursor)}\ndata: ${JSON.stringify(data)}\n\n`);
            const most = Math.min(WAITING_BYTES, WAITING_IN_ALL / open.size);
            if (outlet.waitingBytes() > most) raw.destroy();
          };
          stopListening = await hub.listen(send, since);
          await ended;
        } finally {
          clearInterval(heartbeat);
          stopListening();
          open.delete(outlet);
          raw.destroy();
        }
      },
    );
  };
}

/** @throws ProblemError when there are too many listeners, or too many of this client */
function assertRoom(listening: readonly string[], client: string): void {
  const ofOne = listening.filter((other) => other === client).length;
  if (listening.length < LISTENERS && ofOne < LISTENERS_OF_ONE) return;
  const detail =
    ofOne < LISTENERS_OF_ONE
      ? `${LISTENERS} clients are listening already.`
      : `This client is listening ${ofOne} times already.`;
  throw new ProblemError('unavailable', detail, { retryAfterSeconds: 30 });
}

/** Where the text of a stream goes. */
interface Outlet {
  readonly write: (text: string) => void;
  readonly end: () => void;
  /** How much of what was written waits for the client. */
  readonly waitingBytes: () => number;
}

const plainInto = (raw: Writable): Outlet => ({
  write: (text) => raw.write(text),
  end: () => raw.end(),
  waitingBytes: () => raw.writableLength,
});

/** The client can read all of each text at once, however short it is. */
function compressedInto(raw: Writable): Outlet {
  const gzip = createGzip(COMPRESSION);
  gzip.pipe(raw);
  gzip.once('error', () => raw.destroy());
  raw.once('close', () => gzip.destroy());
  return {
    write: (text) => {
      gzip.write(text);
      // Not a full flush, which would forget what the next event repeats.
      gzip.flush(constants.Z_SYNC_FLUSH);
    },
    end: () => gzip.end(),
    waitingBytes: () => gzip.writableLength + gzip.readableLength + raw.writableLength,
  };
}
