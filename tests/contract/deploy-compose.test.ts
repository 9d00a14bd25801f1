import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { knownVariables, readYaml } from '../support/deploy/files.ts';

/** The part of the Compose specification that is used here; strict, so that a misspelt key is a fault. */
const duration = z.string().regex(/^\d+[smh]$/);
const serviceSchema = z.strictObject({
  image: z.string(),
  build: z
    .strictObject({ context: z.string(), dockerfile: z.string(), args: z.record(z.string(), z.string()) })
    .optional(),
  profiles: z.array(z.string()).optional(),
  user: z.string().optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  restart: z.enum(['unless-stopped', 'on-failure:5', 'no']),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).min(1),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  shm_size: z.string().optional(),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({
        condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
      }),
    )
    .default({}),
  stop_signal: z.string().optional(),
  stop_grace_period: duration.optional(),
  healthcheck: z.union([
    z.strictObject({ disable: z.literal(true) }),
    z.strictObject({
      test: z.array(z.string()).min(2),
      interval: duration,
      timeout: duration,
      start_period: duration.optional(),
      retries: z.int(),
    }),
  ]),
  deploy: z.strictObject({
    resources: z.strictObject({
      limits: z.strictObject({
        cpus: z.string(),
        memory: z.string().regex(/^\d+[MG]$/),
        pids: z.int(),
      }),
    }),
  }),
});
const composeSchema = z.object({
  name: z.literal('nhip'),
  services: z.record(z.string(), serviceSchema),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.strictObject({})),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
});

const compose = composeSchema.parse(readYaml('docker-compose.yml'));
const services = Object.entries(compose.services);
const runsOnce = ({ restart }: z.output<typeof serviceSchema>) => restart !== 'unless-stopped';
const own = services.filter(([, { image }]) => image.startsWith('nhip:'));
const mebibytes = (text: string) => Number.parseInt(text, 10) * (text.endsWith('G') ? 1_024 : 1);

test('the processes of the production topology are there, each by its own command', () => {
  const commands = Object.fromEntries(own.map(([name, { command }]) => [name, command?.join(' ')]));
  assert.deepEqual(commands, {
    ingest: 'services/ingest/main.ts',
    projector: 'services/projector/main.ts',
    api: 'services/api/main.ts',
    alerter: 'services/alerter/main.ts',
    migrate: 'services/cli/main.ts migrate',
    'first-key': 'services/cli/main.ts keys first',
    'staff-key': 'services/cli/main.ts keys staff',
    tools: '--help',
  });
});

test('every image has an exact tag', () => {
  for (const [name, { image }] of services) {
    const named = image
      .replace(/^nhip:\$\{NHIP_VERSION:-(.+)\}$/, 'nhip:$1')
      .replace(/^\$\{[A-Z]+_IMAGE:-(.+)\}$/, '$1');
    const tag = named.split(':')[1] ?? '';
    assert.match(tag, /^v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/, name);
  }
});

test('the image is tagged with the version of the product', () => {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  for (const [name, { image }] of own) assert.equal(image, `nhip:\${NHIP_VERSION:-${version}}`, name);
});

test('every container has a read-only root, no capabilities, no way to new privileges, and limits', () => {
  for (const [name, service] of services) {
    assert.equal(service.read_only, true, name);
    assert.deepEqual(service.cap_drop, ['ALL'], name);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    assert.ok(service.deploy.resources.limits.pids > 0, name);
    assert.ok(service.logging.options['max-size'], name);
  }
});

test('what stays up says whether it is well, what runs once does not', () => {
  for (const [name, service] of services) {
    assert.equal('disable' in service.healthcheck, runsOnce(service), name);
  }
});

test('what a container waits for can come to pass', () => {
  for (const [name, { depends_on: waits }] of services) {
    for (const [target, { condition }] of Object.entries(waits)) {
      const on = compose.services[target];
      assert.ok(on, `${name} waits for ${target}`);
      assert.equal(on.profiles, undefined, `${target} is started with the others`);
      assert.equal(runsOnce(on), condition === 'service_completed_successfully', `${name} → ${target}`);
    }
  }
});

test('the schema and a key are there before a process that needs it starts', () => {
  for (const name of ['ingest', 'projector', 'api', 'alerter']) {
    const waits = compose.services[name]?.depends_on ?? {};
    assert.equal(waits.migrate?.condition, 'service_completed_successfully', name);
    assert.equal(waits.postgres?.condition, 'service_healthy', name);
    assert.equal(waits.kurrentdb?.condition, 'service_healthy', name);
    assert.equal(waits['first-key']?.condition, 'service_completed_successfully', name);
  }
});

test('only the gateway and, on this machine, Grafana can be reached from outside', () => {
  const published = services.flatMap(([name, { ports }]) => ports.map((port) => `${name} ${port}`));
  assert.deepEqual(published, [
    `gateway \${NHIP_LISTEN:-127.0.0.1:8080}:8080`,
    'grafana 127.0.0.1:3000:3000',
  ]);
});

