import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import { ConfigError } from './config-fault.ts';

const EXPECTED: Readonly<Record<string, (config: Pick<Config, 'HOST'>) => string>> = {
  EADDRINUSE: ({ HOST }) => `a port of ${HOST} that no other program uses`,
  EACCES: () => 'a port that this user may serve: one from 1024 on',
};

/** Serves on HOST and PORT, `localhost` at all its addresses. @returns the first one @throws ConfigError when the port cannot be had */
export async function listenOn(
  app: FastifyInstance,
  config: Pick<Config, 'HOST' | 'PORT'>,
  addressesOf = addresses,
): Promise<string> {
  try {
    const [host = config.HOST, ...others] = await addressesOf(config.HOST);
    const url = await app.listen({ host, port: config.PORT });
    for (const other of others) await serveAlsoAt(app.server, other, Number(new URL(url).port));
    return url;
  } catch (error) {
    const expected = EXPECTED[codeOf(error)]?.(config);
    if (expected === undefined) throw error;
    throw new ConfigError([{ variable: 'PORT', was: String(config.PORT), expected }]);
  }
}

/** What any other name stands for is left to the system. */
const addresses = async (host: string): Promise<readonly string[]> =>
  host === 'localhost' ? (await lookup(host, { all: true })).map(({ address }) => address) : [host];

/** Names may have addresses that this machine does not serve: IPv6 may be off. */
const ABSENT = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** A further address of a server. Its connections are the server's, with every limit; Fastify would give it a server of its own. */
async function serveAlsoAt(server: Server, host: string, port: number): Promise<void> {
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
    server.emit('connection', socket),
  );
  server.once('close', () => listener.close());
  try {
    await once(listener.listen({ host, port }), 'listening');
  } catch (error) {
    if (!ABSENT.has(codeOf(error))) throw error;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
