import { Counter, type Registry } from 'prom-client';
import type { Clock } from '../../../shared/kernel/clock.ts';
import type { DeadLetters } from '../dead-letters/port.ts';
import type { Intake } from '../intake/intake.ts';
import type { FeedParts, MessagesLost } from './port.ts';

/** Remembers which types come by which topic, durably and before their messages count as read: a loss is a doubt of those. */
export function notingTypes(intake: Intake, deadLetters: Pick<DeadLetters, 'noteTypes'>): Intake {
  const noted = new Map<string, Set<string>>();
  return {
    async receive(inputs, carrier) {
      const result = await intake.receive(inputs, carrier);
      if (carrier.kind !== 'kafka') return result;
      const known = noted.get(carrier.topic) ?? new Set();
      noted.set(carrier.topic, known);
      const types = new Set(
        inputs.flatMap(({ decoded }) => (decoded.kind === 'event' ? [decoded.event.type] : [])),
      ).difference(known);
      if (types.size > 0) await deadLetters.noteTypes(carrier.topic, [...types]);
      for (const type of types) known.add(type);
      return result;
    },
  };
}

/**
 * Keeps what a broker removed unread as a dead letter of its own: there is no message to try again, but figures are incomplete
 * until the letter is resolved or dismissed. The same range is kept once, however often it is noticed.
 */
export function lossKeeper(
  deadLetters: Pick<DeadLetters, 'keep' | 'typesOn'>,
  clock: Clock,
  registry: Registry,
): FeedParts['keepLoss'] {
  const lost = new Counter({
    name: 'nhip_kafka_messages_lost_total',
    help: 'Offsets that the broker removed before they were read here.',
    labelNames: ['topic', 'partition'],
    registers: [registry],
  });
  return async (loss) => {
    const { topic, partition, firstOffset, lastOffset } = loss;
    const count = lastOffset - firstOffset + 1n;
    const [id = ''] = await deadLetters.keep([
      {
        receivedAt: clock(),
        origin: `kafka:${topic}/${partition}@${firstOffset}-${lastOffset}`,
        raw: contentOf(loss),
        doubted: await deadLetters.typesOn(topic),
        faults: [
          {
            code: 'messages-lost',
            pointer: '',
            was: `${count} offsets that the broker no longer has`,
            expected: 'messages that stay on the broker until they are read',
          },
        ],
      },
    ]);
    lost.inc({ topic, partition }, Number(count));
    return id;
  };
}

const contentOf = ({ topic, partition, firstOffset, lastOffset }: MessagesLost): string =>
  JSON.stringify({ topic, partition, firstOffset: String(firstOffset), lastOffset: String(lastOffset) });
