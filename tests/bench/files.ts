import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { cloudEvents, eventOf, inBatches } from './input.ts';

/** Runs something in a folder of its own, which does not outlive it. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes a store file with a year of the province. @returns how many events it holds */
export async function fillStore(path: string, dossiers: number): Promise<number> {
  const store = await openEventStore(path);
  try {
    for (const batch of inBatches(cloudEvents(dossiers), 5_000)) {
      await store.record(batch.map(eventOf), Date.now());
    }
    return await store.head();
  } finally {
    await store.close();
  }
}
