import { Kafka, logLevel } from 'kafkajs';
import { eventually } from '../eventually.ts';

/** Waits until the broker at this address answers a metadata request with itself in it. */
export async function untilReady(brokers: readonly string[], timeoutMs = 120_000): Promise<void> {
  const kafka = new Kafka({
    clientId: 'nhip-test-ready',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    retry: { retries: 0 },
  });
  await eventually(
    async () => {
      const admin = kafka.admin();
      try {
        await admin.connect();
        return (await admin.describeCluster()).brokers.length > 0;
      } finally {
        await admin.disconnect();
      }
    },
    { timeoutMs, everyMs: 100 },
  );
}
