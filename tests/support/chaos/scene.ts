import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { eventually } from '../eventually.ts';
import type { BrokerSettings } from '../kafka/broker.ts';
import { createTopic, startedKafka, type TestKafka } from '../kafka/harness.ts';
import type { Production, ServiceName } from '../production.ts';
import { emptyDir } from '../standalone.ts';
import { type Receiver, startReceiver } from '../webhook-receiver.ts';
import { checkDeadLetters, checkFigures, checkStore, checkVerified, checkWebhooks } from './check.ts';
import { type Load, startLoad } from './load.ts';
import { type Office, objectivesOf, openOffice, UNITS } from './office.ts';
import { recordsOf } from './records.ts';
import { type Supervised, supervise } from './supervisor.ts';

export interface SceneOptions {
  /** How many of each kind; one by default. */
  readonly processes?: Partial<Record<ServiceName, number>>;
  readonly kafka?: BrokerSettings;
  /** For the nth process of its kind, over what all have. */
  readonly envOf?: (name: ServiceName, number: number) => NodeJS.ProcessEnv;
}

/** The production topology under load, with a receiver of its webhooks, and books to hold against it in the end. */
export interface Scene {
  readonly seed: number;
  readonly office: Office;
  readonly load: Load;
  readonly processes: Readonly<Record<ServiceName, readonly Supervised[]>>;
  readonly kafka: TestKafka | undefined;
  readonly receiver: Receiver;
  /** Resolves once so many more messages have been acknowledged. */
  passed(messages: number): Promise<void>;
  /** Ends the load, then holds everything against the books. */
  check(): Promise<void>;
}

const READY = { timeoutMs: 60_000, everyMs: 100 };

/** Sets up a scene. @returns undefined when it needs a broker and none can run: the test is skipped then */
export async function startScene(
  t: TestContext,
  production: Production,
  { processes: counts = {}, kafka: wanted, envOf = () => ({}) }: SceneOptions = {},
): Promise<Scene | undefined> {
  const seed = Number(process.env.NHIP_TEST_SEED ?? randomInt(2 ** 31));
  t.diagnostic(`NHIP_TEST_SEED=${seed}`);
  const kafka = wanted && (await startedKafka(t, wanted));
  if (wanted && !kafka) return undefined;
  const topic = kafka && (await createTopic(kafka, `scene-${seed}`, 3));
  const objectives = join(emptyDir(), 'objectives.json');
  writeFileSync(objectives, JSON.stringify(objectivesOf(UNITS)));
  const common: NodeJS.ProcessEnv = {
    OBJECTIVES_FILE: objectives,
    ...(kafka && {
      KAFKA_BROKERS: kafka.broker.brokers.join(),
      KAFKA_TOPICS: topic,
      KAFKA_GROUP_ID: `scene-${seed}`,
    }),
  };
  const ofKind = (name: ServiceName) =>
    Promise.all(
      Array.from({ length: counts[name] ?? 1 }, (_, number) =>
        supervise(name, (env, doomed) => production.start(name, env, doomed), {
          ...common,
          ...envOf(name, number),
        }),
      ),
    );
  const [ingest, projector, api, alerter] = await Promise.all([
    ofKind('ingest'),
    ofKind('projector'),
    ofKind('api'),
    ofKind('alerter'),
  ]);
  const processes = { ingest, projector, api, alerter };
  t.after(async () => {
    await Promise.all(Object.values(processes).flatMap((kind) => kind.map((one) => one.end())));
  });
  for (const one of [...ingest, ...projector, ...api]) await eventually(() => isReady(one), READY);
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  const secret = await registered(alerter, receiver.url);

  const office = openOffice(seed);
  const load = startLoad({
    office,
    seed,
    urls: ingest.map(({ url }) => url),
    kafka: kafka && topic !== undefined ? { client: kafka, topic } : undefined,
  });
  t.after(() => load.abandon());
  return {
    seed,
    office,
    load,
    processes,
    kafka,
    receiver,
    async passed(messages) {
      const until = load.acknowledged + messages;
      await eventually(() => load.acknowledged >= until, { timeoutMs: 60_000 });
    },
    async check() {
      await load.stop();
      const kills = Object.values(processes)
        .flat()
        .reduce((sum, one) => sum + one.kills, 0);
      t.diagnostic(
        `${kills} kills, ${load.acknowledged} messages acknowledged, ${load.refusals.length} requests refused`,
      );
      assert.deepEqual(
        Object.values(processes).flatMap((kind) => kind.flatMap(({ deaths }) => deaths)),
        [],
        'processes that ended by themselves',
      );
      const records = recordsOf(production);
      await checkStore(records, office);
      for (const { url } of api) await checkFigures(url, office);
      await checkDeadLetters(records, office);
      const notified = await checkWebhooks(records, receiver, secret);
      await checkVerified(records);
      t.diagnostic(
        `${office.made.length} messages of ${office.expected().denominator} settled dossiers, ${notified} webhooks`,
      );
    },
  };
}

export const isReady = async ({ url }: Pick<Supervised, 'url'>): Promise<boolean> =>
  (await fetch(`${url}/readyz`)).status === 200;

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly reason?: string;
  readonly since?: string;
}

/** The state of each part by `/readyz`. */
export async function checksOf({ url }: Pick<Supervised, 'url'>): Promise<Readonly<Record<string, Check>>> {
  const answer = await fetch(`${url}/readyz`);
  const { checks } = (await answer.json()) as { checks: Check[] };
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}

/** The one that leads, by its own word. */
export const leaderOf = (all: readonly Supervised[]): Promise<Supervised> =>
  eventually(async () => {
    const leading = [];
    for (const one of all) if (await leads(one)) leading.push(one);
    return leading.length === 1 && leading[0];
  }, READY);

export async function leads({ url }: Pick<Supervised, 'url'>): Promise<boolean> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return /^nhip_leader\{role="[a-z]+"\} 1$/m.test(page);
}

/** @returns the secret */
export async function registered(alerters: readonly Supervised[], url: string): Promise<string> {
  const { secret } = await eventually(async () => {
    for (const alerter of alerters) {
      const answer = await fetch(`${alerter.url}/v1/webhooks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ url }),
      });
      if (answer.status === 201) return (await answer.json()) as { secret: string };
    }
    return undefined;
  }, READY);
  return secret;
}