test('the stores have no way out and nobody but those who need them has a way to them', () => {
  const members = (network: string) =>
    services.flatMap(([name, { networks }]) => (networks.includes(network) ? [name] : [])).sort();
  assert.deepEqual(
    Object.entries(compose.networks).flatMap(([name, { internal }]) => (internal ? [] : [name])),
    ['outside'],
  );
  assert.deepEqual(members('outside'), ['alerter', 'gateway', 'grafana']);
  assert.deepEqual(members('front'), ['alerter', 'api', 'gateway', 'ingest']);
  assert.deepEqual(members('data'), [
    'alerter',
    'api',
    'first-key',
    'ingest',
    'kafka',
    'kafka-topics',
    'kurrentdb',
    'migrate',
    'postgres',
    'projector',
    'staff-key',
    'tools',
  ]);
  for (const [name, { networks }] of services)
    for (const network of networks) assert.ok(compose.networks[network], `${name}: ${network}`);
});

test('secrets come by file, and none stands in the file itself', () => {
  const made = readFileSync('deploy/make-secrets.sh', 'utf8');
  for (const [name, { file }] of Object.entries(compose.secrets)) {
    assert.equal(file, `./deploy/secrets/${name}`);
    assert.match(made, new RegExp(`keep ${name}$`, 'm'), `make-secrets.sh makes ${name}`);
    assert.ok(
      services.some(([, { secrets }]) => secrets.includes(name)),
      `${name} is used`,
    );
  }
  for (const [name, { environment, secrets }] of services) {
    for (const secret of secrets) assert.ok(compose.secrets[secret], `${name}: ${secret}`);
    for (const [variable, value] of Object.entries(environment)) {
      assert.doesNotMatch(value, /:\/\/[^/\s]*@/, `${name}: ${variable} has no user in its address`);
      if (/PASSWORD|SECRET|TOKEN|DATABASE_URL/.test(variable)) {
        assert.match(variable, /_FILE$/, `${name}: ${variable}`);
        assert.match(value, /^\/run\/secrets\//, `${name}: ${variable}`);
        assert.ok(secrets.includes(value.slice('/run/secrets/'.length)), `${name} has ${value}`);
      }
    }
  }
  assert.match(readFileSync('.gitignore', 'utf8'), /^deploy\/secrets\/$/m);
});

test('every variable is one that the configuration knows', () => {
  const known = knownVariables();
  for (const [name, { environment }] of own) {
    for (const variable of Object.keys(environment)) assert.ok(known.has(variable), `${name}: ${variable}`);
  }
});

test('the keys are written by the tools and by the first start alone', () => {
  for (const [name, { volumes, environment }] of own) {
    if (name === 'staff-key') continue;
    assert.deepEqual(
      volumes.filter((volume) => volume.startsWith('keys:')),
      [`keys:/var/lib/nhip/keys${['tools', 'first-key'].includes(name) ? '' : ':ro'}`],
      name,
    );
    assert.equal(environment.API_KEYS_FILE, '/var/lib/nhip/keys/keys.json', name);
  }
});

test('the key for people is made before ingest starts, which alone can read it', () => {
  const holders = own.flatMap(([name, { volumes, environment }]) =>
    volumes.flatMap((volume) =>
      volume.startsWith('staff-key:') ? [[name, volume, environment.STAFF_KEY_FILE]] : [],
    ),
  );
  assert.deepEqual(holders, [
    ['ingest', 'staff-key:/var/lib/nhip/staff:ro', '/var/lib/nhip/staff/staff.key'],
    ['staff-key', 'staff-key:/var/lib/nhip/staff', '/var/lib/nhip/staff/staff.key'],
  ]);
  const waits = compose.services.ingest?.depends_on['staff-key'];
  assert.equal(waits?.condition, 'service_completed_successfully');
  // A named volume begins as the folder of the image: for its account alone.
  assert.match(
    readFileSync('deploy/Dockerfile', 'utf8'),
    /install -d -o node -g node -m 0700 .*\/var\/lib\/nhip\/staff/,
  );
});

test('volumes are declared and used; what is mounted from the repository is there and read-only', () => {
  const named = new Set<string>();
  for (const [name, { volumes }] of services) {
    for (const volume of volumes) {
      const [source = '', , mode] = volume.split(':');
      if (source.startsWith('.')) {
        assert.ok(existsSync(source), `${name}: ${source}`);
        assert.equal(mode, 'ro', `${name}: ${volume}`);
      } else named.add(source);
    }
  }
  assert.deepEqual([...named].sort(), Object.keys(compose.volumes).sort());
});

test('a process may end in peace, and its heap fits into its memory', () => {
  for (const [name, { environment, stop_grace_period: stop = '10s', deploy }] of own) {
    const grace = Number(environment.SHUTDOWN_GRACE_SECONDS);
    assert.ok(Number.parseInt(stop, 10) >= grace + 5, `${name}: ${stop} for ${grace} s`);
    const heap = /--max-old-space-size=(\d+)/.exec(environment.NODE_OPTIONS ?? '')?.[1];
    if (heap !== undefined) {
      assert.ok(Number(heap) <= 0.8 * mebibytes(deploy.resources.limits.memory), `${name}: ${heap} MiB`);
    }
  }
});

test('ingest reads the topics that are made', () => {
  const made = /for topic in (.+); do/.exec(compose.services['kafka-topics']?.command?.[0] ?? '')?.[1];
  const read = compose.services.ingest?.environment.KAFKA_TOPICS;
  assert.deepEqual(read?.split(','), made?.split(' '));
});
