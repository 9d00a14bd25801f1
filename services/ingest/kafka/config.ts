import { z } from 'zod';

/** Where and how to read; from the environment by {@link readKafkaConfig}. */
export type KafkaConfig = z.output<typeof schema>;

const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
  .refine((items) => items.length > 0, 'at least one');

const address = z.string().regex(/^(\[[0-9A-Fa-f:.]+\]|[^\s:/,]+):\d{1,5}$/, 'host:port');

const TOPICS_TEXT = 'topic names separated by commas, or one /regular expression/';
const topicName = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, TOPICS_TEXT);

/** Names, or one pattern between slashes that a topic's whole name must match. */
const topics = z
  .string(TOPICS_TEXT)
  .transform((text, context): { names: readonly string[] } | { pattern: RegExp } => {
    const issue = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const pattern = /^\/(.+)\/$/.exec(text.trim())?.[1];
    if (pattern !== undefined) {
      try {
        return { pattern: new RegExp(`^(?:${pattern})$`, 'v') };
      } catch {
        return issue('a /regular expression/ that is valid');
      }
    }
    const names = list.pipe(z.array(topicName)).safeParse(text);
    return names.success ? { names: names.data } : issue(names.error.issues[0]?.message ?? '');
  });

const file = z.string().min(1).optional();

const schema = z
  .object({
    KAFKA_BROKERS: list.pipe(z.array(address)),
    KAFKA_TOPICS: topics,
    KAFKA_GROUP_ID: z.string().min(1).default('nhip'),
    KAFKA_CLIENT_ID: z.string().min(1).default('nhip'),
    /** TLS with the public authorities; any of the three files turns it on too. */
    KAFKA_TLS: z.enum(['true', 'false'], 'true or false').default('false'),
    KAFKA_TLS_CA_FILE: file,
    KAFKA_TLS_CERT_FILE: file,
    KAFKA_TLS_KEY_FILE: file,
    KAFKA_SASL_MECHANISM: z
      .enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'plain, scram-sha-256 or scram-sha-512')
      .optional(),
    KAFKA_SASL_USERNAME: z.string().optional(),
    KAFKA_SASL_PASSWORD: z.string().optional(),
    /** Fetched from one partition at a time, in bytes (default 4 MiB); up to four times as much is in memory. */
    KAFKA_MAX_BYTES: z
      .string()
      .regex(/^\d{4,9}$/, 'a whole number from 1000 to 999999999')
      .transform(Number)
      .prefault('4194304'),
  })
  .superRefine((env, context) => {
    const need = (variable: keyof typeof env, message: string) =>
      context.addIssue({ code: 'custom', path: [variable], message });
    if ((env.KAFKA_TLS_CERT_FILE === undefined) !== (env.KAFKA_TLS_KEY_FILE === undefined)) {
      need(
        env.KAFKA_TLS_CERT_FILE === undefined ? 'KAFKA_TLS_CERT_FILE' : 'KAFKA_TLS_KEY_FILE',
        'both a certificate and its key',
      );
    }
    if (env.KAFKA_SASL_MECHANISM === undefined) return;
    if (env.KAFKA_SASL_USERNAME === undefined)
      need('KAFKA_SASL_USERNAME', 'a user name, since a mechanism is set');
    if (env.KAFKA_SASL_PASSWORD === undefined)
      need('KAFKA_SASL_PASSWORD', 'a password, since a mechanism is set');
  })
  .transform((env) => ({
    brokers: env.KAFKA_BROKERS,
    topics: env.KAFKA_TOPICS,
    groupId: env.KAFKA_GROUP_ID,
    clientId: env.KAFKA_CLIENT_ID,
    tls:
      env.KAFKA_TLS === 'true' || env.KAFKA_TLS_CA_FILE !== undefined || env.KAFKA_TLS_CERT_FILE !== undefined
        ? {
            caFile: env.KAFKA_TLS_CA_FILE,
            certFile: env.KAFKA_TLS_CERT_FILE,
            keyFile: env.KAFKA_TLS_KEY_FILE,
          }
        : undefined,
    sasl:
      env.KAFKA_SASL_MECHANISM === undefined
        ? undefined
        : {
            mechanism: env.KAFKA_SASL_MECHANISM,
            username: env.KAFKA_SASL_USERNAME ?? '',
            password: env.KAFKA_SASL_PASSWORD ?? '',
          },
    maxBytesPerPartition: env.KAFKA_MAX_BYTES,
    /** A member that is silent for so long is given up by the group: how long a killed process delays the rest. */
    sessionTimeoutMs: 10_000,
    /** How often lag, stalls and new topics are looked for. */
    watchEveryMs: 10_000,
    /** A partition that has messages but does not move for so long, with the store there, is stuck: the feed gives up. */
    stallMs: 300_000,
  }));

/** One variable that cannot be used as it is. A password's value is never repeated. */
export interface KafkaConfigFault {
  readonly variable: string;
  readonly was: string;
  readonly expected: string;
}

export type KafkaConfigReading =
  /** `KAFKA_BROKERS` is not set. */
  | { readonly kind: 'off' }
  | { readonly kind: 'config'; readonly config: KafkaConfig }
  | { readonly kind: 'invalid'; readonly faults: readonly KafkaConfigFault[] };

/** Reads and checks the `KAFKA_…` environment. An empty variable counts as unset. */
export function readKafkaConfig(env: Readonly<Record<string, string | undefined>>): KafkaConfigReading {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  if (set.KAFKA_BROKERS === undefined) return { kind: 'off' };
  const parsed = schema.safeParse(set);
  if (parsed.success) return { kind: 'config', config: parsed.data };
  const faults = parsed.error.issues.map((issue) => {
    const variable = String(issue.path[0]);
    const was = variable === 'KAFKA_SASL_PASSWORD' ? '' : (set[variable] ?? '');
    return { variable, was, expected: issue.message };
  });
  return { kind: 'invalid', faults };
}
