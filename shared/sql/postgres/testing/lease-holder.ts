/**
 * One process that wants to lead, for `lease.int.test.ts` to stop and to kill: `node lease-holder.ts URL HOLDER TTL_MS`. Writes a
 * line whenever it begins to lead or finds that it does not; once paused it first says what {@link holdLease} tells it.
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
// What a leader does again and again; the first step after a pause is the one that counts.
let steppedAt = performance.now();
setInterval(() => {
  const now = performance.now();
  if (now - steppedAt > Number(ttlMs)) say(`after a pause: ${lease.leads()}`);
  steppedAt = now;
}, 10);
