import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { forgetCompanion } from '../../../shared/event-store/sqlite/companions.ts';
import { chainHeadIn } from '../../../shared/event-store/sqlite/stored-chain.ts';
import { RESTORING } from '../../../shared/platform/data-dir.ts';
import { type Content, copyFileDurably, sync } from './durable-files.ts';
import { entriesOf, type Manifest, readManifest, writeManifest } from './manifest.ts';

const STAGING = 'staging-';
const REPLACED = 'replaced-';

/** What the programs make in DATA_DIR; whatever else an operator keeps there stays where it is. */
const OWN =
  /^(?:(?:events|webhooks|dead-letters|ledger(?:-.*)?)\.db(?:-wal|-shm|-journal|\.link)?|keys\.json|backup\.json|scrub\.json|imports)$/;

/** The files in DATA_DIR that a restore would replace. */
export const ownFiles = async (dataDir: string): Promise<readonly string[]> =>
  (await readdir(dataDir)).filter((name) => OWN.test(name)).sort();

export type Staged =
  /** In this folder, named in DATA_DIR. */
  | { readonly kind: 'staged'; readonly folder: string }
  /** The backup differs from its manifest; DATA_DIR is unchanged. */
  | { readonly kind: 'damaged'; readonly faults: readonly string[] };

/**
 * Copies a backup into DATA_DIR, beside what is there, and compares every file with the manifest. From its success on,
 * {@link switchOver} only goes forward. Everything happens within DATA_DIR, which may be a disk of its own.
 */
export async function stage(
  backup: string,
  manifest: Manifest,
  dataDir: string,
  name: string,
): Promise<Staged> {
  for (const left of (await readdir(dataDir)).filter((one) => one.startsWith(STAGING)))
    await rm(join(dataDir, left), { recursive: true });
  const staging = join(dataDir, `${STAGING}${name}`);
  await mkdir(staging, { mode: 0o700 });
  try {
    const faults = await copyInto(staging, backup, manifest);
    if (faults.length > 0) {
      await rm(staging, { recursive: true });
      return { kind: 'damaged', faults };
    }
  } catch (error) {
    // A disk that was too small for it needs the room.
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
  // What a restore leaves out by intent is not missed by the next start.
  if (!manifest.files.some(({ name }) => name === 'webhooks.db'))
    forgetCompanion(join(staging, 'events.db'), 'webhooks.db');
  await writeManifest(staging, manifest);
  await sync(staging);
  const folder = `${RESTORING}${name}`;
  await rename(staging, join(dataDir, folder));
  await sync(dataDir);
  return { kind: 'staged', folder };
}

/** @returns where the backup differs from its manifest */
async function copyInto(staging: string, backup: string, manifest: Manifest): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const file of manifest.files) {
    const target = join(staging, file.name);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const content = await copyFileDurably(join(backup, file.name), target).catch(missing);
    if (content === undefined) faults.push(`${file.name} is missing`);
    else if (content.bytes !== file.bytes || content.sha256 !== file.sha256)
      faults.push(
        `${file.name} has ${content.bytes} bytes, SHA-256 ${content.sha256}; the manifest says ${file.bytes}, ${file.sha256}`,
      );
    await sync(dirname(target));
  }
  if (faults.length === 0) faults.push(...(await chainFaults(join(staging, 'events.db'), manifest)));
  return faults;
}

/** A manifest whose sums were made to fit other events still names the chain of its own, if it is kept elsewhere. */
async function chainFaults(events: string, { events: said }: Manifest): Promise<readonly string[]> {
  if (!said.chain) return [];
  const head = await chainHeadIn(events);
  const { store, link } = said.chain;
  return head?.store === store && head.link === link && head.position === said.head
    ? []
    : [
        `events.db comes to ${head?.link ?? 'no chain'} at position ${head?.position ?? 0} of store ${head?.store ?? 'none'}; ` +
          `the manifest says ${link} at ${said.head} of ${store}`,
      ];
}

/**
 * Puts staged files in the place of the old ones. A stop at any point leaves the folder that keeps servers from starting, and
 * the same call continues from there.
 * @param folder of the staged files, named in DATA_DIR
 * @returns the folder that has the old files now; undefined when there were none
 */
export async function switchOver(dataDir: string, folder: string): Promise<string | undefined> {
  const name = folder.slice(RESTORING.length);
  const staged = join(dataDir, folder);
  const incoming = entriesOf(await readManifest(staged));
  const replaced = join(dataDir, `${REPLACED}${name}`);
  // As long as none has left, what is in DATA_DIR is old; the old ones are all away before the first one leaves.
  if (incoming.every((entry) => existsSync(join(staged, entry)))) {
    const old = await ownFiles(dataDir);
    if (old.length > 0) await mkdir(replaced, { recursive: true, mode: 0o700 });
    await moveAll(old, dataDir, replaced);
  }
  const left = incoming.filter((entry) => existsSync(join(staged, entry)));
  await moveAll(left, staged, dataDir);
  // First the name: a folder that is removed in part could not be read by the next try.
  const done = join(dataDir, `${STAGING}${name}`);
  await rename(staged, done);
  await sync(dataDir);
  await rm(done, { recursive: true });
  return existsSync(replaced) ? replaced : undefined;
}

async function moveAll(names: readonly string[], from: string, to: string): Promise<void> {
  if (names.length === 0) return;
  for (const name of names) await rename(join(from, name), join(to, name));
  await sync(to);
  await sync(from);
}

function missing(error: unknown): Content | undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
