import { isUtf8 } from 'node:buffer';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Decoded, Decoder } from '../../../shared/contracts/decode.ts';
import type { Fault } from '../../../shared/contracts/fault.ts';
import { Backoff } from '../../../shared/kernel/backoff.ts';
import type { Ingest } from '../../ingest/app.ts';
import { commandCaller } from '../command-caller.ts';
import type { FileItem } from './file-form.ts';
import { ImportError } from './import-error.ts';

/** One event of a file, or why there is none. */
export type ImportItem = FileItem & {
  readonly line: number;
  /** `file:line`, for people. */
  readonly origin: string;
};

export interface Refusal {
  /** Place in the batch, from 0. */
  readonly index: number;
  readonly faults: readonly { readonly code: string; readonly pointer: string; readonly detail: string }[];
  /** Where the item is kept, if it is. */
  readonly deadLetter?: string;
}

export interface Outcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly Refusal[];
  /** Names of fields that no contract has, whose values were not kept. */
  readonly dropped: readonly string[];
}

/** The target of an import. `send` resolves once the good items are durable; sending the same again is always safe. */
export interface Destination {
  /** Identifies the destination in the positions. */
  readonly name: string;
  /** @throws StoreError, ImportError */
  send(items: readonly ImportItem[]): Promise<Outcome>;
}

const detailed = ({ code, pointer, was, expected }: Fault) => ({
  code,
  pointer,
  detail: `${expected}, but was ${was}`,
});

/** Straight into the event store of this machine, through the one door of ingest. */
export function intakeDestination(
  { intake, decode }: Pick<Ingest, 'intake' | 'decode'>,
  name: string,
): Destination {
  return {
    name,
    async send(items) {
      const inputs = items.map((item) => ({
        decoded: decodedOf(item, decode),
        raw: () => item.raw,
        origin: item.origin,
      }));
      const { accepted, duplicates, rejected, dropped } = await intake.receive(inputs, {
        kind: 'file',
        caller: commandCaller(),
      });
      return {
        dropped,
        accepted,
        duplicates,
        rejected: rejected.map(({ index, faults, deadLetter }) => ({
          index,
          faults: faults.map(detailed),
          deadLetter,
        })),
      };
    },
  };
}

function decodedOf(item: ImportItem, decode: Decoder): Decoded {
  if (item.kind === 'event') return decode(item.cloudEvent, item.origin);
  const { faults, type, source } = item;
  return {
    kind: 'invalid',
    faults,
    ...(type === undefined ? {} : { type }),
    ...(source === undefined ? {} : { source }),
  };
}

const answerSchema = z.object({
  accepted: z.int(),
  duplicates: z.int(),
  rejected: z.array(
    z.object({
      index: z.int(),
      code: z.string(),
      detail: z.string(),
      pointer: z.string(),
      deadLetter: z.string(),
    }),
  ),
  dropped: z.array(z.string()),
});

export interface ServerOptions {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** API key with the right `feed`. */
  readonly key?: string;
  /** How long an unreachable server is waited for, in milliseconds; a minute by default, since an import can be repeated. */
  readonly patienceMs?: number;
  readonly signal?: AbortSignal;
}

const MINUTE = 60_000;
const DELAYS = { firstMs: 250, longestMs: 30_000 };
const REQUEST_LIMIT = 2 * MINUTE;

