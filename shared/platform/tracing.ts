import {
  type Attributes,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { VERSION } from './version.ts';

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

/** Begins to send spans of this process, or does nothing at all. Once a thread. */
export function startTracing(service: string, { endpoint, ratio }: TracingOptions): Tracing {
  if (endpoint === undefined) return { close: async () => {} };
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `nhip-${service}`, 'service.version': VERSION }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000 })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return { close: () => provider.shutdown() };
}

export interface SpanOptions {
  readonly attributes?: Attributes;
  /** W3C `traceparent` of what caused it; without one it belongs to the span under way, else begins a trace. */
  readonly parent?: string | undefined;
  /** `traceparent`s of what it also comes from. */
  readonly links?: Iterable<string | undefined>;
}

/** Does work within a span, and tells in it of an error. Without tracing it costs next to nothing. */
export async function inSpan<Result>(
  name: string,
  { attributes = {}, parent, links = [] }: SpanOptions,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  const options = { attributes, links: linksOf(links) };
  const from = parent === undefined ? context.active() : contextOf(parent);
  return trace.getTracer('nhip').startActiveSpan(name, options, from, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** W3C `traceparent` (https://www.w3.org/TR/trace-context/) of the span under way; undefined where nothing is traced. */
export function traceparentHere(): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

const contextOf = (traceparent: string) => propagation.extract(ROOT_CONTEXT, { traceparent });

function linksOf(traceparents: Iterable<string | undefined>): Link[] {
  const links: Link[] = [];
  const seen = new Set<string>();
  for (const traceparent of traceparents) {
    if (links.length === MOST_LINKS) break;
    if (traceparent === undefined || seen.has(traceparent)) continue;
    seen.add(traceparent);
    const spanContext = trace.getSpanContext(contextOf(traceparent));
    if (spanContext) links.push({ context: spanContext });
  }
  return links;
}
