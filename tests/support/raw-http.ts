import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client of HTTP/1.1 that sends exactly the bytes it is given. */
export interface RawClient {
  readonly socket: Socket;
  /** All that has come so far. */
  received(): string;
  /** Waits for the whole of the next answer. @throws when the connection ends or breaks before */
  answer(): Promise<RawAnswer>;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let text = '';
  let failure: Error | undefined;
  let ended = false;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => {
    ended = true;
  });
  return {
    socket,
    received: () => text,
    async answer() {
      for (;;) {
        const [whole, answer] = firstAnswer(text) ?? [];
        if (whole !== undefined && answer) {
          text = text.slice(whole.length);
          return answer;
        }
        if (ended) throw failure ?? new Error(`the connection ended after ${JSON.stringify(text)}`);
        await Promise.race([once(socket, 'data').catch(() => {}), once(socket, 'close')]);
      }
    },
  };
}

/** The first answer in a text and where it ends; interim answers (1xx) are answers too. */
function firstAnswer(text: string): readonly [string, RawAnswer] | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const length = Number(headers['content-length'] ?? 0);
  const body = text.slice(end + 4, end + 4 + length);
  if (body.length < length) return undefined;
  const answer = {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body: Buffer.from(body, 'latin1').toString(),
  };
  return [text.slice(0, end + 4 + length), answer];
}
