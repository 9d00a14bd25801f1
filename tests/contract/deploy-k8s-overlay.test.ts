import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { readIngestConfig } from '../../services/ingest/config.ts';
import { books } from '../../shared/books/registry.ts';
import { definitionFile } from '../../shared/measures/definition.ts';
import { MEASURES } from '../../shared/measures/registry.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { knownVariables, readYaml, readYamlDocuments } from '../support/deploy/files.ts';
import { manifestsOf, matches, workloadsOf } from '../support/deploy/kubernetes.ts';

const EXAMPLE = 'deploy/k8s/overlays/example';
const kustomization = z.object({
  configMapGenerator: z.array(z.object({ name: z.string(), literals: z.array(z.string()).default([]) })),
});
const literalsOf = (folder: string) =>
  kustomization
    .parse(readYaml(`${folder}/kustomization.yaml`))
    .configMapGenerator.filter(({ name }) => name === 'nhip-environment')
    .flatMap(({ literals }) =>
      literals.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
    );
const environment: Readonly<Record<string, string>> = Object.fromEntries([
  ...literalsOf('deploy/k8s/base'),
  ...literalsOf(EXAMPLE),
]);
const workloads = workloadsOf(manifestsOf('deploy/k8s/base'));

const scalerSchema = z.strictObject({
  apiVersion: z.literal('keda.sh/v1alpha1'),
  kind: z.literal('ScaledObject'),
  metadata: z.strictObject({ name: z.string() }),
  spec: z.strictObject({
    scaleTargetRef: z.strictObject({ name: z.string() }),
    pollingInterval: z.int(),
    minReplicaCount: z.int(),
    maxReplicaCount: z.int(),
    fallback: z.strictObject({ failureThreshold: z.int(), replicas: z.int() }),
    advanced: z.strictObject({
      horizontalPodAutoscalerConfig: z.strictObject({ behavior: z.record(z.string(), z.unknown()) }),
    }),
    triggers: z.array(
      z.strictObject({
        type: z.literal('kafka'),
        metadata: z.strictObject({
          bootstrapServers: z.string(),
          consumerGroup: z.string(),
          topic: z.string(),
          lagThreshold: z.string().regex(/^\d+$/),
          offsetResetPolicy: z.literal('earliest'),
        }),
        authenticationRef: z.strictObject({ name: z.string() }),
      }),
    ),
  }),
});
const authenticationSchema = z.strictObject({
  apiVersion: z.literal('keda.sh/v1alpha1'),
  kind: z.literal('TriggerAuthentication'),
  metadata: z.strictObject({ name: z.string() }),
  spec: z.strictObject({
    secretTargetRef: z.array(
      z.strictObject({
        parameter: z.enum(['sasl', 'username', 'password', 'tls', 'ca']),
        name: z.string(),
        key: z.string(),
      }),
    ),
  }),
});

/** As on a machine where the secrets are not: their values in place of their files, and the files of the example where they are. */
const here = {
  ...Object.fromEntries(
    Object.entries(environment).filter(([, value]) => !/^\/run\/secrets\/nhip\/(?!kafka-ca)/.test(value)),
  ),
  EVENTSTORE_URL: 'esdb://store:2113?tls=true',
  DATABASE_URL: 'postgres://nhip@db/nhip',
  KAFKA_SASL_PASSWORD: 'of a file',
  FEEDS_FILE: `${EXAMPLE}/files/feeds.json`,
};

test('the processes take the environment of the example, with its feeds', () => {
  const known = knownVariables();
  for (const variable of Object.keys(environment)) assert.ok(known.has(variable), variable);
  const common = readConfig(here);
  assert.ok(common.kind === 'config', JSON.stringify(common));
  const ingest = readIngestConfig(here, common.config, books.kinds);
  assert.ok(ingest.kind === 'config', JSON.stringify(ingest));
  assert.ok(ingest.config.settings.feeds.configured.length > 0);
  assert.deepEqual(ingest.config.kafka?.brokers, [environment.KAFKA_BROKERS]);
});

