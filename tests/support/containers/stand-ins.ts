import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { findCommand } from '../command.ts';
import { kafkaClasspath } from '../kafka/classpath.ts';
import { DOCKER, type Engine } from './engine.ts';
import { filesOfPackages } from './installed.ts';

const IMAGES = join(import.meta.dirname, 'images');

/** The variables of docker-compose.yml that name images, with the stand-ins for those that a registry would give. */
export const STAND_INS = {
  NODE_IMAGE: 'nhip-stand-in/node',
  GATEWAY_IMAGE: 'nhip-stand-in/gateway',
  KAFKA_IMAGE: 'nhip-stand-in/kafka',
  KURRENTDB_IMAGE: 'nhip-stand-in/kurrentdb',
  POSTGRES_IMAGE: 'nhip-stand-in/postgres',
  PROMETHEUS_IMAGE: 'nhip-stand-in/prometheus',
} as const;

/**
 * Makes the stand-ins out of the Debian packages of this machine, the Node of the lock file, npm, Kafka from Maven and the event
 * store's stand-in. Those of an earlier run are kept where they are made of the same.
 */
export async function makeStandIns({ docker }: Engine): Promise<void> {
  const postgres = basename(globSync('/usr/lib/postgresql/*').sort().at(-1) ?? '');
  const jars = (await kafkaClasspath()).split(delimiter);
  const plain = filesOfPackages(['apt', 'ca-certificates']);
  const servers = filesOfPackages([
    ...['ca-certificates', `postgresql-${postgres}`, 'openjdk-17-jre-headless', 'nginx-light', 'prometheus'],
  ]);
  const store = await bundledEventStore();
  const recipe = globSync(`${IMAGES}/**/*`, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .sort();
  const made = createHash('sha256')
    .update(JSON.stringify([plain, servers, jars, store, process.version, recipe]))
    .digest('hex')
    .slice(0, 16);
  const mark = `nhip-stand-in/made:${made}`;
  if ((await docker('images', '--quiet', mark)) !== '') return;

  await Promise.all([
    importFiles(plain, 'nhip-stand-in/debian'),
    importFiles(servers, 'nhip-stand-in/debian-servers'),
  ]);
  const node = (folder: string) => linkOrCopy(process.execPath, join(folder, 'node'));
  const accounts = (folder: string) => {
    for (const name of ['accounts', 'groups']) copyFileSync(join(IMAGES, name), join(folder, name));
  };
  await buildImage(docker, STAND_INS.NODE_IMAGE, join(IMAGES, 'node/Dockerfile'), (folder) => {
    node(folder);
    accounts(folder);
    cpSync(npmFolder(), join(folder, 'npm'), { recursive: true });
  });
  await buildImage(docker, 'nhip-stand-in/servers', join(IMAGES, 'servers.Dockerfile'), (folder) => {
    node(folder);
    accounts(folder);
    copyFileSync(join(IMAGES, 'probe.mjs'), join(folder, 'probe.mjs'));
  });
  const from = (name: string, more: (folder: string) => void = () => {}) =>
    buildImage(docker, `nhip-stand-in/${name}`, join(IMAGES, name, 'Dockerfile'), (folder) => {
      cpSync(join(IMAGES, name), folder, { recursive: true });
      more(folder);
    });
  await from('gateway');
  await from('prometheus');
  await from('postgres');
  await from('kafka', (folder) => {
    for (const jar of jars) cpSync(jar, join(folder, 'libs', basename(jar)));
  });
  await from('kurrentdb', (folder) => writeFileSync(join(folder, 'main.mjs'), store));
  await docker('tag', STAND_INS.NODE_IMAGE, mark);
  // Those of earlier packages.
  await docker('image', 'prune', '--force');
}

/** One layer of these files of this machine, with the links of a merged /usr and those that choose among programs. */
async function importFiles(files: readonly string[], image: string): Promise<void> {
  const links = [
    '/bin',
    '/lib',
    '/lib64',
    '/sbin',
    ...globSync('/etc/alternatives/*'),
    '/etc/ssl/certs/ca-certificates.crt',
  ];
  const tar = spawn('tar', ['--create', '--no-recursion', '--null', '--files-from=-'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const load = spawn(DOCKER, ['import', '-', image], { stdio: [tar.stdout, 'ignore', 'inherit'] });
  const ended = once(load, 'exit');
  // A name that comes twice would be a link to itself.
  tar.stdin.end([...new Set([...links, ...files])].join('\0'));
  const [code] = await ended;
  if (code !== 0) throw new Error(`docker import ${image} exited with ${code}`);
}

async function buildImage(
  docker: Engine['docker'],
  image: string,
  dockerfile: string,
  fill: (folder: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-image-'));
  try {
    fill(folder);
    copyFileSync(dockerfile, join(folder, 'Dockerfile'));
    await docker('build', '--quiet', '--tag', image, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(realpathSync(from), to);
  } catch {
    copyFileSync(from, to);
  }
  chmodSync(to, 0o755);
}

/** The npm of this machine: the Node of the lock file brings none. */
function npmFolder(): string {
  const npm = findCommand('npm', 'npm');
  if (npm.kind === 'missing') throw new Error(npm.reason);
  return dirname(dirname(realpathSync(npm.path)));
}

/** The stand-in of the event store with all that it imports, as one module. */
async function bundledEventStore(): Promise<string> {
  const bundle = await build({
    entryPoints: [join(IMAGES, 'kurrentdb/main.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    // Packages of the other kind ask for the modules of Node by `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return bundle.outputFiles[0]?.text ?? '';
}

/** The image by its Dockerfile as it is, from the base that stands in. @returns its name */
export async function buildNhip({ docker }: Engine): Promise<string> {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const image = `nhip:${version}`;
  await docker(
    ...['build', '--quiet', '--network=host', '--file=deploy/Dockerfile', `--tag=${image}`],
    ...[`--build-arg=NODE=${STAND_INS.NODE_IMAGE}`, `--build-arg=VERSION=${version}`, '.'],
  );
  return image;
}
