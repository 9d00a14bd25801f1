import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  /** The exact text that came. */
  readonly body: string;
}

/** How a receiver answers its n-th request, from 0. */
export type Answering = (response: ServerResponse, index: number, request: IncomingMessage) => void;

export const ok: Answering = (response) => response.writeHead(204).end();
export const status =
  (code: number, headers: Record<string, string> = {}): Answering =>
  (response) =>
    response.writeHead(code, headers).end(`answer ${code}`);

/** A real HTTP server in the place of a duty chat room: keeps all it gets, answers as configured. */
export class Receiver {
  readonly received: Received[] = [];
  answering: Answering;
  readonly #server = createServer(async (request, response) => {
    const body = await text(request);
    this.received.push({ id: String(request.headers['webhook-id']), headers: request.headers, body });
    this.answering(response, this.received.length - 1, request);
  });

  private constructor(answering: Answering) {
    this.answering = answering;
  }

  static async start(answering: Answering = ok, port = 0): Promise<Receiver> {
    const receiver = new Receiver(answering);
    receiver.#server.listen(port, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  get ids(): string[] {
    return this.received.map(({ id }) => id);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** The body of a message as a receiver with the public library reads it. @throws when the signature is not good */
export function verified(
  { headers, body }: Received,
  secret: string,
): Record<string, unknown> & { type: string; data: Record<string, unknown> } {
  return new Webhook(secret).verify(body, headers as Record<string, string>) as ReturnType<typeof verified>;
}
