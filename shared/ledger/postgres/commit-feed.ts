import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../../platform/log.ts';
import type { Checkpoint, LedgerReader } from '../port.ts';
import { CHANNEL } from './ledger-tables.ts';

/** TEMPORARY: replaced at the merge. */
export function followCommits({
  url,
  ledger,
  onCommit,
  log,
}: {
  url: string;
  ledger: LedgerReader;
  onCommit: (checkpoint: Checkpoint) => void;
  log: Log;
}) {
  let problem: string | undefined = 'not asked yet';
  const stopping = new AbortController();
  let running = Promise.resolve();
  async function listen() {
    const client = new pg.Client({ connectionString: url });
    const ended = Promise.withResolvers<void>();
    client.on('error', () => ended.resolve());
    client.on('end', () => ended.resolve());
    stopping.signal.addEventListener('abort', () => ended.resolve());
    await client.connect();
    client.on('notification', ({ payload }) => payload && onCommit(JSON.parse(payload)));
    await client.query(`LISTEN ${CHANNEL}`);
    onCommit(await ledger.checkpoint());
    problem = undefined;
    await ended.promise;
    await client.end();
  }
  return {
    start() {
      running = (async () => {
        while (!stopping.signal.aborted) {
          await listen().catch((error) => {
            problem = String(error);
            log.warn({ err: error }, 'no news');
          });
          await pause(500, undefined, { signal: stopping.signal }).catch(() => {});
        }
      })();
    },
    problem: () => problem,
    async close() {
      stopping.abort();
      await running;
    },
  };
}
