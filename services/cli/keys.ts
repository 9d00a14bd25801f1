import { type UnitId, unitId } from '../../shared/contracts/ids.ts';
import { isPersonId, PERSON_LIMIT, type PersonId } from '../../shared/contracts/two-people.ts';
import { composed } from '../../shared/kernel/written-text.ts';
import type { Config } from '../../shared/platform/config.ts';
import { firstKeyFile, hadKeys, makeFirstKey } from '../../shared/platform/first-key.ts';
import {
  type ApiKeyRecord,
  createApiKey,
  RIGHTS,
  type Right,
  readApiKeys,
  revokeApiKey,
} from '../../shared/platform/keys-file.ts';
import { makeStaffKey, staffKeyFile } from '../../shared/platform/people-key.ts';
import { isPlain } from '../../shared/platform/plain-text.ts';
import { type Command, EXIT, parsed, UsageError } from './command.ts';
import { COMMAND } from './command-caller.ts';

/** `nhip keys create|first|list|revoke`: the keys in API_KEYS_FILE; `nhip keys staff`: the key for people. */
export const keys: Command = {
  name: 'keys',
  summary: 'Make, list and revoke API keys, and make the key for people',
  usage: `nhip keys create --name NAME --scope feed,read,duty,define,enter,approve,staff,admin [--source SOURCE]… [--person ID] [--unit UNIT]…
nhip keys first
nhip keys staff
nhip keys list
nhip keys revoke ID

Keys live in the file that API_KEYS_FILE names (default: DATA_DIR/keys.json), as hashes.
--scope  the rights of the key, separated by commas, or several times:
  feed   sends events
  read   reads figures, dossiers, documents, units, feeds, alerts, silences and the stream
  duty   reads alerts and silences, acknowledges, silences, and manages webhooks
  define defines, changes and closes objectives, enters figures for them, writes the registers
  enter  enters figures for objectives, and changes no objective
  approve approves or refuses what another person has entered; for the units of a key it is its head's right
  staff  reads lists of staff, with names where the office keeps them; with feed besides, sets and deletes names
  admin  has the other rights, handles dead letters, declares feeds, reads the audit, accepts the clock and rebuilds the ledger
  define, enter, approve and staff include read
--source  a CloudEvents source that the key may speak for, with all that lie below it at a slash: /feeds/dvcqg stands for
  /feeds/dvcqg/H19.12 too, not for /feeds/dvcqg-old. Several times for several. Without it the key may speak for every source
--person  a short id of the person who holds the key, e.g. nv-017: an approval needs two different ones. A key without it enters, and
  approves nothing
--unit  a unit about which the key may define, enter and approve, with all units below it. Several times for several. Without it the key
  may write about every unit, and about the whole office

The name of a key is kept with every event that comes with it.

\`first\` makes a key with all rights where there never was a key, and leaves it beside that file in \`first-key\`, for its owner alone.

\`staff\` makes the key for people where there is none: in the file that STAFF_KEY_FILE names (default: DATA_DIR/staff.key), for its owner alone.
It is no API key: with it, ingest replaces the id of a person by a pseudonym. Keep a copy: under another key every person is a new one.

A server applies a change within a second; one without keys asks for keys from the first one on. The audit stream records each change that a
server sees: GET /v1/audit.`,
  async run(args, { config, out }) {
    const path = config.API_KEYS_FILE ?? `${config.DATA_DIR}/keys.json`;
    const { values, positionals } = parsed(args, {
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        scope: { type: 'string', multiple: true, default: [] },
        source: { type: 'string', multiple: true, default: [] },
        person: { type: 'string' },
        unit: { type: 'string', multiple: true, default: [] },
      },
    });
    const [action, id] = positionals;
    switch (action) {
      case 'create':
        for (const line of create(path, values)) out(line);
        return EXIT.well;
      case 'first':
        out(first(path));
        return EXIT.well;
      case 'staff':
        out(staff(config));
        return EXIT.well;
      case 'list':
        if (readApiKeys(path).length === 0) out(`${path} has no keys`);
        for (const record of readApiKeys(path)) out(listed(record));
        return EXIT.well;
      case 'revoke': {
        if (id === undefined) throw new UsageError('which key? `npm run nhip -- keys list` shows their ids');
        for (const line of revoked(path, id)) out(line);
        return EXIT.well;
      }
      default:
        throw new UsageError(`create, first, staff, list or revoke, not ${JSON.stringify(action ?? '')}`);
    }
  },
};

interface CreateOptions {
  readonly name?: string | undefined;
  readonly scope: readonly string[];
  readonly source: readonly string[];
  readonly person?: string | undefined;
  readonly unit: readonly string[];
}

