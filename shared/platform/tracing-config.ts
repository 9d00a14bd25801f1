import type { Config } from './config.ts';
import type { TracingOptions } from './tracing.ts';

/** What the environment says of tracing. */
export const tracingOf = (
  config: Pick<Config, 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_TRACES_SAMPLER_ARG'>,
): TracingOptions => ({
  endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  ratio: config.OTEL_TRACES_SAMPLER_ARG,
});
