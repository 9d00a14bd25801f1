import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startInProcess } from './in-process.ts';
import { emptyDir } from './standalone.ts';
import { statusEvent } from './status-event.ts';

/** When the events of {@link officeDir} have been recorded. */
export const OFFICE_NOW = Date.parse('2026-11-30T08:10:00+07:00');
export const OFFICE_EVENTS = 90;

/** A DATA_DIR as a server leaves it, with its ledger: 60 dossiers of one office, every second one completed, some of them late. */
export async function officeDir(office = 'H19'): Promise<string> {
  const dir = emptyDir();
  const nhip = await startInProcess(OFFICE_NOW, { DATA_DIR: dir });
  const id = (number: number) => `${office}.12-261102-${String(number).padStart(4, '0')}`;
  for (let number = 1; number <= 60; number++) {
    const data = {
      unitId: `${office}.${10 + (number % 3)}`,
      dueAt: `2026-11-${10 + (number % 18)}T17:00:00+07:00`,
    };
    const events = [statusEvent(id(number), 'received', '2026-11-02T08:00:00+07:00', data)];
    if (number % 2 === 0) {
      const day = 10 + (number % 15);
      events.push(statusEvent(id(number), 'completed', `2026-11-${day}T10:00:00+07:00`));
    }
    await nhip.send(...events);
  }
  await nhip.close();
  return dir;
}

/** A copy of a DATA_DIR that a test may change. */
export function copyOfDir(dir: string): string {
  const copy = emptyDir();
  cpSync(dir, copy, { recursive: true });
  return copy;
}

/** Runs SQL on a file, past the triggers that keep a program from changing events and links. */
export function alterFile(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  for (const table of ['events', 'links'])
    for (const way of ['changed', 'deleted']) db.exec(`DROP TRIGGER IF EXISTS ${table}_are_not_${way}`);
  db.exec(sql);
  db.close();
}

/** As after a start without a ledger: it is built from the events as they are. */
export async function rebuildLedger(dir: string): Promise<void> {
  rmSync(join(dir, 'ledger.db'));
  const nhip = await startInProcess(OFFICE_NOW, { DATA_DIR: dir });
  await nhip.close();
}
