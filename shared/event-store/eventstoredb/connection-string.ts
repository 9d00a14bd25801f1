import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What a connection string says, in the terms of the client. */
export interface ConnectionSettings {
  readonly hosts: readonly { readonly address: string; readonly port: number }[];
  /** The one host is a DNS name of the whole cluster. */
  readonly discover: boolean;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly tls: {
    readonly insecure: boolean;
    readonly rootCertificate?: Buffer;
    readonly userCertFile?: Buffer;
    readonly userKeyFile?: Buffer;
  };
  readonly client: {
    readonly connectionName?: string;
    readonly keepAliveInterval?: number;
    readonly keepAliveTimeout?: number;
  };
  readonly discovery: {
    readonly maxDiscoverAttempts?: number;
    readonly discoveryInterval?: number;
    readonly gossipTimeout?: number;
    readonly nodePreference?: 'leader' | 'follower' | 'read_only_replica' | 'random';
  };
}

/** The connection string cannot be used. The message never holds any of its secrets. */
export class ConnectionStringError extends Error {
  readonly code = 'connection-string-invalid';
  constructor(message: string, options?: ErrorOptions) {
    super(`the connection string of the event store: ${message}`, options);
    this.name = 'ConnectionStringError';
  }
}

const whole = z.coerce.number('a whole number').int('a whole number').min(-1);
const text = z.string().min(1);

/** The options that the client knows, and of which values it can keep its word. */
const OPTIONS = z
  .strictObject({
    tls: z.enum(['true', 'false'], 'true or false').default('true'),
    tlsVerifyCert: z
      .literal('true', 'true: the client always verifies, name your authority by tlsCAFile')
      .optional(),
    tlsCAFile: text.optional(),
    userCertFile: text.optional(),
    userKeyFile: text.optional(),
    connectionName: text.optional(),
    // A deadline of its own stands on every call, and a wrong revision must always throw.
    defaultDeadline: whole.optional(),
    throwOnAppendFailure: z.literal('true', 'true').optional(),
    keepAliveInterval: whole.optional(),
    keepAliveTimeout: whole.optional(),
    maxDiscoverAttempts: whole.optional(),
    discoveryInterval: whole.optional(),
    gossipTimeout: whole.optional(),
    nodePreference: z.enum(['leader', 'follower', 'readonlyreplica', 'random']).optional(),
  })
  .refine((options) => (options.userCertFile === undefined) === (options.userKeyFile === undefined), {
    message: 'userCertFile and userKeyFile, both or neither',
  });

const flat = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, '');
/** Names may be written in any case, as the client accepts them. */
const NAMES = new Map(Object.keys(OPTIONS.shape).map((name) => [flat(name), name]));

const SHAPE =
  /^(?<scheme>[a-z]+)(?<discover>\+discover)?:\/\/(?:(?<user>[^@]*)@)?(?<hosts>[^@/?]+)\/?(?:\?(?<query>[^@]*))?$/i;
const SCHEMES = ['esdb', 'kurrentdb', 'kurrent', 'kdb'];
const DEFAULT_PORT = 2_113;

/**
 * Reads `esdb://user:password@host:2113?tls=true` and its relations (`esdb+discover://`, several hosts, KurrentDB's schemes, which
 * the client itself does not know yet). It is read here because the client prints the whole string, password and all, when it
 * does not like an option.
 * @throws ConnectionStringError
 */
export function parseConnectionString(connectionString: string): ConnectionSettings {
  const parts = SHAPE.exec(connectionString.trim())?.groups;
  if (!parts || !SCHEMES.includes(parts.scheme?.toLowerCase() ?? '')) {
    throw new ConnectionStringError(
      'want esdb://user:password@host:2113?tls=true (or kurrentdb://, esdb+discover://), with @ and : in a password written as %40 and %3A',
    );
  }
  const options = optionsOf(parts.query ?? '');
  return {
    hosts: hostsOf(parts.hosts ?? ''),
    discover: parts.discover !== undefined,
    credentials: credentialsOf(parts.user),
    tls: {
      insecure: options.tls === 'false',
      ...fileAs('rootCertificate', 'tlsCAFile', options.tlsCAFile),
      ...fileAs('userCertFile', 'userCertFile', options.userCertFile),
      ...fileAs('userKeyFile', 'userKeyFile', options.userKeyFile),
    },
    client: given({
      connectionName: options.connectionName,
      keepAliveInterval: options.keepAliveInterval,
      keepAliveTimeout: options.keepAliveTimeout,
    }),
    discovery: given({
      maxDiscoverAttempts: options.maxDiscoverAttempts,
      discoveryInterval: options.discoveryInterval,
      gossipTimeout: options.gossipTimeout,
      nodePreference:
        options.nodePreference === 'readonlyreplica' ? 'read_only_replica' : options.nodePreference,
    }),
  };
}

function hostsOf(hosts: string): ConnectionSettings['hosts'] {
  return hosts.split(',').map((host) => {
    const [, address, port = String(DEFAULT_PORT)] =
      /^([A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(host.trim()) ?? [];
    // Where the @host was left out, what stands here is user:password.
    if (address === undefined)
      throw new ConnectionStringError(`${JSON.stringify(host.split(':', 1)[0])} is not host:port`);
    return { address, port: Number(port) };
  });
}

function credentialsOf(user: string | undefined): ConnectionSettings['credentials'] {
  if (user === undefined) return undefined;
  const [username = '', password = '', ...rest] = user.split(':');
  if (username === '' || password === '' || rest.length > 0) {
    throw new ConnectionStringError('want user:password before the @, with : in them written as %3A');
  }
  const ofBoth = 'user or password';
  return { username: decoded(ofBoth, username), password: decoded(ofBoth, password) };
}

function decoded(what: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ConnectionStringError(`a % in ${what} is not followed by two hexadecimal digits`, { cause });
  }
}

function optionsOf(query: string): z.output<typeof OPTIONS> {
  const options: Record<string, string> = {};
  for (const pair of query.split('&').filter((one) => one !== '')) {
    const [key = '', ...value] = pair.split('=');
    const name = NAMES.get(flat(key.trim()));
    if (name === undefined)
      throw new ConnectionStringError(
        `${JSON.stringify(key)} is not an option; known are ${[...NAMES.values()].join(', ')}`,
      );
    const raw = decoded(name, value.join('=').trim());
    options[name] = name === 'nodePreference' ? flat(raw) : raw;
  }
  const checked = OPTIONS.safeParse(options);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new ConnectionStringError(`${issue?.path.join('.') ?? ''} must be ${issue?.message ?? 'valid'}`);
}

function fileAs<Name extends string>(
  name: Name,
  option: string,
  path: string | undefined,
): { [name in Name]?: Buffer } {
  if (path === undefined) return {};
  try {
    return { [name]: readFileSync(path) } as { [name in Name]?: Buffer };
  } catch (cause) {
    throw new ConnectionStringError(`the file of ${option}, ${path}, cannot be read`, { cause });
  }
}

/** Without undefined values: the client treats an explicit undefined as a value. */
const given = <Options extends object>(options: Options) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [name in keyof Options]?: Exclude<Options[name], undefined>;
  };
