import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Namespace, Service, ServiceAccount } from 'kubernetes-models/v1';
import { z } from 'zod';
import { knownVariables, readYaml } from '../support/deploy/files.ts';
import { containerOf, manifestsOf, matches, ofKind, workloadsOf } from '../support/deploy/kubernetes.ts';

const base = manifestsOf('deploy/k8s/base');
const workloads = workloadsOf(base);
const deployments = ofKind(base, Deployment);
const { configMapGenerator } = z
  .object({ configMapGenerator: z.array(z.object({ name: z.string(), literals: z.array(z.string()) })) })
  .parse(readYaml('deploy/k8s/base/kustomization.yaml'));
const environment: Readonly<Record<string, string>> = Object.fromEntries(
  configMapGenerator
    .flatMap(({ name, literals }) => (name === 'nhip-environment' ? literals : []))
    .map((literal) => [literal.slice(0, literal.indexOf('=')), literal.slice(literal.indexOf('=') + 1)]),
);
const mebibytes = (text: unknown) =>
  Number.parseInt(String(text), 10) * (String(text).endsWith('Gi') ? 1_024 : 1);

test('every process and command of the production topology has its workload', () => {
  const commands = workloads.map((one) => `${one.kind} ${one.name}: ${containerOf(one).args?.join(' ')}`);
  assert.deepEqual(commands.sort(), [
    'CronJob nhip-rebuild: services/cli/main.ts rebuild',
    'CronJob nhip-verify: services/cli/main.ts verify',
    'Deployment nhip-alerter: services/alerter/main.ts',
    'Deployment nhip-api: services/api/main.ts',
    'Deployment nhip-ingest: services/ingest/main.ts',
    'Deployment nhip-projector: services/projector/main.ts',
    'Job nhip-migrate: services/cli/main.ts migrate',
  ]);
});

