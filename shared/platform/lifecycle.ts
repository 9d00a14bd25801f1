import type { Log } from './log.ts';

/** Something started that must be stopped, in the reverse order of starting. */
export interface Closable {
  readonly name: string;
  close(): Promise<void> | void;
}

/** Closes everything, last started first. */
async function closeAll(parts: readonly Closable[], log: Log): Promise<void> {
  for (const part of [...parts].reverse()) {
    try {
      await part.close();
    } catch (error) {
      log.error({ err: error, part: part.name }, 'process: part not closed');
    }
  }
}

/** npm, `timeout` and shells pass on a signal that the terminal has given to the whole group already. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Runs a process until SIGTERM or SIGINT: then closes everything, last started first, within the grace, and exits 0; beyond
 * the grace exits 1. A second signal, later than a second after the first, exits at once.
 */
export function closeOnSignal(parts: readonly Closable[], graceMs: number, log: Log): void {
  let closingSince: number | undefined;
  const stop = async (signal: string) => {
    if (closingSince !== undefined) {
      if (performance.now() - closingSince > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    closingSince = performance.now();
    log.info({ signal }, 'stopping');
    const overdue = setTimeout(() => {
      log.error({ graceMs }, 'process: not stopped within the grace');
      process.exit(1);
    }, graceMs);
    await closeAll(parts, log);
    clearTimeout(overdue);
    log.info('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
