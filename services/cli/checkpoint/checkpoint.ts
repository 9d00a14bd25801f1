import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChainHead } from '../../../shared/event-store/chain.ts';
import { PostgresChain } from '../../../shared/event-store/postgres/chain.ts';
import { newCheckpointKey, signedCheckpoint } from '../../../shared/event-store/signed-checkpoint.ts';
import { chainHeadIn } from '../../../shared/event-store/sqlite/stored-chain.ts';
import type { Config } from '../../../shared/platform/config.ts';
import { openServers } from '../../../shared/production/servers.ts';
import { type Command, EXIT, parsed, UsageError } from '../command.ts';
import { officeKey } from './keys.ts';

/** `nhip checkpoint`: the head of the chain, signed, to be kept elsewhere. */
export const checkpoint: Command = {
  name: 'checkpoint',
  summary: 'Sign what all events come to, to be kept outside this machine',
  usage: `nhip checkpoint [--out FILE]
nhip checkpoint --new-key FILE

Writes the id of the store, the position of its last event and the link of the chain there, signed with the key of the office
that CHECKPOINT_KEY_FILE names. The server may run. Keep checkpoints where no administrator of this machine can change them;
\`nhip verify --checkpoint FILE\` proves later that the store still holds exactly what was signed, and so does
docs/check-checkpoint.py, which needs nothing of Nhịp: docs/checkpoints.md.

--out      a new file for it; else it is written on standard output
--new-key  makes a key (Ed25519) in a new file, for its owner alone, and prints its public part: publish that part, since a
  checkpoint is checked with it`,
  async run(args, { config, out }) {
    const { values } = parsed(args, {
      options: { out: { type: 'string' }, 'new-key': { type: 'string' } },
    });
    const keyFile = values['new-key'];
    if (keyFile !== undefined) {
      if (values.out !== undefined) throw new UsageError('--new-key goes without --out');
      const { privateKey, publicKey } = newCheckpointKey();
      writeNew(keyFile, privateKey);
      out(publicKey.trimEnd());
      return EXIT.well;
    }
    const key = officeKey(config);
    const note = signedCheckpoint(await headOf(config), nameOf(config), key);
    if (values.out === undefined) out(note.trimEnd());
    else writeNew(values.out, note);
    return EXIT.well;
  },
};

/** @throws Error when there are no events in a chain */
async function headOf(config: Config): Promise<ChainHead> {
  const { DATA_DIR } = config;
  const servers = await openServers('checkpoint', config);
  if (servers) {
    try {
      const head = await new PostgresChain(servers.pool).head();
      if (!head) throw new Error('the database has no chain yet: the projector begins it');
      return head;
    } finally {
      await servers.close();
    }
  }
  const path = join(DATA_DIR, 'events.db');
  if (!existsSync(path)) throw new Error(`DATA_DIR ${DATA_DIR} has no events.db`);
  const head = await chainHeadIn(path);
  if (!head) throw new Error(`${path} has no chain yet: the next start makes it`);
  return head;
}

/** The office as its readers know it: the address of its page, without the scheme. */
const nameOf = ({ PUBLIC_URL }: Config): string =>
  PUBLIC_URL === undefined ? 'nhip' : PUBLIC_URL.replace(/^https?:\/\//, '').replace(/\/+$/, '');

/** @throws when the file is there: neither a key nor an older checkpoint is replaced */
function writeNew(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true });
}