/** Makes a key. @returns the lines that show it */
function create(path: string, { name, scope, source, person, unit }: CreateOptions): readonly string[] {
  if (name === undefined || scope.length === 0) throw new UsageError('--name and --scope are needed');
  const rights = scope.flatMap((some) => some.split(',')).map(rightOf);
  const limits = {
    sources: source.map((one) => sourceOf(one, rights)),
    person: person === undefined ? undefined : personOf(person),
    units: unit.map((one) => unitOf(one, rights)),
  };
  const others = readApiKeys(path);
  const key = createApiKey(path, nameOf(name), rights, new Date(), limits);
  const hasAdmin = [...rights, ...others.flatMap(({ scopes }) => scopes)].includes('admin');
  return [
    `${key}\nThis is the only time it is shown. Its hash is in ${path}.`,
    ...(hasAdmin
      ? []
      : [
          'A server that was open asks for keys from now on, and no key has the right `admin` yet: make one too.',
        ]),
  ];
}

function listed({ id, scopes, createdAt, name, sources = [], person, units = [] }: ApiKeyRecord): string {
  const limits = [...(person === undefined ? [] : [`person ${person}`]), ...sources, ...units];
  const shown = limits.length > 0 ? `  (${limits.join(', ')})` : '';
  return `${id}  ${scopes.join(',').padEnd(20)}  ${createdAt}  ${name}${shown}`;
}

/** Makes the first key, if there never was one. @returns its report */
function first(path: string): string {
  if (hadKeys(path)) return `${path} has had keys: nothing was made`;
  makeFirstKey(path, new Date());
  return `The first key, with all rights, stands in ${firstKeyFile(path)}: read it there, and then delete the file.`;
}

/** Makes the key for people, if there is none. @returns its report @throws when the file is there and holds no key */
function staff(config: Config): string {
  const path = staffKeyFile(config);
  return makeStaffKey(path)
    ? `The key for people stands in ${path}: keep a copy, since under another key every person is a new one.`
    : `${path} holds the key for people: nothing was made`;
}

/** Revokes the key. @returns the lines that report it */
function revoked(path: string, id: string): readonly string[] {
  const left = revokeApiKey(path, id);
  if (left === undefined) throw new Error(`${path} has no key ${id}: nothing was changed`);
  const report = `revoked; ${path} has ${left} ${left === 1 ? 'key' : 'keys'}`;
  const closed =
    'A server with this file refuses every request, until `npm run nhip -- keys create` makes a key.';
  return left === 0 ? [report, closed] : [report];
}

const NAME_LIMIT = 100;

/** It stands beside events and in reports, and is not to be mistaken for an account of this machine. */
function nameOf(text: string): string {
  const name = composed(text.trim());
  if (name !== '' && name.length <= NAME_LIMIT && isPlain(name) && !name.startsWith(COMMAND)) return name;
  throw new UsageError(
    `--name: got ${JSON.stringify(text)}, want up to ${NAME_LIMIT} plain characters, not beginning with ${COMMAND}`,
  );
}

/** As senders write it: without a slash at its end, since a source below it has one there. */
function sourceOf(text: string, rights: readonly Right[]): string {
  if (!rights.includes('feed') && !rights.includes('admin'))
    throw new UsageError('--source is for a key with the right feed');
  const source = composed(text.trim()).replace(/\/+$/, '');
  if (source !== '' && isPlain(source)) return source;
  throw new UsageError(
    `--source: got ${JSON.stringify(text)}, want a CloudEvents source, e.g. /one-stop/office`,
  );
}

/** In lower case, so that no person is two by a capital letter. */
function personOf(text: string): PersonId {
  const person = composed(text.trim()).toLowerCase();
  if (isPersonId(person)) return person;
  throw new UsageError(
    `--person: got ${JSON.stringify(text)}, want up to ${PERSON_LIMIT} letters and digits, with . _ - between them, e.g. nv-017`,
  );
}

const WRITING: readonly Right[] = ['define', 'enter', 'approve', 'admin'];

function unitOf(text: string, rights: readonly Right[]): UnitId {
  if (!rights.some((right) => WRITING.includes(right)))
    throw new UsageError('--unit is for a key with the right define, enter or approve');
  const unit = unitId(text);
  if (unit !== '' && isPlain(unit)) return unit;
  throw new UsageError(`--unit: got ${JSON.stringify(text)}, want the id of a unit, e.g. H19.02`);
}

function rightOf(text: string): Right {
  const right = RIGHTS.find((known) => known === text.trim());
  if (right) return right;
  throw new UsageError(`--scope: got ${JSON.stringify(text)}, want rights out of ${RIGHTS.join(',')}`);
}