/** Through a running server: events by `POST /v1/events`, items that are none by `POST /v1/feeds/refused`. */
export function serverDestination({ url, key, patienceMs = MINUTE, signal }: ServerOptions): Destination {
  const endpoint = new URL('/v1/events', url);
  const refusals = new URL('/v1/feeds/refused', url);
  const send = async (to: URL, body: string) => {
    const timeout = AbortSignal.timeout(REQUEST_LIMIT);
    return fetch(to, {
      method: 'POST',
      headers: {
        'content-type': to === endpoint ? 'application/cloudevents-batch+json' : 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  };

  const post = async (to: URL, texts: readonly string[]): Promise<Outcome> => {
    if (texts.length === 0) return NOTHING;
    const list = `[${texts.join(',')}]`;
    const body = to === endpoint ? list : `{"records":${list}}`;
    const response = await patiently(() => send(to, body), patienceMs, signal);
    if (response.status === 413 && texts.length > 1) {
      const half = texts.length >> 1;
      const [first, second] = [await post(to, texts.slice(0, half)), await post(to, texts.slice(half))];
      return joined(first, second, half);
    }
    if (response.status === 401) {
      throw new ImportError('refused', `${to} wants a valid key with the right feed: set NHIP_KEY`);
    }
    if (!response.ok) {
      throw new ImportError(
        'refused',
        `${to} answered ${response.status}: ${(await response.text()).slice(0, 500)}`,
      );
    }
    const { accepted, duplicates, rejected, dropped } = answerSchema.parse(await response.json());
    return {
      accepted,
      duplicates,
      dropped,
      rejected: rejected.map(({ index, deadLetter, ...fault }) => ({ index, deadLetter, faults: [fault] })),
    };
  };

  return {
    name: endpoint.href,
    async send(items) {
      const events = items.flatMap((item, index) =>
        item.kind === 'event' ? [{ text: String(item.raw), index }] : [],
      );
      const others = items.flatMap((item, index) => (item.kind === 'rejected' ? [{ item, index }] : []));
      const outcome = await post(
        endpoint,
        events.map(({ text }) => text),
      );
      const kept = await post(
        refusals,
        others.map(({ item }) => refusedRecord(item)),
      );
      const rejected = [
        ...outcome.rejected.map((one) => ({ ...one, index: events[one.index]?.index ?? 0 })),
        // The server refuses each of them, in the order sent.
        ...others.map(({ item, index }, at): Refusal => {
          const deadLetter = kept.rejected[at]?.deadLetter;
          const faults = item.faults.map(detailed);
          return { index, faults, ...(deadLetter === undefined ? {} : { deadLetter }) };
        }),
      ];
      return { ...outcome, rejected: rejected.sort((one, other) => one.index - other.index) };
    },
  };
}

function refusedRecord({
  raw,
  origin,
  faults,
  type,
  source,
}: Extract<ImportItem, { kind: 'rejected' }>): string {
  const bytes = Buffer.from(raw);
  const encoding = isUtf8(bytes) ? 'utf8' : 'base64';
  // A fault may name every text of a mapping; the server keeps only its first part.
  const shown = faults.slice(0, 100).map(({ code, pointer, was, expected }) => ({
    code,
    pointer: pointer.slice(0, 500),
    was: was.slice(0, 500),
    expected: expected.slice(0, 2_000),
  }));
  const place = origin.slice(-500);
  return JSON.stringify({
    content: bytes.toString(encoding),
    encoding,
    origin: place,
    type,
    source,
    faults: shown,
  });
}

const NOTHING: Outcome = { accepted: 0, duplicates: 0, rejected: [], dropped: [] };

const joined = (first: Outcome, second: Outcome, half: number): Outcome => ({
  accepted: first.accepted + second.accepted,
  duplicates: first.duplicates + second.duplicates,
  dropped: [...first.dropped, ...second.dropped],
  rejected: [...first.rejected, ...second.rejected.map((one) => ({ ...one, index: one.index + half }))],
});

/** Tries again while the server is unreachable or busy (RFC 9110 §15.6.4), until the patience ends. @throws ImportError */
async function patiently(
  send: () => Promise<Response>,
  patienceMs: number,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const deadline = performance.now() + patienceMs;
  const backoff = new Backoff(DELAYS);
  for (;;) {
    let reason: unknown;
    let asked = 0;
    try {
      const response = await send();
      if (![429, 502, 503, 504].includes(response.status)) return response;
      asked = Number(response.headers.get('retry-after')) * 1000 || 0;
      reason = `it answered ${response.status}`;
      await response.body?.cancel();
    } catch (error) {
      signal?.throwIfAborted();
      reason = error instanceof Error ? (error.cause ?? error) : error;
    }
    const delay = Math.max(backoff.next(), asked);
    if (performance.now() + delay > deadline) {
      throw new ImportError('unavailable', `the server is unreachable: ${String(reason)}`);
    }
    await pause(delay, undefined, signal ? { signal } : {});
  }
}
