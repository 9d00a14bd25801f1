// What kafkajs does alone, in one process: eachBatch and JSON.parse.
// node kafkajs.js <brokers> <topic> <messages>  →  messages/s
import kafkajs from 'kafkajs';

const [brokers, topic, messages] = process.argv.slice(2);
const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: 'bench-raw', maxBytesPerPartition: 4 * 2 ** 20 });
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
let seen = 0;
let started = 0;
await consumer.run({
  partitionsConsumedConcurrently: 4,
  eachBatch: async ({ batch }) => {
    started ||= performance.now();
    for (const { value } of batch.messages) if (typeof JSON.parse(value).id === 'string') seen++;
    if (seen < Number(messages)) return;
    process.stdout.write(JSON.stringify(Math.round((seen / (performance.now() - started)) * 1_000)));
    process.exit(0);
  },
});
