import { Counter, Gauge, type Registry } from 'prom-client';
import type { EventKinds } from '../../shared/contracts/event-kind.ts';
import type { Log } from '../../shared/platform/log.ts';
import type { DeadLetters } from './dead-letters/port.ts';
import type { DroppedFields } from './intake/dropped-fields.ts';
import type { InputOutcome, Intake, IntakeInput, IntakeResult } from './intake/intake.ts';
import type { BrokerFeed } from './kafka/port.ts';

const UNKNOWN = 'unknown';

/** The intake, counting what it answers, and telling of what it refused: codes and a dead letter, never content. */
export function watchedIntake(intake: Intake, kinds: EventKinds, registry: Registry, log: Log): Intake {
  const events = new Counter({
    name: 'nhip_ingest_events_total',
    help: 'Events received, by type and outcome.',
    labelNames: ['type', 'outcome'],
    registers: [registry],
  });
  // A rate needs a first value before the first event.
  for (const type of [...kinds.keys(), UNKNOWN])
    for (const outcome of ['accepted', 'duplicate', 'rejected'] as const) events.inc({ type, outcome }, 0);
  return {
    async receive(inputs, carrier) {
      const result = await intake.receive(inputs, carrier);
      for (const { type, outcome, count } of countsOf(inputs, result, kinds))
        events.inc({ type, outcome }, count);
      const [first] = result.rejected;
      if (first) {
        const codes = new Set(result.rejected.flatMap(({ faults }) => faults.map(({ code }) => code)));
        log.warn(
          {
            rejected: result.rejected.length,
            codes: [...codes],
            deadLetter: first.deadLetter,
            origin: inputs[first.index]?.origin,
          },
          'ingest: messages became dead letters',
        );
      }
      return result;
    },
  };
}

/** Counted here first: a batch has a thousand inputs and hardly ever more than three kinds of them. */
function countsOf(inputs: readonly IntakeInput[], { outcomes }: IntakeResult, kinds: EventKinds) {
  const counts = new Map<string, { type: string; outcome: InputOutcome; count: number }>();
  for (const [index, outcome] of outcomes.entries()) {
    const type = boundedType(typeOf(inputs[index]), kinds);
    const key = `${type} ${outcome}`;
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { type, outcome, count: 1 });
  }
  return counts.values();
}

function typeOf(input: IntakeInput | undefined): string | undefined {
  const decoded = input?.decoded;
  return decoded?.kind === 'event' ? decoded.event.type : decoded?.type;
}

/** Whatever a sender calls its events, a label has few values. */
const boundedType = (type: string | undefined, kinds: EventKinds): string =>
  type !== undefined && kinds.has(type) ? type : UNKNOWN;

/** Shows what waits and what was dropped. Labels are bounded: no sender can invent a new one without end. */
export function showIngest(
  registry: Registry,
  kinds: EventKinds,
  deadLetters: DeadLetters,
  droppedFields: DroppedFields,
): void {
  new Gauge({
    name: 'nhip_dead_letters_open',
    help: 'Refused messages that are still open, by event type.',
    labelNames: ['type'],
    registers: [registry],
    async collect() {
      // An unreachable database leaves out this metric only, not the others.
      const letters = await deadLetters.open().catch(() => []);
      this.reset();
      for (const { type, open } of letters) this.inc({ type: boundedType(type ?? undefined, kinds) }, open);
    },
  });
  new Counter({
    name: 'nhip_ingest_dropped_fields_total',
    help: 'Fields that no contract names and that were not kept, by name.',
    labelNames: ['field'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [field, dropped] of droppedFields.counts()) this.inc({ field }, dropped);
    },
  });
}

/** Shows how far behind its partitions the feed of this process is; nothing without a broker. */
export function showLag(registry: Registry, lag: BrokerFeed['lag']): void {
  new Gauge({
    name: 'nhip_kafka_lag_messages',
    help: 'Messages of a partition that are not durable here yet.',
    labelNames: ['topic', 'partition'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { topic, partition, position, end } of lag()) {
        this.set({ topic, partition }, Number(end - (position ?? 0n)));
      }
    },
  });
}
