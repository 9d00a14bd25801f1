import { existsSync, globSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestOf } from '../../../shared/event-store/digest.ts';
import { openEventReader } from '../../../shared/event-store/sqlite/store.ts';
import { openStoredChain } from '../../../shared/event-store/sqlite/stored-chain.ts';
import { type Clock, type Moment, momentText } from '../../../shared/kernel/clock.ts';
import { VERSION } from '../../../shared/platform/version.ts';
import { copyDatabase } from '../../../shared/sql/sqlite/copy-database.ts';
import { type Content, contentOf, copyFileDurably, sync } from './durable-files.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';

/**
 * The databases in the order in which they must be copied. What the outbox and the dead letters say of events they learn after
 * those are durable, so events that are copied last contain all that the others speak of.
 * - An outbox older than the events makes good what it lacks at the next start: its messages have ids that follow from the
 *   events, so a receiver sees at most the same message again, under the same id.
 * - An outbox newer than the events would know alerts that the store does not: they would be raised again as other events, and
 *   reported twice under two ids.
 * - A dead letter marked as resolved, without its event, would be lost; an open one whose event is there finds a duplicate.
 * How far a file has been imported (`imports/`) is copied before all of them for the same reason.
 */
const DATABASES = ['dead-letters.db', 'webhooks.db', 'events.db'] as const;

const PARTIAL = '.partial';
const COMPLETE = /^\d{8}T\d{9}Z$/;

/** `20261123T080000123Z`: sorts as time does, and is a file name everywhere. */
export const nameOf = (moment: Moment): string => momentText(moment).replaceAll(/[-:.]/g, '');

export interface BackupMade {
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * Copies what DATA_DIR holds and cannot be rebuilt into a new folder below `to`, which the caller has locked. The folder has
 * its final name only once everything is in it, checked and on disk.
 * @throws StoreError and errors of the file system; then no new backup is there
 */
export async function makeBackup(dataDir: string, to: string, clock: Clock): Promise<BackupMade> {
  await removePartial(to);
  const createdAt = clock();
  const folder = join(to, nameOf(createdAt));
  const partial = `${folder}${PARTIAL}`;
  await mkdir(partial, { mode: 0o700 });
  try {
    const manifest = await fill(partial, dataDir, createdAt);
    await rename(partial, folder);
    await sync(to);
    return { folder, manifest };
  } catch (error) {
    // A disk that was too small for it needs the room.
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function fill(partial: string, dataDir: string, createdAt: Moment): Promise<Manifest> {
  const files: Manifest['files'] = [];
  for (const name of [...importPositions(dataDir), 'keys.json', 'staff.key']) {
    const content = await copyIfThere(join(dataDir, name), partial, name);
    if (content) files.push({ name, ...content });
  }
  for (const name of DATABASES) {
    const source = join(dataDir, name);
    if (!existsSync(source)) continue;
    const target = join(partial, name);
    await copyDatabase(source, target);
    await chmod(target, 0o600);
    await sync(target);
    files.push({ name, ...(await contentOf(target)) });
  }
  const events = await readEvents(join(partial, 'events.db'));
  const manifest = {
    version: 1 as const,
    createdAt: momentText(createdAt),
    nhip: VERSION,
    files,
    events,
  };
  await writeManifest(partial, manifest);
  await sync(partial);
  return manifest;
}

/** Removes the oldest complete backups until `keep` are left. @returns the names of those removed */
export async function removeOlder(to: string, keep: number): Promise<readonly string[]> {
  const names = (await readdir(to)).filter((name) => COMPLETE.test(name)).sort();
  const complete: string[] = [];
  for (const name of names) {
    // Whatever else looks like a backup is not ours to remove.
    if (await readManifest(join(to, name)).catch(() => undefined)) complete.push(name);
  }
  const old = complete.slice(0, -keep);
  for (const name of old) {
    // First the name: what is removed in part must not look complete.
    await rename(join(to, name), join(to, `${name}${PARTIAL}`));
    await sync(to);
    await rm(join(to, `${name}${PARTIAL}`), { recursive: true });
  }
  return old;
}

/** The rest of an interrupted backup or removal. */
async function removePartial(to: string): Promise<void> {
  for (const name of await readdir(to)) {
    if (name.endsWith(PARTIAL) && COMPLETE.test(name.slice(0, -PARTIAL.length)))
      await rm(join(to, name), { recursive: true });
  }
}

const importPositions = (dataDir: string): readonly string[] => globSync('imports/*.json', { cwd: dataDir });

async function copyIfThere(source: string, folder: string, name: string): Promise<Content | undefined> {
  // An import that is complete removes its position, also between our listing and our copying.
  if (!existsSync(source)) return undefined;
  const target = join(folder, name);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const content = await copyFileDurably(source, target);
  await sync(dirname(target));
  return content;
}

async function readEvents(path: string): Promise<Manifest['events']> {
  const [reader, chain] = [openEventReader(path), openStoredChain(path)];
  try {
    const head = await reader.head();
    const { events, streams, sum } = await digestOf(reader, head);
    const last = await chain.head();
    return {
      count: events,
      streams,
      head,
      digest: sum,
      ...(last && { chain: { store: last.store, link: last.link } }),
    };
  } finally {
    await Promise.all([reader.close(), chain.close()]);
  }
}
