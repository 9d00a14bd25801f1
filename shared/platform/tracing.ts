import {
  type Attributes,
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
export interface TracingOptions {
  /** Base of an OTLP/HTTP receiver (OTEL_EXPORTER_OTLP_ENDPOINT), e.g. `http://collector:4318`; undefined traces nothing. */
  readonly endpoint: string | undefined;
  /** Share of the traces that begin here which are kept, from 0 to 1; those begun elsewhere keep what was decided there. */
  readonly ratio: number;
}

export interface Tracing {
  /** Sends what is recorded and stops. */
  close(): Promise<void>;
}

/** So many of the events behind a page or an alert are named; the others are counted. */
const MOST_LINKS = 32;
/** What work is given as its span where nothing is traced. */
const UNTRACED = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

let tracing = false;
/** Whether spans of this thread are sent: what only they need is asked for only then. */
export const isTracing = (): boolean => tracing;

/** Begins to send spans of this thread, or does nothing at all. One at a time. */
export async function startTracing(service: string, { endpoint, ratio }: TracingOptions): Promise<Tracing> {
  if (endpoint === undefined) return { close: async () => {} };
  // Most processes trace nothing, and should not load for each thread what sends spans.
  const { openSpanSender } = await import('./span-sender.ts');
  const sender = openSpanSender(service, endpoint, ratio);
  tracing = true;
  return {
    async close() {
      tracing = false;
      await sender.close();
    },
  };
}

export interface SpanOptions {
  readonly attributes?: Attributes;
  /** W3C `traceparent` of what caused it; without one it belongs to the span under way, else begins a trace. */
  readonly parent?: string | undefined;
  /** `traceparent`s of what it also comes from. */
  readonly links?: Iterable<string | undefined>;
  /**
   * Instead of both: the `traceparent`s of all that it comes from, the newest first. That is its parent, the others are links;
   * one whose trace is not kept is the parent only where none is. Not looked at where nothing is traced.
   */
  readonly causes?: Iterable<string | undefined>;
}

/**
 * Does work within a span, and records an error in it by its code, since a message may name personal data. Without
 * tracing it costs next to nothing.
 */
export async function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  if (!tracing) return work(UNTRACED);
  const { attributes = {} } = options;
  const { from, links } = originOf(options);
  return trace.getTracer('nhip').startActiveSpan(name, { attributes, links }, from, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: codeOf(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** W3C `traceparent` (https://www.w3.org/TR/trace-context/) of the span under way; undefined where nothing is traced. */
export function traceparentHere(): string | undefined {
  if (!tracing) return undefined;
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error ? String(error.code) : error.name;
}

const contextOf = (traceparent: string): Context => propagation.extract(ROOT_CONTEXT, { traceparent });

function originOf({ parent, links = [], causes }: SpanOptions): { from: Context; links: Link[] } {
  if (causes !== undefined) return originOfCauses(causes);
  const from = parent === undefined ? context.active() : contextOf(parent);
  return { from, links: [...spanContexts(links).take(MOST_LINKS).map(linkTo)] };
}

function originOfCauses(causes: Iterable<string | undefined>): { from: Context; links: Link[] } {
  const kept: SpanContext[] = [];
  let unkept: SpanContext | undefined;
  for (const cause of spanContexts(causes)) {
    if (cause.traceFlags & TraceFlags.SAMPLED) kept.push(cause);
    else unkept ??= cause;
    if (kept.length > MOST_LINKS) break;
  }
  const [parent = unkept, ...others] = kept;
  const from = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : context.active();
  return { from, links: others.map(linkTo) };
}

const linkTo = (to: SpanContext): Link => ({ context: to });

/** Those that are well-formed, each once. */
function* spanContexts(traceparents: Iterable<string | undefined>): Generator<SpanContext, undefined> {
  const seen = new Set<string>();
  for (const traceparent of traceparents) {
    if (traceparent === undefined || seen.has(traceparent)) continue;
    seen.add(traceparent);
    const spanContext = trace.getSpanContext(contextOf(traceparent));
    if (spanContext) yield spanContext;
  }
}
