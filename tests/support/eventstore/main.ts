import { parseArgs } from 'node:util';
import type { FaultSettings } from './faults.ts';
import { startEventStoreStandIn } from './stand-in.ts';

/** The commands of a parent process to the stand-in. */
export type StandInCommand =
  | { readonly kind: 'set'; readonly faults: Partial<FaultSettings> }
  | { readonly kind: 'drop-subscriptions' }
  | { readonly kind: 'silence-subscriptions' }
  | { readonly kind: 'system-noise'; readonly count: number };

/** Its reports by the same channel: that it listens, and that a command was carried out. */
export type StandInMessage =
  | { readonly kind: 'listening'; readonly connectionString: string }
  | { readonly kind: 'done' };

/** The stand-in as a process of its own, so that it can be killed: `node main.ts --port N --file F`. */
const { values } = parseArgs({ options: { port: { type: 'string' }, file: { type: 'string' } } });
const standIn = await startEventStoreStandIn({
  port: Number(values.port ?? 0),
  ...(values.file === undefined ? {} : { file: values.file }),
});
const report = (message: StandInMessage) => process.send?.(message);

process.on('message', (command: StandInCommand) => {
  switch (command.kind) {
    case 'set':
      Object.assign(standIn.faults, command.faults);
      break;
    case 'drop-subscriptions':
      standIn.dropSubscriptions();
      break;
    case 'silence-subscriptions':
      standIn.reading.silence();
      break;
    case 'system-noise':
      standIn.systemNoise(command.count);
  }
  report({ kind: 'done' });
});
process.on('disconnect', () => process.exit());
process.stdout.write(`${standIn.connectionString}\n`);
report({ kind: 'listening', connectionString: standIn.connectionString });
