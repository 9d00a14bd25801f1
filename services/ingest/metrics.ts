import { Counter, Gauge, type Registry } from 'prom-client';
import { isEventType } from '../../shared/contracts/event.ts';
import type { Log } from '../../shared/platform/log.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { DroppedFields } from './dropped-fields.ts';
import type { Intake } from './intake.ts';
import type { BrokerFeed } from './kafka/port.ts';

/** The intake, counting what it answers, and telling of what it refused: codes and a dead letter, never content. */
export function watchedIntake(intake: Intake, registry: Registry, log: Log): Intake {
  const messages = new Counter({
    name: 'nhip_ingest_messages_total',
    help: 'Messages taken in, by what became of them.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  return {
    async take(inputs) {
      const result = await intake.take(inputs);
      messages.inc({ outcome: 'accepted' }, result.accepted);
      messages.inc({ outcome: 'duplicate' }, result.duplicates);
      messages.inc({ outcome: 'rejected' }, result.rejected.length);
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
          'messages became dead letters',
        );
      }
      return result;
    },
  };
}

/** Shows what waits and what was dropped. Labels are bounded: no sender can invent a new one without end. */
export function showIngest(registry: Registry, deadLetters: DeadLetters, droppedFields: DroppedFields): void {
  new Gauge({
    name: 'nhip_dead_letters_open',
    help: 'Messages that could not be taken in and that nobody has dealt with, by event type.',
    labelNames: ['type'],
    registers: [registry],
    async collect() {
      // A database that is away must not take the other metrics with it: this one is missing then.
      const byType = await deadLetters.openByType().catch(() => new Map<string, number>());
      this.reset();
      for (const [type, open] of byType) this.inc({ type: isEventType(type) ? type : 'unknown' }, open);
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
