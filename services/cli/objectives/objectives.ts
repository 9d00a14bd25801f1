import { formatDay } from '../../../shared/calendar/zone.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { definitionOn, type FileObjectives } from '../../../shared/measures/known-objectives.ts';
import { objectivesOf } from '../../../shared/measures/objectives-file.ts';
import { MEASURES } from '../../../shared/measures/registry.ts';
import { fileDifferences, type HeldObjective } from '../../../shared/objectives/file-differences.ts';
import { ConfigError } from '../../../shared/platform/config-fault.ts';
import { type Command, type CommandContext, EXIT, type ExitCode, parsed, UsageError } from '../command.ts';
import { serverUrl } from '../server-request.ts';
import { apply } from './apply.ts';
import { differenceLines } from './difference-lines.ts';
import { heldObjectives } from './held-objectives.ts';

/** `nhip objectives`: the definitions that a running server judges by, beside those of a file. */
export const objectives: Command = {
  name: 'objectives',
  summary: 'List the definitions of objectives, compare them with a file, or state those of a file',
  usage: `nhip objectives list [--url URL]
nhip objectives diff [FILE] [--url URL]
nhip objectives apply FILE --reason TEXT [--url URL]
nhip objectives apply FILE --dry-run [--url URL]

list   every objective of the running server: version, window, target and state today
diff   field by field, where FILE states an objective otherwise than the server holds it; FILE is OBJECTIVES_FILE, or the
       built-in objectives, when it is left out
apply  states each version that differs, as a change with this reason. It closes and reopens nothing.
       --dry-run shows what it would state

NHIP_KEY holds the API key for a server that requires one (right: \`read\`; apply: \`define\`).`,
  wrong: 'a definition differs; after `apply`: the file has an objective that is closed',
  async run(args, context) {
    const { values, positionals } = parsed(args, {
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        reason: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
      },
    });
    const { url, reason, 'dry-run': isDry } = values;
    const [act, file, ...more] = positionals;
    if (more.length > 0) throw new UsageError(`one FILE is expected, not ${[file, ...more].join(' ')}`);
    if (act !== 'apply' && (reason !== undefined || isDry))
      throw new UsageError('--reason and --dry-run go with `apply`');
    const server = () => serverUrl(url, context);
    switch (act) {
      case 'list':
        if (file !== undefined) throw new UsageError(`nothing is expected after \`list\`, not ${file}`);
        return list(server(), context);
      case 'diff':
        return diff(readFile(file ?? context.config.OBJECTIVES_FILE), server(), context);
      case 'apply':
        if (file === undefined) throw new UsageError('`apply` needs a FILE');
        if (isDry === (reason !== undefined))
          throw new UsageError('`apply` needs --reason TEXT, or --dry-run');
        return apply(readFile(file), reason, server(), context);
      default:
        throw new UsageError(`\`list\`, \`diff\` or \`apply\` is expected, not ${act ?? 'nothing'}`);
    }
  },
};

function readFile(path: string | undefined): FileObjectives {
  const read = objectivesOf({ OBJECTIVES_FILE: path }, MEASURES);
  if (read.kind === 'invalid') throw new ConfigError(read.faults);
  return read.objectives;
}

async function diff(file: FileObjectives, base: string, context: CommandContext): Promise<ExitCode> {
  const differences = fileDifferences(file, await heldObjectives(base, context));
  for (const line of differences.flatMap(differenceLines)) context.out(line);
  if (differences.length > 0) return EXIT.wrong;
  context.out('the file states every objective as the server holds it');
  return EXIT.well;
}

const TITLES = ['objective', 'version', 'window', 'target', 'state'];

async function list(base: string, context: CommandContext): Promise<ExitCode> {
  const today = context.config.TZ_OFFICE.dayOf(systemClock());
  const held = await heldObjectives(base, context);
  const rows = held.map((one) => [...cellsOf(one, today), one.definitionsDiffer ? 'not as in its file' : '']);
  const widths = TITLES.map((_, column) =>
    Math.max(...[TITLES, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [TITLES, ...rows])
    context.out(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  return EXIT.well;
}

function cellsOf(objective: HeldObjective, today: Parameters<typeof definitionOn>[1]): readonly string[] {
  const outcome = definitionOn({ ...objective, differs: false }, today);
  const shown = outcome.kind === 'in-force' ? outcome.read : objective.versions.at(-1);
  if (!shown) return [objective.id];
  const { version, window, comparator, target } = shown.definition;
  const isKnown = shown.notUnderstood === null;
  return [
    ...[objective.id, String(version), window, isKnown ? `${comparator} ${target}` : '?'],
    isKnown || outcome.kind !== 'in-force' ? stateOf(outcome) : 'not understood by this version of nhip',
  ];
}

function stateOf(outcome: ReturnType<typeof definitionOn>): string {
  switch (outcome.kind) {
    case 'closed':
      return `closed, last day ${formatDay(outcome.lastDay)}`;
    case 'not-yet-in-force':
      return `from ${formatDay(outcome.from)} on`;
    case 'in-force': {
      const { validTo } = outcome.read.definition;
      return outcome.carriedOver ? `carried over since ${formatDay(validTo)}` : `until ${formatDay(validTo)}`;
    }
  }
}
