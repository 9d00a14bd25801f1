import { setTimeout as pause } from 'node:timers/promises';
import { AuditLog } from '../../shared/audit/audit-log.ts';
import { books } from '../../shared/books/registry.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { rebuildPostgresLedger } from '../../shared/ledger/postgres/rebuild.ts';
import { configuredRules } from '../../shared/production/configured-rules.ts';
import { openServers, type Servers } from '../../shared/production/servers.ts';
import { type Command, type CommandContext, EXIT, type ExitCode, parsed } from './command.ts';
import { commandCaller } from './command-caller.ts';
import { askServer, serverUrl } from './server-request.ts';

const EVERY_MS = 500;

/** `nhip rebuild`: asks the running server for a new ledger and waits for it. */
export const rebuild: Command = {
  name: 'rebuild',
  summary: 'Build a new ledger from the events and put it in force',
  usage: `nhip rebuild [--url URL]

The running server builds the new ledger beside the one in force, which answers until the new one is complete.
Without a server there is nothing to do: delete DATA_DIR/ledger.db and the next start builds it.

When EVENTSTORE_URL and DATABASE_URL are set, this command builds the ledger itself, in that database; the projector then
uses it. Ctrl-C leaves the one in force as it is. TZ_OFFICE, OFFICE_HOURS and EXTENSION_RULE must be those of the projector.

NHIP_KEY holds the API key (right: admin) for a server that requires one.`,
  async run(args, context) {
    const { values } = parsed(args, { options: { url: { type: 'string' } } });
    const servers = values.url === undefined ? await openServers('rebuild', context.config) : undefined;
    if (servers) return rebuildHere(servers, context);
    const base = serverUrl(values.url, context);
    const url = new URL('/v1/rebuild', base).href;
    await askServer('POST', url, context);
    for (;;) {
      await pause(EVERY_MS);
      const { state, position, head, detail } = await askServer('GET', url, context);
      if (state === 'running') {
        if (head !== null) context.out(`at event ${position} of ${head}`);
      } else {
        context.out(
          state === 'done' ? `done: the new ledger is in force, at event ${position}` : `failed: ${detail}`,
        );
        return state === 'done' ? EXIT.well : EXIT.failed;
      }
    }
  },
};

async function rebuildHere(
  { store, pool, close }: Servers,
  { config, out }: CommandContext,
): Promise<ExitCode> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    const audit = new AuditLog(store, systemClock);
    await audit.record(
      { type: 'audit.rebuild-started.v1', data: { topology: 'production' } },
      commandCaller().name,
    );
    const outcome = await rebuildPostgresLedger({
      events: store,
      pool,
      rules: configuredRules(config, books),
      signal: stop.signal,
      onProgress: (position, head) => out(`at position ${position} of ${head}`),
    });
    if (outcome.kind === 'rebuilt') {
      out(`done: the new ledger is in force, at position ${outcome.checkpoint.position}`);
      return EXIT.well;
    }
    out(
      outcome.kind === 'cancelled'
        ? 'cancelled: the ledger in force stays'
        : `failed at position ${outcome.poison.position}: ${outcome.poison.error}`,
    );
    return EXIT.failed;
  } finally {
    await close();
  }
}
