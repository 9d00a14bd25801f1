import { setTimeout as pause } from 'node:timers/promises';
import { context, propagation, trace } from '@opentelemetry/api';
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

/** An unreachable collector delays the end of a process by up to this time. */
const LONGEST_FLUSH_MS = 3_000;

/** From now on the spans of this thread go to an OTLP/HTTP receiver. @param ratio as in `TracingOptions` */
export function openSpanSender(service: string, endpoint: string, ratio: number): { close(): Promise<void> } {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    timeoutMillis: LONGEST_FLUSH_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `nhip-${service}`, 'service.version': VERSION }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000 })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    async close() {
      for (const part of [trace, context, propagation]) part.disable();
      const flushed = provider.shutdown().catch(() => {});
      await Promise.race([flushed, pause(LONGEST_FLUSH_MS, undefined, { ref: false })]);
    },
  };
}
