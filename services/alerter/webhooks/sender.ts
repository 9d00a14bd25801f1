import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ADDRESS_REFUSED, publicLookup, type Resolve, refuseLiteral } from './address-guard.ts';

export type Answer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly snippet: string;
    }
  | { readonly kind: 'failed'; readonly error: string };

export interface Sender {
  /** One POST; never throws. Redirects are not followed: an answer 3xx counts as such. Answers 1xx are skipped. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer>;
  /** Aborts the requests under way. */
  close(): void;
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

/**
 * By Node's own client, since undici treats an interim answer that it did not request (100 Continue) as a broken connection, and
 * a message that the receiver has would be sent again.
 */
export function httpSender({ allowPrivate, timeoutMs, resolve }: SenderOptions): Sender {
  const closing = new AbortController();
  const guard = allowPrivate ? {} : { lookup: publicLookup(resolve) };
  return {
    async post(url, headers, body) {
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const target = new URL(url);
        // A socket does not look up a host that is an address already.
        if (!allowPrivate) refuseLiteral(target.hostname);
        const options = {
          method: 'POST',
          headers: { ...headers, 'content-length': Buffer.byteLength(body) },
          signal: AbortSignal.any([timeout, closing.signal]),
          // Webhooks are rare: a socket kept open would only be one that the receiver closes under the next message.
          agent: false as const,
          ...guard,
        };
        const response = await answerTo(target, options, body);
        return {
          kind: 'answered',
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          snippet: await beginning(response),
        };
      } catch (error) {
        return {
          kind: 'failed',
          error: timeout.aborted ? `no answer within ${timeoutMs} ms` : describe(error),
        };
      }
    },
    close: () => closing.abort(),
  };
}

const answerTo = (target: URL, options: RequestOptions, body: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, options);
    // This listener stays: an error after the beginning of the answer is seen where its body is read.
    request.on('error', reject);
    request.once('response', resolve);
    request.end(body);
  });

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

/** Node's words name the address of the receiver, or other names of its certificate: the holder of a `duty` key is not to learn them. */
const MEANINGS: Readonly<Record<string, string>> = {
  ADDRESS_REFUSED,
  CERT_HAS_EXPIRED: 'the certificate of the receiver has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the receiver is signed by itself',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'nothing accepts connections there',
  ECONNRESET: 'the receiver broke the connection off',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ENOTFOUND: 'the name is unknown',
  EPIPE: 'the receiver broke the connection off',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the receiver is for another name',
  ETIMEDOUT: 'the receiver does not accept the connection',
};

/** The code of the error, with its meaning where it is a common one. */
function describe(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
  const meaning = MEANINGS[code];
  return meaning === undefined ? code : `${code}: ${meaning}`;
}
