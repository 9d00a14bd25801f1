import { Agent, buildConnector, request } from 'undici';
import { publicLookup, type Resolve, refuseLiteral } from './address-guard.ts';

export type Answer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly snippet: string;
    }
  | { readonly kind: 'failed'; readonly error: string };

export interface Sender {
  /** One POST; never throws. Redirects are not followed: the answer 3xx is what it is. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer>;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

export interface SenderOptions {
  /** Receivers at private addresses are allowed (WEBHOOK_ALLOW_PRIVATE): for receivers inside the office. */
  readonly allowPrivate: boolean;
  /** Milliseconds from the start of a try to the end of its answer. */
  readonly timeoutMs: number;
  readonly resolve?: Resolve;
}

/** So much of an answer is read, and so many characters of it kept. */
const BODY_LIMIT = 16_384;
const SNIPPET_LIMIT = 500;

export function httpSender({ allowPrivate, timeoutMs, resolve }: SenderOptions): Sender {
  const agent = new Agent({
    connect: allowPrivate ? { timeout: timeoutMs } : guardedConnector(timeoutMs, resolve),
    // Webhooks are rare: a socket kept for long would only be one that the receiver closes under the next message.
    keepAliveTimeout: 4_000,
    maxResponseSize: -1,
  });
  return {
    async post(url, headers, body) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const response = await request(url, { method: 'POST', dispatcher: agent, signal, headers, body });
        const retryAfter = response.headers['retry-after'];
        return {
          kind: 'answered',
          status: response.statusCode,
          retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
          snippet: await beginning(response.body),
        };
      } catch (error) {
        return {
          kind: 'failed',
          error: signal.aborted ? `no answer within ${timeoutMs} ms` : describe(error),
        };
      }
    },
    close: () => agent.destroy(),
  };
}

function guardedConnector(timeoutMs: number, resolve?: Resolve): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, lookup: publicLookup(resolve) });
  return (options, callback) => {
    try {
      // A socket does not look up a host that is an address already.
      refuseLiteral(options.hostname);
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), null);
      return;
    }
    connect(options, callback);
  };
}

/** The first bytes of a body as text. The rest is never read; a body that breaks off is no reason to doubt the status. */
async function beginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= BODY_LIMIT) break;
    }
  } catch {
    chunks.push(Buffer.from(' (broken off)'));
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, SNIPPET_LIMIT).toWellFormed();
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : error.name;
  return `${code}: ${error.message}`.slice(0, SNIPPET_LIMIT);
}