test('the objectives of the example can be read, and the files are where they are mounted', () => {
  const { objectives } = definitionFile(MEASURES).parse(readYaml(`${EXAMPLE}/files/objectives.json`));
  assert.ok(objectives.length > 0);
  const mounted = workloads[0]?.template.spec?.containers[0]?.volumeMounts?.find(
    ({ name }) => name === 'files',
  );
  assert.equal(environment.OBJECTIVES_FILE, `${mounted?.mountPath}/objectives.json`);
  assert.equal(environment.FEEDS_FILE, `${mounted?.mountPath}/feeds.json`);
});

test('ingest is scaled by the lag of the group and the topics that it reads, to no more than the partitions', () => {
  const [scaler, authentication] = readYamlDocuments('deploy/k8s/components/keda/ingest-scaler.yaml');
  const { spec } = scalerSchema.parse(scaler);
  const { metadata } = authenticationSchema.parse(authentication);
  assert.ok(workloads.some(({ name, kind }) => name === spec.scaleTargetRef.name && kind === 'Deployment'));
  assert.deepEqual(
    spec.triggers.map((trigger) => trigger.metadata.topic),
    environment.KAFKA_TOPICS?.split(','),
  );
  for (const trigger of spec.triggers) {
    assert.equal(trigger.metadata.consumerGroup, environment.KAFKA_GROUP_ID);
    assert.equal(trigger.metadata.bootstrapServers, environment.KAFKA_BROKERS);
    assert.equal(trigger.authenticationRef.name, metadata.name);
  }
  const partitions = /--partitions (\d+)/.exec(readFileSync('docker-compose.yml', 'utf8'))?.[1];
  assert.equal(spec.maxReplicaCount, Number(partitions));
  assert.ok(spec.minReplicaCount >= 2 && spec.fallback.replicas >= spec.minReplicaCount);
});

test('the monitor finds every process, under the names that the rules expect', () => {
  const monitor = z
    .strictObject({
      apiVersion: z.literal('monitoring.coreos.com/v1'),
      kind: z.literal('PodMonitor'),
      metadata: z.strictObject({ name: z.string() }),
      spec: z.strictObject({
        jobLabel: z.string(),
        selector: z.strictObject({ matchLabels: z.record(z.string(), z.string()) }),
        podMetricsEndpoints: z.tuple([
          z.strictObject({ port: z.literal('http'), path: z.literal('/metrics'), interval: z.string() }),
        ]),
      }),
    })
    .parse(readYaml('deploy/k8s/components/monitoring/pod-monitor.yaml'));
  const jobs = workloads
    .filter(({ labels }) => matches(monitor.spec.selector, labels))
    .map(({ labels }) => labels[monitor.spec.jobLabel]);
  const { scrape_configs: scraped } = z
    .object({ scrape_configs: z.array(z.object({ job_name: z.string() })) })
    .parse(readYaml('deploy/prometheus/prometheus.yml'));
  assert.deepEqual(jobs.sort(), scraped.map(({ job_name: job }) => job).sort());
});

test('what has to be made by hand is told', () => {
  const guide = readFileSync('deploy/README.md', 'utf8');
  const keda = readFileSync('deploy/k8s/components/keda/ingest-scaler.yaml', 'utf8');
  const secrets = new Set([
    ...workloads.flatMap(
      ({ template }) => template.spec?.volumes?.flatMap(({ secret }) => secret?.secretName ?? []) ?? [],
    ),
    ...[...keda.matchAll(/name: (nhip-keda-[a-z-]+)/g)].map(([, name]) => name ?? ''),
  ]);
  for (const secret of secrets) assert.match(guide, new RegExp(`create secret generic ${secret} `), secret);
  const connections = Object.values(environment).flatMap(
    (value) => /^\/run\/secrets\/nhip\/(.+)$/.exec(value)?.[1] ?? [],
  );
  for (const key of connections) assert.ok(guide.includes(`--from-file=${key}=`), key);
});
