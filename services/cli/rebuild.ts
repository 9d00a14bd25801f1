import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Command, UsageError } from './command.ts';
import { askServer, serverUrl } from './server-request.ts';

const EVERY_MS = 500;

/** `nhip rebuild`: asks the running server for a new ledger and waits for it. */
export const rebuild: Command = {
  name: 'rebuild',
  summary: 'Build the ledger anew from the events and go over to it',
  usage: `nhip rebuild [--url URL]

The running server builds the new ledger beside the one in force, which goes on answering until the new one is complete.
Without a server there is nothing to do: delete DATA_DIR/ledger.db and the next start builds it.

NHIP_KEY holds the API key (scope admin) for a server that wants one.`,
  async run(args, context) {
    const { values } = parseArgs({ args: [...args], options: { url: { type: 'string' } } });
    const base = serverUrl(values.url, context);
    if (base === undefined)
      throw new UsageError(`no server holds ${context.config.DATA_DIR}; --url names another`);
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
        return state === 'done' ? 0 : 1;
      }
    }
  },
};
