import { errorText } from '../../../shared/kernel/error-text.ts';
import { NAMES_AT_ONCE } from '../../../shared/person-names/port.ts';
import { type Command, type CommandContext, EXIT, type ExitCode, parsed, UsageError } from '../command.ts';
import { declared } from '../import/encoding.ts';
import { request, serverUrl } from '../server-request.ts';
import { type NamesFile, readNames } from './names-file.ts';

/** Faults that are shown of a file. */
const SHOWN = 50;

/** `nhip staff names`: the names that the office keeps beside its pseudonyms. */
export const staff: Command = {
  name: 'staff',
  summary: 'Set the names of staff from a CSV file, or delete them',
  usage: `nhip staff names import FILE.csv [--id COLUMN] [--name COLUMN] [--encoding utf-8|utf-16|windows-1258] [--url URL]
nhip staff names delete ID… [--url URL]
nhip staff names delete --all [--url URL]

import  sets the name of each person in FILE, which has a row for each, with the id that the office uses and the name. Commas, semicolons
        and tabs are understood. A faulty row is reported by line and column, and then nothing is set
delete  deletes the names of these people, by the id that the office uses or by pseudonym, or all names. Their records stay
--id    the heading of the ids, and --name that of the names; \`id\` and \`name\` when they are left out

The running server keeps the names in a table of their own, which no backup holds: keep the file. Why: docs/staff.md.
NHIP_KEY holds the API key for a server that requires one (rights: \`staff\` and \`feed\`).`,
  wrong: 'the file has faulty rows, and nothing was set',
  async run(args, context) {
    const { values, positionals } = parsed(args, {
      allowPositionals: true,
      options: {
        id: { type: 'string' },
        name: { type: 'string' },
        encoding: { type: 'string' },
        all: { type: 'boolean', default: false },
        url: { type: 'string' },
      },
    });
    const [what, act, ...stated] = positionals;
    if (what !== 'names') throw new UsageError(`\`names\` is expected, not ${what ?? 'nothing'}`);
    const { id, name, encoding, all, url } = values;
    switch (act) {
      case 'import': {
        const [path, ...more] = stated;
        if (path === undefined || more.length > 0) throw new UsageError('`import` needs one FILE');
        if (all) throw new UsageError('--all goes with `delete`');
        const file = { path, id: id ?? 'id', name: name ?? 'name', encoding: declared(encoding ?? 'utf-8') };
        return setNames(file, url, context);
      }
      case 'delete':
        if (id !== undefined || name !== undefined || encoding !== undefined)
          throw new UsageError('--id, --name and --encoding go with `import`');
        if (all === stated.length > 0) throw new UsageError('`delete` needs an ID, or --all');
        return deleteNames(all ? 'all' : stated, serverUrl(url, context), context);
      default:
        throw new UsageError(`\`import\` or \`delete\` is expected, not ${act ?? 'nothing'}`);
    }
  },
};

async function setNames(
  file: NamesFile,
  url: string | undefined,
  context: CommandContext,
): Promise<ExitCode> {
  const { names, faults } = await readNames(file);
  for (const fault of faults.slice(0, SHOWN)) context.out(`${file.path}, ${fault}`);
  if (faults.length > 0) {
    context.out(`${file.path}: ${faults.length} faults, nothing was set`);
    return EXIT.wrong;
  }
  const base = serverUrl(url, context);
  for (let from = 0; from < names.length; from += NAMES_AT_ONCE) {
    const json = { names: names.slice(from, from + NAMES_AT_ONCE) };
    try {
      await request('PUT', new URL('/v1/staff/names', base).href, context, { json });
    } catch (error) {
      throw new Error(`${errorText(error)} (set before that: ${from}; the same command may be repeated)`, {
        cause: error,
      });
    }
  }
  context.out(`${file.path}: ${names.length} names set`);
  return EXIT.well;
}

async function deleteNames(
  ids: readonly string[] | 'all',
  base: string,
  context: CommandContext,
): Promise<ExitCode> {
  if (ids === 'all') {
    const { body } = await request('DELETE', new URL('/v1/staff/names', base).href, context);
    context.out(`names deleted: ${body.deleted}`);
    return EXIT.well;
  }
  for (const staffRef of ids) {
    const { body: person } = await request('POST', new URL('/v1/staff/pseudonym', base).href, context, {
      json: { staffRef },
    });
    const { body } = await request('DELETE', new URL(`/v1/staff/names/${person.ref}`, base).href, context);
    context.out(`${staffRef}: ${body.deleted === 1 ? 'its name is deleted' : 'no name was kept'}`);
  }
  return EXIT.well;
}
