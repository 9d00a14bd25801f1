/**
 * One candidate process, for `lease.int.test.ts` to stop and to kill: `node lease-holder.ts URL HOLDER TTL_MS`. Writes a line
 * when it begins to lead and when it finds that it does not; after a pause it first writes the answer of {@link holdLease}.
 */
import { createLog } from '../../../platform/log.ts';
import { postgresPool } from '../database.ts';
import { holdLease } from '../lease.ts';

const [url = '', holder = '', ttlMs = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const lease = holdLease({
  pool: postgresPool({ url, name: holder, connections: 1 }),
  role: 'test',
  holder,
  ttlMs: Number(ttlMs),
  clock: Date.now,
  log: createLog('silent'),
  onLeading: () => say('leading'),
  onLost: () => say('lost'),
});
lease.start();
// The repeated step of a leader; the first step after a pause is the one that counts.
let steppedAt = performance.now();
setInterval(() => {
  const now = performance.now();
  if (now - steppedAt > Number(ttlMs)) say(`after a pause: ${lease.leads()}`);
  steppedAt = now;
}, 10);
