import { errorText } from '../../../shared/kernel/error-text.ts';
import { mayHaveEngine } from '../container-engine.ts';
import { NotServing } from '../server-process.ts';
import { startContainerBroker } from './container-broker.ts';
import { startProcessBroker } from './process-broker.ts';
import { untilReady } from './ready.ts';
import type { TestBroker } from './test-broker.ts';

export type BrokerStart =
  | { readonly kind: 'started'; readonly broker: TestBroker }
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface BrokerSettings {
  /** Not the broker that other tests use too: this one stops it, writes into its files, or reads topics by a pattern. */
  readonly own?: true;
  /** For `server.properties`, over the usual ones of one node; only a broker of its own has them. */
  readonly properties?: Readonly<Record<string, string>>;
}

/**
 * A broker by the first way that works: the one that `NHIP_TEST_KAFKA` (`host:port`) names, unless the test needs its own, a container,
 * Apache Kafka on this machine's Java. @throws when one is started and does not serve, and under `CI=true` when none is there: there a tier
 * that cannot run has failed.
 */
export async function startBroker({ own, properties = {} }: BrokerSettings = {}): Promise<BrokerStart> {
  const address = process.env.NHIP_TEST_KAFKA;
  if (address !== undefined && address !== '' && !own) {
    await untilReady([address]);
    return { kind: 'started', broker: external(address) };
  }
  const failures: string[] = [];
  const ways = [...(mayHaveEngine() ? [startContainerBroker] : []), startProcessBroker];
  for (const way of ways) {
    try {
      return { kind: 'started', broker: await way(properties) };
    } catch (error) {
      if (error instanceof NotServing) throw error;
      failures.push(`${way.name}: ${errorText(error)}`);
    }
  }
  const reason = `no Kafka broker can run here (${failures.join('; ')})`;
  if (process.env.CI === 'true') throw new Error(reason);
  return { kind: 'unavailable', reason };
}

function external(address: string): TestBroker {
  const refuse = () => Promise.reject(new Error('the broker of NHIP_TEST_KAFKA is not ours to stop'));
  return { brokers: [address], restart: refuse, kill: refuse, stop: async () => {} };
}
