import type { Position } from '../../../shared/contracts/stored-event.ts';
import { faultText, verifyChain } from '../../../shared/event-store/verify-chain.ts';
import { ConfigError } from '../../../shared/platform/config-fault.ts';
import { createLog, type Log } from '../../../shared/platform/log.ts';
import { type Command, type CommandContext, EXIT, type ExitCode, parsed, UsageError } from '../command.ts';
import { type Comparison, compareStores, type StreamDifference } from './compare.ts';
import { copyEvents } from './copy-events.ts';
import { openSource, openTarget, type Source, STORE_FORMS, type Target } from './stores.ts';

const PROGRESS_MS = 2_000;
const SHOWN = 10;

/** `nhip copy`: every event of one store into another, and the proof that both hold the same. */
export const copy: Command = {
  name: 'copy',
  summary: 'Copy every event of one store into another, and prove that both hold the same',
  usage: `nhip copy --from STORE --to STORE [--verify-only]

STORE is ${STORE_FORMS}, or the word EVENTSTORE_URL for what that variable holds: so that no
list of processes shows its password. PATH is a DATA_DIR, a backup, or an events.db of any name.

Events keep their id, stream, order, content, origin and the moment at which they were recorded, so every figure stays as it
was known. An interrupted copy continues when it is run again; events that are there already are not written twice. The source may
be in use; the target must not be, nor hold anything that the source does not: then nothing is written.

A file that is new gets an id and a chain of its own, whose first record holds the head of the source's chain. A source whose
events do not agree with their chain is not copied.

At the end both are read, counted and summed: a digest is the sum modulo 2^256 of the SHA-256 of every event, so it does not
depend on their order.

--verify-only  compare without copying`,
  wrong: 'they are not equal, and which streams differ; or the source was altered',
  async run(args, context) {
    const { values } = parsed(args, {
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        'verify-only': { type: 'boolean', default: false },
      },
    });
    if (values.from === undefined || values.to === undefined)
      throw new UsageError('--from and --to are needed');
    const log = createLog(context.config.LOG_LEVEL, process.stderr);
    const [from, to] = [named(values.from, context), named(values.to, context)];
    const source = await openSource('--from', from, log);
    try {
      return values['verify-only']
        ? await verifyOnly(source, await openSource('--to', to, log), context)
        : await copyInto(to, source, log, context);
    } finally {
      await source.close();
    }
  },
};

function named(store: string, { config }: CommandContext): string {
  if (store !== 'EVENTSTORE_URL') return store;
  if (config.EVENTSTORE_URL === undefined)
    throw new ConfigError([
      { variable: 'EVENTSTORE_URL', was: '', expected: 'the store that is meant by its name' },
    ]);
  return config.EVENTSTORE_URL;
}

async function verifyOnly(source: Source, target: Source, context: CommandContext): Promise<ExitCode> {
  try {
    return await prove(source, await source.head(), target, context);
  } finally {
    await target.close();
  }
}

/** What was changed in the source must not become the truth of a new chain. */
async function copyInto(to: string, source: Source, log: Log, context: CommandContext): Promise<ExitCode> {
  const { chain } = source;
  if (!chain) return copyAndVerify(source, await openTarget('--to', to, log), context);
  const head = await chain.head();
  const walked = { events: source, chain, kept: 'by-writer' as const };
  const { faults } = head ? await verifyChain(walked, SHOWN) : { faults: [] };
  if (faults.length > 0) {
    context.out('the source was altered; nothing was copied:');
    for (const fault of faults) context.out(`  ${faultText(fault)}`);
    return EXIT.wrong;
  }
  return copyAndVerify(source, await openTarget('--to', to, log, head), context);
}

async function copyAndVerify(source: Source, target: Target, context: CommandContext): Promise<ExitCode> {
  const { out } = context;
  try {
    const outcome = await copyEvents(source, target, progress('copied up to'));
    switch (outcome.kind) {
      case 'in-the-way':
        out('the target holds what the source does not; nothing was copied:');
        for (const difference of outcome.streams) out(differenceText(difference));
        return EXIT.wrong;
      case 'id-reused':
        out(`the target knows the id ${outcome.id} with other content; what comes before it was copied`);
        return EXIT.wrong;
      case 'copied':
        out(`${outcome.copied} events copied, ${outcome.known} were there`);
        await nameChain(target, out);
        return await prove(source, outcome.upTo, target, context);
    }
  } finally {
    await target.close();
  }
}

async function nameChain({ chain }: Target, out: (line: string) => void): Promise<void> {
  const beginning = await chain?.beginning();
  if (!beginning) return;
  const { store, copyOf } = beginning;
  const before = copyOf
    ? `continues the store ${copyOf.store} from position ${copyOf.position}, link ${copyOf.link}`
    : 'began as no copy of a store with a chain';
  out(`the target is the store ${store}, which ${before}`);
}

async function prove(
  source: Source,
  upTo: Position,
  target: Source,
  { out }: CommandContext,
): Promise<ExitCode> {
  const comparison = await compareStores(source, upTo, target, progress('read'));
  for (const [name, { events, streams, sum }] of [
    ['source', comparison.source],
    ['target', comparison.target],
  ] as const) {
    out(`${name}: ${events} events in ${streams} streams, digest ${sum}`);
  }
  return conclude(comparison, upTo, out);
}

function conclude(comparison: Comparison, upTo: Position, out: (line: string) => void): ExitCode {
  if (comparison.kind === 'equal') {
    out(`equal, up to position ${upTo} of the source`);
    return EXIT.well;
  }
  out(`NOT equal, up to position ${upTo} of the source. Streams that differ: ${comparison.streams}`);
  for (const difference of comparison.first) out(differenceText(difference));
  return EXIT.wrong;
}

const differenceText = ({ stream, source, target, revision }: StreamDifference): string =>
  `  ${stream}: ${source} events in the source, ${target} in the target, the first difference at revision ${revision}`;

/** Reports the progress of long work on standard error, every two seconds. */
function progress(what: string): (reached: number, of?: number) => void {
  let next = performance.now() + PROGRESS_MS;
  return (reached, of) => {
    if (performance.now() < next) return;
    next = performance.now() + PROGRESS_MS;
    process.stderr.write(`${what} ${reached}${of === undefined ? '' : ` of ${of}`}\n`);
  };
}