test('every pod meets the restricted standard, which the namespace enforces, and can write to /tmp alone', () => {
  const [namespace] = ofKind(base, Namespace);
  assert.equal(namespace?.metadata?.labels?.['pod-security.kubernetes.io/enforce'], 'restricted');
  for (const workload of workloads) {
    const pod = workload.template.spec;
    const container = containerOf(workload);
    assert.equal(container.image, 'nhip', workload.name);
    assert.equal(pod?.securityContext?.runAsNonRoot, true, workload.name);
    assert.equal(pod?.securityContext?.runAsUser, 1_000, workload.name);
    assert.equal(pod?.securityContext?.seccompProfile?.type, 'RuntimeDefault', workload.name);
    assert.deepEqual(
      container.securityContext,
      {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      workload.name,
    );
    const writable = container.volumeMounts?.filter(({ readOnly }) => readOnly !== true);
    assert.deepEqual(
      writable?.map(({ mountPath }) => mountPath),
      ['/tmp'],
      workload.name,
    );
    for (const { name } of container.volumeMounts ?? [])
      assert.ok(
        pod?.volumes?.some((volume) => volume.name === name),
        `${workload.name}: ${name}`,
      );
  }
});

test('no pod has a token of the cluster', () => {
  const accounts = ofKind(base, ServiceAccount);
  for (const { name, template } of workloads) {
    assert.equal(template.spec?.automountServiceAccountToken, false, name);
    const account = accounts.find(({ metadata }) => metadata?.name === template.spec?.serviceAccountName);
    assert.equal(account?.automountServiceAccountToken, false, name);
  }
});

test('secrets are named, never held, and come as files', () => {
  for (const workload of workloads) {
    const named = workload.template.spec?.volumes?.flatMap(({ secret }) => secret?.secretName ?? []);
    const own = workload.name === 'nhip-ingest' ? ['nhip-staff-key'] : [];
    assert.deepEqual(named, ['nhip-connections', 'nhip-api-keys', ...own], workload.name);
    const mounted = containerOf(workload).volumeMounts?.map(({ mountPath }) => mountPath) ?? [];
    for (const { name, value, valueFrom } of containerOf(workload).env ?? []) {
      if (name.endsWith('_FILE'))
        assert.ok(mounted.includes(dirname(value ?? '')), `${workload.name}: ${name}`);
      assert.equal(valueFrom, undefined, `${workload.name}: ${name}`);
      assert.doesNotMatch(`${name}=${value}`, /PASSWORD=|SECRET|TOKEN|:\/\//, workload.name);
    }
  }
  const mounts =
    containerOf(workloads[0] ?? assert.fail()).volumeMounts?.map(({ mountPath }) => mountPath) ?? [];
  for (const [variable, path] of Object.entries(environment)) {
    if (variable.endsWith('_FILE'))
      assert.ok(
        mounts.some((mount) => path.startsWith(`${mount}/`)),
        variable,
      );
  }
});

test('ingest alone has the key for people, in a file that its account and no other one may read', () => {
  const holders = workloads.filter(({ template }) =>
    template.spec?.volumes?.some(({ secret }) => secret?.secretName === 'nhip-staff-key'),
  );
  const [ingest = assert.fail(), ...more] = holders;
  assert.deepEqual([ingest.name, more], ['nhip-ingest', []]);
  const env = Object.fromEntries((containerOf(ingest).env ?? []).map(({ name, value }) => [name, value]));
  const volume = ingest.template.spec?.volumes?.find(({ secret }) => secret?.secretName === 'nhip-staff-key');
  const mount = containerOf(ingest).volumeMounts?.find(({ name }) => name === volume?.name);
  assert.equal(env.STAFF_KEY_FILE, `${mount?.mountPath}/staff.key`);
  // What readPrivateFile takes: fsGroup gives the group of the account.
  assert.equal(volume?.secret?.defaultMode, 0o440);
});

test('every variable is one that the configuration knows', () => {
  const known = knownVariables();
  for (const variable of Object.keys(environment)) assert.ok(known.has(variable), variable);
  for (const workload of workloads) {
    const { env = [], envFrom } = containerOf(workload);
    for (const { name } of env) assert.ok(known.has(name), `${workload.name}: ${name}`);
    assert.deepEqual(envFrom, [{ configMapRef: { name: 'nhip-environment' } }], workload.name);
  }
});

test('memory is guaranteed, and the heap fits into it', () => {
  for (const workload of workloads) {
    const { resources, env } = containerOf(workload);
    assert.equal(resources?.requests?.memory, resources?.limits?.memory, workload.name);
    const options = env?.find(({ name }) => name === 'NODE_OPTIONS')?.value ?? '';
    const heap = Number(/--max-old-space-size=(\d+)/.exec(options)?.[1]);
    assert.ok(heap <= 0.8 * mebibytes(resources?.limits?.memory), `${workload.name}: ${heap} MiB`);
  }
});

test('probes ask ports that are there, and liveness is the most patient', () => {
  for (const workload of workloads.filter(({ kind }) => kind === 'Deployment')) {
    const { ports, startupProbe, livenessProbe, readinessProbe } = containerOf(workload);
    assert.deepEqual(ports, [{ name: 'http', containerPort: 8_080 }], workload.name);
    const paths = [startupProbe, livenessProbe, readinessProbe].map((probe) => {
      assert.equal(probe?.httpGet?.port, 'http', workload.name);
      return probe?.httpGet?.path;
    });
    assert.deepEqual(paths, ['/healthz', '/healthz', '/readyz'], workload.name);
    const seconds = (probe: typeof livenessProbe) =>
      (probe?.periodSeconds ?? 0) * (probe?.failureThreshold ?? 0);
    assert.ok(seconds(livenessProbe) >= 3 * seconds(readinessProbe), workload.name);
    assert.ok(seconds(startupProbe) >= 60, workload.name);
  }
});

test('a process may end in peace', () => {
  const grace = Number(environment.SHUTDOWN_GRACE_SECONDS);
  for (const workload of workloads.filter(({ kind }) => kind === 'Deployment')) {
    const before = containerOf(workload).lifecycle?.preStop?.sleep?.seconds ?? 0;
    const given = workload.template.spec?.terminationGracePeriodSeconds ?? 30;
    assert.ok(given >= before + grace + 5, `${workload.name}: ${given} s`);
  }
});

test('replicas are spread over nodes and zones', () => {
  for (const { name, template, labels, kind } of workloads) {
    if (kind !== 'Deployment') continue;
    const spread = template.spec?.topologySpreadConstraints ?? [];
    assert.deepEqual(
      spread.map(({ topologyKey }) => topologyKey),
      ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'],
      name,
    );
    for (const { labelSelector } of spread) assert.ok(matches(labelSelector, labels), name);
  }
});

test('a Deployment selects its own pods and no others', () => {
  for (const { metadata, spec } of deployments) {
    const selected = workloads
      .filter(({ labels }) => matches(spec?.selector, labels))
      .map(({ name }) => name);
    assert.deepEqual(selected, [metadata?.name]);
  }
});

test('a Service has the pods of one Deployment behind it, the closed one nobody', () => {
  const behind = Object.fromEntries(
    ofKind(base, Service).map(({ metadata, spec }) => {
      const selector = spec?.selector;
      const pods =
        selector === undefined
          ? []
          : workloads.filter(({ labels }) => matches({ matchLabels: selector }, labels));
      for (const pod of pods) {
        const names = containerOf(pod).ports?.map(({ name }) => name);
        for (const { targetPort } of spec?.ports ?? []) assert.ok(names?.includes(String(targetPort)));
      }
      return [metadata?.name, pods.map(({ name }) => name)];
    }),
  );
  assert.deepEqual(behind, {
    'nhip-ingest': ['nhip-ingest'],
    'nhip-api': ['nhip-api'],
    'nhip-alerter': ['nhip-alerter'],
    'nhip-closed': [],
  });
});

test('each path goes to its service, and what is for operators goes nowhere', () => {
  const services = ofKind(base, Service);
  const table: Record<string, string[]> = {};
  const [ingress] = ofKind(base, Ingress);
  for (const { path = '', pathType, backend } of ingress?.spec?.rules?.[0]?.http?.paths ?? []) {
    const { name = '', port } = backend.service ?? {};
    const service = services.find(({ metadata }) => metadata?.name === name);
    assert.ok(
      service?.spec?.ports?.some((one) => one.name === port?.name),
      `${path} → ${name}`,
    );
    const paths = table[name] ?? [];
    paths.push(pathType === 'Prefix' ? path : `${pathType} ${path}`);
    table[name] = paths;
  }
  assert.deepEqual(table, {
    'nhip-ingest': [
      '/v1/events',
      '/v1/feeds',
      '/v1/dead-letters',
      'Exact /v1/staff/pseudonym',
      '/v1/staff/names',
    ],
    'nhip-alerter': ['/v1/alerts', '/v1/silences', '/v1/webhooks', '/v1/deliveries'],
    'nhip-closed': ['/metrics', '/healthz', '/readyz'],
    'nhip-api': ['Exact /v1/feeds', '/'],
  });
});

test('a node can be drained: budgets let one go at a time, and the alerter, of whom one is ready, has none', () => {
  const budgets = ofKind(base, PodDisruptionBudget);
  const guarded = budgets.map(({ metadata, spec }) => {
    assert.equal(spec?.maxUnavailable, 1);
    assert.equal(spec?.unhealthyPodEvictionPolicy, 'AlwaysAllow');
    const pods = workloads.filter(({ labels }) => matches(spec?.selector, labels)).map(({ name }) => name);
    assert.deepEqual(pods, [metadata?.name]);
    return metadata?.name;
  });
  assert.deepEqual(guarded.sort(), ['nhip-api', 'nhip-ingest', 'nhip-projector']);
});

test('a roll-out of the alerter does not wait for a readiness that only the old leader could give', () => {
  const alerter = deployments.find(({ metadata }) => metadata?.name === 'nhip-alerter');
  assert.equal(alerter?.spec?.strategy?.rollingUpdate?.maxUnavailable, '100%');
  assert.equal(alerter?.spec?.replicas, 2);
  for (const { metadata, spec } of deployments)
    if (metadata?.name !== 'nhip-alerter')
      assert.equal(spec?.strategy?.rollingUpdate?.maxUnavailable, 0, metadata?.name);
});

test('what an autoscaler scales is there and has no number of its own', () => {
  const [scaler, ...more] = ofKind(base, HorizontalPodAutoscaler);
  assert.equal(more.length, 0);
  const target = scaler?.spec?.scaleTargetRef;
  const scaled = deployments.find(({ metadata }) => metadata?.name === target?.name);
  assert.equal(target?.kind, 'Deployment');
  assert.ok(scaled);
  assert.equal(scaled.spec?.replicas, undefined);
  assert.ok((scaler?.spec?.minReplicas ?? 1) >= 2);
});
