import { z } from 'zod';
import { DEFAULT_EXTENSION_RULE, EXTENSION_RULES } from '../bookkeeping/extension-rule.ts';
import { HOUR, MINUTE, zoneOf } from '../calendar/zone.ts';
import { EVENT_BYTES } from '../contracts/decode.ts';
import { unitId } from '../contracts/ids.ts';
import type { ConfigFault } from './config-fault.ts';
import { type Environment, isSecret, readEnvironment } from './environment.ts';

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `a whole number from ${least} to ${most}`);

const flag = z.enum(['true', 'false'], 'true or false').transform((value) => value === 'true');

const zone = z.string().transform((name, context) => {
  try {
    return zoneOf(name);
  } catch {
    context.addIssue({ code: 'custom', message: 'an IANA time zone, e.g. Asia/Ho_Chi_Minh' });
    return z.NEVER;
  }
});

const HOURS_TEXT = 'opening hours in order, e.g. 07:00-11:30,13:30-17:00';

const officeHours = z.string().transform((text, context) => {
  const spans = text.split(',').map((span) => {
    const parts = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(span.trim());
    return {
      opens: Number(parts?.[1]) * HOUR + Number(parts?.[2]) * MINUTE,
      closes: Number(parts?.[3]) * HOUR + Number(parts?.[4]) * MINUTE,
    };
  });
  const ordered = spans.every(
    ({ opens, closes }, index) => opens < closes && opens >= (spans[index - 1]?.closes ?? 0),
  );
  if (ordered) return spans;
  context.addIssue({ code: 'custom', message: HOURS_TEXT });
  return z.NEVER;
});

/** Every environment variable the services share; README.md has the same table for people. */
const schema = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: whole(0, 65_535).prefault('8080'),
  DATA_DIR: z.string().min(1).default('./data'),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
  TZ_OFFICE: zone.prefault('Asia/Ho_Chi_Minh'),
  OFFICE_HOURS: officeHours.prefault('07:00-11:30,13:30-17:00'),
  OFFICE_UNIT: z
    .string()
    .regex(/^\S.{0,199}$/u, 'an identifier of a unit, e.g. H19.02')
    .transform(unitId)
    .optional(),
  EXTENSION_RULE: z.enum(EXTENSION_RULES, EXTENSION_RULES.join(' or ')).default(DEFAULT_EXTENSION_RULE),
  LATE_CONCLUSION_WORKING_DAYS: whole(1, 365).prefault('15'),
  SECOND_PERSON_WORKING_DAYS: whole(1, 365).prefault('5'),
  EVENTSTORE_URL: z
    .string()
    .regex(
      /^(esdb|kurrentdb|kurrent|kdb)(\+discover)?:\/\/\S+$/,
      'a connection string, e.g. esdb://store:2113?tls=true',
    )
    .optional(),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'an address of PostgreSQL, e.g. postgres://nhip@db/nhip' })
    .optional(),
  API_KEYS_FILE: z.string().min(1).optional(),
  CHECKPOINT_KEY_FILE: z.string().min(1).optional(),
  STAFF_KEY_FILE: z.string().min(1).optional(),
  OBJECTIVES_FILE: z.string().min(1).optional(),
  FEEDS_FILE: z.string().min(1).optional(),
  MAX_BODY_BYTES: whole(1_024, 256 * 1_024 * 1_024).prefault(String(5 * 1_024 * 1_024)),
  MAX_EVENT_BYTES: whole(1_024, 256 * 1_024 * 1_024).prefault(String(EVENT_BYTES)),
  MAX_BATCH_EVENTS: whole(1, 100_000).prefault('1000'),
  MAX_CONNECTIONS: whole(10, 100_000).prefault('1000'),
  DEAD_LETTER_DAYS: whole(1, 3_650).prefault('30'),
  WEBHOOK_ALLOW_PRIVATE: flag.prefault('false'),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'an http or https address' }).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'an http or https address, e.g. http://collector:4318' })
    .optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number('a share from 0 to 1')
    .min(0, 'a share from 0 to 1')
    .max(1, 'a share from 0 to 1')
    .prefault('1'),
  SHUTDOWN_GRACE_SECONDS: whole(1, 600).prefault('20'),
});

export type Config = z.output<typeof schema>;

export type ConfigReading =
  | { readonly kind: 'config'; readonly config: Config; readonly env: Environment }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

/** Reads and checks the environment, with the secrets that files hold. An empty variable counts as unset. */
export function readConfig(given: Environment): ConfigReading {
  const environment = readEnvironment(given);
  if (environment.kind === 'invalid') return environment;
  const { env } = environment;
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(set);
  if (parsed.success) return { kind: 'config', config: parsed.data, env };
  const faults = parsed.error.issues.map((issue) => {
    const variable = String(issue.path[0]);
    const was = isSecret(variable) ? '(not shown)' : (set[variable] ?? '');
    return { variable, was, expected: issue.message };
  });
  return { kind: 'invalid', faults };
}
