import type { EventToRecord } from '../../../shared/contracts/stored-event.ts';
import { inSpan, traceparentHere } from '../../../shared/platform/tracing.ts';
import type { Carrier, IntakeInput, IntakeResult } from './intake.ts';

/**
 * Receives a batch within the span `ingest.take`. It belongs to the request that brought the batch; the traces of the events are
 * its links, since a batch can come from many.
 * @param receive is given the `traceparent` for events that carry none; undefined unless the trace is kept
 */
export function inReceiveSpan(
  inputs: readonly IntakeInput[],
  carrier: Carrier,
  receive: (inputs: readonly IntakeInput[], traceparent?: string) => Promise<IntakeResult>,
): Promise<IntakeResult> {
  const attributes = {
    'nhip.carrier': carrier.kind,
    ...(carrier.kind === 'kafka' && {
      'messaging.destination.name': carrier.topic,
      'messaging.destination.partition.id': String(carrier.partition),
    }),
  };
  const parent = carrier.kind === 'http' ? carrier.traceparent : undefined;
  return inSpan('ingest.take', { attributes, parent, links: traceparentsOf(inputs) }, async (span) => {
    const result = await receive(inputs, span.isRecording() ? traceparentHere() : undefined);
    span.setAttributes({
      'nhip.events.accepted': result.accepted,
      'nhip.events.duplicate': result.duplicates,
      'nhip.events.rejected': result.rejected.length,
    });
    return result;
  });
}

/**
 * The event with its trace, if its sender began none, and the name of the key that it came with. Both are metadata: whether two
 * events are the same does not depend on them.
 */
export function received(
  event: EventToRecord,
  traceparent: string | undefined,
  by: string | undefined,
): EventToRecord {
  const trace = event.metadata.traceparent ?? traceparent;
  if (trace === event.metadata.traceparent && by === undefined) return event;
  const more = { ...(trace !== undefined && { traceparent: trace }), ...(by !== undefined && { by }) };
  return { ...event, metadata: { ...event.metadata, ...more } };
}

function* traceparentsOf(inputs: readonly IntakeInput[]): Generator<string | undefined> {
  for (const { decoded } of inputs) if (decoded.kind === 'event') yield decoded.event.metadata.traceparent;
}
